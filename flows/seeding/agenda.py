"""What happens when: acts on an agenda, done in the order of their moments."""

from __future__ import annotations

import heapq
import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta

Act = Callable[[datetime], None]
"""Told the moment at which it happens; may put further acts on the agenda."""
OPENS = time(9, 0)
CLOSES = time(17, 30)


class Agenda:
    """Acts and their moments, up to an end.

    Args:
        end: What would happen later does not happen.
    """

    def __init__(self, end: datetime) -> None:
        self.end = end
        self._acts: list[tuple[datetime, int, Act]] = []
        self._count = 0

    def put(self, moment: datetime, act: Act) -> None:
        """Let something happen at a moment."""
        heapq.heappush(self._acts, (moment, self._count, act))
        self._count += 1

    def run(self) -> None:
        """Let everything up to the end happen, in order."""
        while self._acts and self._acts[0][0] <= self.end:
            moment, _, act = heapq.heappop(self._acts)
            act(moment)


def is_working_day(day: date) -> bool:
    """Return whether reviewers are at work: Monday to Friday."""
    return day.weekday() < 5


def moment_on(day: date, rng: random.Random) -> datetime:
    """Return a moment in the working hours of a day, in UTC."""
    opens, closes = datetime.combine(day, OPENS, UTC), datetime.combine(day, CLOSES, UTC)
    return opens + timedelta(seconds=round(rng.uniform(0, (closes - opens).total_seconds())))


def working_time(moment: datetime, days: float) -> datetime:
    """Return the time so many days later, put off to working hours where nobody works."""
    then = moment + timedelta(days=days)
    if then.time() > CLOSES:
        then = datetime.combine(then.date() + timedelta(days=1), OPENS, UTC) + _odd(then)
    elif then.time() < OPENS:
        then = datetime.combine(then.date(), OPENS, UTC) + _odd(then)
    while not is_working_day(then.date()):
        then += timedelta(days=1)
    return then


def _odd(then: datetime) -> timedelta:
    """Return some minutes, so that not everything happens as the day begins."""
    return timedelta(minutes=then.minute, seconds=then.second)


def working_days(first: date, until: date) -> list[date]:
    """Return the working days from a first day up to, and without, another."""
    days = [first + timedelta(days=index) for index in range((until - first).days)]
    return [day for day in days if is_working_day(day)]
