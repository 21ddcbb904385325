"""Judge a criterion that has no trained head and no rule: by its question's examples.

Each sentence of the call is compared with each example; the verdict of the closest example wins
if it is close enough and clearly closer than any example of another verdict. What resembles no
example is not judged: "not heard" is never "not done".
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder
from models.evidence import sentence_spans
from pipeline.domain import Turn, Verdict
from pipeline.logic import places
from pipeline.rubric import Criterion

CLOSE = 0.45
"""Cosine from which a sentence resembles an example at all."""
SHARPNESS = 20.0
"""Turns cosines into odds: a lead of 0.05 is odds of e to 1. Refitted by the probability fit."""


@dataclass(frozen=True, slots=True)
class Resemblance:
    """The verdict of the closest example, and where it was said."""

    verdict: Verdict
    share: float
    """Raw probability among the verdicts that have examples; not yet fitted."""
    closeness: float
    """Cosine of the closest sentence and example."""
    turn: int
    start: int
    """First character of the sentence in the turn's text."""
    end: int

    @property
    def is_close(self) -> bool:
        """Whether the sentence resembles the example at all."""
        return self.closeness >= CLOSE


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence of a turn."""

    turn: int
    start: int
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class SpokenSentences:
    """All sentences of a call."""

    spans: tuple[SpokenSentence, ...]
    vectors: NDArray[np.float32]
    """float32, shape (sentences, width), unit rows."""


class ExampleReader:
    """Compares calls with examples; remembers the vectors of examples it has seen."""

    def __init__(self, encoder: Encoder) -> None:
        self._encoder = encoder
        self._known: dict[str, NDArray[np.float32]] = {}

    def sentences(self, turns: Sequence[Turn]) -> SpokenSentences:
        """Return the sentences of a call, encoded once for all criteria."""
        spans = tuple(
            SpokenSentence(turn.index, start, end, turn.text[start:end])
            for turn in turns
            if turn.text.strip()
            for start, end in sentence_spans(turn.text)
        )
        return SpokenSentences(spans, self._encoder.encode([span.text for span in spans]))

    def read(
        self, criterion: Criterion, turns: Sequence[Turn], spoken: SpokenSentences
    ) -> Resemblance | None:
        """Return what the call resembles most.

        None if the criterion has no usable examples, or nobody of its roles speaks where it looks.

        Args:
            criterion: Its examples, roles and scope count.
            turns: All turns of the call.
            spoken: Their sentences.
        """
        examples = [item for item in criterion.examples if item.verdict in criterion.allowed]
        inside = places(turns)[criterion.scope]
        looked_at = {t.index for t in turns if t.role in criterion.roles and t.index in inside}
        rows = [at for at, span in enumerate(spoken.spans) if span.turn in looked_at]
        if not examples or not rows:
            return None
        closeness = spoken.vectors[rows] @ self._vectors([item.text for item in examples]).T
        best = {
            verdict: float(closeness[:, [e.verdict is verdict for e in examples]].max())
            for verdict in dict.fromkeys(example.verdict for example in examples)
        }
        verdict = max(best, key=lambda name: best[name])
        odds = [np.exp(SHARPNESS * (value - best[verdict])) for value in best.values()]
        columns = [example.verdict is verdict for example in examples]
        where = spoken.spans[rows[int(closeness[:, columns].max(axis=1).argmax())]]
        return Resemblance(
            verdict=verdict,
            share=float(1 / sum(odds)),
            closeness=best[verdict],
            turn=where.turn,
            start=where.start,
            end=where.end,
        )

    def _vectors(self, texts: Sequence[str]) -> NDArray[np.float32]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        for text, vector in zip(new, self._encoder.encode(new), strict=True):
            self._known[text] = vector
        return np.stack([self._known[text] for text in texts])
