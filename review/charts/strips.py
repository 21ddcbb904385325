"""Who spoke when: one lane for each speaker, silence and hold, along the length of the call."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from markupsafe import Markup

from review.charts.axes import Area, across
from review.charts.figures import UNKNOWN
from review.charts.svg import About, drawing, tag, text, title
from review.charts.table import Chart, Table

LANE = 16.0
LEFT = 92.0
STEPS_S = (5, 15, 30, 60, 120, 300, 600, 1800)
MOST_MARKS = 9
"""Along the clock; an hour apart for what is longer still."""
LaneKind: TypeAlias = Literal["agent", "customer", "system", "overtalk", "silence", "hold"]


@dataclass(frozen=True, slots=True)
class Stretch:
    """From when to when, in seconds from the start."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class Lane:
    """One kind of what happens on a call."""

    name: str
    kind: LaneKind
    stretches: tuple[Stretch, ...]


def strip_chart(
    about: About, duration_s: float, lanes: Sequence[Lane], *, width: float = 720.0
) -> Chart:
    """Return the lanes above one clock.

    Args:
        about: Its words.
        duration_s: Length of the call; above zero.
        lanes: From top to bottom.
        width: User units.
    """
    area = Area(LEFT, 4.0, width - 10, 4.0 + max(1, len(lanes)) * (LANE + 4))
    scale = across(area, 0.0, max(duration_s, 1e-3))
    drawn = Markup("")
    for second in _marks(duration_s):
        x = scale(second)
        drawn += tag("line", x1=x, x2=x, y1=area.top, y2=area.bottom, class_="grid")
        drawn += text(clock(second), x, area.bottom + 11, anchor="middle", class_="tick")
    for at, lane in enumerate(lanes):
        y = area.top + at * (LANE + 4)
        drawn += text(lane.name, LEFT - 8, y + LANE / 2, anchor="end")
        drawn += Markup("").join(
            tag(
                "rect",
                title(f"{lane.name}, {clock(own.start_s)} to {clock(own.end_s)}"),
                x=scale(own.start_s),
                y=y,
                width=max(0.8, scale(own.end_s) - scale(own.start_s)),
                height=LANE,
                class_=f"stretch {lane.kind}",
            )
            for own in lane.stretches
        )
    svg = drawing(about, width, area.bottom + 22, drawn, kind="strip")
    return Chart(svg, _table(about.title, duration_s, lanes))


def _marks(duration_s: float) -> range:
    """Return where the clock is written: at whole quarters, halves or multiples of minutes."""
    step = next((own for own in STEPS_S if duration_s <= MOST_MARKS * own), 3600)
    return range(0, int(duration_s) + 1, step)


def clock(seconds: float) -> str:
    """Return minutes and seconds, e.g. ``2:05``."""
    whole = int(seconds + 0.5)
    return f"{whole // 60}:{whole % 60:02d}"


def _table(caption: str, duration_s: float, lanes: Sequence[Lane]) -> Table:
    rows = []
    for lane in lanes:
        total = sum(own.end_s - own.start_s for own in lane.stretches)
        longest = max((own.end_s - own.start_s for own in lane.stretches), default=0.0)
        share = f"{100 * total / duration_s:.0f} %" if duration_s > 0 else UNKNOWN
        rows.append((lane.name, str(len(lane.stretches)), clock(total), share, clock(longest)))
    return Table(caption, ("what", "how often", "in all", "of the call", "longest"), tuple(rows))
