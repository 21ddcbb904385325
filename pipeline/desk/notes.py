"""Coaching notes as lists and pages show them; ``pipeline.desk.coaching`` writes them."""

from __future__ import annotations

from datetime import date, datetime
from enum import StrEnum

from sqlalchemy import ColumnElement, Connection, column, func, select, true

from pipeline.desk.queries import query
from pipeline.desk.scope import may_be_seen
from pipeline.desk.times import present
from pipeline.domain import Record
from pipeline.people import User, UserRole

COLUMNS = (
    "note_id",
    "call_id",
    "agent",
    "team",
    "started_at",
    "author",
    "author_name",
    "written_at",
    "body",
    "turn",
    "quote",
    "start_s",
    "due_on",
    "acknowledged_at",
    "answer",
    "withdrawn_at",
    "withdrawn_by",
    "released",
)
NOTES = query("notes").columns(*(column(name) for name in COLUMNS)).subquery("n")


class NoteState(StrEnum):
    """How far a note has come."""

    HELD = "held"
    """No review of the call is released: the agent does not see it yet."""
    OPEN = "open"
    OVERDUE = "overdue"
    ACKNOWLEDGED = "acknowledged"
    WITHDRAWN = "withdrawn"


class Note(Record):
    """A note with what a list shows of its call."""

    note_id: str
    call_id: str
    agent: str
    team: str | None
    started_at: datetime | None
    author: str
    author_name: str
    written_at: datetime
    body: str
    turn: int | None
    quote: str | None
    start_s: float | None
    due_on: date | None
    acknowledged_at: datetime | None
    answer: str | None
    withdrawn_at: datetime | None
    withdrawn_by: str | None
    released: bool
    """A review of the call is released, so the agent may see the note."""
    today: date
    """The day on which it was looked at."""

    @property
    def state(self) -> NoteState:
        """Return how far it has come."""
        if self.withdrawn_at is not None:
            return NoteState.WITHDRAWN
        if self.acknowledged_at is not None:
            return NoteState.ACKNOWLEDGED
        if not self.released:
            return NoteState.HELD
        late = self.due_on is not None and self.due_on < self.today
        return NoteState.OVERDUE if late else NoteState.OPEN


def today_utc() -> date:
    """Return the present day, by which due dates are counted."""
    return present().date()


def find_note(connection: Connection, user: User, note_id: str) -> Note | None:
    """Return a note if this user may see it, else None."""
    found = _notes(connection, (NOTES.c.note_id == note_id) & _visible(user))
    return found[0] if found else None


def notes_on(connection: Connection, user: User, call_id: str) -> tuple[Note, ...]:
    """Return the notes on a call that this user may see, first written first."""
    return _notes(connection, (NOTES.c.call_id == call_id) & _visible(user))[::-1]


def notes_for(
    connection: Connection,
    user: User,
    *,
    agent: str | None = None,
    state: NoteState | None = None,
    limit: int = 50,
    offset: int = 0,
) -> tuple[Note, ...]:
    """Return notes that this user may see, last written first; due ones by their due date.

    Args:
        connection: Open on the desk.
        user: An agent gets their own, a lead those of their teams.
        agent: Only theirs.
        state: Only those that have come this far.
        limit: At most so many.
        offset: Leave out so many before.
    """
    which = _visible(user) & _in_state(state)
    if agent is not None:
        which = which & (NOTES.c.agent == agent)
    return _notes(connection, which, limit, offset, due_first=state in DUE)


DUE = (NoteState.OPEN, NoteState.OVERDUE)


class NoteCounts(Record):
    """How many notes have come how far."""

    held: int
    open: int
    overdue: int
    acknowledged: int
    withdrawn: int

    @property
    def due(self) -> int:
        """How many wait for the agent, overdue or not."""
        return self.open + self.overdue


def count_notes(connection: Connection, user: User, agent: str | None = None) -> NoteCounts:
    """Return how many notes that this user may see have come how far."""
    counted = (func.count().filter(_in_state(state)).label(state.value) for state in NoteState)
    which = _visible(user)
    if agent is not None:
        which = which & (NOTES.c.agent == agent)
    row = connection.execute(select(*counted).select_from(NOTES).where(which)).one()
    return NoteCounts.model_validate(dict(row._mapping))


def agents_with_notes(connection: Connection, user: User) -> tuple[str, ...]:
    """Return the agents who have notes that this user may see, by name."""
    found = select(NOTES.c.agent).where(_visible(user)).distinct().order_by(NOTES.c.agent)
    return tuple(connection.execute(found).scalars())


def _visible(user: User) -> ColumnElement[bool]:
    """Return which notes a user may see: an agent never those that were taken back."""
    seen = may_be_seen(user, NOTES.c.agent, NOTES.c.team)
    if user.role is not UserRole.AGENT:
        return seen
    return seen & NOTES.c.withdrawn_at.is_(None) & (NOTES.c.released == 1)


def _in_state(state: NoteState | None) -> ColumnElement[bool]:
    """Return the SQL of ``Note.state``."""
    stands = NOTES.c.withdrawn_at.is_(None)
    waits = stands & NOTES.c.acknowledged_at.is_(None)
    late = func.coalesce(NOTES.c.due_on, "9999-12-31") < today_utc().isoformat()
    match state:
        case None:
            return true()
        case NoteState.WITHDRAWN:
            return NOTES.c.withdrawn_at.is_not(None)
        case NoteState.ACKNOWLEDGED:
            return stands & NOTES.c.acknowledged_at.is_not(None)
        case NoteState.HELD:
            return waits & (NOTES.c.released == 0)
        case NoteState.OVERDUE:
            return waits & (NOTES.c.released == 1) & late
        case NoteState.OPEN:
            return waits & (NOTES.c.released == 1) & ~late


def _notes(
    connection: Connection,
    which: ColumnElement[bool],
    limit: int = 500,
    offset: int = 0,
    *,
    due_first: bool = False,
) -> tuple[Note, ...]:
    order = [NOTES.c.written_at.desc(), NOTES.c.note_id]
    if due_first:
        order.insert(0, func.coalesce(NOTES.c.due_on, "9999-12-31"))
    rows = connection.execute(
        select(NOTES).where(which).order_by(*order).limit(limit).offset(offset)
    )
    today = today_utc()
    return tuple(Note.model_validate({**row._mapping, "today": today}) for row in rows)
