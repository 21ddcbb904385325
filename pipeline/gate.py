"""The gate: whether a candidate may take over from the champion, criterion by criterion.

It must be better on reviewed calls that it never saw: its kappa higher and its errors cheaper, with
stated confidence, by a paired bootstrap over calls (Efron 1979, doi:10.1214/aos/1176344552; both
models judge the same drawn calls). It must agree with reviewers beyond chance. It must not be worse
on the bundled calls than a margin, nor for any team or language with enough calls. What too few
labels cannot show is no reason for either model: it waits.

Calls are weighted by how they came to be reviewed (``pipeline.splits.inclusion_weights``).
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from enum import StrEnum
from statistics import NormalDist

from pipeline.domain import Record
from pipeline.paired import Comparison, Costs, Judged, compare, judged_otherwise
from pipeline.splits import HELD_OUT_CALLS

Z = 1.96


class Outcome(StrEnum):
    """What the gate says."""

    PROMOTE = "promote"
    KEEP = "keep"
    """The champion stays: the candidate is not better, or not allowed to take over."""
    WAIT = "wait"
    """The champion stays until there are more labels."""


class Decision(Record):
    """What is to be done with one criterion's candidate, and why."""

    criterion: str
    outcome: Outcome
    reasons: tuple[str, ...]
    """In sentences, for a QA lead."""
    held_out: Comparison | None = None
    """None: too few calls."""
    benchmark: Comparison | None = None
    """None: no bundled calls, or the models say the same on the held-out ones."""
    benchmark_counts: bool = True
    """False: the reviewers here decide otherwise than those of the bundled calls."""
    groups: Mapping[str, Comparison] = {}
    reviews: int
    """Reviewed calls, held out or not."""
    needed: int | None = None
    """About how many are needed; None: that is not the problem."""

    @property
    def promote(self) -> bool:
        """Whether the candidate takes over."""
        return self.outcome is Outcome.PROMOTE


def decide(
    criterion: str,
    held_out: Sequence[Judged],
    benchmark: Sequence[Judged],
    costs: Costs,
    *,
    reviews: int,
    critical: bool = False,
    seed: int = 0,
) -> Decision:
    """Return whether a candidate takes over.

    Args:
        criterion: Its id.
        held_out: Reviewed calls that neither model learned from.
        benchmark: Bundled calls, likewise; none: nothing to forget.
        costs: What errors cost, and what is asked for.
        reviews: All reviewed calls of the criterion, those that it learned from too.
        critical: Whether a fail zeroes the call.
        seed: Of the bootstrap; the same seed gives the same decision.
    """
    if len(held_out) < costs.min_held_out:
        needed = max(reviews + 1, math.ceil(costs.min_held_out / HELD_OUT_CALLS))
        return _waits(criterion, reviews, needed, "held-out calls are too few to compare models")
    found = compare(held_out, costs, critical=critical, seed=seed)
    matters = bool(benchmark and found.differ)
    kept = compare(benchmark, costs, critical=critical, seed=seed) if matters else None
    counts = kept is not None and not judged_otherwise(held_out, benchmark, seed)
    groups = _by_group(held_out, costs, critical, seed)
    outcome, reasons, needed_reviews = _verdict(found, kept if counts else None, groups, costs)
    if kept is not None and not counts:
        reasons.append(
            "Reviewers here decide this criterion otherwise than those of the bundled calls "
            f"(there the kappa is {kept.kappa.champion:.2f} now, {kept.kappa.candidate:.2f} with "
            "the candidate), so those calls have no say."
        )
    if needed_reviews is not None:
        share = max(1.0, needed_reviews / len(held_out))
        needed = max(reviews + 1, math.ceil(reviews * share / 10) * 10)
        reasons.append(f"{reviews} of about {needed} reviews needed.")
    return Decision(
        criterion=criterion,
        outcome=outcome,
        reasons=tuple(reasons),
        held_out=found,
        benchmark=kept,
        benchmark_counts=counts,
        groups=groups,
        reviews=reviews,
        needed=needed if needed_reviews is not None else None,
    )


def _by_group(
    calls: Sequence[Judged], costs: Costs, critical: bool, seed: int
) -> dict[str, Comparison]:
    """Return the comparison for each team and language with enough calls; of several."""
    members: dict[str, list[Judged]] = defaultdict(list)
    for item in calls:
        for group in item.groups:
            members[group].append(item)
    return {
        group: compare(own, costs, critical=critical, seed=seed)
        for group, own in sorted(members.items())
        if costs.min_group <= len(own) < len(calls)
    }


def _verdict(
    found: Comparison,
    benchmark: Comparison | None,
    groups: Mapping[str, Comparison],
    costs: Costs,
) -> tuple[Outcome, list[str], int | None]:
    """Return what is to be done, why, and how many held-out calls would tell more."""
    kappa, cost = found.kappa, found.cost
    if not found.differ:
        return (
            Outcome.KEEP,
            [f"Both models say the same on all {found.calls} held-out calls."],
            None,
        )
    said = (
        f"On {found.calls} held-out calls the kappa would go from {kappa.champion:.2f} to "
        f"{kappa.candidate:.2f} ({_signed(kappa.difference)}, 95 % interval {_signed(kappa.low)} "
        f"to {_signed(kappa.high)}), the cost of a call from {cost.champion:.2f} to "
        f"{cost.candidate:.2f}."
    )
    if kappa.difference <= 0 or cost.difference > 0:
        return Outcome.KEEP, [said, "The candidate is not better."], None
    asked = ((kappa.better, costs.confidence), (cost.better, costs.cost_confidence))
    unsure = [(sure, needed) for sure, needed in asked if sure < needed]
    if unsure or found.kappa_low <= 0:
        why = "Its agreement with reviewers may still be chance."
        if unsure:
            sure, needed = unsure[0]
            what = "agrees more" if kappa.better < costs.confidence else "errs more cheaply"
            why = f"That it {what} is {sure:.0%} sure; {needed:.0%} is asked."
        return Outcome.WAIT, [said, why], _calls_needed(found, costs)
    worse = [
        f"{name}: kappa {_signed(own.kappa.difference)} on {own.calls} calls"
        for name, own in (*groups.items(), *((("bundled calls", benchmark),) if benchmark else ()))
        if own.kappa.difference < -costs.margin
    ]
    if worse:
        limit = f"It would be worse by more than {costs.margin:g} for some: "
        return Outcome.KEEP, [said, limit + "; ".join(worse) + "."], None
    return Outcome.PROMOTE, [said, f"It agrees more with {kappa.better:.0%} confidence."], None


def _calls_needed(found: Comparison, costs: Costs) -> int:
    """Return about how many held-out calls would show a gain as large as this one.

    The interval shrinks with the root of the number of calls.
    """
    half = max((found.kappa.high - found.kappa.low) / 2, 1e-6) / Z
    asked = NormalDist().inv_cdf(costs.confidence) * half / max(found.kappa.difference, 0.01)
    return max(found.calls + 1, math.ceil(found.calls * asked**2))


def _waits(criterion: str, reviews: int, needed: int, why: str) -> Decision:
    return Decision(
        criterion=criterion,
        outcome=Outcome.WAIT,
        reasons=(f"{reviews} of about {needed} reviews needed: {why}.",),
        reviews=reviews,
        needed=needed,
    )


def _signed(value: float) -> str:
    return f"{value:+.2f}"
