"""Rows of figures: dots with intervals (a forest plot), and bars."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from review.charts.axes import Area, across, bottom_axis
from review.charts.figures import UNKNOWN, Point, in_words, interval
from review.charts.lines import Axis
from review.charts.scale import Scale, spread
from review.charts.svg import About, drawing, shape, shortened, tag, text, title, width_of
from review.charts.table import Chart, Table

WIDTH = 500.0
ROW = 26.0
MOST_LABEL = 170.0
"""Room for the names of rows."""


@dataclass(frozen=True, slots=True)
class Entry:
    """One row."""

    label: str
    point: Point | None
    """None: see ``note``."""
    note: str = ""
    """What stands in place of a figure, or beside it in the table."""


@dataclass(frozen=True, slots=True)
class Reference:
    """A value to compare all rows with, such as the team's."""

    name: str
    value: float


def dot_chart(
    about: About,
    what: str,
    entries: Sequence[Entry],
    axis: Axis,
    reference: Reference | None = None,
) -> Chart:
    """Return a dot with its interval for each row, and a line for what they are compared with.

    Args:
        about: Its words.
        what: What the rows are, such as ``criterion``.
        entries: From top to bottom.
        axis: Of the figures.
        reference: None: rows stand for themselves.
    """
    area = _area(entries, axis)
    values = [reference.value] if reference else []
    scale = _fitted(area, entries, axis, values)
    rows = Markup("").join(_dot(entry, at, area, scale, axis) for at, entry in enumerate(entries))
    line = Markup("")
    if reference:
        x = scale(reference.value)
        named = f"{reference.name} {axis.written(reference.value)}".strip()
        line = tag("line", x1=x, x2=x, y1=area.top - 4, y2=area.bottom, class_="reference")
        line += text(named, x, area.top - 13, anchor="middle", class_="legend")
    grid = bottom_axis(area, scale, axis.tick, axis.name)
    svg = drawing(about, WIDTH, area.bottom + 44, grid, line, rows, kind="dots")
    return Chart(svg, _table(about.title, what, entries, axis, reference))


def bar_chart(about: About, what: str, entries: Sequence[Entry], axis: Axis) -> Chart:
    """Return a bar from zero for each row, with its interval as a whisker and its figure."""
    area = _area(entries, axis)
    scale = _fitted(area, entries, axis, [0.0])
    rows = Markup("").join(_bar(entry, at, area, scale, axis) for at, entry in enumerate(entries))
    zero = tag("line", x1=scale(0), x2=scale(0), y1=area.top, y2=area.bottom, class_="zero")
    grid = bottom_axis(area, scale, axis.tick, axis.name)
    svg = drawing(about, WIDTH, area.bottom + 44, grid, rows, zero, kind="bars")
    return Chart(svg, _table(about.title, what, entries, axis, None))


def _area(entries: Sequence[Entry], axis: Axis) -> Area:
    widest = max((width_of(entry.label) for entry in entries), default=0.0)
    left = min(MOST_LABEL, widest) + 16
    written = [in_words(entry.point, axis.written) for entry in entries if entry.point]
    figures = max((width_of(words) for words in written), default=0.0) + 16
    top = 28.0
    return Area(left, top, WIDTH - figures, top + max(1, len(entries)) * ROW)


def _fitted(area: Area, entries: Sequence[Entry], axis: Axis, values: Sequence[float]) -> Scale:
    ends = [
        value
        for entry in entries
        if entry.point
        for value in (entry.point.value, entry.point.low, entry.point.high)
        if value is not None
    ]
    found = spread([*ends, *values], axis.low, axis.high)
    return across(area, found.low, found.high)


def _dot(entry: Entry, index: int, area: Area, scale: Scale, axis: Axis) -> Markup:
    y = area.top + (index + 0.5) * ROW
    if entry.point is None:
        missing = text(entry.note or "no figure", area.left + 8, y, class_="missing")
        return _name(entry, area, y) + missing
    mark = shape(0, scale(entry.point.value), y, 4.5)
    words = title(f"{entry.label}: {in_words(entry.point, axis.written)}")
    marks = tag("g", words, _whisker(entry.point, y, scale), mark)
    return _name(entry, area, y) + marks + _figure(entry, area, y, axis)


def _bar(entry: Entry, index: int, area: Area, scale: Scale, axis: Axis) -> Markup:
    y = area.top + (index + 0.5) * ROW
    if entry.point is None:
        missing = text(entry.note or "no figure", area.left + 8, y, class_="missing")
        return _name(entry, area, y) + missing
    start, end = sorted((scale(0), scale(entry.point.value)))
    size = {"x": start, "y": y - ROW / 2 + 4, "width": max(end - start, 0.5), "height": ROW - 8}
    bar = tag("rect", **size, class_="bar series-1")
    words = title(f"{entry.label}: {in_words(entry.point, axis.written)}")
    marks = tag("g", words, bar, _whisker(entry.point, y, scale))
    return _name(entry, area, y) + marks + _figure(entry, area, y, axis)


def _name(entry: Entry, area: Area, y: float) -> Markup:
    return text(shortened(entry.label, area.left - 12), area.left - 10, y, anchor="end")


def _figure(entry: Entry, area: Area, y: float, axis: Axis) -> Markup:
    assert entry.point is not None
    return text(in_words(entry.point, axis.written), area.right + 12, y, class_="amount")


def _whisker(point: Point, y: float, scale: Scale) -> Markup:
    if point.low is None or point.high is None:
        return Markup("")
    low, high = scale(point.low), scale(point.high)
    ends = Markup("").join(
        tag("line", x1=x, x2=x, y1=y - 4, y2=y + 4, class_="whisker") for x in (low, high)
    )
    return tag("line", x1=low, x2=high, y1=y, y2=y, class_="whisker") + ends


def _table(
    caption: str, what: str, entries: Sequence[Entry], axis: Axis, reference: Reference | None
) -> Table:
    rows = [
        (
            entry.label,
            axis.written(entry.point.value) if entry.point else UNKNOWN,
            interval(entry.point, axis.written) if entry.point else "",
            _support(entry),
        )
        for entry in entries
    ]
    if reference:
        rows.append((reference.name, axis.written(reference.value), "", "compared with"))
    return Table(caption, (what, axis.name or "value", "95 % interval", "rests on"), tuple(rows))


def _support(entry: Entry) -> str:
    count = "" if entry.point is None or entry.point.count is None else f"{entry.point.count:,}"
    return ", ".join(filter(None, (count, entry.note)))
