"""Figures of agents and teams, put together from those of each agent in each team."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipeline.comparing import (
    Figure,
    Moments,
    Tally,
    difference_of_means,
    mean_score,
    share,
    together,
    without,
)
from pipeline.pass_rate import Cell, PassRate, Share, true_pass_rate
from pipeline.store.analysis import CriterionRow, Figures, ScoreRow, Whose
from review.charts.figures import Point

Belongs = Callable[[Whose], bool]
NOBODY = Moments(0, 0.0, 0.0)


@dataclass(frozen=True, slots=True)
class Summary:
    """One agent or team in a period."""

    name: str
    team: str | None
    """An agent's: the one with most of their calls."""
    calls: int
    machine: Figure | None
    """Mean of the machine's scores."""
    passed: Share | None
    """By the machine."""
    human: Figure | None
    """Mean of the scores of those calls that people reviewed."""
    reviewed: int
    against: Figure | None
    """Machine's mean minus that of the rest: of the team, or of all teams."""
    before: Figure | None
    """Machine's mean minus that of the period before."""
    rate: PassRate


def summary(
    name: str, figures: Figures, own: Belongs, peers: Belongs, needed: int, team: str | None = None
) -> Summary:
    """Return the figures of one group.

    Args:
        name: Of the group.
        figures: Of everybody in scope.
        own: Whose calls are the group's.
        peers: Whose calls it is compared with: the group and the others.
        needed: Reviews that a true pass rate needs.
        team: Of an agent.
    """
    now = [row for row in figures.scores if row.current and own(row.whose)]
    machine = together(row.machine for row in now)
    before = together(row.machine for row in figures.scores if not row.current and own(row.whose))
    others = together(
        row.machine
        for row in figures.scores
        if row.current and peers(row.whose) and not own(row.whose)
    )
    cells = merged(row.cell for row in figures.cells if own(row.whose))
    return _summary(name, team, now, Compared(machine, others, before), cells, needed)


@dataclass(frozen=True, slots=True)
class Compared:
    """Scores of a group, of those it is compared with, and of the period before."""

    own: Moments
    others: Moments
    before: Moments


def agent_summaries(figures: Figures, needed: int) -> tuple[Summary, ...]:
    """Return one per agent with calls in the period, each compared with the rest of the team."""
    teams: defaultdict[str | None, list[Moments]] = defaultdict(list)
    by_agent: defaultdict[str, list[ScoreRow]] = defaultdict(list)
    for row in figures.scores:
        if row.current:
            teams[row.whose.team].append(row.machine)
        if row.whose.agent is not None:
            by_agent[row.whose.agent].append(row)
    totals = {team: together(parts) for team, parts in teams.items()}
    cells: defaultdict[str | None, list[Cell]] = defaultdict(list)
    for item in figures.cells:
        cells[item.whose.agent].append(item.cell)
    found = []
    for name, rows in by_agent.items():
        now = [row for row in rows if row.current]
        if not now:
            continue
        team = max(now, key=lambda row: row.calls).whose.team
        own = together(row.machine for row in now)
        there = together(row.machine for row in now if row.whose.team == team)
        before = together(row.machine for row in rows if not row.current)
        compared = Compared(own, without(totals[team], there), before)
        found.append(_summary(name, team, now, compared, merged(cells[name]), needed))
    return tuple(sorted(found, key=lambda item: item.name))


def team_summaries(figures: Figures, needed: int) -> tuple[Summary, ...]:
    """Return one per team with calls in the period, each compared with all other teams."""
    names = sorted({row.whose.team for row in figures.scores if row.current and row.whose.team})

    def belongs(name: str) -> Belongs:
        return lambda whose: whose.team == name

    return tuple(
        summary(name, figures, belongs(name), lambda whose: True, needed) for name in names
    )


def _summary(
    name: str,
    team: str | None,
    now: Sequence[ScoreRow],
    scores: Compared,
    cells: Iterable[Cell],
    needed: int,
) -> Summary:
    human = together(row.human for row in now)
    passed = sum(row.machine_passed for row in now)
    return Summary(
        name=name,
        team=team,
        calls=sum(row.calls for row in now),
        machine=mean_score(scores.own),
        passed=share(Tally(passed, scores.own.count)),
        human=mean_score(human),
        reviewed=human.count,
        against=difference_of_means(scores.own, scores.others),
        before=difference_of_means(scores.own, scores.before),
        rate=true_pass_rate(cells, min_reviews=needed),
    )


def merged(cells: Iterable[Cell]) -> tuple[Cell, ...]:
    """Return cells of several agents with those that are alike put together."""
    found: dict[tuple[str | None, float | None], Cell] = {}
    for cell in cells:
        key = (cell.flag, cell.inclusion_probability)
        known = found.get(key, Cell(*key, 0, 0, 0))
        found[key] = Cell(
            *key,
            known.calls + cell.calls,
            known.reviewed + cell.reviewed,
            known.passed + cell.passed,
        )
    return tuple(found.values())


def criteria(rows: Iterable[CriterionRow], own: Belongs) -> Mapping[str, tuple[Tally, int]]:
    """Return per criterion how often a group passed it, and how many verdicts are people's."""
    found: dict[str, tuple[Tally, int]] = {}
    for row in rows:
        if own(row.whose):
            tally, by_people = found.get(row.criterion, (Tally(0, 0), 0))
            found[row.criterion] = (tally + row.tally, by_people + row.by_people)
    return found


def criterion_names(rows: Iterable[CriterionRow]) -> tuple[str, ...]:
    """Return the criteria in the order of the rubric, in which the rows are."""
    return tuple(dict.fromkeys(row.criterion for row in rows))


def mondays(first: date, last: date) -> tuple[date, ...]:
    """Return the Mondays of the weeks from the first to the last day."""
    monday = first - timedelta(days=first.weekday())
    return tuple(monday + timedelta(weeks=at) for at in range(((last - monday).days // 7) + 1))


def point(figure: Figure | None, count: int | None = None) -> Point | None:
    """Return a figure as a point of a chart."""
    return None if figure is None else Point(figure.value, figure.low, figure.high, count)


def point_of_share(known: Share | None, count: int | None = None) -> Point | None:
    """Return a share as a point of a chart."""
    return None if known is None else Point(known.value, known.low, known.high, count)
