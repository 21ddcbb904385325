"""Past calls to try a rubric on: recent ones that somebody may see and that are not sealed."""

from __future__ import annotations

from sqlalchemy import Connection, column, select, table

from pipeline.desk.scope import may_be_seen
from pipeline.people import User

MOST = 500
_CALLS = table(
    "calls",
    *(column(name) for name in ("call_id", "agent", "team", "rubric", "evaluated_at", "sealed")),
)


def recent_calls(connection: Connection, user: User, rubric: str, most: int) -> tuple[str, ...]:
    """Return the calls that were scored last, with a rubric if there are any, else with others.

    Sealed calls wait for two blind reviews: what a rubric says of them nobody may see.

    Args:
        connection: Open on the desk.
        user: Only calls that they may see.
        rubric: Id of the rubric, in any version.
        most: At most so many, and never more than ``MOST``.
    """
    asked = (
        select(_CALLS.c.call_id)
        .where(_CALLS.c.sealed == 0, may_be_seen(user, _CALLS.c.agent, _CALLS.c.team))
        .order_by(_CALLS.c.evaluated_at.desc(), _CALLS.c.call_id)
        .limit(max(1, min(most, MOST)))
    )
    own = tuple(connection.execute(asked.where(_CALLS.c.rubric == rubric)).scalars())
    return own or tuple(connection.execute(asked).scalars())
