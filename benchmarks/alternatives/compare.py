"""Compare turn classifiers on calls of groups that they never saw: moves, sentiment, verdicts.

Only the groups ``t*`` are used: the development groups ``d*`` judge the final choice and must not
make it. Each group is left out once; heads are then trained on the moves that were predicted for
the other groups and judge the group left out. (The classifier that predicted those moves had seen
the group, the head had not: cheap, the same for every alternative, and a little flattering.)
"""

from __future__ import annotations

import statistics
import time
from collections.abc import Callable, Mapping, Sequence

import numpy as np

from models.features import call_features, own_features, rule_features
from models.heads import fit_head
from models.moves import MOVE_NAMES, TurnProbabilities, sentiment_label
from models.sentiment import turn_sentiments
from models.training.crossfit import Prepared, left_out_together
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Role, Sentiment, Verdict
from pipeline.rubric import Rubric

Predict = Callable[[Prepared], TurnProbabilities]
Fit = Callable[[Sequence[Prepared]], Predict]
FEWEST = 10
"""Moves with fewer labelled turns are left out of the mean: their precision is mostly chance."""


class Figures(Record):
    """What one alternative reached on groups left out."""

    move_average_precision: float
    """Mean over moves of the area under precision and recall of turns."""
    evidence_average_precision: float
    """The same for grounds of verdicts, such as ``closing=pass``."""
    sentiment_macro_f1: float
    kappa: Mapping[str, float]
    """Cohen's kappa of verdicts per criterion."""
    mean_kappa: float
    mean_kappa_by_group: Mapping[str, float]
    training_s: float
    """Mean seconds to train once, one thread."""


Found = Mapping[str, TurnProbabilities]


def folds_of(calls: Sequence[Prepared]) -> tuple[frozenset[str], ...]:
    """Return which groups are left out together."""
    return left_out_together([c.call.group for c in calls])


def predicted(
    calls: Sequence[Prepared], fit: Fit, say: Callable[[str], None]
) -> tuple[Found, float]:
    """Return turn probabilities of every call, and the mean seconds of training.

    Each call's come from a model that never saw its group.
    """
    found: dict[str, TurnProbabilities] = {}
    seconds = []
    for fold in folds_of(calls):
        start = time.perf_counter()
        predict = fit([c for c in calls if c.call.group not in fold])
        seconds.append(time.perf_counter() - start)
        say(f"  without {', '.join(sorted(fold))}: {seconds[-1]:.0f} s")
        found |= {c.call.call_id: predict(c) for c in calls if c.call.group in fold}
    return found, statistics.mean(seconds)


def figures(calls: Sequence[Prepared], found: Found, seconds: float, rubric: Rubric) -> Figures:
    """Return the figures of one alternative's predictions."""
    verdicts = _verdicts(calls, found, rubric)
    kappas = {
        criterion.id: _kappa(
            [(c, verdicts[c.call.call_id, criterion.id]) for c in calls], criterion.id
        )
        for criterion in rubric.criteria
    }
    by_group = {
        group: round(
            statistics.mean(
                _kappa(
                    [(c, verdicts[c.call.call_id, k]) for c in calls if c.call.group == group], k
                )
                for k in kappas
            ),
            3,
        )
        for group in sorted({c.call.group for c in calls})
    }
    return Figures(
        move_average_precision=_average_precision(calls, found, is_move=True),
        evidence_average_precision=_average_precision(calls, found, is_move=False),
        sentiment_macro_f1=_sentiment(calls, found),
        kappa=kappas,
        mean_kappa=round(statistics.mean(kappas.values()), 3),
        mean_kappa_by_group=by_group,
        training_s=round(seconds, 1),
    )


def _verdicts(
    calls: Sequence[Prepared], found: Found, rubric: Rubric
) -> Mapping[tuple[str, str], Verdict]:
    shared = {c.call.call_id: call_features(c.call.turns, found[c.call.call_id]) for c in calls}
    judged: dict[tuple[str, str], Verdict] = {}
    for criterion in rubric.criteria:
        rows = {
            c.call.call_id: {
                **shared[c.call.call_id],
                **rule_features(criterion, c.call.turns, found[c.call.call_id]),
            }
            for c in calls
        }
        for fold in folds_of(calls):
            seen = [c for c in calls if c.call.group not in fold]
            head = fit_head(
                [rows[c.call.call_id] for c in seen],
                [c.call.verdicts[criterion.id] for c in seen],
                own_features(criterion),
            )
            for c in calls:
                if c.call.group in fold:
                    shares = head.probabilities(rows[c.call.call_id])
                    judged[c.call.call_id, criterion.id] = max(shares, key=lambda v: shares[v])
    return judged


def _kappa(judged: Sequence[tuple[Prepared, Verdict]], criterion: str) -> float:
    kappa = cohens_kappa([Pair(c.call.verdicts[criterion], verdict) for c, verdict in judged])
    return round(0.0 if kappa is None else kappa, 3)


def _average_precision(calls: Sequence[Prepared], found: Found, *, is_move: bool) -> float:
    from sklearn.metrics import average_precision_score

    names = sorted(
        {
            name
            for c in calls
            for labels in c.call.turn_labels
            for name in labels
            if (name in MOVE_NAMES) is is_move and not name.startswith("sentiment=")
        }
    )
    scores = []
    for name in names:
        truth = np.concatenate([[name in own for own in c.call.turn_labels] for c in calls])
        if truth.sum() >= FEWEST:
            values = np.concatenate([found[c.call.call_id].of(name) for c in calls])
            scores.append(float(average_precision_score(truth, values)))
    return round(statistics.mean(scores), 4)


def _sentiment(calls: Sequence[Prepared], found: Found) -> float:
    from sklearn.metrics import f1_score

    truth: list[str] = []
    said: list[str] = []
    names = {sentiment_label(value): value for value in Sentiment}
    for c in calls:
        own = {item.turn: item.sentiment for item in turn_sentiments(found[c.call.call_id])}
        for index, labels in enumerate(c.call.turn_labels):
            label = next((names[name] for name in labels if name in names), None)
            if label is not None and c.call.turns[index].role is Role.CUSTOMER:
                truth.append(str(label))
                said.append(str(own[index]))
    return round(float(f1_score(truth, said, average="macro")), 4)
