"""Read a manifest: which recordings there are, and what is known about each call."""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from pydantic import JsonValue

from pipeline.domain import CallMetadata
from pipeline.errors import ManifestError
from pipeline.json_reading import NotJSONError, read_json
from pipeline.metadata import metadata_from

PATH_COLUMNS = ("path", "recording", "file", "filename", "source")
ID_COLUMNS = ("call_id", "id")
EXPECTED = (
    f"expected a column {' or '.join(PATH_COLUMNS[:2])} with files, or call_id for calls among "
    "the sources"
)
DELIMITERS = ",;\t"


@dataclass(frozen=True, slots=True)
class ManifestRow:
    """One call as the manifest has it."""

    place: str
    """Where it stands, for messages, e.g. ``row 3 of calls.csv``."""
    path: str | None
    call_id: str | None
    metadata: CallMetadata
    problem: str | None = None


def parse_manifest(content: bytes, name: str) -> tuple[ManifestRow, ...]:
    """Return the rows of a CSV, JSON or JSONL manifest, in its order.

    Args:
        content: The whole file, UTF-8.
        name: The file's name; its ending says the format (.json, .jsonl, else CSV).

    Raises:
        ManifestError: It is malformed, names no calls or has no usable column.
    """
    ending = name.rpartition(".")[2].lower()
    if ending == "json":
        records = _from_json(content, name)
    elif ending in ("jsonl", "ndjson"):
        records = _from_jsonl(content, name)
    else:
        records = _from_csv(content, name)
    rows = tuple(_row(place, record) for place, record in records)
    if not rows:
        raise ManifestError(f"{name} names no calls: {EXPECTED}")
    return rows


def _from_csv(content: bytes, name: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise ManifestError(
            f"{name}, line {line}: not UTF-8; save the manifest as UTF-8"
        ) from error
    first_line = text.partition("\n")[0]
    delimiter = max(DELIMITERS, key=first_line.count)
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        header = [column.strip().lower() for column in next(reader, [])]
        if not set(header) & {*PATH_COLUMNS, *ID_COLUMNS}:
            found = ", ".join(filter(None, header)) or "nothing"
            raise ManifestError(f"{name}, line 1: {EXPECTED}; found {found}")
        for number, cells in enumerate(reader, start=1):
            if not any(cell.strip() for cell in cells):
                continue
            if len(cells) > len(header):
                raise ManifestError(
                    f"{name}, line {reader.line_num}: {len(cells)} values for {len(header)} "
                    "columns; put quotes around values that contain the separator"
                )
            yield f"row {number} of {name}", dict(zip(header, cells, strict=False))
    except csv.Error as error:
        raise ManifestError(f"{name}, line {reader.line_num}: not CSV ({error})") from error


def _from_json(content: bytes, name: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    value = _loaded(content, name, 1)
    entries = value.get("calls") if isinstance(value, dict) else value
    if not isinstance(entries, list):
        raise ManifestError(f'{name}: expected a list of objects, or {{"calls": [...]}}')
    for number, entry in enumerate(entries, start=1):
        yield f"entry {number} of {name}", _object(entry, f"{name}, entry {number}")


def _from_jsonl(content: bytes, name: str) -> Iterator[tuple[str, Mapping[str, JsonValue]]]:
    for number, line in enumerate(content.split(b"\n"), start=1):
        if line.strip():
            value = _loaded(line, name, number)
            yield f"line {number} of {name}", _object(value, f"{name}, line {number}")


def _loaded(content: bytes, name: str, first_line: int) -> JsonValue:
    try:
        return read_json(content)
    except NotJSONError as error:
        line = first_line + error.line - 1
        raise ManifestError(f"{name}, line {line}: not JSON ({error.why})") from error


def _object(value: JsonValue, place: str) -> Mapping[str, JsonValue]:
    if not isinstance(value, dict):
        raise ManifestError(f"{place}: expected an object with path or call_id")
    return {name.strip().lower(): entry for name, entry in value.items()}


def _row(place: str, record: Mapping[str, JsonValue]) -> ManifestRow:
    rest = dict(record)
    path = _first(rest, PATH_COLUMNS)
    call_id = _first(rest, ID_COLUMNS)
    problem = None if path or call_id else f"{place} names no recording: fill in its path"
    try:
        metadata = metadata_from(rest)
    except ValueError as error:
        metadata, problem = CallMetadata(), problem or f"{place}: {error}"
    return ManifestRow(place, path, call_id, metadata, problem)


def _first(record: dict[str, JsonValue], names: tuple[str, ...]) -> str | None:
    """Take the first of the names that has a value out of a record, and return it."""
    for name in names:
        value = record.get(name)
        if value not in (None, ""):
            del record[name]
            return str(value)
    return None
