"""Axes, grids and legends that charts share."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from review.charts.figures import Written
from review.charts.scale import Bands, Scale, ticks
from review.charts.svg import shape, tag, text, width_of

LABEL = 18.0
"""Height of a line of labels."""


@dataclass(frozen=True, slots=True)
class Area:
    """Where marks are drawn, inside the axes."""

    left: float
    top: float
    right: float
    bottom: float


def upward(area: Area, low: float, high: float) -> Scale:
    """Return the scale of the vertical axis."""
    return Scale(low, high, area.bottom, area.top)


def across(area: Area, low: float, high: float) -> Scale:
    """Return the scale of the horizontal axis."""
    return Scale(low, high, area.left, area.right)


def left_axis(area: Area, scale: Scale, written: Written, name: str = "") -> Markup:
    """Return grid lines with their values at the left, and the axis' name above."""
    marks = Markup("").join(
        tag("line", x1=area.left, x2=area.right, y1=scale(value), y2=scale(value), class_="grid")
        + text(written(value), area.left - 8, scale(value), anchor="end", class_="tick")
        for value in ticks(scale.low, scale.high)
    )
    return marks + (text(name, 4, area.top - 14, class_="axis-name") if name else Markup(""))


def bottom_axis(area: Area, scale: Scale, written: Written, name: str = "") -> Markup:
    """Return grid lines with their values beneath, and the axis' name under them."""
    known, room = ticks(scale.low, scale.high), area.right - area.left
    widest = max(width_of(written(value)) for value in known) + 8
    if len(known) * widest > room:
        known = ticks(scale.low, scale.high, max(3, int(room / widest)))
    marks = Markup("").join(
        tag("line", x1=scale(value), x2=scale(value), y1=area.top, y2=area.bottom, class_="grid")
        + text(written(value), scale(value), area.bottom + 13, anchor="middle", class_="tick")
        for value in known
    )
    middle = (area.left + area.right) / 2
    named = text(name, middle, area.bottom + 31, anchor="middle", class_="axis-name")
    return marks + (named if name else Markup(""))


def bottom_labels(area: Area, labels: Sequence[str]) -> Markup:
    """Return the names of categories beneath, as many as fit."""
    bands = Bands(len(labels), area.left, area.right)
    widest = max((width_of(label) for label in labels), default=0.0) + 12
    every = max(1, -int(-widest // bands.width)) if labels else 1
    return Markup("").join(
        text(label, bands.middle(at), area.bottom + 14, anchor="middle", class_="tick")
        for at, label in enumerate(labels)
        if (len(labels) - 1 - at) % every == 0
    )


def legend(names: Sequence[str], left: float, y: float, right: float) -> Markup:
    """Return the series' marks with their names, in as many lines as they need.

    Args:
        names: Of the series.
        left: Where lines begin.
        y: Middle of the first line.
        right: Where they end at the latest.
    """
    drawn, x, at = Markup(""), left, y
    for kind, (name, wide) in enumerate(_widths(names)):
        if x > left and x + wide > right:
            x, at = left, at + LABEL
        line = tag("line", x1=x, x2=x + 22, y1=at, y2=at, class_=f"line series-{kind % 6 + 1}")
        drawn += line + shape(kind, x + 11, at, 3.5) + text(name, x + 28, at, class_="legend")
        x += wide
    return drawn


def legend_height(names: Sequence[str], left: float, right: float) -> float:
    """Return how much room the lines of a legend take."""
    lines, x = 1, left
    for _, wide in _widths(names):
        if x > left and x + wide > right:
            lines, x = lines + 1, left
        x += wide
    return lines * LABEL


def _widths(names: Sequence[str]) -> list[tuple[str, float]]:
    return [(name, 28 + width_of(name) + 12) for name in names]
