"""Where the time of a batch went, so that a speed figure says what it leaves out."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Literal

from pydantic import Field

from pipeline.domain import Record

Part = Literal["start_up", "loading", "transcription", "reading", "judging", "storing"]


class Timings(Record):
    """Wall-clock seconds of one batch by part."""

    start_up_s: float = Field(default=0.0, ge=0.0)
    """Python, Prefect and its server, until the batch could begin."""
    loading_s: float = Field(default=0.0, ge=0.0)
    """Weights from disk into memory; 0 when nothing had to be transcribed or judged."""
    transcription_s: float = Field(default=0.0, ge=0.0)
    """Decoding and recognising sound, roles included."""
    reading_s: float = Field(default=0.0, ge=0.0)
    """Finding, opening and hashing inputs."""
    judging_s: float = Field(default=0.0, ge=0.0)
    """Redaction, moves, verdicts, sentiment, metrics and flags."""
    storing_s: float = Field(default=0.0, ge=0.0)
    """Reading from and writing to the store, waiting included."""
    total_s: float = Field(default=0.0, ge=0.0)
    """Everything, start-up included."""

    @classmethod
    def sum_of(cls, parts: Sequence[Timings]) -> Timings:
        """Return the sums, field by field."""
        return cls(**{name: sum(getattr(t, name) for t in parts) for name in cls.model_fields})

    @property
    def other_s(self) -> float:
        """Return the seconds that are not start-up, loading or transcription."""
        return max(0.0, self.total_s - self.start_up_s - self.loading_s - self.transcription_s)

    @property
    def other_share(self) -> float:
        """Return everything else as a share of the time after start-up and loading, in [0, 1]."""
        working_s = self.other_s + self.transcription_s
        return self.other_s / working_s if working_s else 0.0


class Stopwatch:
    """Adds up seconds by part; parts may be measured many times, and never overlap.

    A part that is measured inside another one is taken out of the outer part.
    """

    def __init__(self) -> None:
        self._seconds: dict[Part, float] = {}
        self._open: list[Part] = []
        self._since = time.perf_counter()

    @contextmanager
    def measure(self, part: Part) -> Iterator[None]:
        """Count the seconds of this block as ``part``."""
        self._settle()
        self._open.append(part)
        try:
            yield
        finally:
            self._settle()
            self._open.pop()

    def add(self, part: Part, seconds: float) -> None:
        """Count seconds that were measured elsewhere."""
        self._seconds[part] = self._seconds.get(part, 0.0) + seconds

    def timings(self, *, total_s: float) -> Timings:
        """Return what has been counted so far.

        Args:
            total_s: Seconds since the process or the batch began, whichever the caller reports.
        """
        counted = {f"{part}_s": seconds for part, seconds in self._seconds.items()}
        return Timings(total_s=total_s, **counted)

    def _settle(self) -> None:
        """Book the time since the last change to the part that is open now."""
        now = time.perf_counter()
        if self._open:
            self.add(self._open[-1], now - self._since)
        self._since = now
