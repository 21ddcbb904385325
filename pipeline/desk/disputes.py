"""Disputes: an agent objects to one verdict of a released review, a lead decides.

One dispute may be open per call and criterion, and a criterion of a review is decided once: a new
review of the call can be disputed again. How they are decided: ``pipeline.desk.deciding``.
"""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, column, func, select, true

from pipeline.desk.hooks import emit
from pipeline.desk.notes import today_utc
from pipeline.desk.queries import query
from pipeline.desk.released import ReleasedReview
from pipeline.desk.scope import may_be_seen
from pipeline.desk.shown import ReleasedCard
from pipeline.desk.times import now_text
from pipeline.desk.words import written
from pipeline.domain import Record
from pipeline.errors import TalkError
from pipeline.people import User, UserRole
from pipeline.settings import Settings

DISPUTES = (
    query("disputes")
    .columns(
        *(
            column(name)
            for name in (
                "dispute_id",
                "call_id",
                "evaluation_key",
                "review_key",
                "criterion",
                "agent",
                "team",
                "started_at",
                "opened_by",
                "opened_by_name",
                "opened_at",
                "comment",
                "due_on",
                "state",
                "decided_by",
                "decided_by_name",
                "decided_at",
                "decision",
                "outcome_key",
            )
        )
    )
    .subquery("d")
)


class DisputeState(StrEnum):
    """How far a dispute has come."""

    OPEN = "open"
    WITHDRAWN = "withdrawn"
    """Taken back by the agent before anybody decided."""
    UPHELD = "upheld"
    """The agent was right: the verdict changed."""
    REJECTED = "rejected"
    """The verdict stands."""


class Dispute(Record):
    """A dispute with what a list shows of its call."""

    dispute_id: str
    call_id: str
    evaluation_key: str
    review_key: str
    criterion: str
    agent: str | None
    team: str | None
    started_at: datetime | None
    opened_by: str
    opened_by_name: str
    opened_at: datetime
    comment: str
    due_on: date
    """By when it should be decided."""
    state: DisputeState
    decided_by: str | None
    decided_by_name: str | None
    decided_at: datetime | None
    decision: str | None
    """The lead's words."""
    outcome_key: str | None
    """Key of the review by which a lead upheld it."""
    today: date
    """The day on which it was looked at."""

    @property
    def overdue(self) -> bool:
        """Return whether it should have been decided before today."""
        return self.state is DisputeState.OPEN and self.due_on < self.today


def last_day(review: ReleasedReview, settings: Settings) -> date:
    """Return the last day on which a released review may be disputed, in UTC."""
    return (review.released_at.astimezone(UTC) + timedelta(days=settings.dispute_days)).date()


def why_not(
    settings: Settings,
    user: User,
    review: ReleasedReview,
    criterion: str,
    disputes: Sequence[Dispute],
) -> str | None:
    """Return why a user cannot dispute a criterion of a released review; None: they can.

    Args:
        settings: For how long reviews may be disputed.
        user: Who would like to.
        review: The released one.
        criterion: Of its rubric.
        disputes: All of the call's.
    """
    if user.role is not UserRole.AGENT or user.agent is None or user.agent != review.agent:
        return "only the agent who took the call can dispute its review"
    if today_utc() > last_day(review, settings):
        return (
            f"reviews can be disputed for {settings.dispute_days} days after their release: "
            f"this one until {last_day(review, settings)}. Talk to your lead"
        )
    for dispute in disputes:
        if dispute.criterion != criterion:
            continue
        if dispute.state is DisputeState.OPEN:
            return "a dispute of this verdict is open already: a lead will decide it"
        decided = dispute.state in (DisputeState.UPHELD, DisputeState.REJECTED)
        if decided and dispute.review_key == review.review_key:
            return "a dispute of this verdict was decided: only a new review can be disputed again"
    return None


def open_dispute(
    connection: Connection,
    settings: Settings,
    user: User,
    card: ReleasedCard,
    criterion: str,
    comment: str,
) -> str:
    """Dispute one criterion of a released review.

    Args:
        connection: In a transaction for writing.
        settings: For how long reviews may be disputed, and until when it is to be decided.
        user: The agent who took the call.
        card: The call as they see it.
        criterion: What they dispute.
        comment: Why.

    Returns:
        The dispute's id.

    Raises:
        TalkError: It is not theirs to dispute, too late, open or decided already, the rubric has
            no such criterion, or nothing is said.
    """
    if card.of(criterion) is None:
        raise TalkError(f"the scorecard has no criterion {criterion!r}")
    known = disputes_on(connection, user, card.review.call_id)
    why = why_not(settings, user, card.review, criterion, known)
    if why is not None:
        raise TalkError(why)
    review, dispute_id = card.review, secrets.token_hex(8)
    opened_at = now_text()
    values = {
        "dispute_id": dispute_id,
        "call_id": review.call_id,
        "evaluation_key": review.evaluation_key,
        "review_key": review.review_key,
        "criterion": criterion,
        "opened_by": user.user_id,
        "opened_at": opened_at,
        "comment": written(comment, "a dispute"),
        "due_on": (today_utc() + timedelta(days=settings.decision_days)).isoformat(),
    }
    if connection.execute(query("dispute_add"), values).rowcount != 1:
        raise TalkError("a dispute of this verdict is open already: a lead will decide it")
    told = ("dispute_id", "call_id", "evaluation_key", "review_key", "criterion", "opened_by")
    body = {name: values[name] for name in (*told, "opened_at")}
    emit(connection, "dispute_opened", {**body, "agent": review.agent, "team": review.team})
    return dispute_id


def withdraw_dispute(connection: Connection, user: User, dispute_id: str) -> None:
    """Take one's own open dispute back.

    Raises:
        TalkError: It is not theirs, or no longer open.
    """
    values = {"dispute_id": dispute_id, "user_id": user.user_id, "now": now_text()}
    if connection.execute(query("dispute_withdraw"), values).rowcount != 1:
        raise TalkError("only the agent who opened a dispute takes it back, and only while open")


def find_dispute(connection: Connection, user: User, dispute_id: str) -> Dispute | None:
    """Return a dispute if this user may see it, else None."""
    found = _disputes(connection, _visible(user) & (DISPUTES.c.dispute_id == dispute_id))
    return found[0] if found else None


def disputes_on(connection: Connection, user: User, call_id: str) -> tuple[Dispute, ...]:
    """Return the disputes on a call that this user may see, first opened first."""
    return _disputes(connection, _visible(user) & (DISPUTES.c.call_id == call_id))


def disputes_for(
    connection: Connection,
    user: User,
    state: DisputeState | None = None,
    *,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Dispute, ...]:
    """Return disputes that this user may see; open ones by their due date, others last first."""
    which = _visible(user) & (true() if state is None else DISPUTES.c.state == state.value)
    return _disputes(connection, which, limit, offset, last_first=state is not DisputeState.OPEN)


class DisputeCounts(Record):
    """How many disputes have come how far."""

    open: int
    overdue: int
    """Of the open ones."""
    upheld: int
    rejected: int
    withdrawn: int


def count_disputes(connection: Connection, user: User) -> DisputeCounts:
    """Return how many disputes that this user may see have come how far."""
    counted = [
        func.count().filter(DISPUTES.c.state == state.value).label(state.value)
        for state in DisputeState
    ]
    late = (DISPUTES.c.state == "open") & (DISPUTES.c.due_on < today_utc().isoformat())
    counted.append(func.count().filter(late).label("overdue"))
    row = connection.execute(select(*counted).select_from(DISPUTES).where(_visible(user))).one()
    return DisputeCounts.model_validate(dict(row._mapping))


def _visible(user: User) -> ColumnElement[bool]:
    return may_be_seen(user, DISPUTES.c.agent, DISPUTES.c.team)


def _disputes(
    connection: Connection,
    which: ColumnElement[bool],
    limit: int = 500,
    offset: int = 0,
    *,
    last_first: bool = False,
) -> tuple[Dispute, ...]:
    order = DISPUTES.c.opened_at.desc() if last_first else DISPUTES.c.opened_at
    rows = connection.execute(
        select(DISPUTES)
        .where(which)
        .order_by(order, DISPUTES.c.dispute_id)
        .limit(limit)
        .offset(offset)
    )
    today = today_utc()
    return tuple(Dispute.model_validate({**row._mapping, "today": today}) for row in rows)
