"""Write results as JSONL, CSV or Parquet, in the fixed formats of ``docs/formats.md``."""

from __future__ import annotations

import csv
import io
import json
import os
import re
from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from pathlib import Path
from typing import Any, BinaryIO, Literal

import pyarrow as pa
import pyarrow.parquet as pq
from pydantic import JsonValue

from pipeline.errors import InputError
from pipeline.store.columns import EVIDENCE, FLAGS, NUMBERS, VERDICTS

Format = Literal["jsonl", "csv", "parquet"]
Row = Mapping[str, JsonValue]
ROWS_PER_PIECE = 5000
LINES_PER_PIECE = 500

_TEXT, _REAL, _WHOLE = pa.string(), pa.float64(), pa.int32()

COLUMNS: Mapping[str, pa.Schema] = {
    what: pa.schema(columns)
    for what, columns in {
        "calls": [
            ("call_id", _TEXT),
            ("score", _REAL),
            ("flags", FLAGS),
            ("sentiment_start", _TEXT),
            ("sentiment_end", _TEXT),
            ("duration_s", _REAL),
            ("metrics", NUMBERS),
            ("status", _TEXT),
        ],
        "turns": [
            ("call_id", _TEXT),
            ("turn", _WHOLE),
            ("role", _TEXT),
            ("channel", _WHOLE),
            ("start_s", _REAL),
            ("end_s", _REAL),
            ("text", _TEXT),
            ("asr_confidence", _REAL),
            ("sentiment", _TEXT),
            ("sentiment_probability", _REAL),
        ],
        "evaluations": [
            ("call_id", _TEXT),
            ("rubric", _TEXT),
            ("rubric_version", _WHOLE),
            ("criterion", _TEXT),
            ("verdict", _TEXT),
            ("probability", _REAL),
            ("reason", _TEXT),
            ("evidence", EVIDENCE),
            ("model_version", _TEXT),
            ("evaluated_at", _TEXT),
        ],
        "reviews": [
            ("call_id", _TEXT),
            ("review", _TEXT),
            ("reviewer", _TEXT),
            ("kind", _TEXT),
            ("rubric", _TEXT),
            ("rubric_version", _WHOLE),
            ("evaluation_key", _TEXT),
            ("started_at", _TEXT),
            ("finished_at", _TEXT),
            ("active_s", _REAL),
            ("machine_score", _REAL),
            ("human_score", _REAL),
            ("note", _TEXT),
            ("verdicts", VERDICTS),
        ],
        "corrections": [
            ("call_id", _TEXT),
            ("correction", _TEXT),
            ("review", _TEXT),
            ("rubric", _TEXT),
            ("rubric_version", _WHOLE),
            ("criterion", _TEXT),
            ("kind", _TEXT),
            ("machine_verdict", _TEXT),
            ("verdict", _TEXT),
            ("evidence", EVIDENCE),
            ("reason", _TEXT),
            ("author", _TEXT),
            ("made_at", _TEXT),
            ("revokes", _TEXT),
            ("stands", pa.bool_()),
        ],
    }.items()
}
"""The columns of every export, in their order. Times are ISO 8601 in UTC."""

FREE_TEXT = frozenset({"text", "note", "reason", "comment", "body", "quote", "answer", "decision"})
"""Columns that hold what callers, agents and reviewers said."""
FORMULA_STARTS = ("=", "+", "-", "@", "\t", "\r", "\n", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""What makes a spreadsheet take text for a formula; the last four are their wide forms.

Source: OWASP, CSV Injection.
"""
NUMBER_LIKE = re.compile(r"[+-][0-9][0-9 .]*")
"""A number or a telephone number: as an id it stays as it is, because nothing is computed from it
and whoever joins tables by it must find it again."""


def write_export(rows: Iterable[Row], what: str, form: Format, out: Path | BinaryIO) -> int:
    """Write an export and return how many rows it has.

    A file is written beside its place and moved there whole, so a reader never sees half of it.

    Args:
        rows: As ``Store.export(what)`` yields them.
        what: ``calls``, ``turns``, ``evaluations``, ``reviews`` or ``corrections``.
        form: ``jsonl`` (one object per line), ``csv`` (nested values as JSON; what would be a
            formula in a spreadsheet is quoted with ``'``) or ``parquet`` (nested values as such).
        out: A path, or an open binary stream.

    Raises:
        InputError: There is no such export or format, or the file cannot be written.
    """
    schema = COLUMNS.get(what)
    if schema is None:
        raise InputError(f"cannot export {what!r}: choose one of {', '.join(COLUMNS)}")
    if form not in ("jsonl", "csv", "parquet"):
        raise InputError(f"cannot write {form!r}: choose jsonl, csv or parquet")
    if not isinstance(out, Path):
        return _write(rows, schema, form, out)
    try:
        return _write_file(rows, schema, form, out)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}") from error


def _write_file(rows: Iterable[Row], schema: pa.Schema, form: Format, out: Path) -> int:
    new = out.with_name(f".{out.name}.{os.getpid()}.part")
    try:
        with new.open("wb") as stream:
            count = _write(rows, schema, form, stream)
        new.replace(out)
    finally:
        new.unlink(missing_ok=True)
    return count


def _write(rows: Iterable[Row], schema: pa.Schema, form: Format, out: BinaryIO) -> int:
    count = 0

    def counted() -> Iterator[Row]:
        nonlocal count
        for row in rows:
            count += 1
            yield row

    for piece in encoded(counted(), schema, form):
        out.write(piece)
    return count


def encoded(rows: Iterable[Row], schema: pa.Schema, form: Format) -> Iterator[bytes]:
    """Yield a file piece by piece; rows are taken only as fast as the pieces are.

    Args:
        rows: Each with a value for every column.
        schema: The columns, in their order.
        form: As for ``write_export``.

    Raises:
        InputError: There is no such format.
    """
    if form == "parquet":
        return _parquet(rows, schema)
    if form in ("jsonl", "csv"):
        lines = _jsonl(rows) if form == "jsonl" else _csv(rows, schema)
        return _pieces(lines)
    raise InputError(f"cannot write {form!r}: choose jsonl, csv or parquet")


def _pieces(lines: Iterator[str]) -> Iterator[bytes]:
    while some := list(islice(lines, LINES_PER_PIECE)):
        yield "".join(some).encode()


def _jsonl(rows: Iterable[Row]) -> Iterator[str]:
    for row in rows:
        yield json.dumps(row, ensure_ascii=False) + "\n"


def _csv(rows: Iterable[Row], schema: pa.Schema) -> Iterator[str]:
    """Yield the header and one record per row; lines end as RFC 4180 has it."""
    yield _record(schema.names)
    for row in rows:
        yield _record([_cell(name, row[name]) for name in schema.names])


def _record(cells: list[str]) -> str:
    buffer = io.StringIO()
    csv.writer(buffer).writerow(cells)
    return buffer.getvalue()


def _cell(name: str, value: JsonValue) -> str:
    """Return a value as CSV has it: nothing for None, JSON for what is nested."""
    if value is None:
        return ""
    if isinstance(value, str):
        return f"'{value}" if _risky(name, value) else value
    return json.dumps(value, ensure_ascii=False)


def _risky(name: str, value: str) -> bool:
    """Return whether a spreadsheet would take a text for a formula."""
    if not value.startswith(FORMULA_STARTS):
        return False
    return name in FREE_TEXT or NUMBER_LIKE.fullmatch(value) is None


class _Sink(io.RawIOBase):
    """Takes what a Parquet writer writes until somebody fetches it."""

    def __init__(self) -> None:
        super().__init__()
        self.written: list[bytes] = []

    def writable(self) -> bool:
        return True

    def write(self, data: Any) -> int:  # Any: whatever has bytes in it
        self.written.append(bytes(data))
        return len(self.written[-1])

    def fetch(self) -> bytes:
        whole = b"".join(self.written)
        self.written.clear()
        return whole


def _parquet(rows: Iterable[Row], schema: pa.Schema) -> Iterator[bytes]:
    remaining = iter(rows)
    sink = _Sink()
    with pq.ParquetWriter(sink, schema) as writer:
        while piece := list(islice(remaining, ROWS_PER_PIECE)):
            writer.write_table(pa.Table.from_pylist([_pairs(row, schema) for row in piece], schema))
            yield sink.fetch()
    yield sink.fetch()


def _pairs(row: Row, schema: pa.Schema) -> Mapping[str, object]:
    """Return a row with its maps as pairs, which is what Arrow takes them from."""
    values: dict[str, object] = {}
    for field in schema:
        value = row[field.name]
        values[field.name] = (
            list(value.items())
            if pa.types.is_map(field.type) and isinstance(value, dict)
            else value
        )
    return values
