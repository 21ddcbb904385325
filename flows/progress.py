"""Who is told how a batch is getting on: a progress bar, a test, or nobody."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Protocol

from pipeline.domain import Job


class Progress(Protocol):
    """What a listener hears. Called from the flow's thread; must be quick and must not raise."""

    def planned(self, count: int) -> None:
        """Hear that this many inputs were found."""
        ...

    def stage(self, call_id: str, stage: str) -> None:
        """Hear that work on one call has reached a stage."""
        ...

    def settled(self, job: Job) -> None:
        """Hear what became of one input."""
        ...


class Nobody:
    """A listener that does nothing."""

    def planned(self, count: int) -> None:
        """Do nothing."""

    def stage(self, call_id: str, stage: str) -> None:
        """Do nothing."""

    def settled(self, job: Job) -> None:
        """Do nothing."""


NOBODY = Nobody()

_listener: ContextVar[Progress] = ContextVar("callqa_progress", default=NOBODY)


def listener() -> Progress:
    """Return who listens to the batch of this context."""
    return _listener.get()


@contextmanager
def listening(progress: Progress) -> Iterator[None]:
    """Let ``progress`` hear everything that happens inside this block."""
    token = _listener.set(progress)
    try:
        yield
    finally:
        _listener.reset(token)
