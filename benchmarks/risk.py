"""Risk against coverage: how often given verdicts are wrong when the least sure are withheld.

Source: El-Yaniv and Wiener 2010 (JMLR 11); the area under the curve as in Geifman et al. 2019
(arXiv 1805.08206). Counted here from verdicts on unseen calls, not read from the curve that
``models.probability`` keeps with the heads: what is measured must not measure itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.domain import Record

WITHHELD = tuple(step / 20 for step in range(11))
"""Shares of verdicts withheld at which the error rate is told: nothing, 5 %, … 50 %."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """A verdict's fitted probability, and whether it was right."""

    probability: float
    right: bool


class RiskPoint(Record):
    """The verdicts that are left when a share is withheld."""

    withheld: float
    kept: int
    error: float
    """Share of the kept verdicts that are wrong."""


class RiskCurve(Record):
    """How the error rate falls as more is withheld."""

    verdicts: int
    error: float
    """With nothing withheld. If probabilities said nothing, every point would be at this height."""
    error_15_withheld: float
    aurc: float
    """Area under the whole curve, mean over all coverages; ``error`` if probabilities said
    nothing, lower if wrong verdicts are the less probable ones."""
    aurc_best: float
    """The same if every wrong verdict were less probable than every right one."""
    points: tuple[RiskPoint, ...]


def risk_curve(outcomes: Sequence[Outcome]) -> RiskCurve:
    """Return the curve of at least one verdict.

    Equal probabilities are withheld in no particular order: their errors count in proportion, which
    is the mean over all orders.
    """
    errors = errors_kept(outcomes)
    count = len(outcomes)
    points = []
    for share in WITHHELD:
        kept = count - round(share * count)
        points.append(RiskPoint(withheld=share, kept=kept, error=round(errors[kept - 1] / kept, 4)))
    at_15 = next(point.error for point in points if point.withheld == 0.15)
    best = errors_kept([Outcome(float(o.right), o.right) for o in outcomes])
    return RiskCurve(
        verdicts=count,
        error=points[0].error,
        error_15_withheld=at_15,
        aurc=round(_area(errors), 4),
        aurc_best=round(_area(best), 4),
        points=tuple(points),
    )


def errors_kept(outcomes: Sequence[Outcome]) -> list[float]:
    """Return the expected number of wrong verdicts among the 1, 2, … most probable ones."""
    ordered = sorted(outcomes, key=lambda outcome: -outcome.probability)
    found: list[float] = []
    before = 0.0
    for _, group in groupby(ordered, key=lambda outcome: outcome.probability):
        equal = list(group)
        wrong = sum(not outcome.right for outcome in equal)
        found += [before + wrong * taken / len(equal) for taken in range(1, len(equal) + 1)]
        before += wrong
    return found


def _area(errors: Sequence[float]) -> float:
    return sum(wrong / kept for kept, wrong in enumerate(errors, start=1)) / len(errors)
