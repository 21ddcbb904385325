"""Filters as conditions on the desk's table of calls, and how best to look for them.

A word or a verdict that few calls have is looked up and its calls are sorted; else the calls are
walked in the order of the list until a page is full. SQLite knows too little of the data to tell
which is better, so it is counted here, up to a bound, and SQLite is left no other way. Both were
measured on 100,000 calls (benchmarks/queue.py).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    and_,
    false,
    func,
    literal,
    literal_column,
    select,
    tuple_,
)

from pipeline.desk.filters import KINDS, ONLY_FOR_LEADS, QueueFilters, Shown, Sort
from pipeline.desk.scope import may_be_seen
from pipeline.desk.tables import (
    ASSIGNMENTS,
    CALL_TEXT,
    CALL_TEXT_INDEX,
    CALL_VERDICTS,
    CALLS,
    REVIEWS,
)
from pipeline.people import User, knows_random_slice

FEW = 2000
"""As many calls are quicker to sort than to walk past."""
SOME = 10_000
"""As many calls are quicker counted one by one than found among all."""
COMMON = 25_000
"""What so many calls have is quicker asked of each call of a page than looked up for all."""
ONE: ColumnElement[int] = literal_column("1")
"""Written out: a partial index serves only conditions without parameters."""

RANKS: dict[Sort, tuple[ColumnElement[Any], bool]] = {
    Sort.URGENCY: (CALLS.c.urgency, True),
    Sort.LOWEST: (CALLS.c.score_rank, False),
    Sort.HIGHEST: (CALLS.c.score_rank, True),
    Sort.NEWEST: (CALLS.c.started_rank, True),
    Sort.OLDEST: (CALLS.c.started_rank, False),
    Sort.LONGEST: (CALLS.c.duration_rank, True),
    Sort.SHORTEST: (CALLS.c.duration_rank, False),
}
"""What each order sorts by, and whether from the largest down; there is an index for each."""
# What is computed is in no index: the one of the order is then all that a database can walk.
WALKED_NUMBER = CALLS.c.number + 0
WALKED_CALL_ID = CALLS.c.call_id.concat("")
WALKED_TEAM = CALLS.c.team.concat("")


class Place(NamedTuple):
    """Where a call stands in an order."""

    rank: float | str
    number: int


@dataclass(frozen=True, slots=True)
class Question:
    """Filters, ready to be asked."""

    shown: tuple[ColumnElement[bool], ...]
    """By what was done with a call."""
    narrowing: tuple[ColumnElement[bool], ...]
    """By everything else, and by what the user may see."""
    looked_up: tuple[ColumnElement[bool], ...]
    """By words and verdicts, as is best for counting all."""
    asked: tuple[ColumnElement[bool], ...]
    """The same, as is best for a page."""
    sort: Sort

    def page(
        self,
        columns: Sequence[ColumnElement[Any]],
        limit: int,
        start: Place | None = None,
        backwards: bool = False,
    ) -> Select[Any]:
        """Return the question for calls in order.

        Args:
            columns: Of ``CALLS``.
            limit: At most so many.
            start: The call to start behind; None: at the top.
            backwards: Towards the top: the nearest first.
        """
        rank, down = RANKS[self.sort]
        down = down != backwards
        asked = select(*columns).where(*self.shown, *self.narrowing, *self.asked).limit(limit)
        if start is not None:
            here, there = tuple_(rank, CALLS.c.number), tuple_(*(literal(value) for value in start))
            asked = asked.where(here < there if down else here > there)
        by = (rank, CALLS.c.number)
        return asked.order_by(*(item.desc() if down else item.asc() for item in by))

    def count(self, limit: int) -> Select[tuple[int]]:
        """Return the question for how many calls there are, up to a limit."""
        conditions = (*self.shown, *self.narrowing, *self.looked_up)
        found = select(ONE).select_from(CALLS).where(*conditions).limit(limit)
        return select(func.count()).select_from(found.subquery())

    def place(self, connection: Connection, which: ColumnElement[bool]) -> Place | None:
        """Return where a call stands; None if the desk does not know it."""
        found = select(RANKS[self.sort][0], CALLS.c.number).where(which)
        row = connection.execute(found).first()
        return None if row is None else Place(*row)


@dataclass(frozen=True, slots=True)
class _Lookup:
    """A filter that another table answers."""

    asked: Select[Any]
    """For the calls that pass."""
    found: ColumnElement[Any]
    """What it names them by."""
    call: ColumnElement[Any]
    """The same of a call."""
    walked: ColumnElement[Any]
    """The same, of a call that is met on the way."""

    def size(self, connection: Connection) -> int:
        """Return how many calls pass; more than ``COMMON`` are not counted."""
        counted = select(func.count()).select_from(self.asked.limit(COMMON + 1).subquery())
        return int(connection.execute(counted).scalar_one())

    def in_all(self, by_index: bool) -> ColumnElement[bool]:
        """Return the condition that a call is among all that pass.

        Args:
            by_index: Whether these may be looked up; else calls are met in the list's order.
        """
        return (self.call if by_index else self.walked).in_(self.asked)

    def of_each(self) -> ColumnElement[bool]:
        """Return the condition, to be asked of one call after the other."""
        return self.asked.where(self.found == self.call).exists()


def question(connection: Connection, user: User, filters: QueueFilters, today: date) -> Question:
    """Return what to ask the desk for a user's filters.

    Args:
        connection: Open on the desk; rare words and verdicts are counted first.
        user: Only calls of their teams are found.
        filters: What they want to see.
        today: Before it, assignments are overdue.
    """
    lookups = [item for item in (_said(filters), _judged(filters)) if item is not None]
    sizes = [item.size(connection) for item in lookups]
    few = filters.agent is not None or any(size <= FEW for size in sizes)
    team = CALLS.c.team if few else WALKED_TEAM
    narrowing = [may_be_seen(user, CALLS.c.agent, team), *_columns(filters)]
    if filters.team is not None:
        narrowing.append(team == filters.team)
    if filters.reveals:
        narrowing.append(CALLS.c.sealed == 0)
    if filters.flag in ONLY_FOR_LEADS and not knows_random_slice(user):
        narrowing.append(false())
    narrowing += _by_people(filters, user, today)
    sized = list(zip(lookups, sizes, strict=True))
    looked_up = [item.in_all(few or size <= SOME) for item, size in sized]
    asked = [
        item.of_each() if size > COMMON and not few else item.in_all(few) for item, size in sized
    ]
    return Question(_shown(filters), tuple(narrowing), tuple(looked_up), tuple(asked), filters.sort)


def _shown(filters: QueueFilters) -> tuple[ColumnElement[bool], ...]:
    match filters.reviewed:
        case Shown.WAITING:
            return (CALLS.c.waiting == ONE,)
        case Shown.NO:
            return (CALLS.c.reviewed == 0,)
        case Shown.YES:
            return (CALLS.c.reviewed == 1,)
    return ()


def _columns(filters: QueueFilters) -> list[ColumnElement[bool]]:
    """Return the conditions that a call's own row answers."""
    wanted: list[ColumnElement[bool]] = []
    if filters.agent is not None:
        wanted.append(CALLS.c.agent == filters.agent)
    if filters.since is not None:
        wanted.append(CALLS.c.started_rank >= filters.since.isoformat())
    if filters.until is not None:
        following = filters.until + timedelta(days=1)
        wanted += [CALLS.c.started_rank < following.isoformat(), CALLS.c.started_rank > ""]
    if filters.score_min is not None:
        wanted.append(CALLS.c.score_rank >= filters.score_min)
    if filters.score_max is not None:
        wanted += [CALLS.c.score_rank <= filters.score_max, CALLS.c.score_rank >= 0]
    if filters.flag is not None:
        wanted.append(CALLS.c.flag_kinds.op("&")(KINDS[filters.flag]) != 0)
    return wanted


def _said(filters: QueueFilters) -> _Lookup | None:
    """Return what finds calls in which the words were said; None: not asked."""
    if filters.match is None:
        return None
    asked = select(CALL_TEXT.c.rowid).where(CALL_TEXT_INDEX.op("MATCH")(filters.match))
    return _Lookup(asked, CALL_TEXT.c.rowid, CALLS.c.number, WALKED_NUMBER)


def _judged(filters: QueueFilters) -> _Lookup | None:
    """Return what finds calls with the verdict; None: not asked."""
    if filters.criterion is None or filters.verdict is None:
        return None
    asked = select(CALL_VERDICTS.c.call_id).where(
        CALL_VERDICTS.c.criterion == filters.criterion,
        CALL_VERDICTS.c.verdict == filters.verdict.value,
    )
    return _Lookup(asked, CALL_VERDICTS.c.call_id, CALLS.c.call_id, WALKED_CALL_ID)


def _by_people(filters: QueueFilters, user: User, today: date) -> list[ColumnElement[bool]]:
    """Return the conditions about who reviewed a call and whom it was given to."""
    wanted: list[ColumnElement[bool]] = []
    if filters.reviewer is not None:
        by = select(REVIEWS.c.call_id).where(REVIEWS.c.reviewer == filters.reviewer)
        wanted.append(CALLS.c.call_id.in_(by))
    if filters.assigned is not None:
        wanted.append(_assigned(filters.assigned, user, today))
    return wanted


def _assigned(assigned: str, user: User, today: date) -> ColumnElement[bool]:
    open_ones = and_(ASSIGNMENTS.c.done_at.is_(None), ASSIGNMENTS.c.withdrawn_at.is_(None))
    calls = select(ASSIGNMENTS.c.call_id).where(open_ones)
    match assigned:
        case "anyone":
            return CALLS.c.call_id.in_(calls)
        case "nobody":
            return CALLS.c.call_id.not_in(calls)
        case "overdue":
            return CALLS.c.call_id.in_(calls.where(ASSIGNMENTS.c.due_on < today.isoformat()))
    whose = user.user_id if assigned == "me" else assigned
    return CALLS.c.call_id.in_(calls.where(ASSIGNMENTS.c.user_id == whose))
