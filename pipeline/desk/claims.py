"""Claims: who has which call open, so that two people never review the same one by accident.

A claim lasts for the setting ``claim_minutes`` and begins anew with whatever its holder does. A
call for blind double review has room for two people, never for the same one twice.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import ColumnElement, Connection, case, distinct, func, select

from pipeline.desk.conditions import Question, question
from pipeline.desk.database import Desk
from pipeline.desk.filters import QueueFilters, Shown
from pipeline.desk.queries import query
from pipeline.desk.tables import ASSIGNMENTS, CALL_TAKERS, CALLS
from pipeline.desk.times import time_text
from pipeline.domain import Record
from pipeline.people import User


class Claim(Record):
    """One person has one call open."""

    call_id: str
    user_id: str
    name: str
    claimed_at: datetime
    expires_at: datetime


class Claimed(Record):
    """What came of opening a call."""

    mine: bool
    """Whether it is claimed for who opened it."""
    others: tuple[Claim, ...] = ()
    """Who else has it open."""
    done: bool = False
    """Not claimed because they have judged it blindly, and another person has to."""


def claim(
    connection: Connection, user_id: str, call_id: str, minutes: float, now: datetime
) -> Claimed:
    """Claim a call if there is room, or prolong a claim; to be repeated with every saved draft.

    Args:
        connection: In a writing transaction: nobody else claims meanwhile.
        user_id: For whom.
        call_id: A call that they may see.
        minutes: How long it is theirs from now on.
        now: The present moment.
    """
    row = select(CALLS.c.sealed, CALLS.c.evaluation_key).where(CALLS.c.call_id == call_id)
    call = connection.execute(row.with_for_update()).one()
    others = tuple(item for item in holders(connection, call_id, now) if item.user_id != user_id)
    about = {"call_id": call_id, "evaluation_key": call.evaluation_key}
    judged = set(connection.execute(query("blind_reviewers"), about).scalars())
    judged = judged if call.sealed else set()
    if user_id in judged:
        return Claimed(mine=False, others=others, done=True)
    taken = judged | {item.user_id for item in others}
    if len(taken) >= (2 if call.sealed else 1):
        return Claimed(mine=False, others=others)
    _keep(connection, user_id, call_id, minutes, now)
    return Claimed(mine=True, others=others)


def take_over(
    connection: Connection, user_id: str, call_id: str, minutes: float, now: datetime
) -> Claimed:
    """Claim a call whoever has it open; leads may. Drafts of others stay.

    Returns:
        The claim, and as ``others`` those who had it open and no longer do.
    """
    had = tuple(item for item in holders(connection, call_id, now) if item.user_id != user_id)
    connection.execute(query("claims_end"), {"call_id": call_id})
    made = claim(connection, user_id, call_id, minutes, now)
    return made.model_copy(update={"others": had})


def release(connection: Connection, user_id: str, call_id: str) -> None:
    """Let go of a call; nothing happens if it was not claimed."""
    connection.execute(query("review_ends_claim"), {"call_id": call_id, "user_id": user_id})


def holders(connection: Connection, call_id: str, now: datetime) -> tuple[Claim, ...]:
    """Return who has a call open, the first one first."""
    about = {"call_id": call_id, "now": time_text(now)}
    found = connection.execute(query("claims_of_call"), about).mappings()
    return tuple(Claim.model_validate(dict(row)) for row in found)


def held(connection: Connection, user_id: str, now: datetime) -> tuple[Claim, ...]:
    """Return the calls that somebody has open, the latest first."""
    about = {"user_id": user_id, "now": time_text(now)}
    found = connection.execute(query("claims_of_user"), about).mappings()
    return tuple(Claim.model_validate(dict(row)) for row in found)


def next_call(
    desk: Desk,
    user: User,
    filters: QueueFilters,
    minutes: float,
    now: datetime,
    *,
    leaving: str | None = None,
) -> str | None:
    """Claim the next call of a view for somebody and return it; None: there is none left.

    What is assigned to them comes first, by due date; what is assigned to others, open with
    others, or judged already is never handed out.

    Args:
        desk: Where.
        user: Who asks: only calls that they may see.
        filters: The view: its conditions and its order.
        minutes: How long the call is theirs.
        now: The present moment.
        leaving: A call that they let go of; the search goes on behind it.
    """
    if filters.reviewed is Shown.YES:  # a view of what is done: hand out what is not
        filters = filters.model_copy(update={"reviewed": Shown.WAITING})
    with desk.writing() as connection:
        connection.execute(query("claims_expired"), {"now": time_text(now)})
        asked = question(connection, user, filters, now.date())
        free = _free(user.user_id, now)
        found = _assigned(connection, asked, free, user.user_id, leaving)
        if found is None:
            found = _next(connection, asked, free, leaving)
        if leaving is not None and found != leaving:
            release(connection, user.user_id, leaving)
        if found is not None:
            _keep(connection, user.user_id, found, minutes, now)
    return found


def _next(
    connection: Connection,
    asked: Question,
    free: list[ColumnElement[bool]],
    leaving: str | None,
) -> str | None:
    """Return the first free call behind the one that is left; at the end, the first of all."""
    place = asked.place(connection, CALLS.c.call_id == leaving) if leaving is not None else None
    for start in (None,) if place is None else (place, None):
        page = asked.page([CALLS.c.call_id], 1, start).where(*free)
        if leaving is not None:
            page = page.where(CALLS.c.call_id != leaving)
        locked = page.with_for_update(of=CALLS, skip_locked=True)
        found: str | None = connection.execute(locked).scalar()
        if found is not None:
            return found
    return None


def _assigned(
    connection: Connection,
    asked: Question,
    free: list[ColumnElement[bool]],
    user_id: str,
    leaving: str | None,
) -> str | None:
    """Return the free call that was assigned to somebody and is due first, flagged or not."""
    found = (
        select(CALLS.c.call_id)
        .join(ASSIGNMENTS, ASSIGNMENTS.c.call_id == CALLS.c.call_id)
        .where(
            ASSIGNMENTS.c.user_id == user_id,
            ASSIGNMENTS.c.done_at.is_(None),
            ASSIGNMENTS.c.withdrawn_at.is_(None),
            *asked.narrowing,
            *asked.looked_up,
            *free,
        )
        .order_by(func.coalesce(ASSIGNMENTS.c.due_on, "9999"), CALLS.c.urgency.desc())
        .limit(1)
    )
    if leaving is not None:
        found = found.where(CALLS.c.call_id != leaving)
    call_id: str | None = connection.execute(found.with_for_update(of=CALLS)).scalar()
    return call_id


def _free(user_id: str, now: datetime) -> list[ColumnElement[bool]]:
    """Return the conditions that a call wants one more person, and that this one may be it."""
    part = (CALL_TAKERS.c.call_id == CALLS.c.call_id) & (CALL_TAKERS.c.until > time_text(now))
    others = select(func.count(distinct(CALL_TAKERS.c.user_id))).where(
        part, CALL_TAKERS.c.user_id != user_id
    )
    begun = select(CALL_TAKERS.c.call_id).where(
        part, CALL_TAKERS.c.user_id == user_id, CALL_TAKERS.c.kind != "assignment"
    )
    room = case((CALLS.c.sealed == 1, 2), else_=1)
    return [CALLS.c.reviewed == 0, others.scalar_subquery() < room, ~begun.exists()]


def _keep(
    connection: Connection, user_id: str, call_id: str, minutes: float, now: datetime
) -> None:
    """Write a claim down, or prolong it."""
    connection.execute(
        query("claim_keep"),
        {
            "call_id": call_id,
            "user_id": user_id,
            "now": time_text(now),
            "expires_at": time_text(now + timedelta(minutes=minutes)),
        },
    )
