"""When calls come in: on working days, most on Mondays, most in the late morning."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime, timedelta

import numpy as np

BY_WEEKDAY = (1.25, 1.1, 1.0, 1.0, 0.95, 0.3, 0.0)
"""Monday to Sunday; 1 is an ordinary day."""
OPENS_AT = 8
BY_HOUR = (0.6, 1.0, 1.35, 1.3, 1.0, 0.85, 1.05, 1.1, 0.95, 0.8)
"""From 8 to 18 o'clock, UTC."""


def start_times(count: int, days: int, until: date, rng: np.random.Generator) -> Sequence[datetime]:
    """Return when calls began, in order, aware.

    Args:
        count: How many.
        days: In how many days before ``until``.
        until: The first day without calls.
        rng: Chooses.
    """
    first = until - timedelta(days=days)
    by_day = np.array([BY_WEEKDAY[(first + timedelta(days=day)).weekday()] for day in range(days)])
    if not by_day.sum():
        by_day = np.ones(days)
    drawn_days = rng.choice(days, count, p=by_day / by_day.sum())
    hours = np.array(BY_HOUR)
    drawn_hours = rng.choice(len(hours), count, p=hours / hours.sum()) + OPENS_AT
    seconds = drawn_days * 86_400 + drawn_hours * 3600 + rng.integers(3600, size=count)
    midnight = datetime(first.year, first.month, first.day, tzinfo=UTC)
    return [midnight + timedelta(seconds=int(second)) for second in np.sort(seconds)]
