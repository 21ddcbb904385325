"""Simple judges to compare with: the commonest verdict, and mean-pooled embeddings."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from benchmarks.verdicts import Verdicts
from models.training.crossfit import Prepared
from models.turn_features import VECTOR_SCALE
from pipeline.domain import Role, Verdict

MEAN_POOLED_C = 10.0


def commonest(
    train: Sequence[Prepared], test: Sequence[Prepared], criteria: Sequence[str]
) -> Verdicts:
    """Return for every call the verdict that is commonest in training."""
    found: dict[tuple[str, str], Verdict] = {}
    for criterion in criteria:
        count = Counter(item.call.verdicts[criterion] for item in train)
        for item in test:
            found[item.call.call_id, criterion] = count.most_common(1)[0][0]
    return found


def mean_pooled(
    train: Sequence[Prepared], test: Sequence[Prepared], criteria: Sequence[str], width: int
) -> Verdicts:
    """Return verdicts of a balanced logistic regression on the means of turn vectors.

    Args:
        train: Calls to learn from.
        test: Calls to judge.
        criteria: Their ids.
        width: Of a turn's vector.
    """
    from sklearn.linear_model import LogisticRegression

    learned = np.stack([_pooled(item, width) for item in train])
    asked = np.stack([_pooled(item, width) for item in test])
    found: dict[tuple[str, str], Verdict] = {}
    for criterion in criteria:
        model = LogisticRegression(C=MEAN_POOLED_C, class_weight="balanced", max_iter=2000)
        model.fit(learned, [str(item.call.verdicts[criterion]) for item in train])
        for item, verdict in zip(test, model.predict(asked), strict=True):
            found[item.call.call_id, criterion] = Verdict(verdict)
    return found


def _pooled(item: Prepared, width: int) -> NDArray[np.float32]:
    """Return float32, shape (2 * width,): mean vector of the agent's and the customer's turns."""
    vectors = item.features.dense[:, :width] / VECTOR_SCALE
    means = []
    for role in (Role.AGENT, Role.CUSTOMER):
        own = [index for index, other in enumerate(item.features.roles) if other is role]
        means.append(vectors[own].mean(axis=0) if own else np.zeros(width, dtype=np.float32))
    return np.concatenate(means)
