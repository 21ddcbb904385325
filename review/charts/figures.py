"""How figures are written on charts and in their tables."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeAlias

Written: TypeAlias = Callable[[float], str]
UNKNOWN = "\N{EN DASH}"
"""What stands for a figure that is not known."""
MINUS = "\N{MINUS SIGN}"


@dataclass(frozen=True, slots=True)
class Point:
    """A value with the ends of its interval, where it has one."""

    value: float
    low: float | None = None
    high: float | None = None
    count: int | None = None
    """What it rests on: calls, reviews."""


def percent(share: float) -> str:
    """Return a share in [0, 1] as people read it."""
    return f"{_whole(100 * share)} %"


def points(score: float) -> str:
    """Return a score in [0, 100]."""
    return _places(score, 1)


def plain(value: float) -> str:
    """Return a number with as many places as it needs, at most two."""
    return _short(_places(value, 2))


def finely(value: float) -> str:
    """Return a number with as many places as it needs, at most three."""
    return _short(_places(value, 3))


def kappa(value: float) -> str:
    """Return kappa with two places."""
    return _places(value, 2)


def signed(written: Written) -> Written:
    """Return a way of writing differences: with a plus where they are above zero."""

    def with_sign(value: float) -> str:
        words = written(value)
        return f"+{words}" if value > 0 and any(digit in "123456789" for digit in words) else words

    return with_sign


def interval(point: Point, written: Written) -> str:
    """Return the interval in words; empty if there is none."""
    if point.low is None or point.high is None:
        return ""
    return f"{written(point.low)} to {written(point.high)}"


def in_words(point: Point | None, written: Written) -> str:
    """Return value and interval as in a sentence; a dash for what is not known."""
    if point is None:
        return UNKNOWN
    between = interval(point, written)
    return f"{written(point.value)} ({between})" if between else written(point.value)


def _whole(value: float) -> str:
    return f"{round(value)}".replace("-", MINUS)


def _places(value: float, places: int) -> str:
    rounded = round(value, places) + 0.0  # no minus before zero
    return f"{rounded:.{places}f}".replace("-", MINUS)


def _short(words: str) -> str:
    return words.rstrip("0").rstrip(".") if "." in words else words
