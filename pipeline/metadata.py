"""What is known about a call from outside: from a manifest's row or a transcript file's keys."""

from __future__ import annotations

import math
from collections.abc import Mapping
from datetime import UTC, datetime

from pydantic import JsonValue

from pipeline.domain import CallMetadata

TEXT_FIELDS = ("agent", "team", "queue", "direction", "language", "external_id")


def metadata_from(values: Mapping[str, JsonValue]) -> CallMetadata:
    """Return metadata from names and values; names that are not known go to ``extra``.

    Empty values count as not given. A time without a zone is taken as UTC.

    Raises:
        ValueError: ``started_at`` is no date or ``csat`` no number; the message is for people.
    """
    given: dict[str, JsonValue] = {
        name: value for name, value in values.items() if value not in (None, "")
    }
    texts = {name: _text(given.pop(name)) for name in TEXT_FIELDS if name in given}
    if "language" in texts:
        texts["language"] = texts["language"].lower()
    nested = given.pop("extra", None)
    started_at = _time(given.pop("started_at", None))
    csat = _number(given.pop("csat", None))
    if isinstance(nested, dict):
        given = {**nested, **given}
    elif nested is not None:
        given["extra"] = nested
    return CallMetadata(started_at=started_at, csat=csat, extra=given, **texts)


def merged(base: CallMetadata, over: CallMetadata) -> CallMetadata:
    """Return ``base`` with everything that ``over`` says; ``over`` wins where both speak."""
    said = {
        name: getattr(over, name)
        for name in CallMetadata.model_fields
        if name != "extra" and getattr(over, name) is not None
    }
    return base.model_copy(update={**said, "extra": {**base.extra, **over.extra}})


def _text(value: JsonValue) -> str:
    return value.strip() if isinstance(value, str) else str(value)


def _time(value: JsonValue) -> datetime | None:
    """Return an aware time from ISO 8601 text or from seconds since 1970."""
    if value is None:
        return None
    try:
        if isinstance(value, (int, float)) and not isinstance(value, bool):
            return datetime.fromtimestamp(value, UTC)
        time = datetime.fromisoformat(_text(value))
    except (ValueError, OverflowError, OSError) as error:
        raise ValueError(
            "started_at must be a date and time such as 2026-03-02T09:30:00+01:00, "
            f"not {_shortened(value)}"
        ) from error
    return time.replace(tzinfo=UTC) if time.tzinfo is None else time


def _number(value: JsonValue) -> float | None:
    if value is None:
        return None
    try:
        number = float(_text(value))
    except ValueError:
        number = math.nan
    if not math.isfinite(number):
        raise ValueError(f"csat must be a number, not {_shortened(value)}")
    return number


def _shortened(value: JsonValue) -> str:
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:37]}…"
