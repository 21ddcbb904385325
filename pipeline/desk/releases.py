"""What agents may see: a lead releases what was said in reviews, call by call or many at once.

A release shows the agent of a call what people say about its evaluation at that moment: the last
review with those before it. What is said later is not seen until it is released too. A call drawn
for blind double review can be released once two people judged it and nothing is left to settle.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, column, false, func, select, true

from pipeline.desk.queries import query
from pipeline.desk.scope import may_be_seen
from pipeline.desk.times import now_text
from pipeline.domain import Record
from pipeline.errors import TalkError
from pipeline.people import User, UserRole, ranks_at_least
from pipeline.reviews import ReviewKind

WAITING = (
    query("releases_waiting")
    .columns(
        *(
            column(name)
            for name in (
                "review_key",
                "call_id",
                "evaluation_key",
                "agent",
                "team",
                "started_at",
                "reviewer",
                "reviewer_name",
                "kind",
                "finished_at",
                "machine_score",
                "human_score",
                "note",
                "corrections",
            )
        )
    )
    .subquery("w")
)


class Waiting(Record):
    """The last review of a call, which its agent does not see yet."""

    review_key: str
    call_id: str
    evaluation_key: str
    agent: str | None
    team: str | None
    started_at: datetime | None
    reviewer: str
    reviewer_name: str
    kind: ReviewKind
    finished_at: datetime
    machine_score: float | None
    human_score: float | None
    note: str | None
    corrections: int
    """How many verdicts or pieces of evidence it changed."""


class Released(Record):
    """What a release did."""

    calls: tuple[str, ...]
    """Whose agents can see a review from now on, or another one than before."""
    already: int
    """How many of the calls chosen had nothing left to release."""


def waiting(
    connection: Connection,
    user: User,
    *,
    agent: str | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Waiting, ...]:
    """Return reviews that wait to be released, first finished first.

    Args:
        connection: Open on the desk.
        user: A lead gets those of their teams.
        agent: Only of their calls.
        limit: At most so many.
        offset: Leave out so many before.
    """
    return _waiting(connection, _which(user, agent), limit, offset)


def waiting_on(connection: Connection, user: User, call_id: str) -> Waiting | None:
    """Return the review of a call that could be released now, or None."""
    found = _waiting(connection, _which(user, None) & (WAITING.c.call_id == call_id), 1, 0)
    return found[0] if found else None


def count_waiting(connection: Connection, user: User, agent: str | None = None) -> int:
    """Return how many reviews wait to be released."""
    counted = select(func.count()).select_from(WAITING).where(_which(user, agent))
    return int(connection.execute(counted).scalar_one())


def agents_waiting(connection: Connection, user: User) -> tuple[str, ...]:
    """Return the agents whose reviews wait to be released, by name."""
    which = _which(user, None) & WAITING.c.agent.is_not(None)
    found = select(WAITING.c.agent).where(which).distinct().order_by(WAITING.c.agent)
    return tuple(connection.execute(found).scalars())


def release(connection: Connection, user: User, call_ids: Collection[str]) -> Released:
    """Let agents see what was said in reviews of their calls.

    Two leads who choose the same calls do not get in each other's way: what was released already
    stays so, and is counted.

    Args:
        connection: In a transaction for writing.
        user: A lead or an admin.
        call_ids: Of calls that the user may see.

    Raises:
        TalkError: None is named, or the user may not release.
    """
    if not call_ids:
        raise TalkError("no review was chosen: choose those that agents shall see")
    if not ranks_at_least(user, UserRole.LEAD):
        raise TalkError("only leads and admins release reviews")
    chosen = tuple(dict.fromkeys(call_ids))
    calls = []
    for call_id in chosen:
        review = waiting_on(connection, user, call_id)
        if review is not None:
            show(connection, user, call_id, review.evaluation_key)
            calls.append(call_id)
    return Released(calls=tuple(calls), already=len(chosen) - len(calls))


def show(connection: Connection, user: User, call_id: str, evaluation_key: str) -> None:
    """Let the agent of a call see all that was said about one of its evaluations so far."""
    values = {
        "call_id": call_id,
        "evaluation_key": evaluation_key,
        "now": now_text(),
        "user_id": user.user_id,
    }
    connection.execute(query("release_add"), values)


def _which(user: User, agent: str | None) -> ColumnElement[bool]:
    if user.role is UserRole.AGENT:
        return false()
    seen = may_be_seen(user, WAITING.c.agent, WAITING.c.team)
    return seen & (true() if agent is None else WAITING.c.agent == agent)


def _waiting(
    connection: Connection, which: ColumnElement[bool], limit: int, offset: int
) -> tuple[Waiting, ...]:
    rows = connection.execute(
        select(WAITING)
        .where(which)
        .order_by(WAITING.c.finished_at, WAITING.c.review_key)
        .limit(limit)
        .offset(offset)
    )
    return tuple(Waiting.model_validate(dict(row._mapping)) for row in rows)
