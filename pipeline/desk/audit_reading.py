"""Look into the record of who read and changed what."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    RowMapping,
    Select,
    String,
    column,
    func,
    select,
    table,
)

from pipeline.desk.database import Desk
from pipeline.desk.times import time_of, time_text
from pipeline.domain import Record

PER_PAGE = 100
PER_PIECE = 1000
LOG = table(
    "audit_log",
    column("happened_at", String),
    column("entry_id", String),
    column("actor", String),
    column("action", String),
    column("subject", String),
    column("detail", String),
    column("address", String),
)


class Entry(Record):
    """Something that somebody did."""

    happened_at: datetime
    actor: str
    action: str
    subject: str
    detail: str
    """A JSON object."""
    address: str | None


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which entries; what is None does not matter."""

    actor: str | None = None
    action: str | None = None
    """Whole, or its beginning up to a point: ``call`` finds ``call.read``."""
    subject: str | None = None
    """Any part of it."""
    since: datetime | None = None
    until: datetime | None = None


def count(connection: Connection, wanted: Wanted) -> int:
    """Return how many entries there are."""
    counted = select(func.count()).select_from(LOG).where(*_conditions(wanted))
    return connection.execute(counted).scalar_one()


def entries(connection: Connection, wanted: Wanted, page: int = 1) -> tuple[Entry, ...]:
    """Return one page of entries, the newest first; the first page is 1."""
    asked = _newest_first(_conditions(wanted)).limit(PER_PAGE).offset((page - 1) * PER_PAGE)
    return tuple(_entry(row) for row in connection.execute(asked).mappings())


def all_entries(desk: Desk, wanted: Wanted) -> Iterator[Entry]:
    """Yield all entries, the newest first, read piece by piece so that nothing is kept open."""
    conditions = _conditions(wanted)
    after: list[ColumnElement[bool]] = []
    while True:
        with desk.reading() as connection:
            asked = _newest_first([*conditions, *after]).limit(PER_PIECE)
            rows = connection.execute(asked).mappings().all()
        yield from (_entry(row) for row in rows)
        if len(rows) < PER_PIECE:
            return
        time, entry_id = rows[-1]["happened_at"], rows[-1]["entry_id"]
        later = (LOG.c.happened_at == time) & (LOG.c.entry_id > entry_id)
        after = [(LOG.c.happened_at < time) | later]


def actions(connection: Connection) -> tuple[str, ...]:
    """Return every kind of action that was ever done."""
    kinds = select(LOG.c.action).distinct().order_by(LOG.c.action)
    return tuple(connection.execute(kinds).scalars())


def _newest_first(conditions: Sequence[ColumnElement[bool]]) -> Select[Any]:
    """Return the question for entries; its rows have the columns of ``LOG``."""
    return select(LOG).where(*conditions).order_by(LOG.c.happened_at.desc(), LOG.c.entry_id)


def _conditions(wanted: Wanted) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = []
    if wanted.actor is not None:
        found.append(LOG.c.actor == wanted.actor)
    if wanted.action is not None:
        begins = LOG.c.action.startswith(f"{wanted.action}.", autoescape=True)
        found.append((LOG.c.action == wanted.action) | begins)
    if wanted.subject is not None:
        found.append(LOG.c.subject.contains(wanted.subject, autoescape=True))
    if wanted.since is not None:
        found.append(LOG.c.happened_at >= time_text(wanted.since))
    if wanted.until is not None:
        found.append(LOG.c.happened_at < time_text(wanted.until))
    return found


def _entry(row: RowMapping) -> Entry:
    return Entry(
        happened_at=time_of(row["happened_at"]),
        actor=row["actor"],
        action=row["action"],
        subject=row["subject"],
        detail=row["detail"],
        address=row["address"],
    )
