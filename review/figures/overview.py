"""The lists of agents and of teams: one row each, and the heat map of criteria."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import quote

from pipeline.comparing import mean_score, share, together
from pipeline.store.analysis import Figures, Whose
from review.charts.dots import Entry, Reference, dot_chart
from review.charts.figures import Point, percent, plain, points
from review.charts.grids import Cell, HeatRow, heat_map
from review.charts.lines import Axis, Series, line_chart, sparkline
from review.charts.svg import About
from review.charts.table import Chart
from review.figures.filters import Filters
from review.figures.groups import (
    Belongs,
    Summary,
    criteria,
    criterion_names,
    mondays,
    point,
    point_of_share,
)
from review.figures.wording import criterion_words

MIN_A_WEEK = 5
"""Weeks with fewer calls are left out of a line: their intervals would hide all others."""
MOST_ROWS = 40
"""Of a heat map: more cannot be taken in at once."""
FITTED = Axis("mean score, machine", points)
"""As high as the scores of the weeks ask for: a spark shows the way, the column its height."""
SHARE = Axis("share passed", percent, 0.0, 1.0)
ORDERS: dict[str, Callable[[Summary], tuple[float, str]]] = {
    "score": lambda own: (own.machine.value if own.machine else 1e9, own.name),
    "name": lambda own: (0.0, own.name),
    "calls": lambda own: (-own.calls, own.name),
    "change": lambda own: (own.before.value if own.before else 1e9, own.name),
    "team": lambda own: (own.against.value if own.against else 1e9, own.name),
    "rate": lambda own: (own.rate.true.value if own.rate.true else 1e9, own.name),
}
"""What lists can be sorted by: who may need help comes first."""


@dataclass(frozen=True, slots=True)
class Row:
    """One agent or team of a list."""

    own: Summary
    href: str
    spark: Chart


def ordered(found: Sequence[Summary], order: str) -> list[Summary]:
    """Return groups in an order of ``ORDERS``; by score where it is another word."""
    return sorted(found, key=ORDERS.get(order, ORDERS["score"]))


def rows(
    found: Sequence[Summary],
    figures: Figures,
    filters: Filters,
    path: str,
    of: Callable[[Whose], str | None],
) -> list[Row]:
    """Return the rows of a list, each with its scores by week."""
    weeks = mondays(filters.first, filters.last)
    return [
        Row(own, filters.address(f"{path}/{quote(own.name, safe='')}", team=""), spark)
        for own, spark in zip(found, _sparks(found, figures, weeks, of), strict=True)
    ]


def _sparks(
    found: Sequence[Summary],
    figures: Figures,
    weeks: Sequence[date],
    of: Callable[[Whose], str | None],
) -> list[Chart]:
    by_name: dict[tuple[str | None, date], list[int]] = {}
    for at, row in enumerate(figures.weeks):
        by_name.setdefault((of(row.whose), row.week), []).append(at)
    labels = [week.isoformat() for week in weeks]
    drawn = []
    for number, own in enumerate(found):
        line = tuple(
            point(
                mean_score(
                    together(figures.weeks[at].machine for at in by_name.get((own.name, w), []))
                )
            )
            for w in weeks
        )
        about = About(f"spark-{number}", f"{own.name} by week", "Mean score of each week.")
        plain_points = tuple(Point(at.value) if at else None for at in line)
        drawn.append(sparkline(about, labels, Series("score", plain_points), FITTED))
    return drawn


def criteria_map(
    figures: Figures,
    found: Sequence[Summary],
    filters: Filters,
    path: str,
    of: Callable[[Whose], str | None],
) -> Chart:
    """Return the heat map of criteria; of many groups those that come first in the list."""
    names = criterion_names(figures.criteria)
    own_rows: dict[str | None, list[int]] = {}
    for at, row in enumerate(figures.criteria):
        if row.current:
            own_rows.setdefault(of(row.whose), []).append(at)
    drawn = []
    for own in found[:MOST_ROWS]:
        known = criteria((figures.criteria[at] for at in own_rows.get(own.name, [])), _all)
        cells = []
        for name in names:
            tally, _ = known.get(name, (None, 0))
            passed = share(tally) if tally else None
            cells.append(Cell(passed.value, tally.count) if passed and tally else None)
        href = filters.address(f"{path}/{quote(own.name, safe='')}", team="")
        drawn.append(HeatRow(own.name, tuple(cells), href))
    about = About(
        "criteria-map",
        "Share passed, by criterion",
        "Each cell is the share of calls on which the criterion applied that passed it. Dark "
        "cells pass seldom; cells in brackets rest on fewer than five calls.",
    )
    what = "agent" if path == "/agents" else "team"
    return heat_map(about, what, [criterion_words(name) for name in names], drawn)


def means_chart(found: Sequence[Summary], figures: Figures, what: str) -> Chart:
    """Return the mean score of each group with its interval, against that of all."""
    entries = [
        Entry(own.name, point(own.machine, own.calls), "" if own.machine else "no score")
        for own in found
    ]
    overall = mean_score(together(row.machine for row in figures.scores if row.current))
    reference = Reference("all", overall.value) if overall else None
    about = About("means", f"Mean score by {what}", "The dashed line is the mean of all.")
    axis = Axis("mean score, machine", points, None, None, plain)
    return dot_chart(about, what, entries, axis, reference)


def rates_chart(own: Summary) -> Chart:
    """Return the true pass rate next to the naive one and what the machine says."""
    rate = own.rate
    entries = [
        Entry("all calls, estimate", point_of_share(rate.true, rate.calls), rate.missing),
        Entry(
            "reviewed calls",
            point_of_share(rate.naive, rate.reviews),
            "naive" if rate.naive else "no reviews yet",
        ),
        Entry("all calls, machine", point_of_share(own.passed, own.calls), "not by people"),
    ]
    about = About(
        "pass-rates",
        "Calls that pass",
        "Reviewers look at flagged calls first, so the share of the reviewed calls is too low; "
        "the estimate weighs each review by how many calls it stands for.",
    )
    return dot_chart(about, "figure", entries, SHARE)


def weeks_chart(
    figures: Figures, filters: Filters, own: Belongs, rest: str, peers: Belongs
) -> Chart:
    """Return the scores of a group by week: machine's, those it is compared with, reviewers'."""
    weeks = mondays(filters.first, filters.last)

    def line(name: str, belongs: Belongs, human: bool = False) -> Series:
        marks = []
        for week in weeks:
            moments = together(
                row.human if human else row.machine
                for row in figures.weeks
                if row.week == week and belongs(row.whose)
            )
            known = mean_score(moments) if moments.count >= MIN_A_WEEK else None
            marks.append(point(known, moments.count))
        return Series(name, tuple(marks))

    about = About(
        "score-weeks",
        "Score by week",
        "Bands are 95 % intervals; weeks with fewer than five calls are left out. Reviewed calls "
        "are mostly flagged ones, so their scores may lie below those of all calls.",
    )
    series = [
        line("machine, all calls", own),
        line(f"machine, {rest}", lambda whose: peers(whose) and not own(whose)),
        line("reviewers, reviewed calls", own, human=True),
    ]
    labels = [f"{week.day} {week:%b}" for week in weeks]
    return line_chart(
        about, "week from", labels, series, Axis("mean score", points, 0.0, 100.0, plain)
    )


def _all(whose: Whose) -> bool:
    return True
