"""Two figures of the same calls against each other, and probabilities against what came true."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from pipeline.relating import Line
from review.charts.axes import Area, across, bottom_axis, left_axis, upward
from review.charts.figures import Point, in_words, interval, percent
from review.charts.lines import Axis
from review.charts.scale import Scale, spread
from review.charts.svg import About, drawing, path, tag, title
from review.charts.table import Chart, Table

WIDTH, HEIGHT = 500.0, 320.0
SMALLEST, LARGEST = 2.5, 11.0
"""Radii of marks; the area grows with the number of calls."""
STEPS = 24
"""Points along the line's interval."""


@dataclass(frozen=True, slots=True)
class Dot:
    """Calls that have the same two figures, or nearly."""

    x: float
    y: float
    count: int = 1


def scatter(
    about: About, dots: Sequence[Dot], across_axis: Axis, up_axis: Axis, line: Line | None = None
) -> Chart:
    """Return a mark for each dot, its area by the number of calls, and a line with its interval.

    Args:
        about: Its words.
        dots: More than some hundreds are hard to read: put calls that are alike together.
        across_axis: Of x.
        up_axis: Of y.
        line: Through all calls, not through the dots.
    """
    area = Area(56.0, 34.0, WIDTH - 18, HEIGHT - 46)
    wide = spread([dot.x for dot in dots], across_axis.low, across_axis.high)
    tall = spread([dot.y for dot in dots], up_axis.low, up_axis.high)
    x = Scale(wide.low, wide.high, area.left + LARGEST, area.right - LARGEST)
    y = upward(area, tall.low, tall.high)
    most = max((dot.count for dot in dots), default=1)
    marks = Markup("").join(
        tag(
            "circle",
            title(
                f"{across_axis.written(dot.x)}, {up_axis.written(dot.y)}: {dot.count:,} "
                f"call{'' if dot.count == 1 else 's'}"
            ),
            cx=x(dot.x),
            cy=y(dot.y),
            r=SMALLEST + (LARGEST - SMALLEST) * math.sqrt(dot.count / most) * (most > 1),
            class_="dot series-1",
        )
        for dot in sorted(dots, key=lambda dot: -dot.count)
    )
    grid = left_axis(area, y, up_axis.tick, up_axis.name)
    grid += bottom_axis(area, x, across_axis.tick, across_axis.name)
    trend = _trend(line, dots, x, y) if line and dots else Markup("")
    svg = drawing(about, WIDTH, HEIGHT, grid, marks, trend, kind="scatter")
    rows = tuple(
        (across_axis.written(dot.x), up_axis.written(dot.y), f"{dot.count:,}")
        for dot in sorted(dots, key=lambda dot: (dot.x, dot.y))
    )
    return Chart(svg, Table(about.title, (across_axis.name, up_axis.name, "calls"), rows))


def _trend(line: Line, dots: Sequence[Dot], x: Scale, y: Scale) -> Markup:
    first, last = min(dot.x for dot in dots), max(dot.x for dot in dots)
    places = [first + (last - first) * step / STEPS for step in range(STEPS + 1)]
    reach = [(place, line.at(place)) for place in places]
    upper = [(x(place), y(own.high)) for place, own in reach if own.high is not None]
    lower = [(x(place), y(own.low)) for place, own in reversed(reach) if own.low is not None]
    middle = [(x(place), y(own.value)) for place, own in reach]
    band = tag("path", d=f"{path([*upper, *lower])}Z", class_="band series-2")
    return band + tag("path", d=path(middle), class_="line series-2")


@dataclass(frozen=True, slots=True)
class Bin:
    """Verdicts with nearly the same probability."""

    probability: float
    """Their mean."""
    right: Point
    """Share that a person agreed with."""


def reliability(about: About, bins: Sequence[Bin]) -> Chart:
    """Return how often verdicts were right against how probable they were said to be."""
    area = Area(56.0, 34.0, 400.0, 378.0)
    x, y = across(area, 0.0, 1.0), upward(area, 0.0, 1.0)
    even = tag("line", x1=x(0), y1=y(0), x2=x(1), y2=y(1), class_="reference")
    marks = Markup("").join(_bin(own, x, y) for own in bins)
    grid = left_axis(area, y, percent, "right, according to reviewers")
    grid += bottom_axis(area, x, percent, "probability given by the machine")
    svg = drawing(about, 420.0, 424.0, grid, even, marks, kind="reliability")
    rows = tuple(
        (
            percent(own.probability),
            percent(own.right.value),
            interval(own.right, percent),
            f"{own.right.count or 0:,}",
        )
        for own in bins
    )
    return Chart(
        svg, Table(about.title, ("probability", "right", "95 % interval", "verdicts"), rows)
    )


def _bin(own: Bin, x: Scale, y: Scale) -> Markup:
    at = x(own.probability)
    whisker = Markup("")
    if own.right.low is not None and own.right.high is not None:
        ends = {"y1": y(own.right.low), "y2": y(own.right.high)}
        whisker = tag("line", x1=at, x2=at, **ends, class_="whisker")
    words = title(f"said {percent(own.probability)}: right {in_words(own.right, percent)}")
    mark = tag("circle", cx=at, cy=y(own.right.value), r=4.5, class_="mark series-1")
    return tag("g", words, whisker, mark)
