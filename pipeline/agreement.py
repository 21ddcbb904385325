"""Agreement between two judges of the same calls: model and reviewer, or two reviewers.

Cohen's kappa, unweighted (Cohen 1960, doi:10.1177/001316446002000104), with a percentile bootstrap
interval over calls (Efron 1979, doi:10.1214/aos/1176344552).
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.domain import Verdict

DRAWS = 1000
"""Bootstrap samples: 25 of them lie beyond each end of the interval."""


class Pair(NamedTuple):
    """Two verdicts on the same criterion of the same call."""

    first: Verdict
    second: Verdict


@dataclass(frozen=True, slots=True)
class Agreement:
    """How far two judges agree; None where there is nothing to tell it by."""

    pairs: int
    observed: float | None
    """Share of equal verdicts, in [0, 1]."""
    kappa: float | None
    """In [-1, 1]: 1 is perfect, 0 what chance alone gives."""
    kappa_low: float | None
    kappa_high: float | None
    """Ends of the 95 % interval; None for a single pair, which says nothing about its spread."""


def agreement(pairs: Sequence[Pair], *, seed: int = 0, draws: int = DRAWS) -> Agreement:
    """Return agreement with a 95 % percentile bootstrap interval.

    Pairs in which either judge left the criterion unscored are left out: no judgement, no
    agreement. How many were left out is coverage, which the caller reports beside it.

    Args:
        pairs: One per call.
        seed: Of the bootstrap; the same seed gives the same interval.
        draws: Bootstrap samples.
    """
    judged = [pair for pair in pairs if Verdict.UNSCORED not in pair]
    if not judged:
        return Agreement(0, None, None, None, None)
    observed = sum(pair.first is pair.second for pair in judged) / len(judged)
    if len(judged) == 1:
        return Agreement(1, observed, cohens_kappa(judged), None, None)
    rng = random.Random(seed)
    resampled = (cohens_kappa(rng.choices(judged, k=len(judged))) for _ in range(draws))
    values = sorted(value for value in resampled if value is not None)
    low, high = values[int(0.025 * draws)], values[max(0, int(0.975 * draws) - 1)]
    return Agreement(len(judged), observed, cohens_kappa(judged), low, high)


def cohens_kappa(pairs: Sequence[Pair]) -> float | None:
    """Return Cohen's kappa.

    Edge cases: None without pairs; 1.0 if both judges gave one and the same verdict throughout,
    where chance alone explains all and the formula is 0/0; 0.0 if only one of them never varied.
    """
    if not pairs:
        return None
    observed = sum(pair.first is pair.second for pair in pairs) / len(pairs)
    first = Counter(pair.first for pair in pairs)
    second = Counter(pair.second for pair in pairs)
    expected = sum(first[verdict] * second[verdict] for verdict in first) / len(pairs) ** 2
    return 1.0 if expected == 1 else (observed - expected) / (1 - expected)
