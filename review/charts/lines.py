"""Figures over time: lines with bands for their intervals, and many small ones side by side."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from markupsafe import Markup

from review.charts.axes import LABEL, Area, bottom_labels, left_axis, legend, legend_height, upward
from review.charts.figures import Point, Written, in_words, plain
from review.charts.scale import Bands, Scale, spread
from review.charts.svg import About, drawing, path, shape, shortened, tag, text, title
from review.charts.table import Chart, Table

WIDTH, HEIGHT = 500.0, 200.0
"""Height without the legend."""
PANEL_WIDTH, PANEL_HEIGHT, PANELS = 166.0, 104.0, 3
"""Small multiples: size of one, and how many stand side by side."""


@dataclass(frozen=True, slots=True)
class Series:
    """One line."""

    name: str
    points: tuple[Point | None, ...]
    """One per label; None: nothing is known, and the line has a gap."""


@dataclass(frozen=True, slots=True)
class Axis:
    """What the figures are, and from where to where they can go."""

    name: str
    written: Written = plain
    low: float | None = None
    """None: as the figures ask for."""
    high: float | None = None
    at_ticks: Written | None = None
    """How round values are written along the axis; None: as figures are."""

    @property
    def tick(self) -> Written:
        """How values are written along the axis."""
        return self.at_ticks or self.written


def line_chart(
    about: About, when: str, labels: Sequence[str], series: Sequence[Series], axis: Axis
) -> Chart:
    """Return lines over time, each with a band for the interval.

    Args:
        about: Its words.
        when: What the labels are, such as ``week``.
        labels: Of the points, from left to right.
        series: The lines; the first is painted last, on top.
        axis: Of the figures.
    """
    names = [own.name for own in series]
    above = legend_height(names, 4.0, WIDTH) + 30
    area = Area(46.0, above, WIDTH - 10, above + HEIGHT - 34)
    scale = _fitted(area, [point for own in series for point in own.points], axis)
    lines = Markup("").join(
        _line(own, at, Bands(len(labels), area.left, area.right), scale, labels, axis)
        for at, own in reversed(list(enumerate(series)))
    )
    svg = drawing(
        about,
        WIDTH,
        area.bottom + 26,
        legend(names, 4.0, 12, WIDTH),
        left_axis(area, scale, axis.tick, axis.name),
        bottom_labels(area, labels),
        lines,
        kind="lines",
    )
    return Chart(svg, _table(about.title, when, labels, series, axis))


def small_multiples(
    about: About, when: str, labels: Sequence[str], series: Sequence[Series], axis: Axis
) -> Chart:
    """Return a panel for each series, all on the same scale, three side by side."""
    points = [point for own in series for point in own.points]
    rows = -(-len(series) // PANELS)
    panels = Markup("")
    for at, own in enumerate(series):
        left, top = (at % PANELS) * PANEL_WIDTH, (at // PANELS) * PANEL_HEIGHT
        area = Area(left + 46, top + 26, left + PANEL_WIDTH - 10, top + PANEL_HEIGHT - 22)
        scale = _fitted(area, points, axis)
        named = text(shortened(own.name, PANEL_WIDTH - 12), left + 6, top + 10, class_="panel-name")
        ends = (
            text(label, x, area.bottom + 12, anchor=anchor, class_="tick")
            for label, x, anchor in _ends(labels, area)
        )
        bands = Bands(len(labels), area.left, area.right)
        edges = (
            tag("line", x1=area.left, x2=area.right, y1=scale(y), y2=scale(y), class_="grid")
            + text(axis.tick(y), area.left - 6, scale(y), anchor="end", class_="tick")
            for y in (scale.low, scale.high)
        )
        panels += named + Markup("").join([*edges, *ends])
        panels += _line(own, 0, bands, scale, labels, axis)
    svg = drawing(about, PANELS * PANEL_WIDTH, max(1, rows) * PANEL_HEIGHT, panels, kind="small")
    return Chart(svg, _table(about.title, when, labels, series, axis))


def sparkline(about: About, labels: Sequence[str], series: Series, axis: Axis) -> Chart:
    """Return a line the size of a word, with a mark on its last point."""
    area = Area(3.0, 3.0, 117.0, 25.0)
    scale = _fitted(area, series.points, axis)
    bands = Bands(len(labels), area.left, area.right)
    line = "".join(path(run) for run in _runs(series.points, bands, scale))
    last = next((at for at in reversed(range(len(labels))) if series.points[at]), None)
    marks = Markup("")
    if last is not None and (point := series.points[last]):
        marks = shape(0, bands.middle(last), scale(point.value), 2.5)
    drawn = tag("path", d=line, class_="line series-1") if line else Markup("")
    svg = drawing(about, 120.0, LABEL + 10, drawn, marks, kind="spark")
    return Chart(svg, _table(about.title, "when", labels, [series], axis))


def _fitted(area: Area, points: Sequence[Point | None], axis: Axis) -> Scale:
    """Return the scale on which all points and their intervals have a place."""
    ends = [
        value
        for point in points
        if point
        for value in (point.value, point.low, point.high)
        if value is not None
    ]
    found = spread(ends, axis.low, axis.high)
    return upward(area, found.low, found.high)


def _line(
    series: Series, kind: int, bands: Bands, scale: Scale, labels: Sequence[str], axis: Axis
) -> Markup:
    number = kind % 6 + 1
    line = "".join(path(run) for run in _runs(series.points, bands, scale))
    reach = "".join(f"{path(run)}Z" for run in _reaches(series.points, bands, scale))
    band = tag("path", d=reach, class_=f"band series-{number}") if reach else Markup("")
    drawn = tag("path", d=line, class_=f"line series-{number}") if line else Markup("")
    marks = Markup("").join(
        tag(
            "g",
            title(f"{series.name}, {labels[at]}: {in_words(point, axis.written)}"),
            shape(kind, bands.middle(at), scale(point.value), 3.2),
        )
        for at, point in enumerate(series.points)
        if point
    )
    return band + drawn + marks


def _runs(
    points: Sequence[Point | None], bands: Bands, scale: Scale
) -> list[list[tuple[float, float]]]:
    """Return the places of points that follow each other without a gap."""
    return [
        [(bands.middle(at), scale(point.value)) for at, point in run if point]
        for known, run in groupby(enumerate(points), key=lambda item: item[1] is not None)
        if known
    ]


def _reaches(
    points: Sequence[Point | None], bands: Bands, scale: Scale
) -> list[list[tuple[float, float]]]:
    """Return outlines of the intervals: along the upper ends and back along the lower ones."""
    outlines = []
    for known, run in groupby(enumerate(points), key=lambda item: _has_interval(item[1])):
        if not known:
            continue
        ends = [
            (bands.middle(at), scale(point.low), scale(point.high))
            for at, point in run
            if point and point.low is not None and point.high is not None
        ]
        if len(ends) == 1:
            x, low, high = ends[0]
            ends = [(x - 2, low, high), (x + 2, low, high)]
        upper = [(x, high) for x, _, high in ends]
        outlines.append(upper + [(x, low) for x, low, _ in reversed(ends)])
    return outlines


def _has_interval(point: Point | None) -> bool:
    return point is not None and point.low is not None and point.high is not None


def _ends(labels: Sequence[str], area: Area) -> list[tuple[str, float, str]]:
    if not labels:
        return []
    first = (labels[0], area.left, "start")
    return [first, (labels[-1], area.right, "end")] if len(labels) > 1 else [first]


def _table(
    caption: str, when: str, labels: Sequence[str], series: Sequence[Series], axis: Axis
) -> Table:
    rows = tuple(
        (label, *(in_words(own.points[at], axis.written) for own in series))
        for at, label in enumerate(labels)
    )
    return Table(caption, (when, *(own.name for own in series)), rows)
