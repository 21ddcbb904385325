"""Times as the desk keeps them: text in UTC that sorts."""

from __future__ import annotations

from datetime import UTC, datetime


def time_text(moment: datetime) -> str:
    """Return an aware time as ``2026-03-02T09:30:00.000000+00:00``.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("expected a time with a zone, got one without")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def now_text() -> str:
    """Return the present moment as text."""
    return time_text(datetime.now(UTC))


def time_of(text: str) -> datetime:
    """Return the aware time that a text of ours stands for."""
    return datetime.fromisoformat(text)
