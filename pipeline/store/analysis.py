"""Figures over all calls: what the pages of agents, teams and agreement are made from.

Machine and people stand apart: each row says whose figures it has. What people say is read from
the store, where the desk's reviews are posted within seconds. Every function runs inside one
transaction and holds nothing after; temporary tables end with the connection.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import duckdb

from pipeline.comparing import Moments, Tally
from pipeline.domain import Record
from pipeline.pass_rate import Cell
from pipeline.store.queries import query
from pipeline.store.reading import rows

Connection = duckdb.DuckDBPyConnection
Value = str | float | bool | datetime | list[str] | None
FIGURES = ("scores", "weeks", "cells", "criteria")


class RubricUse(Record):
    """A rubric that calls are evaluated with, and when calls were."""

    rubric: str
    title: str
    evaluations: int
    first: datetime
    last: datetime


@dataclass(frozen=True, slots=True)
class Scope:
    """Which calls a figure is about."""

    rubric: str
    since: datetime
    until: datetime
    """Not included."""
    teams: tuple[str, ...] | None = None
    """The teams that may be seen; None: all."""
    team: str | None = None
    """The one team that is looked at; None: all of them."""
    hidden: tuple[str, ...] = ()
    """Calls of which nobody may see yet what was judged."""
    passing: float = 60.0
    """A call passes with this score."""

    @property
    def before(self) -> datetime:
        """Where the period before begins, which is as long."""
        return self.since - (self.until - self.since)


@dataclass(frozen=True, slots=True)
class Whose:
    """Team and agent of calls, as the manifest names them."""

    team: str | None
    agent: str | None


@dataclass(frozen=True, slots=True)
class ScoreRow:
    """Scores of one agent in one team and one of the two periods."""

    whose: Whose
    current: bool
    """In the period; else in the one before."""
    calls: int
    machine: Moments
    machine_passed: int
    human: Moments
    """Of the calls that people reviewed."""


@dataclass(frozen=True, slots=True)
class WeekRow:
    """Scores of one agent in one team and one week."""

    whose: Whose
    week: date
    """Its Monday."""
    machine: Moments
    human: Moments


@dataclass(frozen=True, slots=True)
class CellRow:
    """Calls that are alike to the estimate of the true pass rate."""

    whose: Whose
    cell: Cell


@dataclass(frozen=True, slots=True)
class CriterionRow:
    """How often one agent passed a criterion, people's verdict counting where there is one."""

    whose: Whose
    current: bool
    criterion: str
    tally: Tally
    by_people: int
    """How many of these verdicts are people's."""


@dataclass(frozen=True, slots=True)
class Figures:
    """What is known of all agents in scope."""

    scores: tuple[ScoreRow, ...]
    weeks: tuple[WeekRow, ...]
    cells: tuple[CellRow, ...]
    criteria: tuple[CriterionRow, ...]


@dataclass(frozen=True, slots=True)
class TalkRow:
    """One talk metric of one agent in one team."""

    whose: Whose
    name: str
    values: Moments


@dataclass(frozen=True, slots=True)
class CallFigures:
    """One call of a group, with what the manifest says came of it."""

    call_id: str
    at_s: float
    """When it was, in seconds since 1970."""
    score: float | None
    """The machine's."""
    human_score: float | None
    csat: float | None
    fcr: float | None
    """1: settled in the first contact; 0: not."""
    aht_s: float | None


@dataclass(frozen=True, slots=True)
class CriterionWeek:
    """How often a group passed a criterion in one week."""

    criterion: str
    week: date
    tally: Tally
    by_people: int


@dataclass(frozen=True, slots=True)
class GroupFigures:
    """All of an agent's or a team's page."""

    figures: Figures
    criterion_weeks: tuple[CriterionWeek, ...]
    """In the order of the rubric's criteria, and of weeks."""
    talk: tuple[TalkRow, ...]
    calls: tuple[CallFigures, ...]


def rubrics_in_use(connection: Connection) -> tuple[RubricUse, ...]:
    """Return the rubrics that calls are evaluated with, the one with most evaluations first."""
    found = rows(connection, query("analysis_span"))
    return tuple(RubricUse.model_validate(row) for row in found)


def figures(connection: Connection, scope: Scope, *, before_too: bool = False) -> Figures:
    """Return the figures of every agent in scope.

    Args:
        connection: To the store.
        scope: Which calls.
        before_too: Criteria in the period before as well; it takes longer.
    """
    known = _parameters(scope) | {"before_too": before_too}
    for step in ("calls", "verdicts", "human"):
        _ask(connection, f"analysis_{step}", known)
    scores, weeks, cells, criteria = (
        _ask(connection, f"analysis_{name}", known) for name in FIGURES
    )
    return Figures(
        tuple(_score_row(row) for row in scores),
        tuple(
            WeekRow(_whose(row), row["week"], _moments(row, "machine_"), _moments(row, "human_"))
            for row in weeks
        ),
        tuple(CellRow(_whose(row), _cell(row)) for row in cells),
        tuple(_criterion_row(row) for row in criteria),
    )


def group_figures(
    connection: Connection, scope: Scope, group: str, *, by_team: bool
) -> GroupFigures:
    """Return what a page about one agent or team needs, of all in scope to compare with.

    Args:
        connection: To the store.
        scope: Which calls.
        group: Name of the agent or team.
        by_team: It is a team.
    """
    found = figures(connection, scope, before_too=True)
    talk = _ask(connection, "analysis_talk", {})
    whose: dict[str, Value] = {"group": group, "by_team": by_team}
    weeks = _ask(connection, "analysis_criterion_weeks", whose)
    calls = _ask(connection, "analysis_outcomes", whose)
    return GroupFigures(
        found,
        tuple(
            CriterionWeek(row["criterion"], row["week"], _tally(row), row["by_people"])
            for row in weeks
        ),
        tuple(TalkRow(_whose(row), row["name"], _moments(row)) for row in talk),
        tuple(CallFigures(**row) for row in calls),
    )


def _parameters(scope: Scope) -> dict[str, Value]:
    return {
        "rubric": scope.rubric,
        "since": scope.since,
        "until": scope.until,
        "before": scope.before,
        "teams": None if scope.teams is None else list(scope.teams),
        "team": scope.team,
        "hidden": list(scope.hidden),
        "passing": scope.passing,
    }


def _ask(
    connection: Connection, name: str, parameters: Mapping[str, Value]
) -> list[dict[str, Any]]:
    """Return all rows of a question, which is given those parameters that it names."""
    sql = query(name)
    own = {key: value for key, value in parameters.items() if re.search(rf"\${key}\b", sql)}
    return rows(connection, sql, own)


def _whose(row: Mapping[str, Any]) -> Whose:
    return Whose(row["team"], row["agent"])


def _moments(row: Mapping[str, Any], prefix: str = "") -> Moments:
    return Moments(row[f"{prefix}count"], row[f"{prefix}mean"], row[f"{prefix}variance"])


def _score_row(row: Mapping[str, Any]) -> ScoreRow:
    return ScoreRow(
        _whose(row),
        row["current"],
        row["calls"],
        _moments(row, "machine_"),
        row["machine_passed"],
        _moments(row, "human_"),
    )


def _cell(row: Mapping[str, Any]) -> Cell:
    names = ("flag", "inclusion_probability", "calls", "reviewed", "passed")
    return Cell(*(row[name] for name in names))


def _criterion_row(row: Mapping[str, Any]) -> CriterionRow:
    current, criterion = row["current"], row["criterion"]
    return CriterionRow(_whose(row), current, criterion, _tally(row), row["by_people"])


def _tally(row: Mapping[str, Any]) -> Tally:
    return Tally(row["passed"], row["judged"])
