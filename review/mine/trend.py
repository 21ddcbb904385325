"""An agent's own scores over time, as reviewed."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from review.charts.figures import Point, points
from review.charts.lines import Axis, Series, line_chart
from review.charts.svg import About
from review.charts.table import Chart

MOST_WEEKS = 26
FEWEST_WEEKS = 2
"""A trend needs two."""


@dataclass(frozen=True, slots=True)
class ReviewedScore:
    """The score of one call as its agent sees it."""

    at: datetime
    """When the call began, else when its review was finished."""
    score: float


@dataclass(frozen=True, slots=True)
class Trend:
    """The chart and a sentence for it."""

    chart: Chart
    summary: str


def trend_of(scores: Sequence[ReviewedScore]) -> Trend | None:
    """Return the mean score of each week with a reviewed call; None for fewer than two weeks.

    Args:
        scores: In any order; of those older than half a year before the last nothing is shown.
    """
    by_week: dict[datetime, list[float]] = defaultdict(list)
    for item in scores:
        by_week[_monday(item.at)].append(item.score)
    if len(by_week) < FEWEST_WEEKS:
        return None
    last = max(by_week)
    first = max(min(by_week), last - timedelta(weeks=MOST_WEEKS - 1))
    weeks = [first + timedelta(weeks=n) for n in range((last - first).days // 7 + 1)]
    values = [by_week.get(week) for week in weeks]
    counted = [value for value in values if value]
    calls, start, end = sum(map(len, counted)), _mean(counted[0]), _mean(counted[-1])
    summary = (
        f"{calls} reviewed calls in {len(counted)} weeks; mean score {points(start)} in the first "
        f"of them, {points(end)} in the last."
    )
    line = tuple(
        Point(_mean(value), count=len(value)) if value is not None else None for value in values
    )
    chart = line_chart(
        About("own-scores", "Score per week", summary),
        "week",
        [f"{week.day} {week:%b}" for week in weeks],
        [Series("You", line)],
        Axis("mean score", points, 0.0, 100.0),
    )
    return Trend(chart, summary)


def _monday(moment: datetime) -> datetime:
    """Return the beginning of a moment's week, in UTC."""
    day = moment.astimezone(UTC).replace(hour=0, minute=0, second=0, microsecond=0)
    return day - timedelta(days=day.weekday())


def _mean(values: Sequence[float]) -> float:
    return sum(values) / len(values)
