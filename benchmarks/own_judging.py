"""Calls labelled for criteria of one's own, and the ways to judge them that are compared."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.example_background import Background
from models.example_sentences import SpokenSentences
from models.examples import ExampleReader
from models.parts import sentence_spans
from models.training.labelled import LabelledCall, read_labelled
from pipeline.domain import Turn, Verdict
from pipeline.logic import places
from pipeline.rubric import Criterion

CLOSE = 0.45
"""Cosine from which the nearest example counted, before it was replaced."""


@dataclass(frozen=True, slots=True)
class LabelledForOwn:
    """A call with verdicts for the criteria of own_criteria.yaml."""

    call_id: str
    turns: tuple[Turn, ...]
    spoken: SpokenSentences
    verdicts: Mapping[str, Verdict]
    evidence: Mapping[str, tuple[int, ...]]

    @property
    def group(self) -> str:
        """The domain group."""
        return self.call_id.split("-")[0]


@dataclass(frozen=True, slots=True)
class Said:
    """What a method says about one call."""

    verdict: Verdict
    probability: float | None
    turn: int | None
    """The turn that it points at."""


Method: TypeAlias = Callable[[Criterion, LabelledForOwn], Said]


def read_labelled_for_own(data: Path, encoder: Encoder) -> tuple[LabelledForOwn, ...]:
    """Return the calls of labels_own.jsonl, in file order; sentences are encoded when compared."""
    calls: dict[str, LabelledCall] = {c.call_id: c for c in read_labelled(data, ["train"])}
    found = []
    for line in (data / "labels_own.jsonl").read_text(encoding="utf-8").splitlines():
        row = json.loads(line)
        turns = calls[row["call_id"]].turns
        found.append(
            LabelledForOwn(
                call_id=row["call_id"],
                turns=turns,
                spoken=SpokenSentences(turns, encoder),
                verdicts={name: Verdict(value) for name, value in row["verdicts"].items()},
                evidence={name: tuple(at) for name, at in row["evidence"].items()},
            )
        )
    return tuple(found)


def with_examples(criterion: Criterion, count: int, draw: int | None) -> Criterion:
    """Return the criterion with so many examples of each verdict.

    Args:
        criterion: Has at least as many.
        count: Of each verdict.
        draw: Which random choice; None: the first ones.
    """
    kept = []
    for verdict in criterion.allowed:
        own = [item for item in criterion.examples if item.verdict is verdict]
        kept += own[:count] if draw is None else random.Random(draw).sample(own, count)
    return criterion.model_copy(update={"examples": tuple(kept)})


def by_likeness(encoder: Encoder, background: Background, groups: Sequence[str]) -> Method:
    """Return the judge's way, each group without its own sentences in the background."""
    readers = {group: ExampleReader(encoder, background.without(group)) for group in groups}

    def said(criterion: Criterion, call: LabelledForOwn) -> Said:
        found = readers[call.group].read(criterion, call.turns, call.spoken)
        if found is None or not found.is_close:
            return Said(Verdict.UNSCORED, None, None)
        turn = None if found.place is None else found.place.turn
        return Said(found.verdict, found.share if criterion.otherwise else None, turn)

    return said


def by_nearest(encoder: Encoder, *, otherwise: bool) -> Method:
    """Return the verdict of the nearest example by cosine.

    Args:
        encoder: For sentences and examples.
        otherwise: Give the rubric's ``otherwise`` where no example is near, not nothing.
    """
    known: dict[str, NDArray[np.float32]] = {}

    def encoded(texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in known]
        known.update(zip(new, encoder.encode(new), strict=True))
        return np.stack([known[text] for text in texts])

    def said(criterion: Criterion, call: LabelledForOwn) -> Said:
        inside = places(call.turns)[criterion.scope]
        looked_at = [
            (turn.index, turn.text[start:end])
            for turn in call.turns
            if turn.role in criterion.roles and turn.index in inside and turn.text.strip()
            for start, end in sentence_spans(turn.text)
        ]
        if not looked_at or not criterion.examples:
            return Said(Verdict.UNSCORED, None, None)
        sentences = encoded([text for _, text in looked_at])
        closeness = sentences @ encoded([item.text for item in criterion.examples]).T
        row, column = np.unravel_index(int(closeness.argmax()), closeness.shape)
        if closeness[row, column] < CLOSE:
            none = criterion.otherwise if otherwise and criterion.otherwise else Verdict.UNSCORED
            return Said(none, None, None)
        return Said(criterion.examples[int(column)].verdict, None, looked_at[int(row)][0])

    return said
