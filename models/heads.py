"""Criterion heads: from the features of a call to the probability of each verdict.

A head is a mean over named features, taken twice: over all of them, and over the criterion's own
(what its rule names, its grounds, order and place). Each time it is a logistic regression on them,
one on the forty that separate the verdicts best, and a random forest. All features know the tone of
the call, which is right more often; its own ones notice the single turn that matters. Fitting needs
scikit-learn; applying needs numpy only.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.forest import Forest, exported, joined
from models.probability import ProbabilityFit
from pipeline.domain import Verdict
from pipeline.rubric import Criterion

ALL_C = 0.01
BEST_C = 0.05
BEST_FEATURES = 40
TREES = 100
LINEAR_SHARE, FOREST_SHARE = 2 / 3, 1 / 3
"""Two regressions to one forest."""
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
        linear = odds / odds.sum(axis=1, keepdims=True)
        mean = linear.mean(axis=0) * LINEAR_SHARE + self.forest.probabilities(row) * FOREST_SHARE
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
    rows: Sequence[Mapping[str, float]],
    verdicts: Sequence[Verdict],
    own: Callable[[str], bool] = lambda _: True,
    seed: int = 0,
) -> CriterionHead:
    """Return a head fitted on calls. Deterministic for one seed and one library version.

    Args:
        rows: Features per call; moves in them must come from a classifier that did not see the
            call, or the head learns to trust them too much.
        verdicts: The verdict of each call; at least two different ones.
        own: Whether a feature is the criterion's own, by name; all are if none is.
        seed: Of the forests.
    """
    names = tuple(sorted({name for row in rows for name in row}))
    table = np.array([[row.get(name, 0.0) for name in names] for row in rows], dtype=np.float32)
    target = np.array([str(verdict) for verdict in verdicts])
    everything = np.arange(len(names))
    mine = np.array([at for at in everything if own(names[at])], dtype=np.int64)
    views = [everything, mine if len(mine) else everything]
    regressions = []
    forests = []
    for columns in views:
        best = _separating(table, target, columns)
        regressions += [
            _regression(table, target, columns, c=ALL_C, balanced=True),
            _regression(table, target, best, c=BEST_C, balanced=False),
        ]
        forests.append(_forest(table, target, columns, seed))
    return CriterionHead(
        verdicts=tuple(Verdict(name) for name in np.unique(target)),
        features=names,
        coefficients=np.stack([slopes for slopes, _ in regressions]).astype(np.float32),
        bias=np.stack([bias for _, bias in regressions]).astype(np.float32),
        forest=joined(forests),
    )


def _separating(
    table: NDArray[np.float32], target: NDArray[np.str_], columns: NDArray[np.int64]
) -> NDArray[np.int64]:
    """Return the columns that separate the verdicts best, by the F test of one-way ANOVA."""
    from sklearn.feature_selection import f_classif

    varies = columns[table[:, columns].std(axis=0) > 0]
    separation = np.zeros(table.shape[1])
    with np.errstate(divide="ignore"):  # a feature that tells the verdicts apart without error
        separation[varies] = np.nan_to_num(f_classif(table[:, varies], target)[0])
    order = np.argsort(-separation[columns], kind="stable")[:BEST_FEATURES]
    best: NDArray[np.int64] = columns[order]
    return best


def _forest(
    table: NDArray[np.float32], target: NDArray[np.str_], columns: NDArray[np.int64], seed: int
) -> Forest:
    from sklearn.ensemble import RandomForestClassifier

    forest = RandomForestClassifier(
        TREES, min_samples_leaf=LEAF_CALLS, class_weight="balanced_subsample", random_state=seed
    )
    forest.fit(table[:, columns], target)
    return exported(forest, columns)


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
