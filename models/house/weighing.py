"""Find the edits that corrected calls speak for, and weigh them."""

from __future__ import annotations

import itertools
import math
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.house.edits import ANY, Edit, Step, WeighedEdits
from pipeline.domain import Verdict

THRESHOLDS = (0.3, 0.5, 0.7)
ERRORS = (0.05, 0.1, 0.15, 0.2, 0.3)
"""How often even the right edit may be wrong, each as likely beforehand: reviewers err, and so does
the judge that is edited."""
ANY_COST = 2.0
"""Log odds against changing anything: most criteria mean in one house what they mean in others."""
CHANGE_COST = 2.5
"""Further log odds against each verdict that is changed."""
SPLIT_COST = 1.0
"""Further log odds against a rule that ignores the verdict that was given."""
LEAST_SIDE = 2
"""Calls on either side of a threshold; fewer say nothing about it."""
BEAM = 3
"""So many of the best edits are edited once more."""
KEPT_WEIGHT = 0.002
MOST_KEPT = 60
"""Costs and limits were chosen on benchmarks/learning.py's centres with other house rules."""


@dataclass(frozen=True, slots=True)
class _Tried:
    """Edits and what they say: rows of ``said`` are edits, columns calls."""

    edits: list[Edit]
    costs: NDArray[np.float64]
    said: NDArray[np.int8]

    def joined(self, other: _Tried) -> _Tried:
        return _Tried(
            self.edits + other.edits,
            np.concatenate([self.costs, other.costs]),
            np.concatenate([self.said, other.said]),
        )


def weigh(
    given: Sequence[int],
    table: NDArray[np.float32],
    names: Sequence[str],
    labels: Sequence[int],
    weights: Sequence[float],
    verdicts: Sequence[Verdict],
) -> WeighedEdits:
    """Return the weighed edits. Deterministic.

    Args:
        given: Position of the verdict that the judge gave, per corrected call.
        table: float32, shape (calls, features): probabilities that may decide, in [0, 1].
        names: Of the features.
        labels: Position of the right verdict, per call.
        weights: How much each call counts; 1 on average.
        verdicts: What positions stand for.
    """
    before = np.array(given, dtype=np.int8)
    truth = np.array(labels, dtype=np.int8)
    counts = np.array(weights, dtype=np.float64)
    first = _maps(before, len(verdicts)).joined(_rules(before, table, len(verdicts)))
    odds = _log_odds(first, truth, counts, len(verdicts))
    tried = first
    for at in np.argsort(-odds.max(axis=1), kind="stable")[:BEAM]:
        more = _rules(first.said[at], table, len(verdicts))
        if more.edits:
            edits = [first.edits[at].then(edit) for edit in more.edits]
            tried = tried.joined(_Tried(edits, first.costs[at] + more.costs, more.said))
    odds = _log_odds(tried, truth, counts, len(verdicts))
    return _weighed(tried, odds, tuple(names), tuple(verdicts))


def _maps(before: NDArray[np.int8], verdicts: int) -> _Tried:
    """Return every way to replace the verdicts that were given by others, and to leave them."""
    given = [int(v) for v in np.unique(before)]
    edits, costs, said = [], [], []
    for targets in itertools.product(range(verdicts), repeat=len(given)):
        steps = tuple(
            Step(source, target)
            for source, target in zip(given, targets, strict=True)
            if source != target
        )
        edit = Edit((steps,) if steps else ())
        edits.append(edit)
        costs.append(ANY_COST * bool(steps) + CHANGE_COST * len(steps))
        said.append(edit.applied(before, np.zeros((len(before), 0), dtype=np.float32)))
    return _Tried(edits, np.array(costs), np.array(said, dtype=np.int8))


def _rules(before: NDArray[np.int8], table: NDArray[np.float32], verdicts: int) -> _Tried:
    """Return every edit with a single condition."""
    edits, costs, said = [], [], []
    base = ANY_COST + CHANGE_COST + math.log(max(1, table.shape[1]))
    given = [int(v) for v in np.unique(before)]
    for feature, threshold, above in _conditions(table):
        for source in given:
            fits = (before == source) & above
            other = (before == source) & ~above
            for target in range(verdicts):
                if target == source:
                    continue
                for reached, where in ((True, fits), (False, other)):
                    if where.any():
                        edits.append(Edit(((Step(source, target, feature, threshold, reached),),)))
                        costs.append(base)
                        said.append(np.where(where, np.int8(target), before))
        for high, low in itertools.permutations(range(verdicts), 2):
            steps = Step(ANY, high, feature, threshold), Step(ANY, low, feature, threshold, False)
            edits.append(Edit((steps,)))
            costs.append(base + SPLIT_COST)
            said.append(np.where(above, np.int8(high), np.int8(low)))
    shape = np.array(said, dtype=np.int8).reshape(len(edits), len(before))
    return _Tried(edits, np.array(costs, dtype=np.float64), shape)


def _conditions(table: NDArray[np.float32]) -> Iterator[tuple[int, float, NDArray[np.bool_]]]:
    """Yield feature, threshold and which calls reach it, where enough do and enough do not."""
    for feature in range(table.shape[1]):
        seen: set[bytes] = set()
        for threshold in THRESHOLDS:
            above = table[:, feature] >= np.float32(threshold)
            sides = int(above.sum()), int((~above).sum())
            if min(sides) >= LEAST_SIDE and above.tobytes() not in seen:
                seen.add(above.tobytes())
                yield feature, threshold, above


def _log_odds(
    tried: _Tried, truth: NDArray[np.int8], counts: NDArray[np.float64], verdicts: int
) -> NDArray[np.float64]:
    """Return float64, shape (edits, error rates): log of prior and likelihood, not normalised."""
    right = (tried.said == truth) @ counts
    wrong = counts.sum() - right
    errors = np.array(ERRORS)
    likelihood = right[:, None] * np.log(1 - errors) + wrong[:, None] * np.log(
        errors / max(1, verdicts - 1)
    )
    odds: NDArray[np.float64] = likelihood - tried.costs[:, None]
    return odds


def _weighed(
    tried: _Tried,
    odds: NDArray[np.float64],
    names: tuple[str, ...],
    verdicts: tuple[Verdict, ...],
) -> WeighedEdits:
    joint = np.exp(odds - odds.max())
    joint /= joint.sum()
    weight = joint.sum(axis=1)
    order = np.argsort(-weight, kind="stable")[:MOST_KEPT]
    kept = order[(weight[order] >= KEPT_WEIGHT) | (np.arange(len(order)) == 0)]
    errors = (joint[kept] @ np.array(ERRORS)) / weight[kept]
    return WeighedEdits(
        verdicts=verdicts,
        features=names,
        edits=tuple(tried.edits[at] for at in kept),
        weights=(weight[kept] / weight[kept].sum()).astype(np.float32),
        errors=errors.astype(np.float32),
    )
