"""Written calls as JSON: ``{"call_id", "turns": [{"role", "text", "start_s"?, "end_s"?}], …}``."""

from __future__ import annotations

import math
from collections.abc import Mapping

from pydantic import JsonValue

from pipeline.domain import CallMetadata
from pipeline.errors import TranscriptError
from pipeline.json_reading import NotJSONError, read_json
from pipeline.metadata import metadata_from
from pipeline.transcripts.document import Document, Said

EXPECTED = 'expected {"call_id": …, "turns": [{"role": …, "text": …}, …]}'
ROLE_KEYS = ("role", "speaker")
OWN_KEYS = ("call_id", "turns", "metadata")


def parse_json(content: bytes, place: str) -> Document:
    """Return the call in a JSON text.

    Args:
        content: One JSON object in UTF-8.
        place: Where it stands, for messages.

    Raises:
        TranscriptError: It is not JSON or not a call.
    """
    try:
        value = read_json(content)
    except NotJSONError as error:
        raise TranscriptError(f"{place}, line {error.line}: not JSON ({error.why})") from error
    if not isinstance(value, dict):
        found = "a list; save one call per file, or one per line as .jsonl"
        found = found if isinstance(value, list) else "a single value"
        raise TranscriptError(f"{place}: {EXPECTED}, found {found}")
    turns = value.get("turns")
    if not isinstance(turns, list):
        raise TranscriptError(f"{place}: {EXPECTED}, found no list of turns")
    call_id = value.get("call_id")
    return Document(
        said=tuple(_said(turn, f"{place}, turn {index}") for index, turn in enumerate(turns)),
        call_id=None if call_id in (None, "") else str(call_id),
        metadata=_metadata(value, place),
    )


def _said(turn: JsonValue, place: str) -> Said:
    if not isinstance(turn, dict):
        raise TranscriptError(f'{place}: expected an object with "role" and "text"')
    speaker = next((turn[key] for key in ROLE_KEYS if turn.get(key) is not None), None)
    text = turn.get("text")
    if not isinstance(speaker, str) or not isinstance(text, str):
        lacking = "role" if not isinstance(speaker, str) else "text"
        raise TranscriptError(f'{place}: expected "{lacking}" as text')
    start_s = _seconds(turn.get("start_s"), "start_s", place)
    end_s = _seconds(turn.get("end_s"), "end_s", place)
    if start_s is not None and end_s is not None and end_s < start_s:
        raise TranscriptError(f"{place}: end_s must not be before start_s")
    return Said(speaker, text, start_s, end_s)


def _seconds(value: JsonValue, name: str, place: str) -> float | None:
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, (int, float)):
        raise TranscriptError(f"{place}: expected {name} as a number of seconds")
    if not math.isfinite(value) or value < 0:
        raise TranscriptError(f"{place}: {name} must not be negative")
    return float(value)


def _metadata(value: Mapping[str, JsonValue], place: str) -> CallMetadata:
    """Return what the call says beside its turns; ``metadata`` wins over keys beside it."""
    beside = {name: entry for name, entry in value.items() if name not in OWN_KEYS}
    inside = value.get("metadata")
    if isinstance(inside, dict):
        beside.update(inside)
    elif inside is not None:
        raise TranscriptError(f'{place}: expected "metadata" as an object')
    try:
        return metadata_from(beside)
    except ValueError as error:
        raise TranscriptError(f"{place}: {error}") from error
