"""How likely a verdict is right: fitted on calls that the head never saw, and when to abstain.

Source: Platt scaling (Platt 1999) of the winning verdict's raw probability.
"""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

ABSTAIN_UNDER = 0.35
"""Fitted probability under which a verdict is withheld. With three or four verdicts to choose from,
a verdict that is wrong two times in three helps nobody; set by reasoning, not tuned."""
PRIOR_WEIGHT = 4.0
"""Penalty that keeps the slope near 1 where held-out calls are few."""


@dataclass(frozen=True, slots=True)
class ProbabilityFit:
    """Maps a raw winning probability to the probability that the verdict is right."""

    slope: float
    offset: float
    abstain_under: float

    def fitted(self, raw: float) -> float:
        """Return the probability in (0, 1); grows with ``raw``."""
        return 1 / (1 + math.exp(-(self.slope * logit(raw) + self.offset)))


def logit(p: float) -> float:
    """Return the log odds, cut off at probabilities 0.01 and 0.99."""
    cut = min(max(p, 0.01), 0.99)
    return math.log(cut / (1 - cut))


def fit_probability(raw: Sequence[float], right: Sequence[bool]) -> ProbabilityFit:
    """Return the logistic fit of "was right" on the raw winning probability.

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
    return ProbabilityFit(float(found[0]), float(found[1]), ABSTAIN_UNDER)


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
