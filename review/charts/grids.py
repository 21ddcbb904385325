"""Grids of cells: a heat map, and a confusion matrix. Each cell has its number written in it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from markupsafe import Markup

from review.charts.figures import UNKNOWN, Written, percent
from review.charts.scale import Bands
from review.charts.svg import About, drawing, shortened, tag, text, title, width_of
from review.charts.table import Chart, Link, Table

SHADES = 7
"""Classes ``shade-0`` (pale) to ``shade-6``."""
CELL_WIDTH, CELL_HEIGHT = 62.0, 26.0
MATRIX_CELL = 66.0
LEANING = 38.0
"""Degrees by which the names of columns are turned."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One figure of a heat map."""

    share: float
    """In [0, 1]; decides the shade."""
    count: int
    """What it rests on."""


@dataclass(frozen=True, slots=True)
class HeatRow:
    """One row of a heat map."""

    name: str
    cells: tuple[Cell | None, ...]
    """One per column; None: nothing to tell it by."""
    href: str = ""
    """Where the row's name leads to, in the table."""


def heat_map(
    about: About,
    what: str,
    columns: Sequence[str],
    rows: Sequence[HeatRow],
    *,
    few: int = 5,
    written: Written = percent,
) -> Chart:
    """Return a grid in which a low share is dark: what is to be worked on stands out.

    Args:
        about: Its words.
        what: What the rows are.
        columns: Names, written slanting above.
        rows: From top to bottom.
        few: Cells that rest on fewer are drawn pale and in brackets.
        written: How shares are written.
    """
    left = min(200.0, max((width_of(row.name) for row in rows), default=0.0)) + 14
    most = max((width_of(name) for name in columns), default=0.0)
    top = min(150.0, 0.62 * most) + 22
    right = left + len(columns) * CELL_WIDTH
    bands = Bands(len(columns), left, right)
    heads = Markup("").join(
        text(shortened(name, 230), bands.middle(at) - 10, top - 10, turned=-LEANING)
        for at, name in enumerate(columns)
    )
    body = Markup("").join(
        _heat_row(row, top + at * CELL_HEIGHT, bands, columns, few, written)
        for at, row in enumerate(rows)
    )
    width = right + min(190.0, 0.79 * width_of(columns[-1])) if columns else right + 20
    svg = drawing(about, width, top + len(rows) * CELL_HEIGHT + 6, heads, body, kind="heat")
    return Chart(svg, _heat_table(about.title, what, columns, rows, written))


def _heat_row(
    row: HeatRow, y: float, bands: Bands, columns: Sequence[str], few: int, written: Written
) -> Markup:
    drawn = text(
        shortened(row.name, bands.start - 12), bands.start - 8, y + CELL_HEIGHT / 2, anchor="end"
    )
    for at, cell in enumerate(row.cells):
        if cell is None:
            drawn += _box(bands.edge(at), y, CELL_WIDTH, CELL_HEIGHT, "none", UNKNOWN, "")
            continue
        weak = cell.count < few
        words = f"({written(cell.share)})" if weak else written(cell.share)
        shade = "weak" if weak else str(shade_of(1 - cell.share))
        told = f"{row.name}, {columns[at]}: {written(cell.share)} of {cell.count:,}"
        drawn += _box(bands.edge(at), y, CELL_WIDTH, CELL_HEIGHT, shade, words, told)
    return drawn


def confusion_matrix(
    about: About,
    first: str,
    second: str,
    names: Sequence[str],
    counts: Sequence[Sequence[int]],
) -> Chart:
    """Return counts shaded by their share of the row; equal verdicts are framed.

    Args:
        about: Its words.
        first: Whose verdicts the rows are.
        second: Whose verdicts the columns are.
        names: Of the verdicts.
        counts: One row per verdict of the first.
    """
    left = max((width_of(name) for name in names), default=0.0) + 42
    top, size = 50.0, len(names) * MATRIX_CELL
    bands = Bands(len(names), left, left + size)
    drawn = text(second, left + size / 2, 12, anchor="middle", class_="axis-name")
    drawn += text(first, 12, top + size / 2, anchor="middle", class_="axis-name", turned=-90)
    for at, (name, row) in enumerate(zip(names, counts, strict=True)):
        y = top + at * MATRIX_CELL
        drawn += text(name, bands.middle(at), top - 14, anchor="middle")
        drawn += text(name, left - 10, y + MATRIX_CELL / 2, anchor="end")
        for index, count in enumerate(row):
            shade = shade_of(count / sum(row)) if sum(row) else 0
            told = f"{first} {name}, {second} {names[index]}: {count:,}"
            box = (bands.edge(index), y, MATRIX_CELL, MATRIX_CELL)
            drawn += _box(*box, str(shade), f"{count:,}", told, framed=index == at)
    svg = drawing(about, left + size + 12, top + size + 8, drawn, kind="matrix")
    rows = tuple(
        (name, *(f"{count:,}" for count in row)) for name, row in zip(names, counts, strict=True)
    )
    return Chart(svg, Table(about.title, (f"{first} \\ {second}", *names), rows))


def shade_of(share: float) -> int:
    """Return the class of shade for a share in [0, 1]."""
    return min(SHADES - 1, max(0, int(share * SHADES)))


def _box(
    x: float,
    y: float,
    width: float,
    height: float,
    shade: str,
    words: str,
    told: str,
    *,
    framed: bool = False,
) -> Markup:
    kind = f"cell shade-{shade}" + (" framed" if framed else "")
    size = {"x": x + 1, "y": y + 1, "width": width - 2, "height": height - 2, "rx": 2}
    number = text(words, x + width / 2, y + height / 2, anchor="middle", class_=f"on-{shade}")
    return tag("g", title(told) if told else "", tag("rect", **size, class_=kind), number)


def _heat_table(
    caption: str, what: str, columns: Sequence[str], rows: Sequence[HeatRow], written: Written
) -> Table:
    return Table(
        caption,
        (what, *columns),
        tuple(
            (
                Link(row.name, row.href) if row.href else row.name,
                *(
                    UNKNOWN if cell is None else f"{written(cell.share)} of {cell.count:,}"
                    for cell in row.cells
                ),
            )
            for row in rows
        ),
    )
