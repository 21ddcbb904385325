"""Compare two groups of calls: means and shares, their differences and what chance does to them.

An agent is compared with the rest of the team, not with the team, which the agent is part of: so
that the two groups are independent, as the intervals assume.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scipy.special import stdtrit

from pipeline.estimate import wilson
from pipeline.pass_rate import Share

LEAST_FOR_INTERVAL = 5
"""Of fewer values the spread is hardly known, and scores are far from normally distributed: the
interval would be wider than the scale."""


@dataclass(frozen=True, slots=True)
class Moments:
    """How many values there are, their mean and their variance: all that a mean needs.

    The fields are those of SQL's ``count``, ``avg`` and ``var_samp``.
    """

    count: int
    mean: float
    """0 without values."""
    variance: float
    """Sample variance; 0 for fewer than two values."""


@dataclass(frozen=True, slots=True)
class Figure:
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float | None
    """None: a single value says nothing about its spread."""
    high: float | None

    @property
    def differs(self) -> bool:
        """Whether the interval of a difference leaves out zero."""
        return self.low is not None and self.high is not None and (self.low > 0 or self.high < 0)


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of so many."""

    hits: int
    count: int

    def __add__(self, other: Tally) -> Tally:
        """Return both counted together."""
        return Tally(self.hits + other.hits, self.count + other.count)

    def __sub__(self, part: Tally) -> Tally:
        """Return what is left when a part is taken out."""
        return Tally(self.hits - part.hits, self.count - part.count)


def moments(values: Sequence[float]) -> Moments:
    """Return the moments of values."""
    if not values:
        return Moments(0, 0.0, 0.0)
    mean = math.fsum(values) / len(values)
    spread = math.fsum((value - mean) ** 2 for value in values)
    return Moments(len(values), mean, spread / (len(values) - 1) if len(values) > 1 else 0.0)


def together(parts: Iterable[Moments]) -> Moments:
    """Return the moments of all values of some groups.

    Source: Chan, Golub & LeVeque 1983, doi:10.1080/00031305.1983.10483115.
    """
    count, middle, spread = 0, 0.0, 0.0
    for part in parts:
        if not part.count:
            continue
        both, apart = count + part.count, part.mean - middle
        spread += part.variance * (part.count - 1) + apart**2 * count * part.count / both
        middle += apart * part.count / both
        count = both
    return Moments(count, middle, spread / (count - 1) if count > 1 else 0.0)


def without(whole: Moments, part: Moments) -> Moments:
    """Return the moments of the values of ``whole`` that are not in ``part``.

    It is ``together`` solved for one of two parts.
    """
    count = whole.count - part.count
    if count <= 0:
        return Moments(0, 0.0, 0.0)
    mean = (whole.count * whole.mean - part.count * part.mean) / count
    spread = (
        whole.variance * max(0, whole.count - 1)
        - part.variance * max(0, part.count - 1)
        - (part.mean - mean) ** 2 * part.count * count / whole.count
    )
    return Moments(count, mean, max(0.0, spread / (count - 1)) if count > 1 else 0.0)


def mean(values: Moments) -> Figure | None:
    """Return the mean with Student's interval; None without values.

    No interval of fewer than ``LEAST_FOR_INTERVAL`` values.
    """
    if not values.count:
        return None
    if values.count < LEAST_FOR_INTERVAL:
        return Figure(values.mean, None, None)
    half = _t(values.count - 1) * math.sqrt(values.variance / values.count)
    return Figure(values.mean, values.mean - half, values.mean + half)


def mean_score(values: Moments) -> Figure | None:
    """Return the mean of scores with Student's interval, as far as scores reach: 0 to 100."""
    found = mean(values)
    if found is None or found.low is None or found.high is None:
        return found
    return Figure(found.value, max(0.0, found.low), min(100.0, found.high))


def share(tally: Tally) -> Share | None:
    """Return the share with Wilson's interval; None of nothing."""
    if not tally.count:
        return None
    return Share(tally.hits / tally.count, *wilson(tally.hits, tally.count))


def difference_of_means(first: Moments, second: Moments) -> Figure | None:
    """Return first minus second with Welch's interval; None if either has no value.

    Variances may differ; degrees of freedom by Welch and Satterthwaite (Welch 1947,
    doi:10.1093/biomet/34.1-2.28). No interval if either has fewer values than
    ``LEAST_FOR_INTERVAL``.
    """
    if not first.count or not second.count:
        return None
    value = first.mean - second.mean
    if min(first.count, second.count) < LEAST_FOR_INTERVAL:
        return Figure(value, None, None)
    one, other = first.variance / first.count, second.variance / second.count
    if one + other == 0:
        return Figure(value, value, value)
    freedom = (one + other) ** 2 / (one**2 / (first.count - 1) + other**2 / (second.count - 1))
    half = _t(freedom) * math.sqrt(one + other)
    return Figure(value, value - half, value + half)


def difference_of_shares(first: Tally, second: Tally) -> Figure | None:
    """Return first minus second with Newcombe's interval; None if either has nothing.

    Source: Newcombe 1998, Statistics in Medicine 17, pages 873 to 890, method 10: made from
    the two Wilson intervals, so it holds for small counts and for none or all.
    """
    one, other = share(first), share(second)
    if one is None or other is None:
        return None
    value = one.value - other.value
    below = math.hypot(one.value - one.low, other.high - other.value)
    above = math.hypot(one.high - one.value, other.value - other.low)
    return Figure(value, max(-1.0, value - below), min(1.0, value + above))


def _t(freedom: float) -> float:
    """Return how many standard errors are on each side of Student's 95 % interval."""
    return float(stdtrit(freedom, 0.975))
