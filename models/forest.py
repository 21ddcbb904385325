"""A fitted forest as plain arrays: applied with numpy alone, stored without pickles."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

LEAF = -1


@dataclass(frozen=True, slots=True)
class Forest:
    """All nodes of all trees in one table; children are rows of it."""

    roots: NDArray[np.int32]
    """int32, shape (trees,)."""
    feature: NDArray[np.int16]
    """int16, shape (nodes,): which feature is asked about; -1 at a leaf."""
    threshold: NDArray[np.float32]
    """float32, shape (nodes,): go left if the feature is at most this."""
    left: NDArray[np.int32]
    right: NDArray[np.int32]
    shares: NDArray[np.float16]
    """float16, shape (nodes, classes): share of each class at a leaf, zero elsewhere."""

    def probabilities(self, row: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return float32, shape (classes,): the mean over trees of the reached leaves' shares.

        Args:
            row: float32, shape (features,).
        """
        nodes = self.roots
        while True:
            asked = self.feature[nodes]
            inner = asked != LEAF
            if not inner.any():
                mean: NDArray[np.float32] = self.shares[nodes].astype(np.float32).mean(axis=0)
                return mean
            goes_left = row[asked] <= self.threshold[nodes]
            nodes = np.where(inner, np.where(goes_left, self.left[nodes], self.right[nodes]), nodes)


def joined(forests: Sequence[Forest]) -> Forest:
    """Return one forest with the trees of all; they must know the same classes."""
    sizes = [len(forest.feature) for forest in forests]
    shifts = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    pairs = list(zip(forests, shifts, strict=True))
    return Forest(
        roots=np.concatenate([forest.roots + shift for forest, shift in pairs]),
        feature=np.concatenate([forest.feature for forest in forests]),
        threshold=np.concatenate([forest.threshold for forest in forests]),
        left=np.concatenate([forest.left + shift for forest, shift in pairs]),
        right=np.concatenate([forest.right + shift for forest, shift in pairs]),
        shares=np.concatenate([forest.shares for forest in forests]),
    )


def exported(model: Any, columns: NDArray[np.int64]) -> Forest:
    """Return a fitted scikit-learn forest of classifiers as arrays (scikit-learn has no types).

    Args:
        model: The forest.
        columns: int64, shape (features,): where each feature that it saw stands in the rows that
            it will be applied to.
    """
    trees = [estimator.tree_ for estimator in model.estimators_]
    sizes = [tree.node_count for tree in trees]
    roots = np.concatenate([[0], np.cumsum(sizes)[:-1]]).astype(np.int32)
    leaf = np.concatenate([tree.children_left for tree in trees]) == LEAF
    shift = np.repeat(roots, sizes)
    left = np.concatenate([tree.children_left for tree in trees]) + shift
    right = np.concatenate([tree.children_right for tree in trees]) + shift
    shares = np.concatenate([tree.value[:, 0, :] for tree in trees])
    shares = shares / shares.sum(axis=1, keepdims=True)
    feature = np.concatenate([tree.feature for tree in trees])
    threshold = np.concatenate([tree.threshold for tree in trees])
    return Forest(
        roots=roots,
        feature=np.where(leaf, LEAF, columns[np.where(leaf, 0, feature)]).astype(np.int16),
        threshold=np.where(leaf, 0, threshold).astype(np.float32),
        left=np.where(leaf, 0, left).astype(np.int32),
        right=np.where(leaf, 0, right).astype(np.int32),
        shares=np.where(leaf[:, None], shares, 0).astype(np.float16),
    )
