"""Whether the pass rate that reviews of flagged and random calls tell is the true one."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Sequence

from benchmarks.centres.house_rules import HouseRule
from benchmarks.centres.known import KnownCall
from benchmarks.centres.simulation import said_of
from pipeline.domain import CriterionScore, Record
from pipeline.pass_rate import GRAVEST_FIRST, Cell, PassRate, true_pass_rate
from pipeline.rubric import Rubric
from pipeline.scoring import overall_score

CALLS = 1000
"""Of a month, drawn with replacement from the labelled ones, each reviewed anew."""
SLICE = 0.05
"""As callqa ships it."""
FLAGGED_REVIEWED = 0.5
"""Share of the flagged calls that get reviewed."""


class Coverage(Record):
    """How often an interval holds the true pass rate."""

    repetitions: int
    true_rate: float
    """Mean over the repetitions."""
    weighted_covers: float
    weighted_mean: float
    weighted_width: float
    naive_covers: float
    naive_mean: float
    reviews: float


def coverage(
    calls: Sequence[KnownCall],
    rules: tuple[HouseRule, ...],
    rubric: Rubric,
    passing: float,
    repetitions: int,
) -> Coverage:
    """Return the coverage of both estimates.

    Args:
        calls: Of all centres.
        rules: By which reviewers decide; their mistakes are part of what they say.
        rubric: For the score.
        passing: Score from which a call passes.
        repetitions: Months.
    """
    months = [_month(calls, rules, rubric, passing, seed) for seed in range(repetitions)]
    weighted = [(rate, found.true) for rate, found in months if found.true is not None]
    naive = [(rate, found.naive) for rate, found in months if found.naive is not None]
    return Coverage(
        repetitions=repetitions,
        true_rate=_mean([rate for rate, _ in months]),
        weighted_covers=_mean([own.low <= rate <= own.high for rate, own in weighted]),
        weighted_mean=_mean([own.value for _, own in weighted]),
        weighted_width=_mean([own.high - own.low for _, own in weighted]),
        naive_covers=_mean([own.low <= rate <= own.high for rate, own in naive]),
        naive_mean=_mean([own.value for _, own in naive]),
        reviews=_mean([found.reviews for _, found in months]),
    )


def _month(
    calls: Sequence[KnownCall],
    rules: tuple[HouseRule, ...],
    rubric: Rubric,
    passing: float,
    seed: int,
) -> tuple[float, PassRate]:
    """Return the true rate of one month, and what its reviews tell."""
    rng = random.Random(seed)
    counted: Counter[tuple[str | None, float | None]] = Counter()
    reviewed: Counter[tuple[str | None, float | None]] = Counter()
    passed: Counter[tuple[str | None, float | None]] = Counter()
    right = 0
    for known in rng.choices(calls, k=CALLS):
        good = _passes(known, rules, rubric, passing, rng)
        right += good
        flag = _gravest(known)
        drawn = rng.random() < SLICE
        cell = flag, SLICE if drawn else None
        counted[cell] += 1
        if drawn or (flag is not None and rng.random() < FLAGGED_REVIEWED):
            reviewed[cell] += 1
            passed[cell] += good
    cells = [Cell(*cell, n, reviewed[cell], passed[cell]) for cell, n in counted.items()]
    return right / CALLS, true_pass_rate(cells)


def _passes(
    known: KnownCall,
    rules: tuple[HouseRule, ...],
    rubric: Rubric,
    passing: float,
    rng: random.Random,
) -> bool:
    said = said_of(known, rules, rubric, rng)
    scores = [CriterionScore(criterion=name, verdict=verdict) for name, verdict in said.items()]
    score = overall_score(known.call.call_id, rubric, scores)
    return score is not None and score >= passing


def _gravest(known: KnownCall) -> str | None:
    kinds = {flag.kind for flag in known.evaluation.flags}
    return next((kind for kind in GRAVEST_FIRST if kind in kinds), None)


def _mean(values: Sequence[float | bool]) -> float:
    return round(sum(values) / len(values), 4) if values else 0.0
