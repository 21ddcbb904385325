"""Agreement from counted pairs of verdicts: thousands of pairs, many criteria, weeks and people.

What is drawn again for the interval are the counts of the confusion matrix, from a multinomial
distribution: the same distribution as drawing the pairs one by one (``pipeline.agreement``), in a
thousandth of the time.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.agreement import DRAWS, Agreement, Pair
from pipeline.domain import Verdict

MIN_PAIRS = 20
"""Under so many pairs kappa jumps with every one of them, and no figure is given."""
ORDER = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE)
"""Verdicts in the order of rows and columns."""


@dataclass(frozen=True, slots=True)
class Confusion:
    """How often the first judge said the row's verdict and the second the column's."""

    verdicts: tuple[Verdict, ...]
    """Those that either gave, in the order of ``ORDER``."""
    counts: tuple[tuple[int, ...], ...]
    """One row per verdict of the first judge."""


def confusion(counts: Mapping[Pair, int]) -> Confusion:
    """Return the confusion matrix; pairs that either judge left unscored are left out."""
    said = {verdict for pair, count in counts.items() if count for verdict in pair}
    used = tuple(verdict for verdict in ORDER if verdict in said)
    rows = tuple(tuple(counts.get(Pair(one, other), 0) for other in used) for one in used)
    return Confusion(used, rows)


def agreement_of(
    counts: Mapping[Pair, int], *, seed: int = 0, draws: int = DRAWS, min_pairs: int = MIN_PAIRS
) -> Agreement:
    """Return agreement with a 95 % percentile bootstrap interval.

    Args:
        counts: How many calls got each pair of verdicts.
        seed: Of the bootstrap; the same seed gives the same interval.
        draws: Bootstrap samples.
        min_pairs: Below so many pairs that both judged, only their number and the share of equal
            verdicts is given, no kappa.
    """
    judged = {pair: count for pair, count in counts.items() if count and _judged(pair)}
    pairs = sum(judged.values())
    if not pairs:
        return Agreement(0, None, None, None, None)
    table = np.array(confusion(judged).counts, dtype=float)
    observed = float(np.trace(table)) / pairs
    if pairs < max(2, min_pairs):
        return Agreement(pairs, observed, None, None, None)
    kappa = float(_kappas(table[np.newaxis])[0])
    shares = table.ravel() / pairs
    drawn = np.random.default_rng(seed).multinomial(pairs, shares, size=draws)
    values = np.sort(_kappas(drawn.reshape(draws, *table.shape).astype(float)))
    low, high = values[int(0.025 * draws)], values[max(0, int(0.975 * draws) - 1)]
    return Agreement(pairs, observed, kappa, float(low), float(high))


def _judged(pair: Pair) -> bool:
    return Verdict.UNSCORED not in pair


def _kappas(tables: NDArray[np.float64]) -> NDArray[np.float64]:
    """Return Cohen's kappa of each table.

    Args:
        tables: Counts, shape (tables, verdicts, verdicts). The edge cases are those of
            ``pipeline.agreement.cohens_kappa``.
    """
    total = tables.sum(axis=(1, 2))
    observed = np.trace(tables, axis1=1, axis2=2) / total
    expected = (tables.sum(axis=2) * tables.sum(axis=1)).sum(axis=1) / total**2
    constant = expected >= 1
    left = np.where(constant, 1.0, 1 - expected)
    return np.where(constant, 1.0, (observed - expected) / left)
