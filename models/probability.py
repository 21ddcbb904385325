"""How likely a verdict is right, fitted on calls that the head never saw, and what to withhold.

Source: Platt scaling (Platt 1999) of the winning verdict's raw probability. Withholding the least
sure verdicts: selective classification (El-Yaniv and Wiener 2010); the curve of risk against
coverage is measured on the same held-out calls.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

PRIOR_WEIGHT = 4.0
"""Penalty that keeps the slope near 1 where held-out calls are few."""
COVERAGES = tuple(round(1 - step / 20, 2) for step in range(19))
"""Shares of verdicts kept at which the risk is noted: 1, 0.95, … 0.1."""
NEVER = 1.0
"""A threshold that no fitted probability reaches: everything is withheld."""


@dataclass(frozen=True, slots=True)
class RiskPoint:
    """What the held-out calls say about one threshold."""

    threshold: float
    """Fitted probability from which a verdict is given."""
    coverage: float
    """Share of the held-out verdicts that reach it."""
    error: float
    """Share of those that are wrong."""


@dataclass(frozen=True, slots=True)
class ProbabilityFit:
    """Maps a raw winning probability to the probability that the verdict is right."""

    slope: float
    offset: float
    risk: tuple[RiskPoint, ...] = ()
    """From everything kept to only the surest kept; empty if there were no held-out calls."""

    def fitted(self, raw: float) -> float:
        """Return the probability in (0, 1); grows with ``raw``."""
        return 1 / (1 + math.exp(-(self.slope * logit(raw) + self.offset)))

    def threshold(self, stated_error: float) -> float:
        """Return the fitted probability under which a verdict must be withheld.

        It is the least at which at most the stated share of held-out verdicts was wrong.

        Args:
            stated_error: Share of given verdicts that may be wrong, 0 to 1.

        Returns:
            0 without held-out calls (nothing is known to withhold by); ``NEVER`` if even the
            surest tenth was wrong more often than that.
        """
        if not self.risk:
            return 0.0
        return next((p.threshold for p in self.risk if p.error <= stated_error), NEVER)


def logit(p: float) -> float:
    """Return the log odds, cut off at probabilities 0.01 and 0.99."""
    cut = min(max(p, 0.01), 0.99)
    return math.log(cut / (1 - cut))


def fit_probability(raw: Sequence[float], right: Sequence[bool]) -> ProbabilityFit:
    """Return the logistic fit of "was right" on the raw winning probability, and its risk curve.

    Args:
        raw: Winning probabilities of held-out calls; without any the fit leaves them as they are.
        right: Whether each of those verdicts was right.
    """
    from scipy.optimize import minimize

    odds = np.array([logit(p) for p in raw], dtype=np.float64)
    truth = np.array(right, dtype=np.float64)

    def loss(at: NDArray[np.float64]) -> float:
        logits = at[0] * odds + at[1]
        cost = np.logaddexp(0, logits) - truth * logits
        return float(cost.sum() + PRIOR_WEIGHT * ((at[0] - 1) ** 2 + at[1] ** 2) / 2)

    found = minimize(loss, np.array([1.0, 0.0]), bounds=[(0.0, 10.0), (-10.0, 10.0)]).x
    fit = ProbabilityFit(float(found[0]), float(found[1]))
    risk = risk_curve([fit.fitted(p) for p in raw], right)
    return ProbabilityFit(fit.slope, fit.offset, risk)


def risk_curve(
    fitted: Sequence[float], right: Sequence[bool], coverages: Sequence[float] = COVERAGES
) -> tuple[RiskPoint, ...]:
    """Return the error among the verdicts kept when the least sure are withheld.

    Verdicts of equal probability are kept or withheld together, so the coverage may be larger than
    asked for. The first point keeps everything and has threshold 0.

    Args:
        fitted: Probability of each verdict.
        right: Whether it was right.
        coverages: Shares to keep, descending.
    """
    if not fitted:
        return ()
    probability = np.array(fitted)
    wrong = ~np.array(right, dtype=bool)
    ordered = np.sort(probability)[::-1]
    points = []
    for share in coverages:
        least = float(ordered[max(1, math.ceil(share * len(ordered) - 1e-9)) - 1])
        kept = probability >= least
        threshold = 0.0 if kept.all() else least
        points.append(RiskPoint(threshold, float(kept.mean()), float(wrong[kept].mean())))
    return tuple(points)


def calibration_error(fitted: Sequence[float], right: Sequence[bool], bins: int = 10) -> float:
    """Return the expected calibration error: mean gap of probability and share right, by bin.

    Source: Guo et al. 2017, arXiv 1706.04599 (equal-width bins).
    """
    if not fitted:
        return 0.0
    probability = np.array(fitted)
    truth = np.array(right, dtype=np.float64)
    slot = np.minimum((probability * bins).astype(int), bins - 1)
    gaps = [
        abs(probability[slot == b].mean() - truth[slot == b].mean()) * (slot == b).sum()
        for b in np.unique(slot)
    ]
    return float(sum(gaps) / len(probability))
