"""The queue: pages of calls that one user may see, with why each is there in words."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping, Sequence
from datetime import date, datetime
from typing import Any, Literal

from sqlalchemy import Connection, bindparam

from pipeline.desk.conditions import Question, question
from pipeline.desk.database import Desk
from pipeline.desk.filters import QueueFilters
from pipeline.desk.queries import query
from pipeline.desk.tables import CALLS
from pipeline.desk.times import time_text
from pipeline.desk.why import Why, reasons
from pipeline.domain import Flag, Record, Sentiment
from pipeline.people import User, knows_random_slice

PAGE = 50
COUNTED = 10_000
"""Further than this calls are not counted."""
AT_ONCE = 1000
"""Rows read at a time for a file."""
COLUMNS = (
    *(CALLS.c[name] for name in ("number", "call_id", "evaluation_key", "source", "rubric")),
    *(CALLS.c[name] for name in ("agent", "team", "queue", "started_at", "duration_s", "score")),
    *(CALLS.c[name] for name in ("sentiment_end", "critical", "flagged", "random_slice")),
    *(CALLS.c[name] for name in ("uncertain", "flags", "blind", "reviewed", "sealed")),
)


class Holder(Record):
    """Somebody who has a call open."""

    user_id: str
    name: str
    until: datetime


class Assignee(Record):
    """Somebody whom a lead gave a call to, and who has not done it."""

    user_id: str
    name: str
    due_on: date | None
    overdue: bool


class QueueRow(Record):
    """One call as the queue shows it to one user.

    Where two people still have to judge it blindly, everything that the machine said is None.
    """

    call_id: str
    agent: str | None
    team: str | None
    queue: str | None
    source: Literal["recording", "text"]
    rubric: str
    started_at: datetime | None
    duration_s: float | None
    score: float | None
    """The machine's, a percentage in [0, 100]."""
    critical: bool | None
    sentiment_end: Sentiment | None
    reasons: tuple[str, ...]
    """Why it is here, the gravest first: sentences for people."""
    random_slice: bool | None
    """None for who may not know."""
    blind: bool
    """Waits for two blind reviews."""
    reviewed: bool
    reviewers: tuple[str, ...]
    """Names of who reviewed it; empty while it waits for blind reviews."""
    human_score: float | None
    """Of the latest review."""
    reviewed_at: datetime | None
    holders: tuple[Holder, ...]
    """Who has it open, other than the one who asks."""
    assigned: tuple[Assignee, ...]


class QueuePage(Record):
    """One page of the queue."""

    rows: tuple[QueueRow, ...]
    count: int
    """All calls that the filters find, but at most ``COUNTED``."""
    counted_all: bool
    """Whether there are no more than ``count``."""
    after: int | None
    """Where the next page starts; None: this is the last one."""
    before: int | None
    """Where the page before ends; None: this is the first one."""


def queue_page(
    connection: Connection,
    user: User,
    filters: QueueFilters,
    now: datetime,
    *,
    after: int | None = None,
    before: int | None = None,
) -> QueuePage:
    """Return a page of calls; the first one if nothing else is asked for.

    Args:
        connection: Open on the desk.
        user: Who asks: only calls that they may see, and of these what they may know.
        filters: Which, and in which order.
        now: For claims and due dates.
        after: As an earlier page gave it.
        before: Likewise; counts only without ``after``.
    """
    asked = question(connection, user, filters, now.date())
    backwards = after is None and before is not None
    found = _found(connection, asked, PAGE + 1, before if backwards else after, backwards)
    more, found = len(found) > PAGE, found[:PAGE]
    if backwards:
        found.reverse()
    count = int(connection.execute(asked.count(COUNTED + 1)).scalar_one())
    first, last = (found[0]["number"], found[-1]["number"]) if found else (None, None)
    has_before = more if backwards else after is not None
    return QueuePage(
        rows=_rows(connection, found, user, now),
        count=min(count, COUNTED),
        counted_all=count <= COUNTED,
        after=last if more or backwards else None,
        before=first if has_before else None,
    )


def queue_rows(desk: Desk, user: User, filters: QueueFilters, now: datetime) -> Iterator[QueueRow]:
    """Yield all calls that filters find, in order, for a file.

    Nothing is held meanwhile: neither more than ``AT_ONCE`` calls nor a connection.

    Args:
        desk: Where.
        user: Who asks: only calls that they may see, and of these what they may know.
        filters: Which, and in which order.
        now: For claims and due dates.
    """
    last: int | None = None
    while True:
        with desk.reading() as connection:
            asked = question(connection, user, filters, now.date())
            found = _found(connection, asked, AT_ONCE, last)
            rows = _rows(connection, found, user, now)
        yield from rows
        if len(found) < AT_ONCE or found[-1]["number"] == last:
            return
        last = found[-1]["number"]


def _found(
    connection: Connection,
    asked: Question,
    limit: int,
    start: int | None,
    backwards: bool = False,
) -> list[Mapping[Any, Any]]:
    """Return rows of calls in the order they are met."""
    place = asked.place(connection, CALLS.c.number == start) if start is not None else None
    # Without a place that call was scored again meanwhile: from the top.
    page = asked.page(COLUMNS, limit, place, backwards and place is not None)
    return list(connection.execute(page).mappings())


def _rows(
    connection: Connection, found: Sequence[Mapping[Any, Any]], user: User, now: datetime
) -> tuple[QueueRow, ...]:
    around = _Around(connection, [row["call_id"] for row in found], user, now)
    return tuple(around.row(row) for row in found)


class _Around:
    """What people did with the calls of a page."""

    def __init__(
        self, connection: Connection, call_ids: Sequence[str], user: User, now: datetime
    ) -> None:
        self.user, self.today = user, now.date()
        self.holders: dict[str, list[Holder]] = {}
        self.assigned: dict[str, list[Assignee]] = {}
        self.reviews: dict[tuple[str, str], list[Mapping[Any, Any]]] = {}
        about: dict[str, Any] = {"ids": list(call_ids), "now": time_text(now), "me": user.user_id}
        for row in _asked(connection, "queue_claims", about, ("now", "me")):
            holder = Holder(user_id=row["user_id"], name=row["name"], until=row["expires_at"])
            self.holders.setdefault(row["call_id"], []).append(holder)
        for row in _asked(connection, "queue_assignments", about, ()):
            self.assigned.setdefault(row["call_id"], []).append(self._assignee(row))
        for row in _asked(connection, "queue_reviews", about, ()):
            key = (row["call_id"], row["evaluation_key"])
            self.reviews.setdefault(key, []).append(row)

    def row(self, call: Mapping[Any, Any]) -> QueueRow:
        """Return a call as this user may see it."""
        sealed = bool(call["sealed"])
        reviews = self.reviews.get((call["call_id"], call["evaluation_key"]), [])
        assigned = tuple(self.assigned.get(call["call_id"], ()))
        latest = reviews[-1] if reviews and not sealed else None
        plain = ("call_id", "agent", "team", "queue", "source", "rubric", "duration_s")
        return QueueRow(
            **{name: call[name] for name in plain},
            started_at=call["started_at"],
            score=None if sealed else call["score"],
            critical=None if sealed else bool(call["critical"]),
            sentiment_end=None if sealed else call["sentiment_end"],
            reasons=reasons(self._why(call, reviews), self.user),
            random_slice=bool(call["random_slice"]) if knows_random_slice(self.user) else None,
            blind=sealed,
            reviewed=bool(call["reviewed"]),
            reviewers=() if sealed else tuple(dict.fromkeys(row["name"] for row in reviews)),
            human_score=latest["human_score"] if latest else None,
            reviewed_at=latest["finished_at"] if latest else None,
            holders=tuple(self.holders.get(call["call_id"], ())),
            assigned=assigned,
        )

    def _why(self, call: Mapping[Any, Any], reviews: Sequence[Mapping[Any, Any]]) -> Why:
        return Why(
            flags=tuple(Flag.model_validate(flag) for flag in json.loads(call["flags"])),
            uncertain=call["uncertain"],
            blind=bool(call["sealed"]),
            blind_done=len({row["reviewer"] for row in reviews if row["kind"] == "blind"}),
            reviewed=bool(call["reviewed"]),
        )

    def _assignee(self, row: Mapping[Any, Any]) -> Assignee:
        due_on = date.fromisoformat(row["due_on"]) if row["due_on"] else None
        return Assignee(
            user_id=row["user_id"],
            name=row["name"],
            due_on=due_on,
            overdue=due_on is not None and due_on < self.today,
        )


def _asked(
    connection: Connection, name: str, about: Mapping[str, Any], used: Sequence[str]
) -> list[Mapping[Any, Any]]:
    """Return the rows of a question about a page's calls."""
    if not about["ids"]:
        return []
    asked = query(name).bindparams(bindparam("ids", expanding=True))
    values = {"ids": about["ids"], **{key: about[key] for key in used}}
    return list(connection.execute(asked, values).mappings())
