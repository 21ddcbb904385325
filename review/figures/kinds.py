"""Agents and teams: what is the same about their pages, and what differs."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from pipeline.domain import Record
from pipeline.store.analysis import Figures, Whose
from review.figures.groups import Belongs, Summary, agent_summaries, team_summaries


@dataclass(frozen=True, slots=True)
class Kind:
    """What figures are put together by."""

    noun: str
    path: str
    name_of: Callable[[Whose], str | None]
    """Of the group that somebody's calls belong to."""
    summaries: Callable[[Figures, int], tuple[Summary, ...]]
    by_team: bool

    def own(self, name: str) -> Belongs:
        """Return whether somebody's calls are those of a group."""
        return lambda whose: self.name_of(whose) == name


AGENTS = Kind("agent", "/agents", lambda whose: whose.agent, agent_summaries, False)
TEAMS = Kind("team", "/teams", lambda whose: whose.team, team_summaries, True)


class GroupRow(Record):
    """One agent or team, as a row of a file. Scores are percentages, shares lie in [0, 1]."""

    name: str
    team: str | None
    calls: int
    machine_mean: float | None
    machine_mean_low: float | None
    machine_mean_high: float | None
    machine_passed: float | None
    against_others: float | None
    """Machine's mean minus that of the rest of the team, or of the other teams."""
    against_others_low: float | None
    against_others_high: float | None
    against_before: float | None
    """Machine's mean minus that of the period before."""
    against_before_low: float | None
    against_before_high: float | None
    reviewed: int
    reviewers_mean: float | None
    naive_pass_rate: float | None
    """Share of the reviewed calls that passed."""
    true_pass_rate: float | None
    """Estimate over all calls; empty without support."""
    true_pass_rate_low: float | None
    true_pass_rate_high: float | None


def group_row(own: Summary) -> GroupRow:
    """Return the row of a group."""
    machine, others, before, rate = own.machine, own.against, own.before, own.rate
    return GroupRow(
        name=own.name,
        team=own.team,
        calls=own.calls,
        machine_mean=machine.value if machine else None,
        machine_mean_low=machine.low if machine else None,
        machine_mean_high=machine.high if machine else None,
        machine_passed=own.passed.value if own.passed else None,
        against_others=others.value if others else None,
        against_others_low=others.low if others else None,
        against_others_high=others.high if others else None,
        against_before=before.value if before else None,
        against_before_low=before.low if before else None,
        against_before_high=before.high if before else None,
        reviewed=own.reviewed,
        reviewers_mean=own.human.value if own.human else None,
        naive_pass_rate=rate.naive.value if rate.naive else None,
        true_pass_rate=rate.true.value if rate.true else None,
        true_pass_rate_low=rate.true.low if rate.true else None,
        true_pass_rate_high=rate.true.high if rate.true else None,
    )
