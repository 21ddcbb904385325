"""What each turn does: a multi-label classifier on turn embeddings, words, neighbours and place.

Three kinds of label are learned together, each only on turns of its role:

- moves (``pipeline.moves``), such as ``greet``;
- grounds, such as ``closing=pass``: an annotator rested that verdict on this turn;
- the customer's sentiment, such as ``sentiment=negative``.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.logistic import LogisticWeights, fit_logistic
from models.turn_features import TurnFeatures
from pipeline.domain import Role, Sentiment, Verdict
from pipeline.logic import TurnMoves
from pipeline.moves import MOVES

DENSE_C = 1.0
BUCKET_C = 10.0
"""Penalties chosen by mean average precision of moves on held-out groups t1, t3, d2 and d4."""
SHOWN_FROM = 0.05
"""Moves less likely than this are not stored (``TurnJudgement.moves``)."""

MOVE_NAMES = tuple(move.name for move in MOVES)


def ground(criterion: str, verdict: Verdict | str) -> str:
    """Return the label of turns that a verdict rests on."""
    return f"{criterion}={verdict}"


def sentiment_label(sentiment: Sentiment) -> str:
    """Return the label of customer turns that express a sentiment."""
    return f"sentiment={sentiment}"


@dataclass(frozen=True, slots=True)
class TurnProbabilities:
    """The probability of each label for each turn of a call."""

    roles: tuple[Role, ...]
    names: tuple[str, ...]
    values: NDArray[np.float32]
    """float32, shape (turns, names); zero where the turn's role cannot have the label."""

    def of(self, name: str) -> NDArray[np.float32]:
        """Return float32, shape (turns,): one label's probabilities, zeros if it is unknown."""
        if name not in self.names:
            return np.zeros(len(self.roles), dtype=np.float32)
        column: NDArray[np.float32] = self.values[:, self.names.index(name)]
        return column

    def moves(self, least: float = 0.0) -> tuple[TurnMoves, ...]:
        """Return the moves of every turn that are at least this likely (and possible)."""
        table = np.stack([self.of(name) for name in MOVE_NAMES], axis=1)
        return tuple(
            TurnMoves(
                index,
                {
                    name: round(float(p), 4)
                    for name, p in zip(MOVE_NAMES, row, strict=True)
                    if p > 0 and p >= least
                },
            )
            for index, row in enumerate(table)
        )


@dataclass(frozen=True, slots=True)
class TurnClassifier:
    """Weights by role; a role without weights has no labels."""

    labels: Mapping[Role, tuple[str, ...]]
    weights: Mapping[Role, LogisticWeights]

    def predict(self, features: TurnFeatures) -> TurnProbabilities:
        """Return the probability of each label for each turn of one call."""
        names = tuple(dict.fromkeys(name for own in self.labels.values() for name in own))
        values = np.zeros((len(features.roles), len(names)), dtype=np.float32)
        for role, own in self.labels.items():
            rows = [index for index, other in enumerate(features.roles) if other is role]
            if not rows:
                continue
            columns = [names.index(name) for name in own]
            values[np.ix_(rows, columns)] = _with_parts(self.weights[role], features, rows)
        return TurnProbabilities(features.roles, names, values)


def _with_parts(
    weights: LogisticWeights, features: TurnFeatures, rows: Sequence[int]
) -> NDArray[np.float32]:
    """Return float32, shape (rows, labels): the mean of the turn's probability and its best part's.

    A part keeps its turn's neighbours and place. Learning from parts as well (each label given to
    the part that is likeliest to carry it) was worse than learning from whole turns alone.
    """
    whole = weights.probabilities(features.dense[rows], [features.buckets[row] for row in rows])
    owner = [at for at, row in enumerate(rows) for _ in features.parts[row].buckets]
    if not owner:
        return whole
    dense = features.dense[rows][owner]
    own = np.concatenate([features.parts[row].own for row in rows])
    dense[:, : own.shape[1]] = own
    buckets = [bucket for row in rows for bucket in features.parts[row].buckets]
    best = whole.copy()
    best[owner] = 0
    np.maximum.at(best, owner, weights.probabilities(dense, buckets))
    return ((whole + best) * np.float32(0.5)).astype(np.float32)


@dataclass(frozen=True, slots=True)
class LabelledTurns:
    """One call to learn from."""

    features: TurnFeatures
    labels: tuple[frozenset[str], ...]
    """Per turn the labels that hold."""


def fit_turns(
    calls: Sequence[LabelledTurns], labels: Mapping[Role, tuple[str, ...]]
) -> TurnClassifier:
    """Return a classifier of the given labels, fitted on all turns of the calls.

    Args:
        calls: Roles without a turn in them get no weights.
        labels: By role, what to learn.
    """
    weights: dict[Role, LogisticWeights] = {}
    for role, names in labels.items():
        rows = [
            (call.features.dense[index], call.features.buckets[index], call.labels[index])
            for call in calls
            for index, other in enumerate(call.features.roles)
            if other is role
        ]
        if not rows or not names:
            continue
        wanted = np.array([[n in row[2] for n in names] for row in rows], dtype=np.float32)
        weights[role] = fit_logistic(
            np.stack([row[0] for row in rows]),
            [row[1] for row in rows],
            wanted,
            dense_c=DENSE_C,
            bucket_c=BUCKET_C,
        )
    return TurnClassifier({role: labels[role] for role in weights}, weights)
