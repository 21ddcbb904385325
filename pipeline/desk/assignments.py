"""Assignments: a lead gives calls to a reviewer, with a day by which they should be done."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import date, datetime

from sqlalchemy import Connection, bindparam

from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.people import User, UserRole, may_see, ranks_at_least

MOST = 500
"""Calls that can be assigned at once."""


class Assignment(Record):
    """One call that somebody was given and has not done."""

    assignment_id: str
    call_id: str
    user_id: str
    name: str
    due_on: date | None
    assigned_by: str
    assigned_at: datetime
    agent: str | None
    """Of the call."""


class Assigned(Record):
    """What came of assigning calls."""

    given: tuple[str, ...] = ()
    """Calls that are theirs now, or were and have another day now."""
    reviewed: tuple[str, ...] = ()
    """Left out: nothing is left to do, or not for them."""
    hidden: tuple[str, ...] = ()
    """Left out: the desk does not know them, or one of the two may not see them."""


def assign(
    connection: Connection,
    lead: User,
    call_ids: Sequence[str],
    reviewer: User,
    due_on: date | None,
    now: datetime,
) -> Assigned:
    """Give calls to somebody; who had one of them before has it no longer.

    A call for blind double review can be with two people at a time.

    Args:
        connection: In a writing transaction.
        lead: Who assigns.
        call_ids: At most ``MOST``.
        reviewer: Who shall review them.
        due_on: Until when; None: whenever.
        now: The present moment.

    Raises:
        InputError: The reviewer cannot review, the day is past, or there are too many calls.
    """
    _check(reviewer, call_ids, due_on, now)
    given, reviewed, hidden = [], [], []
    about = query("assignable").bindparams(bindparam("ids", expanding=True))
    found = connection.execute(about, {"ids": list(call_ids), "user_id": reviewer.user_id})
    known = {row["call_id"]: row for row in found.mappings()}
    for call_id in dict.fromkeys(call_ids):
        row = known.get(call_id)
        if row is None or not all(
            may_see(user, row["agent"], row["team"], False) for user in (lead, reviewer)
        ):
            hidden.append(call_id)
        elif row["reviewed"] or row["judged"]:
            reviewed.append(call_id)
        else:
            _give(connection, lead, call_id, reviewer, due_on, now, bool(row["sealed"]))
            given.append(call_id)
    return Assigned(given=tuple(given), reviewed=tuple(reviewed), hidden=tuple(hidden))


def withdraw(connection: Connection, call_id: str, now: datetime) -> bool:
    """Take a call back from whoever it was assigned to; return whether it was to anybody."""
    about = {"call_id": call_id, "now": time_text(now)}
    return connection.execute(query("assignment_withdraw"), about).rowcount > 0


def assignments_of(connection: Connection, user_id: str) -> tuple[Assignment, ...]:
    """Return what somebody was given and nobody has done, what is due first at the top."""
    found = connection.execute(query("assignments_of_user"), {"user_id": user_id}).mappings()
    return tuple(Assignment.model_validate(dict(row)) for row in found)


def _check(reviewer: User, call_ids: Sequence[str], due_on: date | None, now: datetime) -> None:
    if not reviewer.active or not ranks_at_least(reviewer, UserRole.REVIEWER):
        raise InputError(
            f"calls can be assigned to active reviewers and leads; {reviewer.user_id} is "
            f"{'an agent' if reviewer.role is UserRole.AGENT else 'not active'}"
        )
    if due_on is not None and due_on < now.date():
        raise InputError(f"calls can be due today or later, not on {due_on:%Y-%m-%d}")
    if not call_ids:
        raise InputError("no call was chosen: tick some in the list")
    if len(call_ids) > MOST:
        raise InputError(f"at most {MOST} calls can be assigned at once, got {len(call_ids)}")


def _give(
    connection: Connection,
    lead: User,
    call_id: str,
    reviewer: User,
    due_on: date | None,
    now: datetime,
    sealed: bool,
) -> None:
    """Write one assignment down, in the place of others that leave no room for it."""
    connection.execute(
        query("assignments_make_room"),
        {
            "call_id": call_id,
            "user_id": reviewer.user_id,
            "others": 1 if sealed else 0,
            "now": time_text(now),
        },
    )
    connection.execute(
        query("assignment_add"),
        {
            "assignment_id": secrets.token_hex(8),
            "call_id": call_id,
            "user_id": reviewer.user_id,
            "due_on": due_on.isoformat() if due_on else None,
            "assigned_by": lead.user_id,
            "assigned_at": time_text(now),
        },
    )
