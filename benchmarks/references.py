"""Simple judges to compare with: the commonest verdict, mean-pooled embeddings, a second reader."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from benchmarks.bootstrap import Interval, interval
from benchmarks.confusion import macro_f1
from benchmarks.folds import Fold
from benchmarks.verdicts import Row, Verdicts, known, mean_kappa_all, rounded
from models.encoder import WIDTH
from models.training.crossfit import Prepared
from models.turn_features import VECTOR_SCALE
from pipeline.agreement import cohens_kappa
from pipeline.domain import Record, Role, Verdict

MEAN_POOLED_C = 10.0


class ReferenceFigures(Record):
    """One reference; it judges every call."""

    kappa_all: Mapping[str, Interval]
    mean_kappa_all: Interval
    mean_macro_f1: float
    error: float
    """Share of all verdicts that are wrong."""


def reference_figures(rows: Sequence[Row], criteria: Sequence[str]) -> ReferenceFigures:
    """Return the figures of a reference from label and verdict of every criterion, by call."""
    columns = dict(zip(criteria, zip(*rows, strict=True), strict=True))
    f1 = [rounded(macro_f1(pairs)) for pairs in columns.values()]
    pairs = [pair for row in rows for pair in row]
    return ReferenceFigures(
        kappa_all={name: known(interval(pairs, cohens_kappa)) for name, pairs in columns.items()},
        mean_kappa_all=known(interval(rows, mean_kappa_all)),
        mean_macro_f1=round(sum(f1) / len(f1), 3),
        error=round(sum(pair.first is not pair.second for pair in pairs) / len(pairs), 3),
    )


def commonest(fold: Fold, criteria: Sequence[str]) -> Verdicts:
    """Return for every held-out call the verdict that is commonest in training."""
    found: dict[tuple[str, str], Verdict] = {}
    for criterion in criteria:
        count = Counter(item.call.verdicts[criterion] for item in fold.train)
        for item in fold.test:
            found[item.call.call_id, criterion] = count.most_common(1)[0][0]
    return found


def mean_pooled(fold: Fold, criteria: Sequence[str], width: int = WIDTH) -> Verdicts:
    """Return verdicts of a balanced logistic regression on the means of turn vectors.

    Args:
        fold: What to learn from, and what to judge.
        criteria: Their ids.
        width: Of a turn's vector.
    """
    from sklearn.linear_model import LogisticRegression

    learned = np.stack([_pooled(item, width) for item in fold.train])
    asked = np.stack([_pooled(item, width) for item in fold.test])
    found: dict[tuple[str, str], Verdict] = {}
    for criterion in criteria:
        model = LogisticRegression(C=MEAN_POOLED_C, class_weight="balanced", max_iter=2000)
        model.fit(learned, [str(item.call.verdicts[criterion]) for item in fold.train])
        for item, verdict in zip(fold.test, model.predict(asked), strict=True):
            found[item.call.call_id, criterion] = Verdict(verdict)
    return found


def second_annotator(path: Path) -> Verdicts:
    """Return the second annotator's verdicts by call and criterion."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        (row["call_id"], name): Verdict(value)
        for row in rows
        for name, value in row["verdicts"].items()
    }


def _pooled(item: Prepared, width: int) -> NDArray[np.float32]:
    """Return float32, shape (2 * width,): mean vector of the agent's and the customer's turns."""
    vectors = item.features.dense[:, :width] / VECTOR_SCALE
    means = []
    for role in (Role.AGENT, Role.CUSTOMER):
        own = [index for index, other in enumerate(item.features.roles) if other is role]
        means.append(vectors[own].mean(axis=0) if own else np.zeros(width, dtype=np.float32))
    return np.concatenate(means)
