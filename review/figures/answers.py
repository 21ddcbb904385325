"""The pages of agents and of teams: a list, and one page for each."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from fastapi import Request
from fastapi.responses import Response

from pipeline.comparing import Figure
from pipeline.store import Store
from pipeline.store.analysis import GroupFigures
from review.charts.figures import percent, points
from review.charts.table import Chart, Table
from review.context import desk_of, page, settings_of
from review.figures.asking import figures_of, group_of, rubrics_of, with_outcomes
from review.figures.detail import (
    CriterionCharts,
    OutcomeChart,
    criterion_charts,
    criterion_weeks_chart,
    outcome_charts,
    talk_table,
    trend,
)
from review.figures.filters import Filters, filters_of, scope_of, values_of
from review.figures.groups import Belongs, Summary, summary
from review.figures.kinds import AGENTS, TEAMS, GroupRow, Kind, group_row
from review.figures.overview import (
    MOST_ROWS,
    ORDERS,
    Row,
    criteria_map,
    means_chart,
    ordered,
    rates_chart,
    rows,
    weeks_chart,
)
from review.figures.wording import (
    difference_ends,
    difference_value,
    figure_words,
    rate_words,
    verdict_on,
)
from review.files import Format, records_file
from review.security.viewer import Viewer

PER_PAGE = 100
WORDS: dict[str, Callable[..., str]] = {
    "difference_ends": difference_ends,
    "difference_value": difference_value,
    "figure": figure_words,
    "rate": rate_words,
    "verdict": verdict_on,
    "points": points,
    "percent": percent,
}
"""What the templates write figures with."""


@dataclass(frozen=True, slots=True)
class ListView:
    """What the list shows."""

    kind: Kind
    filters: Filters
    teams: tuple[str, ...]
    """To filter by."""
    order: str
    rows: list[Row]
    total: int
    number: int
    """Of the page, from 1."""
    pages: int
    heat: Chart | None
    means: Chart | None
    most_rows: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class EmptyView:
    """A group without calls in the period, or of which the viewer may see none."""

    kind: Kind
    name: str
    filters: Filters


@dataclass(frozen=True, slots=True)
class Members:
    """The agents of a team."""

    rows: list[Row]
    heat: Chart
    means: Chart
    most_rows: int = MOST_ROWS


@dataclass(frozen=True, slots=True)
class GroupView:
    """What the page of one agent or team shows."""

    kind: Kind
    filters: Filters
    own: Summary
    rest: str
    """Whom it is compared with, in words."""
    rates: Chart
    weeks: Chart
    trend: Figure | None
    criteria: CriterionCharts
    criterion_weeks: Chart
    talk: Table
    outcomes: tuple[OutcomeChart, ...]
    members: Members | None
    can_upload: bool


def list_page(
    request: Request, viewer: Viewer, store: Store, kind: Kind, form: Format | None
) -> Response:
    """Return the list of agents or teams, as a page or a file."""
    values = values_of(request)
    filters = filters_of(values, rubrics_of(request, store))
    if filters is None:
        return page(request, viewer, "figures/none.html", kind=kind)
    settings = settings_of(request)
    scope = scope_of(filters, viewer, desk_of(request), settings)
    figures = figures_of(request, store, scope)
    order = values.get("sort", "score")
    found = [
        own
        for own in ordered(kind.summaries(figures, settings.needed_reviews), order)
        if not filters.team or kind.by_team or own.team == filters.team
    ]
    if form:
        return records_file(kind.path[1:], form, map(group_row, found), GroupRow)
    number = _page_number(values.get("page", ""), len(found))
    shown = found[(number - 1) * PER_PAGE : number * PER_PAGE]
    view = ListView(
        kind,
        filters,
        tuple(sorted({row.whose.team for row in figures.scores if row.whose.team})),
        order if order in ORDERS else "score",
        rows(shown, figures, filters, kind.path, kind.name_of),
        len(found),
        number,
        -(-len(found) // PER_PAGE),
        criteria_map(figures, found, filters, kind.path, kind.name_of) if found else None,
        means_chart(found, figures, kind.noun) if kind.by_team and found else None,
    )
    return page(request, viewer, "figures/list.html", view=view, words=WORDS)


def group_page(request: Request, viewer: Viewer, store: Store, kind: Kind, name: str) -> Response:
    """Return the page of one agent or team; one without calls in the period says so."""
    filters = filters_of(values_of(request), rubrics_of(request, store))
    if filters is None:
        return page(request, viewer, "figures/none.html", kind=kind)
    settings = settings_of(request)
    scope = scope_of(filters, viewer, desk_of(request), settings)
    found = group_of(request, store, scope, name, by_team=kind.by_team)
    team = None if kind.by_team else _home(found, kind.own(name))
    own, peers = kind.own(name), _peers(kind, team)
    rest = "the other teams" if kind.by_team else f"the rest of {team or 'those without a team'}"
    known = summary(name, found.figures, own, peers, settings.needed_reviews, team)
    if not known.calls:
        empty = EmptyView(kind, name, filters)
        return page(request, viewer, "figures/group_empty.html", view=empty)
    calls = with_outcomes(found.calls, desk_of(request))
    view = GroupView(
        kind,
        filters,
        known,
        rest,
        rates_chart(known),
        weeks_chart(found.figures, filters, own, rest, peers),
        trend(calls),
        criterion_charts(found, own, peers, rest),
        criterion_weeks_chart(found.criterion_weeks, filters),
        talk_table(found, own, peers, rest),
        outcome_charts(calls),
        _members(found, filters, name, settings.needed_reviews) if kind.by_team else None,
        can_upload="/outcomes" in request.app.state.paths,
    )
    return page(request, viewer, "figures/group.html", view=view, words=WORDS)


def _members(found: GroupFigures, filters: Filters, team: str, needed: int) -> Members:
    """Return the agents of a team."""
    agents = [
        own for own in ordered(AGENTS.summaries(found.figures, needed), "score") if own.team == team
    ]
    return Members(
        rows(agents, found.figures, filters, AGENTS.path, AGENTS.name_of),
        criteria_map(found.figures, agents, filters, AGENTS.path, AGENTS.name_of),
        means_chart(agents, found.figures, "agent"),
    )


def _peers(kind: Kind, team: str | None) -> Belongs:
    if kind is TEAMS:
        return lambda whose: True
    return lambda whose: whose.team == team


def _home(found: GroupFigures, own: Belongs) -> str | None:
    """Return the team in which an agent has most calls."""
    mine = [row for row in found.figures.scores if row.current and own(row.whose)]
    return max(mine, key=lambda row: row.calls).whose.team if mine else None


def _page_number(text: str, total: int) -> int:
    wanted = int(text) if text.isascii() and text.isdigit() and len(text) < 9 else 1
    return min(max(1, wanted), max(1, -(-total // PER_PAGE)))
