"""How two figures of the same calls go together: a line through them, and their correlation.

Score and week, for a trend; score and CSAT, first-call resolution or handle time.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from scipy.special import stdtrit

from pipeline.comparing import Figure
from pipeline.estimate import Z

MIN_PAIRS = 4
"""Fisher's z has the variance 1 / (n - 3)."""
ROUNDING = 1e-24
"""Squared relative error of a mean of equal values, generously."""


@dataclass(frozen=True, slots=True)
class Sums:
    """What a straight line through points needs, as SQL's ``regr_*`` functions give it.

    ``x`` and ``y`` are ``regr_avgx`` and ``regr_avgy``; ``xx``, ``yy`` and ``xy`` the sums of
    squared deviations and of their products, ``regr_sxx``, ``regr_syy`` and ``regr_sxy``.
    """

    count: int
    x: float
    y: float
    xx: float
    yy: float
    xy: float

    @property
    def flat_x(self) -> bool:
        """Whether x is the same throughout, but for rounding."""
        return self.xx <= ROUNDING * self.count * self.x**2

    @property
    def flat_y(self) -> bool:
        """Whether y is the same throughout, but for rounding."""
        return self.yy <= ROUNDING * self.count * self.y**2


@dataclass(frozen=True, slots=True)
class Line:
    """A least-squares line with what is needed for the interval of its height."""

    slope: Figure
    """Per unit of x."""
    sums: Sums
    deviation: float
    """Residual standard deviation, n - 2 degrees of freedom."""

    def at(self, x: float) -> Figure:
        """Return the mean height at x with its 95 % interval.

        Source: Snedecor & Cochran, Statistical Methods, chapter on regression.
        """
        height = self.sums.y + self.slope.value * (x - self.sums.x)
        room = 1 / self.sums.count + (x - self.sums.x) ** 2 / self.sums.xx
        half = float(stdtrit(self.sums.count - 2, 0.975)) * self.deviation * math.sqrt(room)
        return Figure(height, height - half, height + half)


@dataclass(frozen=True, slots=True)
class Correlation:
    """How far two figures of the same calls rise together."""

    pairs: int
    pearson: Figure | None
    """None with fewer than four pairs, or if either figure is the same throughout."""
    spearman: Figure | None
    """The same of ranks: it asks for no straight line and bears outliers."""


def sums(x: Sequence[float], y: Sequence[float]) -> Sums:
    """Return the sums of points."""
    if not x:
        return Sums(0, 0.0, 0.0, 0.0, 0.0, 0.0)
    across, up = np.asarray(x, dtype=float), np.asarray(y, dtype=float)
    dx, dy = across - across.mean(), up - up.mean()
    xx, yy, xy = (float(values.sum()) for values in (dx * dx, dy * dy, dx * dy))
    return Sums(len(across), float(across.mean()), float(up.mean()), xx, yy, xy)


def line(found: Sums) -> Line | None:
    """Return the line; None for fewer than three points, or if x is the same throughout."""
    if found.count < 3 or found.flat_x:
        return None
    slope = found.xy / found.xx
    residual = max(0.0, found.yy - slope * found.xy)
    deviation = math.sqrt(residual / (found.count - 2))
    half = float(stdtrit(found.count - 2, 0.975)) * deviation / math.sqrt(found.xx)
    return Line(Figure(slope, slope - half, slope + half), found, deviation)


def pearson(found: Sums) -> Figure | None:
    """Return Pearson's correlation with Fisher's interval.

    Source: Fisher 1915 and 1921; variance of z 1 / (n - 3). None with fewer than four pairs, or
    if x or y is the same throughout.
    """
    if found.count < MIN_PAIRS or found.flat_x or found.flat_y:
        return None
    value = max(-1.0, min(1.0, found.xy / math.sqrt(found.xx * found.yy)))
    return _fisher(value, 1 / (found.count - 3))


def correlation(x: Sequence[float], y: Sequence[float]) -> Correlation:
    """Return both correlations with 95 % intervals.

    Spearman's variance of z is that of Bonett & Wright 2000, doi:10.1007/BF02294183:
    (1 + r²/2) / (n - 3); equal values share their mean rank.

    Args:
        x: One figure, one value per call.
        y: The other one, of the same calls in the same order.
    """
    straight = pearson(sums(x, y))
    if straight is None:
        return Correlation(len(x), None, None)
    ranked = pearson(sums(_ranks(x), _ranks(y)))
    if ranked is None:
        return Correlation(len(x), straight, None)
    room = (1 + ranked.value**2 / 2) / (len(x) - 3)
    return Correlation(len(x), straight, _fisher(ranked.value, room))


def _ranks(values: Sequence[float]) -> list[float]:
    _, places, counts = np.unique(np.asarray(values), return_inverse=True, return_counts=True)
    middle = np.cumsum(counts) - (counts - 1) / 2
    return [float(rank) for rank in middle[places]]


def _fisher(value: float, variance: float) -> Figure:
    if abs(value) >= 1:
        return Figure(value, value, value)
    middle, half = math.atanh(value), Z * math.sqrt(variance)
    return Figure(value, math.tanh(middle - half), math.tanh(middle + half))
