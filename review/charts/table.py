"""The numbers of a chart as a table underneath."""

from __future__ import annotations

from dataclasses import dataclass

from markupsafe import Markup


@dataclass(frozen=True, slots=True)
class Link:
    """A cell that leads somewhere."""

    words: str
    href: str


Row = tuple[str | Link, ...]


@dataclass(frozen=True, slots=True)
class Table:
    """Columns and rows; the first cell of each row heads it."""

    caption: str
    head: tuple[str, ...]
    """Names of the columns."""
    rows: tuple[Row, ...]


@dataclass(frozen=True, slots=True)
class Chart:
    """A picture and its numbers."""

    svg: Markup
    table: Table
