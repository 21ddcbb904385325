"""How much sentences resemble examples, measured against how much ordinary sentences do.

Two views of a sentence are added up, each in standard deviations of ordinary sentences:

- word by word: each word of an example is looked for in the sentence, rare words count more; the
  closest example counts (late interaction, Khattab and Zaharia 2020, arXiv 2004.12832, with inverse
  document frequencies);
- as a whole: a logistic regression on sentence vectors that tells the examples from ordinary
  sentences and, with less weight, from examples of other verdicts.

Chosen by leaving out one group of t1 to t4 at a time, on the criteria of own_criteria.yaml (in
examples/) and move_criteria.yaml (in benchmarks/data/). Tried and no better: examples of other
verdicts taken off the score, the question as an example, sentences of the background that resemble
the examples as further examples, whitening by the background or within moves, hashed words beside
the vector, sentences of labelled calls beside ten examples.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from models.example_background import Background
from models.example_sentences import EncodedSentences
from pipeline.domain import Role

C = 10.0
"""Inverse strength of the regression's L2 penalty; 0.3 to 100 made no difference."""
OTHERS_WEIGHT = 0.1
"""Weight of the examples of other verdicts beside all positive ones (1) and the background (1)."""
WORDS_SHARE = 0.5
"""Share of the word-by-word view."""
BAR_SHARE = 0.5
"""How much of an example's own score, left out of its fellows, is asked of a call's sentence."""
TYPICAL_BAR = 2.5
"""What examples score in the mean when they are left out: 1.3 to 4.5 by criterion."""
TYPICAL_WEIGHT = 3.0
"""So many examples count for the typical bar beside the criterion's own."""
STEPS = 25
"""Of Newton's method; it stops earlier when nothing moves any more."""


@dataclass(frozen=True, slots=True)
class LabelledSentences:
    """Sentences that reviewers said something about, to learn from beside the examples."""

    encoded: EncodedSentences
    resembles: NDArray[np.bool_]
    """Shape (sentences,): whether each is one of those that are looked for."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """How to tell what resembles some examples."""

    examples: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    """Word vectors (words, 384) and the weights of the words (words,) per example."""
    word_mean: NDArray[np.float32]
    """Shape (examples,): what ordinary sentences score."""
    word_spread: NDArray[np.float32]
    weights: NDArray[np.float64]
    """Shape (385,): of the regression, the intercept last."""
    scale: tuple[tuple[float, float], tuple[float, float], tuple[float, float]]
    """Mean and spread over ordinary sentences: of the closest example, of the regression, of the
    sum of both."""
    bar: float = TYPICAL_BAR
    """What an example scores that is left out, drawn to the typical; see ``of``."""

    def of(self, sentences: EncodedSentences) -> NDArray[np.float64]:
        """Return shape (sentences,): standard deviations above an ordinary sentence.

        Where the examples themselves score high when one is left out, more is asked of a sentence:
        the scores are lower by half of what the bar is above the typical one.
        """
        return self.above_ordinary(sentences) - BAR_SHARE * (self.bar - TYPICAL_BAR)

    def above_ordinary(self, sentences: EncodedSentences) -> NDArray[np.float64]:
        """Return the same without regard to the bar."""
        words, whole, both = self.scale
        closest = self._closest(word_by_word(self.examples, sentences))
        regression = sentences.vectors @ self.weights[:-1].astype(np.float32)
        summed = _sum_of_views(_standard(closest, words), _standard(regression, whole))
        return _standard(summed, both)

    def _closest(self, scores: NDArray[np.float32]) -> NDArray[np.float32]:
        closest: NDArray[np.float32] = ((scores - self.word_mean) / self.word_spread).max(axis=1)
        return closest


def fit_likeness(
    examples: EncodedSentences,
    others: EncodedSentences,
    background: Background,
    roles: tuple[Role, ...],
    labelled: LabelledSentences | None = None,
) -> Likeness:
    """Return how to tell what resembles the examples. Deterministic; takes half a second for ten.

    Args:
        examples: At least one text.
        others: Examples of other verdicts; may be none.
        background: Ordinary sentences.
        roles: Whose sentences will be compared.
        labelled: Sentences of real calls, from reviews; they sharpen the regression.
    """
    ordinary = background.of(roles)
    own = tuple(
        (
            examples.words[start:end].astype(np.float32),
            background.weights(examples.tokens[start:end]),
        )
        for start, end in zip(examples.first[:-1], examples.first[1:], strict=True)
    )
    learned = _Learned(examples, others, ordinary, labelled, own, word_by_word(own, ordinary))
    every = list(range(len(examples)))
    fitted = learned.without(None, None)
    left_out = []
    for at in every if len(every) > 1 else ():
        rest = learned.without(at, fitted.weights)
        left_out.append(float(rest.above_ordinary(examples.rows([at]))[0]))
    told = sum(left_out) + TYPICAL_WEIGHT * TYPICAL_BAR
    return replace(fitted, bar=told / (len(left_out) + TYPICAL_WEIGHT))


@dataclass(frozen=True, slots=True)
class _Learned:
    """What a likeness is fitted from; fitted again for each example that is left out."""

    examples: EncodedSentences
    others: EncodedSentences
    ordinary: EncodedSentences
    labelled: LabelledSentences | None
    own: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...]
    scores: NDArray[np.float32]
    """Shape (ordinary sentences, examples): word by word."""

    def without(self, left_out: int | None, start: NDArray[np.float64] | None) -> Likeness:
        """Return the likeness without one example; ``start`` is where to look for the weights."""
        kept = [at for at in range(len(self.own)) if at != left_out]
        scores = self.scores[:, kept]
        mean, spread = scores.mean(axis=0), scores.std(axis=0) + 1e-6
        closest = ((scores - mean) / spread).max(axis=1)
        weights = _regression(
            self.examples.vectors[kept],
            self.others.vectors,
            self.ordinary.vectors,
            self.labelled,
            start,
        )
        regression = self.ordinary.vectors @ weights[:-1].astype(np.float32)
        words, whole = _scale(closest), _scale(regression)
        summed = _sum_of_views(_standard(closest, words), _standard(regression, whole))
        own = tuple(self.own[at] for at in kept)
        return Likeness(own, mean, spread, weights, (words, whole, _scale(summed)))


def word_by_word(
    examples: tuple[tuple[NDArray[np.float32], NDArray[np.float32]], ...],
    sentences: EncodedSentences,
) -> NDArray[np.float32]:
    """Return float32, shape (sentences, examples): how well each example's words are found.

    The weighted mean, over the words of the example, of the highest cosine with a word of the
    sentence; 0 for a sentence or an example without words.
    """
    found = np.zeros((len(sentences), len(examples)), dtype=np.float32)
    lengths = np.diff(sentences.first)
    filled = np.flatnonzero(lengths > 0)
    if not len(filled):
        return found
    starts = sentences.first[filled]
    words = sentences.words.astype(np.float32)
    for at, (own, weights) in enumerate(examples):
        if len(own):
            best = np.maximum.reduceat(own @ words.T, starts, axis=1)
            found[filled, at] = weights @ best
    return found


def _regression(
    examples: NDArray[np.float32],
    others: NDArray[np.float32],
    ordinary: NDArray[np.float32],
    labelled: LabelledSentences | None,
    start: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the weights of a logistic regression "is one of those looked for", shape (385,)."""
    parts = [(examples, 1.0, 1.0), (others, 0.0, OTHERS_WEIGHT), (ordinary, 0.0, 1.0)]
    if labelled is not None:
        truth = labelled.resembles
        parts += [(labelled.encoded.vectors[truth], 1.0, 1.0)]
        parts += [(labelled.encoded.vectors[~truth], 0.0, 1.0)]
    parts = [part for part in parts if len(part[0])]
    table = np.concatenate([rows for rows, _, _ in parts]).astype(np.float64)
    target = np.concatenate([np.full(len(rows), value) for rows, value, _ in parts])
    weight = np.concatenate([np.full(len(rows), total / len(rows)) for rows, _, total in parts])
    return _logistic(np.hstack([table, np.ones((len(table), 1))]), target, weight, start)


def _logistic(
    table: NDArray[np.float64],
    target: NDArray[np.float64],
    weight: NDArray[np.float64],
    start: NDArray[np.float64] | None,
) -> NDArray[np.float64]:
    """Return the weights with the least weighted log loss plus penalty, by Newton's method."""
    penalty = np.full(table.shape[1], 1 / C)
    penalty[-1] = 1e-6
    weights = np.zeros(table.shape[1]) if start is None else start.copy()
    for _ in range(STEPS):
        share = 1 / (1 + np.exp(-table @ weights))
        gradient = table.T @ (weight * (share - target)) + penalty * weights
        curvature = (table.T * (weight * share * (1 - share))) @ table + np.diag(penalty)
        step = np.linalg.solve(curvature, gradient)
        weights -= step
        if np.abs(step).max() < 1e-5:
            break
    return weights


def _sum_of_views(words: NDArray[np.floating], whole: NDArray[np.floating]) -> NDArray[np.floating]:
    return WORDS_SHARE * words + (1 - WORDS_SHARE) * whole


def _scale(values: NDArray[np.floating]) -> tuple[float, float]:
    return float(values.mean()), float(values.std()) + 1e-6


def _standard(values: NDArray[np.floating], scale: tuple[float, float]) -> NDArray[np.float64]:
    return (values.astype(np.float64) - scale[0]) / scale[1]
