"""Whether a probability of 80 % is right 80 times in 100: reliability, and what chance alone gives.

Source: expected calibration error of Guo et al. 2017 (arXiv 1706.04599), ten bins of equal width.
"""

from __future__ import annotations

import random
import statistics
from collections.abc import Sequence

from benchmarks.risk import Outcome
from models.probability import calibration_error
from pipeline.domain import Record

BINS = 10
SIMULATIONS = 200


class Bin(Record):
    """Verdicts of about the same probability."""

    low: float
    high: float
    verdicts: int
    mean_probability: float
    share_right: float


class Reliability(Record):
    """All bins that hold verdicts, and the mean gap between the two sides."""

    verdicts: int
    mean_probability: float
    share_right: float
    calibration_error: float
    by_chance: float
    """The error that perfect probabilities would show on so few verdicts: the mean over draws in
    which each verdict is right with just its probability. Less than that cannot be told."""
    bins: tuple[Bin, ...]


def reliability(outcomes: Sequence[Outcome], *, seed: int = 0) -> Reliability:
    """Return the reliability of at least one verdict; ``seed`` is of the simulation."""
    fitted = [outcome.probability for outcome in outcomes]
    right = [outcome.right for outcome in outcomes]
    bins = []
    for slot in range(BINS):
        own = [o for o in outcomes if min(int(o.probability * BINS), BINS - 1) == slot]
        if own:
            bins.append(
                Bin(
                    low=slot / BINS,
                    high=(slot + 1) / BINS,
                    verdicts=len(own),
                    mean_probability=round(statistics.mean(o.probability for o in own), 4),
                    share_right=round(statistics.mean(o.right for o in own), 4),
                )
            )
    return Reliability(
        verdicts=len(outcomes),
        mean_probability=round(statistics.mean(fitted), 4),
        share_right=round(statistics.mean(right), 4),
        calibration_error=round(calibration_error(fitted, right, BINS), 4),
        by_chance=round(error_by_chance(fitted, seed=seed), 4),
        bins=tuple(bins),
    )


def error_by_chance(fitted: Sequence[float], *, seed: int = 0) -> float:
    """Return the calibration error that perfect probabilities show on average."""
    rng = random.Random(seed)
    return statistics.mean(
        calibration_error(fitted, [rng.random() < p for p in fitted], BINS)
        for _ in range(SIMULATIONS)
    )
