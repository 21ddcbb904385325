"""What the centre knows of calls besides: satisfaction, first-contact resolution, handling time.

What the manifest said of a call is in the store (``csat``, and ``fcr`` and ``aht_s`` among what is
kept as it is); what is told here as a CSV file goes before it.
"""

from __future__ import annotations

import csv
import io
import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, get_args

from sqlalchemy import Connection, bindparam

from pipeline.desk.queries import query
from pipeline.desk.times import now_text
from pipeline.domain import Record
from pipeline.errors import InputError

Name = Literal["csat", "fcr", "aht_s"]
NAMES: tuple[Name, ...] = get_args(Name)
TITLES: Mapping[Name, str] = {
    "csat": "Customer satisfaction (CSAT)",
    "fcr": "First-contact resolution (FCR)",
    "aht_s": "Handling time (AHT), seconds",
}
COLUMNS: Mapping[str, Name] = {"csat": "csat", "fcr": "fcr", "aht": "aht_s", "aht_s": "aht_s"}
"""Headings of a file, in lower case."""
CALL_ID = ("call_id", "id")
YES, NO = ("1", "1.0", "yes", "y", "true"), ("0", "0.0", "no", "n", "false")
MOST_BYTES = 50_000_000
MOST_ROWS = 1_000_000
ROWS_AT_ONCE = 5000
EXPECTED = "expected a CSV file with the column call_id and one or more of csat, fcr, aht_s"


class Outcome(Record):
    """One figure about one call."""

    call_id: str
    name: Name
    value: float
    """CSAT as the centre counts it, FCR as 1 (yes) or 0 (no), AHT in seconds."""


class ToldOutcome(Outcome):
    """A figure with who told it."""

    agent: str | None
    team: str | None
    told_by: str
    told_at: str


class OutcomeCount(Record):
    """How much was told of one kind."""

    name: Name
    calls: int
    known: int
    """Of these, calls that have been scored."""
    lowest: float
    highest: float
    told_at: str
    """Last."""


@dataclass(frozen=True, slots=True)
class LineProblem:
    """A cell that cannot be used."""

    line: int
    """1-based, the heading included."""
    message: str


@dataclass(frozen=True, slots=True)
class OutcomeFile:
    """What a file says."""

    outcomes: tuple[Outcome, ...]
    """The last one counts where a call occurs twice."""
    problems: tuple[LineProblem, ...]


def read_outcomes(content: bytes) -> OutcomeFile:
    """Return the figures in a CSV file; cells without any are left out, unusable ones are told.

    Args:
        content: UTF-8; separated by comma, semicolon or tab. Decimals may have a comma where the
            cells are not separated by one. FCR is yes or no, AHT seconds or ``mm:ss``.

    Raises:
        InputError: It has another form; says what was expected.
    """
    if len(content) > MOST_BYTES:
        raise InputError(f"a file may have {MOST_BYTES} bytes, this has {len(content)}")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError("the file is not in UTF-8; save it as CSV UTF-8") from error
    first = text.partition("\n")[0]
    mark = max(",;\t", key=first.count)
    rows = csv.reader(io.StringIO(text, newline=""), delimiter=mark)
    found: dict[tuple[str, Name], Outcome] = {}
    problems: list[LineProblem] = []
    try:
        id_at, columns = _heading(next(rows, []))
        for row in rows:
            if rows.line_num > MOST_ROWS + 1:
                raise InputError(f"a file may have {MOST_ROWS} rows: divide it")
            for item in _row(row, rows.line_num, id_at, columns):
                if isinstance(item, LineProblem):
                    problems.append(item)
                else:
                    found[item.call_id, item.name] = item
    except csv.Error as error:
        raise InputError(f"line {rows.line_num}: not CSV ({error}); {EXPECTED}") from error
    return OutcomeFile(tuple(found.values()), tuple(problems))


def keep_outcomes(connection: Connection, outcomes: Iterable[Outcome], told_by: str) -> int:
    """Keep figures in place of what was told before; return how many.

    Args:
        connection: In a transaction.
        outcomes: Any number.
        told_by: A user.
    """
    told_at = now_text()
    rows = [
        {**outcome.model_dump(), "told_by": told_by, "told_at": told_at} for outcome in outcomes
    ]
    for start in range(0, len(rows), ROWS_AT_ONCE):
        connection.execute(query("outcome_keep"), rows[start : start + ROWS_AT_ONCE])
    return len(rows)


def outcomes_for(connection: Connection, name: Name) -> Mapping[str, float]:
    """Return what was told of one kind, by call id; calls that nobody told of are not there."""
    found = connection.execute(query("outcomes"), {"name": name})
    return {call_id: value for call_id, value in found}


def told_outcomes(connection: Connection) -> tuple[ToldOutcome, ...]:
    """Return everything that was told, by call."""
    rows = connection.execute(query("outcomes_all")).mappings()
    return tuple(ToldOutcome.model_validate(dict(row)) for row in rows)


def outcome_counts(connection: Connection) -> tuple[OutcomeCount, ...]:
    """Return how much was told of each kind."""
    rows = connection.execute(query("outcome_counts")).mappings()
    return tuple(OutcomeCount.model_validate(dict(row)) for row in rows)


def unknown_calls(connection: Connection, call_ids: Sequence[str]) -> tuple[str, ...]:
    """Return those of the calls that were not scored yet, in order; they may be later."""
    question = query("call_ids_known").bindparams(bindparam("call_ids", expanding=True))
    known: set[str] = set()
    for start in range(0, len(call_ids), ROWS_AT_ONCE):
        piece = list(call_ids[start : start + ROWS_AT_ONCE])
        known |= set(connection.execute(question, {"call_ids": piece}).scalars())
    return tuple(dict.fromkeys(call_id for call_id in call_ids if call_id not in known))


def outcome_value(name: Name, text: str) -> float | None:
    """Return the figure that a text stands for; None: it stands for none.

    Args:
        name: Of which kind.
        text: A number, with a point or a comma; for FCR yes or no; for AHT also ``mm:ss`` and
            ``h:mm:ss``.
    """
    plain = text.strip().lower()
    if name == "fcr":
        return 1.0 if plain in YES else 0.0 if plain in NO else None
    if name == "aht_s" and ":" in plain:
        return _clock(plain)
    try:
        value = float(plain.replace(",", "."))
    except ValueError:
        return None
    return value if math.isfinite(value) and value >= 0 else None


def _clock(text: str) -> float | None:
    parts = text.split(":")
    if len(parts) > 3 or not all(part.isascii() and part.isdigit() for part in parts):
        return None
    if any(int(part) > 59 for part in parts[1:]):
        return None
    return float(sum(int(part) * 60**power for power, part in enumerate(reversed(parts))))


def _heading(row: list[str]) -> tuple[int, Mapping[int, Name]]:
    """Return which column has the ids, and which have figures of which kind."""
    names = [name.strip().lower() for name in row]
    ids = [at for at, name in enumerate(names) if name in CALL_ID]
    columns = {at: COLUMNS[name] for at, name in enumerate(names) if name in COLUMNS}
    if not ids or not columns:
        found = ", ".join(name for name in names if name)[:200] or "nothing"
        raise InputError(f"line 1: {EXPECTED}, found {found}")
    return ids[0], columns


def _row(
    row: list[str], line: int, id_at: int, columns: Mapping[int, Name]
) -> Iterator[Outcome | LineProblem]:
    cells = {name: row[at].strip() for at, name in columns.items() if at < len(row)}
    call_id = row[id_at].strip() if id_at < len(row) else ""
    if not any(cells.values()):
        return
    if not call_id:
        yield LineProblem(line, "expected a call_id, found none")
        return
    for name, text in cells.items():
        value = outcome_value(name, text) if text else None
        if value is not None:
            yield Outcome(call_id=call_id, name=name, value=value)
        elif text:
            wanted = {"fcr": "yes or no", "aht_s": "seconds or mm:ss"}.get(name, "a number from 0")
            yield LineProblem(line, f"{name}: expected {wanted}, found {text[:40]!r}")
