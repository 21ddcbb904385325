"""What customer turns express, against labels; a turn that was not judged counts as an error."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TypeAlias, cast

from benchmarks.bootstrap import Interval, interval
from benchmarks.confusion import confusion, macro_f1
from benchmarks.verdicts import Predicted, known, rounded
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Sentiment, Verdict

Said: TypeAlias = Sentiment | Verdict
"""A sentiment, or ``unscored``."""
Turns: TypeAlias = Sequence[tuple[Sentiment, Said]]
"""The labelled turns of one call: label, and what was said."""


class SentimentFigures(Record):
    """All labelled customer turns."""

    turns: int
    accuracy: float
    macro_f1: float
    kappa: Interval
    """The interval is over calls, for the turns of a call hang together."""
    confusion: Mapping[str, Mapping[str, int]]
    commonest_accuracy: float
    """Of saying the commonest label every time; its kappa is 0."""
    annotator_kappa: float
    """Two readings by a language model with each other."""


def sentiment_figures(predicted: Sequence[Predicted], second: Path) -> SentimentFigures:
    """Return all figures.

    Args:
        predicted: Held-out calls.
        second: File of the second annotator's labels.
    """
    calls = [_turns(item) for item in predicted]
    pairs = [pair for call in calls for pair in call]
    commonest = Counter(label for label, _ in pairs).most_common(1)[0][1]
    return SentimentFigures(
        turns=len(pairs),
        accuracy=round(sum(label is said for label, said in pairs) / len(pairs), 3),
        macro_f1=rounded(macro_f1(pairs)),
        kappa=known(interval(calls, _kappa)),
        confusion=confusion(pairs),
        commonest_accuracy=round(commonest / len(pairs), 3),
        annotator_kappa=rounded(_kappa(_read_twice(predicted, second))),
    )


def _turns(item: Predicted) -> Turns:
    said = {turn.turn: turn.sentiment for turn in item.judgement.turns}
    return [
        (label, said.get(index) or Verdict.UNSCORED)
        for index, label in sorted(_labels(item).items())
    ]


def _labels(item: Predicted) -> dict[int, Sentiment]:
    return {
        index: Sentiment(label.partition("=")[2])
        for index, labels in enumerate(item.call.turn_labels)
        for label in labels
        if label.startswith("sentiment=")
    }


def _read_twice(predicted: Sequence[Predicted], second: Path) -> list[Turns]:
    rows = (json.loads(line) for line in second.read_text(encoding="utf-8").splitlines())
    again = {row["call_id"]: row["turn_sentiment"] for row in rows}
    return [
        [
            (label, Sentiment(other) if other else Verdict.UNSCORED)
            for index, label in _labels(item).items()
            for other in [again[item.call.call_id].get(str(index))]
        ]
        for item in predicted
        if item.call.call_id in again
    ]


def _kappa(calls: Sequence[Turns]) -> float | None:
    # Kappa asks only which labels are the same; that these are no verdicts is nothing to it.
    return cohens_kappa([Pair(*cast("Pair", pair)) for call in calls for pair in call])
