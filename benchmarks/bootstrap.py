"""Percentile bootstrap intervals of any figure (Efron 1979, doi:10.1214/aos/1176344552).

The same scheme as ``pipeline.agreement``, which has it for kappa alone: what is drawn are calls,
for the verdicts and turns of one call hang together. An interval says how much a figure owes to
these calls, not how it changes from one group of domains to another: see the folds for that.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from typing import TypeVar

from pipeline.agreement import DRAWS
from pipeline.domain import Record

T = TypeVar("T")


class Interval(Record):
    """A figure with the ends of its 95 % interval."""

    value: float
    low: float
    high: float


def interval(
    items: Sequence[T],
    statistic: Callable[[Sequence[T]], float | None],
    *,
    seed: int = 0,
    draws: int = DRAWS,
) -> Interval | None:
    """Return a statistic of the items with its 95 % interval, to three places.

    Args:
        items: What is drawn, with replacement: calls.
        statistic: Of as many items; None where it is not defined, such draws are left out.
        seed: The same seed gives the same interval.
        draws: Bootstrap samples.

    Returns:
        None if the statistic is not defined on the items themselves.
    """
    value = statistic(items)
    if value is None:
        return None
    rng = random.Random(seed)
    drawn = (statistic(rng.choices(items, k=len(items))) for _ in range(draws))
    values = sorted(found for found in drawn if found is not None)
    low, high = values[int(0.025 * len(values))], values[max(0, int(0.975 * len(values)) - 1)]
    return Interval(value=round(value, 3), low=round(low, 3), high=round(high, 3))
