"""What is compared with examples: the sentences of a call, as one vector each and word by word.

A recogniser may write a whole turn without a full stop, so what is longer than a sentence usually
is gets cut into overlapping windows: else the words that matter drown in the others.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoder import BATCH, WIDTH, Encoder
from models.parts import sentence_spans
from pipeline.domain import Role, Turn

LONG_WORDS = 24
"""Sentences of more words are cut."""
WINDOW_WORDS = 16
STEP_WORDS = 8
"""About the length of the labelled sentences, half overlapping. Beside whole sentences, windows of
two sentences and joining short ones to the next were tried: no better on groups t1 to t4."""
WORD_LAYER = 3
"""Word vectors come from the middle of the six layers: there a word still is that word. Layers 0, 5
and 6 lost 0.00 to 0.02 of mean best kappa on four criteria of one's own, groups t1 to t4."""


@dataclass(frozen=True, slots=True)
class SpokenSentence:
    """A sentence of a turn, or a window of a long one."""

    turn: int
    start: int
    """First character in the turn's text."""
    end: int
    text: str


@dataclass(frozen=True, slots=True)
class EncodedSentences:
    """Texts as vectors."""

    vectors: NDArray[np.float32]
    """float32, shape (texts, 384), unit rows: each text as a whole."""
    tokens: NDArray[np.int64]
    """Shape (words,): word pieces of all texts, one text after the other."""
    words: NDArray[np.float16]
    """float16, shape (words, 384), unit rows: each word piece in its context."""
    first: NDArray[np.int64]
    """Shape (texts + 1,): where each text's words begin, and where the last one's end."""

    def __len__(self) -> int:
        """Return the number of texts."""
        return len(self.vectors)

    def rows(self, chosen: Sequence[int]) -> EncodedSentences:
        """Return some of the texts, in the order given."""
        if list(chosen) == list(range(len(self))):
            return self
        pieces = [np.arange(self.first[at], self.first[at + 1]) for at in chosen]
        words = np.concatenate(pieces) if pieces else np.zeros(0, dtype=np.int64)
        first = np.concatenate([[0], np.cumsum([len(piece) for piece in pieces])])
        return EncodedSentences(
            self.vectors[list(chosen)],
            self.tokens[words],
            self.words[words],
            first.astype(np.int64),
        )


class SpokenSentences:
    """All sentences of a call; those of a role are encoded when they are first compared.

    Args:
        turns: All turns of the call.
        encoder: For the sentences.
    """

    def __init__(self, turns: Sequence[Turn], encoder: Encoder) -> None:
        self._encoder = encoder
        self._role = {turn.index: turn.role for turn in turns}
        self._by_role: dict[Role, tuple[list[int], EncodedSentences]] = {}
        self.spans = tuple(
            SpokenSentence(turn.index, start, end, turn.text[start:end])
            for turn in turns
            if turn.text.strip()
            for start, end in compared_spans(turn.text)
        )

    def of_turns(
        self, turns: Collection[int]
    ) -> tuple[tuple[SpokenSentence, ...], EncodedSentences]:
        """Return the sentences of some turns, in any order, and their vectors."""
        roles = {self._role[turn] for turn in turns}
        spans: list[SpokenSentence] = []
        parts: list[EncodedSentences] = []
        for role in sorted(roles):
            rows, encoded = self._of_role(role)
            kept = [at for at, row in enumerate(rows) if self.spans[row].turn in turns]
            spans += [self.spans[rows[at]] for at in kept]
            parts.append(encoded.rows(kept))
        return tuple(spans), joined(parts)

    def _of_role(self, role: Role) -> tuple[list[int], EncodedSentences]:
        if role not in self._by_role:
            rows = [at for at, span in enumerate(self.spans) if self._role[span.turn] is role]
            texts = [self.spans[at].text for at in rows]
            self._by_role[role] = rows, encode_words(self._encoder, texts)
        return self._by_role[role]


def joined(parts: Sequence[EncodedSentences]) -> EncodedSentences:
    """Return the texts of all parts as one, in order; at least one part."""
    if len(parts) == 1:
        return parts[0]
    ends = np.cumsum([0, *(part.first[-1] for part in parts)])
    first = [part.first[:-1] + end for part, end in zip(parts, ends[:-1], strict=True)]
    return EncodedSentences(
        np.concatenate([part.vectors for part in parts]),
        np.concatenate([part.tokens for part in parts]),
        np.concatenate([part.words for part in parts]),
        np.concatenate([*first, ends[-1:]]).astype(np.int64),
    )


def compared_spans(text: str) -> list[tuple[int, int]]:
    """Return start and end of each sentence of a text, long ones as overlapping windows."""
    return [window for start, end in sentence_spans(text) for window in _windows(text, start, end)]


def _windows(text: str, start: int, end: int) -> list[tuple[int, int]]:
    words = [
        (start + match.start(), start + match.end())
        for match in re.finditer(r"\S+", text[start:end])
    ]
    if len(words) <= LONG_WORDS:
        return [(start, end)]
    last = len(words) - WINDOW_WORDS
    begins = [*range(0, last, STEP_WORDS), last]
    return [(words[at][0], words[at + WINDOW_WORDS - 1][1]) for at in begins]


def encode_words(encoder: Encoder, texts: Sequence[str]) -> EncodedSentences:
    """Return texts as whole and word by word, from one pass through the encoder.

    Args:
        encoder: Its pooled vectors are those that ``Encoder.encode`` gives.
        texts: In any case, with or without punctuation.
    """
    parts = encoder._parts
    tokens = [parts.tokenizer.encode(text).ids for text in texts]
    vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
    words: list[NDArray[np.float16]] = [np.zeros((0, WIDTH), dtype=np.float16)] * len(texts)
    order = sorted(range(len(texts)), key=lambda at: len(tokens[at]))
    for begin in range(0, len(order), BATCH):
        batch = order[begin : begin + BATCH]
        pooled, found = _forward(encoder, [tokens[at] for at in batch])
        vectors[batch] = pooled
        for at, own in zip(batch, found, strict=True):
            words[at] = own
    inner = [ids[1:-1] for ids in tokens]
    first = np.concatenate([[0], np.cumsum([len(ids) for ids in inner])]).astype(np.int64)
    flat = np.array([piece for ids in inner for piece in ids], dtype=np.int64)
    empty = np.zeros((0, WIDTH), dtype=np.float16)
    return EncodedSentences(vectors, flat, np.concatenate([empty, *words]), first)


def _forward(
    encoder: Encoder, batch: Sequence[Sequence[int]]
) -> tuple[NDArray[np.float32], list[NDArray[np.float16]]]:
    """Return the pooled vector of each text, and those of its words without the two markers."""
    parts = encoder._parts
    torch = parts.torch
    longest = max(len(ids) for ids in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.long)
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    for row, own in enumerate(batch):
        ids[row, : len(own)] = torch.tensor(own)
        mask[row, : len(own)] = 1
    with torch.inference_mode():
        layers = parts.model(
            input_ids=ids, attention_mask=mask, output_hidden_states=True
        ).hidden_states
        weights = mask.unsqueeze(-1).to(layers[-1].dtype)
        pooled = (layers[-1] * weights).sum(dim=1) / weights.sum(dim=1)
        unit = torch.nn.functional.normalize(pooled, dim=1).numpy()
        words = torch.nn.functional.normalize(layers[WORD_LAYER], dim=2).numpy()
    found = [words[row, 1 : len(own) - 1].astype(np.float16) for row, own in enumerate(batch)]
    return unit, found
