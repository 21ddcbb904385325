"""Released reviews: which calls an agent may see, and since when."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, column, func, select

from pipeline.desk.queries import query
from pipeline.desk.scope import may_be_seen
from pipeline.domain import Record
from pipeline.people import User

RELEASED = (
    query("released")
    .columns(
        *(
            column(name)
            for name in (
                "review_key",
                "call_id",
                "agent",
                "team",
                "started_at",
                "duration_s",
                "source",
                "rubric",
                "rubric_version",
                "present_key",
                "released_at",
                "evaluation_key",
                "finished_at",
                "note",
                "human_score",
            )
        )
    )
    .subquery("r")
)


class ReleasedReview(Record):
    """The released review of a call that was finished last."""

    review_key: str
    call_id: str
    agent: str | None
    team: str | None
    started_at: datetime | None
    duration_s: float | None
    source: str
    rubric: str
    rubric_version: int
    present_key: str
    """Of the call's present evaluation."""
    released_at: datetime
    evaluation_key: str
    """Of the evaluation that was reviewed."""
    finished_at: datetime
    note: str | None
    human_score: float | None
    """By this review alone."""

    @property
    def rescored(self) -> bool:
        """Return whether the machine judged the call again after the review."""
        return self.present_key != self.evaluation_key


def released_review(connection: Connection, user: User, call_id: str) -> ReleasedReview | None:
    """Return the released review of a call that a user may see, or None."""
    found = _released(connection, _seen(user) & (RELEASED.c.call_id == call_id), 1, 0)
    return found[0] if found else None


def released_reviews(
    connection: Connection, user: User, *, limit: int = 20, offset: int = 0
) -> tuple[ReleasedReview, ...]:
    """Return the released reviews that a user may see, last released first."""
    return _released(connection, _seen(user), limit, offset)


def count_released(connection: Connection, user: User) -> int:
    """Return how many calls have a released review that this user may see."""
    counted = select(func.count()).select_from(RELEASED).where(_seen(user))
    return int(connection.execute(counted).scalar_one())


def _seen(user: User) -> ColumnElement[bool]:
    return may_be_seen(user, RELEASED.c.agent, RELEASED.c.team)


def _released(
    connection: Connection, which: ColumnElement[bool], limit: int, offset: int
) -> tuple[ReleasedReview, ...]:
    rows = connection.execute(
        select(RELEASED)
        .where(which)
        .order_by(RELEASED.c.released_at.desc(), RELEASED.c.review_key)
        .limit(limit)
        .offset(offset)
    )
    return tuple(ReleasedReview.model_validate(dict(row._mapping)) for row in rows)
