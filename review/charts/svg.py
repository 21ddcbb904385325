"""SVG elements with everything escaped, and the frame that makes a chart readable to all."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TypeAlias

from markupsafe import Markup, escape

Attribute: TypeAlias = str | float | None
NAMES = {"class_": "class", "view_box": "viewBox"}
"""Attributes that Python cannot name as SVG does; underscores in others become hyphens."""
CHARACTER = 7.0
"""Mean width, rather wide fonts included, of a character at the size of labels, in user units."""


@dataclass(frozen=True, slots=True)
class About:
    """What a chart says in words."""

    key: str
    """Unique on the page; letters, digits and hyphens: the ids within the chart begin with it."""
    title: str
    summary: str
    """One or two sentences with what is to be seen, for who cannot see it."""


def tag(name: str, *children: str, **attributes: Attribute) -> Markup:
    """Return an element.

    Args:
        name: Of the element; from the code, never from data.
        children: Text, which is escaped, or markup.
        attributes: Numbers are rounded to a tenth of a unit; None leaves an attribute out.
    """
    written = "".join(
        f' {NAMES.get(key, key.replace("_", "-"))}="{_value(value)}"'
        for key, value in attributes.items()
        if value is not None
    )
    inside = "".join(escape(child) for child in children)
    return Markup(f"<{name}{written}>{inside}</{name}>")  # all of it is escaped above


def text(
    words: str,
    x: float,
    y: float,
    *,
    anchor: str = "start",
    class_: str | None = None,
    turned: float | None = None,
) -> Markup:
    """Return a text.

    Args:
        words: What it says.
        x: Of its anchor.
        y: Of its middle: half a capital above the baseline.
        anchor: ``start``, ``middle`` or ``end``.
        class_: More classes than none.
        turned: Degrees, clockwise, about the anchor.
    """
    turn = None if turned is None else f"rotate({number(turned)} {number(x)} {number(y)})"
    return tag(
        "text",
        words,
        x=x,
        y=y,
        dy="0.35em",
        text_anchor=anchor,
        class_=class_,
        transform=turn,
    )


def title(words: str) -> Markup:
    """Return a title, which browsers show when the mark is pointed at."""
    return tag("title", words)


def shape(kind: int, x: float, y: float, size: float = 4.0, class_: str = "") -> Markup:
    """Return the mark of a series: each has a shape of its own, so that colour is not needed."""
    name = f"mark series-{kind % 6 + 1} {class_}".strip()
    if kind % 4 == 0:
        return tag("circle", cx=x, cy=y, r=size, class_=name)
    if kind % 4 == 1:
        return tag("rect", x=x - size, y=y - size, width=2 * size, height=2 * size, class_=name)
    reach = 1.35 * size
    corners = (
        [(x, y - reach), (x + reach, y), (x, y + reach), (x - reach, y)]
        if kind % 4 == 2
        else [(x, y - reach), (x + reach, y + size), (x - reach, y + size)]
    )
    return tag("path", d=f"{path(corners)}Z", class_=name)


def path(points: list[tuple[float, float]]) -> str:
    """Return the path through points."""
    return "M" + "L".join(f"{number(x)},{number(y)}" for x, y in points)


def drawing(about: About, width: float, height: float, *children: Markup, kind: str) -> Markup:
    """Return the whole picture, named and described.

    Args:
        about: Its words.
        width: User units, which are pixels unless there is less room.
        height: Likewise.
        children: In the order in which they are painted.
        kind: Class of the chart.
    """
    named, described = f"{about.key}-title", f"{about.key}-desc"
    return tag(
        "svg",
        tag("title", about.title, id=named),
        tag("desc", about.summary, id=described),
        *children,
        xmlns="http://www.w3.org/2000/svg",
        view_box=f"0 0 {number(width)} {number(height)}",
        width=width,
        height=height,
        class_=f"chart chart-{kind}",
        role="img",
        aria_labelledby=f"{named} {described}",
    )


def number(value: float) -> str:
    """Return a coordinate, short: to a tenth of a unit."""
    rounded = round(float(value), 1) + 0.0  # no minus before zero
    return f"{rounded:.1f}".removesuffix(".0")


def width_of(words: str) -> float:
    """Return about how wide a label is, in user units."""
    return len(words) * CHARACTER


def shortened(words: str, room: float) -> str:
    """Return words that fit, with an ellipsis where some had to go."""
    most = max(2, int(room / CHARACTER))
    return words if len(words) <= most else f"{words[: most - 1].rstrip()}…"


def _value(value: Attribute) -> str:
    return number(value) if isinstance(value, float | int) else str(escape(value))
