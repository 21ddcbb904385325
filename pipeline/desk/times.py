"""Times as the desk keeps them: text in UTC that sorts; and what time it is."""

from __future__ import annotations

import contextlib
from collections.abc import Iterator
from contextvars import ContextVar
from datetime import UTC, datetime

_stands_at: ContextVar[datetime | None] = ContextVar("stands_at", default=None)


def time_text(moment: datetime) -> str:
    """Return an aware time as ``2026-03-02T09:30:00.000000+00:00``.

    Raises:
        ValueError: It has no time zone.
    """
    if moment.tzinfo is None:
        raise ValueError("expected a time with a zone, got one without")
    return moment.astimezone(UTC).isoformat(timespec="microseconds")


def present() -> datetime:
    """Return the present moment, in UTC."""
    return _stands_at.get() or datetime.now(UTC)


@contextlib.contextmanager
def as_of(moment: datetime) -> Iterator[None]:
    """Let the desk take a moment for the present one, in this thread: for what is made up."""
    before = _stands_at.set(moment)
    try:
        yield
    finally:
        _stands_at.reset(before)


def now_text() -> str:
    """Return the present moment as text."""
    return time_text(present())


def time_of(text: str) -> datetime:
    """Return the aware time that a text of ours stands for."""
    return datetime.fromisoformat(text)
