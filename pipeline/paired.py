"""Champion and candidate on the same calls: weighted kappa and cost, with a paired bootstrap.

Efron 1979 (doi:10.1214/aos/1176344552): calls are drawn again and again with replacement, and both
models judge the same drawn calls, so that what is hard for both does not blur their difference.
One call fewer is drawn than there are, or few would look surer than they are (Rao and Wu 1988,
doi:10.1080/01621459.1988.10478591).
Kappa is Cohen's (doi:10.1177/001316446002000104), each call with its weight.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Record, Verdict

DRAWS = 1000
ORDER = tuple(Verdict)


class Costs(Record):
    """What errors cost, and what the gate asks for."""

    wrong: float = 1.0
    """A verdict that is not the reviewers'."""
    nearly: float = 0.5
    """A partial for a pass or a fail, or the other way round."""
    missed_critical: float = 5.0
    """A fail of a critical criterion that was not called one."""
    unscored: float = 0.3
    """A verdict withheld: somebody has to look."""
    confidence: float = 0.95
    """With which the candidate's kappa must be higher."""
    cost_confidence: float = 0.8
    """With which its errors must be cheaper: cost follows few calls, so that much is asked of kappa
    and less of cost."""
    margin: float = 0.02
    """By so much kappa it may be worse on the bundled calls, or for a team or language."""
    min_held_out: int = 12
    """Held-out calls under which nothing is decided."""
    min_group: int = 20
    """Held-out calls from which on a team or language has a say."""


class Judged(NamedTuple):
    """One call that neither model learned from."""

    call_id: str
    label: Verdict
    champion: Verdict
    candidate: Verdict
    weight: float = 1.0
    groups: tuple[str, ...] = ()
    """Whose call it is, such as ``team Billing`` and ``language en``."""


class Figure(Record):
    """Champion, candidate and their difference with the ends of its interval."""

    champion: float
    candidate: float
    difference: float
    """Candidate less champion."""
    low: float
    high: float
    better: float
    """Share of the draws in which the candidate was better."""


class Comparison(Record):
    """Both models on the same calls."""

    calls: int
    differ: int
    """Calls on which they say different things."""
    kappa: Figure
    cost: Figure
    """Mean cost of a call."""
    kappa_low: float
    """Lower end of the 95 % interval of the candidate's kappa: above 0 it agrees beyond chance."""


def compare(
    calls: Sequence[Judged], costs: Costs, *, critical: bool = False, seed: int = 0
) -> Comparison:
    """Return both models' kappa and cost on the same calls, with intervals of the difference.

    Args:
        calls: At least one.
        costs: Of errors.
        critical: Whether a missed fail costs more.
        seed: Of the bootstrap.
    """
    drawn = _Drawn(calls, costs, critical, seed)
    kappa = drawn.kappas("champion"), drawn.kappas("candidate")
    cost = drawn.costs("champion"), drawn.costs("candidate")
    return Comparison(
        calls=len(calls),
        differ=sum(item.champion is not item.candidate for item in calls),
        kappa=_figure(*kappa, more_is_better=True),
        cost=_figure(*cost, more_is_better=False),
        kappa_low=round(float(np.quantile(kappa[1][1:], 0.025)), 4),
    )


def cost_of(label: Verdict, verdict: Verdict, costs: Costs, *, critical: bool) -> float:
    """Return what a verdict costs where reviewers say ``label``."""
    if verdict is label:
        return 0.0
    if critical and label is Verdict.FAIL:
        return costs.unscored if verdict is Verdict.UNSCORED else costs.missed_critical
    if verdict is Verdict.UNSCORED:
        return costs.unscored
    near = Verdict.PARTIAL in (label, verdict) and Verdict.NOT_APPLICABLE not in (label, verdict)
    return costs.nearly if near else costs.wrong


def judged_otherwise(held_out: Sequence[Judged], benchmark: Sequence[Judged], seed: int) -> bool:
    """Return whether the champion is so much worse here that other rules must hold here.

    With 95 % confidence, for two independent sets of calls: what the bundled calls are labelled by
    is then not what reviewers here ask for.
    """
    free = Costs()
    here = _Drawn(held_out, free, False, seed).kappas("champion")
    there = _Drawn(benchmark, free, False, seed + 1).kappas("champion")
    return bool(np.quantile(there[1:] - here[1:], 0.05) > 0)


class _Drawn:
    """Calls drawn again and again; the first row of each answer is the calls as they are."""

    def __init__(self, calls: Sequence[Judged], costs: Costs, critical: bool, seed: int) -> None:
        rng = np.random.default_rng(seed)
        count = len(calls)
        drawn = rng.multinomial(max(1, count - 1), np.full(count, 1 / count), size=DRAWS)
        weight = np.array([item.weight for item in calls])
        self._weights = np.vstack([np.ones(count), drawn]) * weight
        self._codes = {
            name: np.array([ORDER.index(getattr(item, name)) for item in calls])
            for name in ("label", "champion", "candidate")
        }
        self._costs = {
            name: np.array(
                [cost_of(i.label, getattr(i, name), costs, critical=critical) for i in calls]
            )
            for name in ("champion", "candidate")
        }

    def kappas(self, model: str) -> NDArray[np.float64]:
        """Return weighted kappa, float64, shape (1 + draws,); 0 where the formula is 0/0.

        A model that always says the same has shown nothing, though it may be right by chance.
        """
        label, said = self._codes["label"], self._codes[model]
        total = self._weights.sum(axis=1)
        agreed = self._weights @ (label == said) / total
        chance = np.zeros(len(total))
        for code in range(len(ORDER)):
            chance += (self._weights @ (label == code)) * (self._weights @ (said == code))
        chance /= total**2
        left = 1 - chance
        return np.where(left > 1e-9, (agreed - chance) / np.where(left > 1e-9, left, 1.0), 0.0)

    def costs(self, model: str) -> NDArray[np.float64]:
        """Return the weighted mean cost, float64, shape (1 + draws,)."""
        mean: NDArray[np.float64] = self._weights @ self._costs[model] / self._weights.sum(axis=1)
        return mean


def _figure(
    champion: NDArray[np.float64], candidate: NDArray[np.float64], *, more_is_better: bool
) -> Figure:
    gain = candidate - champion
    good = gain if more_is_better else -gain
    low, high = np.quantile(gain[1:], (0.025, 0.975))
    better = float((good[1:] > 1e-12).mean())
    return Figure(
        champion=round(float(champion[0]), 4),
        candidate=round(float(candidate[0]), 4),
        difference=round(float(gain[0]), 4),
        low=round(float(low), 4),
        high=round(float(high), 4),
        better=round(better, 4),
    )
