"""Criterion heads: from the features of a call to the probability of each verdict.

A head is the mean of three models over named features: a logistic regression on all of them, one on
the forty that separate the verdicts best, and a random forest. Fitting needs scikit-learn; applying
needs numpy only.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forest import Forest, exported
from models.probability import ProbabilityFit
from pipeline.domain import Verdict
from pipeline.rubric import Criterion

ALL_C = 0.01
BEST_C = 0.05
BEST_FEATURES = 40
TREES = 150
LEAF_CALLS = 3
"""Fewest calls in a leaf. Models and penalties were chosen by leaving out one group of labels_train
at a time, never on labels_dev; trees and leaves are customary values."""


@dataclass(frozen=True, slots=True)
class CriterionHead:
    """A fitted head of one criterion."""

    verdicts: tuple[Verdict, ...]
    """Those that occurred in training, in the order of the arrays' class axis."""
    features: tuple[str, ...]
    """Names of the inputs; one that a call does not have counts as 0."""
    coefficients: NDArray[np.float32]
    """float32, shape (regressions, features, verdicts), on raw (not standardised) features."""
    bias: NDArray[np.float32]
    """float32, shape (regressions, verdicts)."""
    forest: Forest

    def probabilities(self, features: Mapping[str, float]) -> Mapping[Verdict, float]:
        """Return the raw probability of each verdict; they sum to 1."""
        row = np.array([features.get(name, 0.0) for name in self.features], dtype=np.float32)
        logits = np.einsum("f,rfv->rv", row, self.coefficients) + self.bias
        odds = np.exp(logits - logits.max(axis=1, keepdims=True))
        shares = [*(odds / odds.sum(axis=1, keepdims=True)), self.forest.probabilities(row)]
        mean = np.mean(shares, axis=0)
        return {
            verdict: float(p) for verdict, p in zip(self.verdicts, mean / mean.sum(), strict=True)
        }


@dataclass(frozen=True, slots=True)
class FittedHead:
    """A head, what its probabilities mean, and what it was trained to decide."""

    head: CriterionHead
    probability: ProbabilityFit
    meaning_sha256: str
    """``Criterion.meaning_sha256`` of the criterion that it was trained for."""

    def fits(self, criterion: Criterion) -> bool:
        """Return whether the criterion still asks what this head was trained to answer."""
        return criterion.meaning_sha256 == self.meaning_sha256


def fit_head(
    rows: Sequence[Mapping[str, float]], verdicts: Sequence[Verdict], seed: int = 0
) -> CriterionHead:
    """Return a head fitted on calls. Deterministic for one seed and one library version.

    Args:
        rows: Features per call; moves in them must come from a classifier that did not see the
            call, or the head learns to trust them too much.
        verdicts: The verdict of each call; at least two different ones.
        seed: Of the forest.
    """
    from sklearn.ensemble import RandomForestClassifier
    from sklearn.feature_selection import f_classif

    names = tuple(sorted({name for row in rows for name in row}))
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float32)
    target = np.array([str(verdict) for verdict in verdicts])
    varies = np.flatnonzero(table.std(axis=0) > 0)
    separation = np.zeros(len(names))
    separation[varies] = np.nan_to_num(f_classif(table[:, varies], target)[0])
    best = np.argsort(-separation, kind="stable")[:BEST_FEATURES]
    regressions = [
        _regression(table, target, np.arange(len(names)), c=ALL_C, balanced=True),
        _regression(table, target, best, c=BEST_C, balanced=False),
    ]
    forest = RandomForestClassifier(
        TREES, min_samples_leaf=LEAF_CALLS, class_weight="balanced_subsample", random_state=seed
    )
    forest.fit(table, target)
    return CriterionHead(
        verdicts=tuple(Verdict(name) for name in forest.classes_),
        features=names,
        coefficients=np.stack([slopes for slopes, _ in regressions]).astype(np.float32),
        bias=np.stack([bias for _, bias in regressions]).astype(np.float32),
        forest=exported(forest),
    )


def _regression(
    table: NDArray[np.float32],
    target: NDArray[np.str_],
    columns: NDArray[np.int64],
    *,
    c: float,
    balanced: bool,
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return softmax weights on raw features, shapes (features, classes) and (classes,).

    Args:
        table: float32, shape (calls, features).
        target: Verdict per call.
        columns: Features to use; the others get weight 0.
        c: Inverse strength of the L2 penalty on standardised features.
        balanced: Let every verdict count the same.
    """
    from sklearn.linear_model import LogisticRegression

    mean, spread = table.mean(axis=0), table.std(axis=0) + 1e-6
    model = LogisticRegression(C=c, class_weight="balanced" if balanced else None, max_iter=1000)
    model.fit(((table - mean) / spread)[:, columns], target)
    slopes, bias = model.coef_, model.intercept_
    if len(slopes) == 1:  # of two classes scikit-learn stores the second one's weights only
        slopes = np.vstack([np.zeros_like(slopes), slopes])
        bias = np.concatenate([[0.0], bias])
    weights = np.zeros((table.shape[1], len(slopes)))
    weights[columns] = slopes.T / spread[columns, None]
    return weights, bias - mean @ weights
