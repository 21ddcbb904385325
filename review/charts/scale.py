"""From values to places on the picture, and where to put ticks."""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass

STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
"""Ticks are multiples of one of these and a power of ten: they read as round numbers."""


@dataclass(frozen=True, slots=True)
class Scale:
    """A straight line from values to places."""

    low: float
    """Value at ``start``; below ``high``."""
    high: float
    start: float
    end: float

    def __call__(self, value: float) -> float:
        """Return the place of a value; values outside are put on the edge."""
        share = (min(max(value, self.low), self.high) - self.low) / (self.high - self.low)
        return self.start + share * (self.end - self.start)


@dataclass(frozen=True, slots=True)
class Bands:
    """Equal shares of a length, one for each category."""

    count: int
    start: float
    end: float

    @property
    def width(self) -> float:
        """Of one band."""
        return (self.end - self.start) / max(1, self.count)

    def middle(self, index: int) -> float:
        """Return the place of the middle of a band."""
        return self.start + (index + 0.5) * self.width

    def edge(self, index: int) -> float:
        """Return the place where a band begins."""
        return self.start + index * self.width


def ticks(low: float, high: float, most: int = 6) -> tuple[float, ...]:
    """Return round values from low to high, at most so many of them."""
    if high <= low:
        return (low,)
    rough = (high - low) / max(1, most - 1)
    power = 10.0 ** math.floor(math.log10(rough))
    step = next(power * own for own in STEPS if power * own >= rough * (1 - 1e-9))
    first, last = math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9)
    return tuple(round(index * step, 10) for index in range(first, last + 1))


def spread(values: Iterable[float], low: float | None = None, high: float | None = None) -> Scale:
    """Return a scale of length 1 around values, with round ends.

    Args:
        values: What has to find a place.
        low: An end that is fixed.
        high: The other one.
    """
    known = list(values)
    least = min(known, default=0.0) if low is None else low
    most = max(known, default=1.0) if high is None else high
    if most <= least:
        most = least + 1.0
    marks = ticks(least, most)
    step = marks[1] - marks[0] if len(marks) > 1 else most - least
    bottom = least if low is not None else math.floor(least / step + 1e-9) * step
    top = most if high is not None else math.ceil(most / step - 1e-9) * step
    return Scale(bottom, top, 0.0, 1.0)
