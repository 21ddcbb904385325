"""Sentences to vectors: all-MiniLM-L6-v2 through transformers and torch, frozen.

Source: Reimers & Gurevych, Sentence-BERT (arXiv 1908.10084); the model's own card asks for mean
pooling over tokens and L2 normalisation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from types import ModuleType
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from models.parts import Span, parts_of
from models.weights import require

if TYPE_CHECKING:
    import tokenizers

ASSET = "minilm-l6-v2"
WIDTH = 384
MAX_TOKENS = 128
"""Longer turns are cut; 128 word pieces are about 95 spoken words."""
BATCH = 16
"""Turns of similar length per forward pass: of one call at a time, 32 pad a sixth more."""


@dataclass(frozen=True, slots=True)
class ReadText:
    """A text as vectors."""

    whole: NDArray[np.float32]
    """float32, shape (384,), of length 1."""
    spans: tuple[Span, ...]
    """Its parts (``models.parts``); none if it is a single part."""
    parts: NDArray[np.float32]
    """float32, shape (spans, 384), unit rows."""


@dataclass(frozen=True, slots=True)
class _Parts:
    """What is loaded: the module torch, the tokenizer and the model."""

    torch: ModuleType
    tokenizer: tokenizers.Tokenizer
    model: Any  # transformers publishes no types


class Encoder:
    """A frozen sentence encoder. Making one is cheap; the model is loaded at the first use."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        self.version = f"{ASSET}@{digest[:12]}"

    def load(self) -> None:
        """Load the model now: imports torch and transformers (seconds), does nothing again."""
        _ = self._parts

    @cached_property
    def _parts(self) -> _Parts:
        import tokenizers
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        tokenizer = tokenizers.Tokenizer.from_file(str(self._folder / "tokenizer.json"))
        tokenizer.enable_truncation(MAX_TOKENS)
        tokenizer.no_padding()
        model = transformers.AutoModel.from_pretrained(self._folder, local_files_only=True)
        return _Parts(torch, tokenizer, model.eval())

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text.

        Args:
            texts: In any case, with or without punctuation. An empty text gives the vector of
                the bare start and end tokens, not an error.

        Returns:
            float32, shape (texts, 384), each row of length 1.
        """
        read = self.read(texts)
        if not read:
            return np.zeros((0, WIDTH), dtype=np.float32)
        return np.stack([text.whole for text in read])

    def read(self, texts: Sequence[str]) -> tuple[ReadText, ...]:
        """Return each text as a vector, and one for each of its parts, at the cost of the texts.

        A part's vector is the mean of its tokens as they were read within the whole text
        ("late chunking", Günther et al. 2024, arXiv 2409.04701). A part beyond ``MAX_TOKENS`` gets
        the vector of the whole text.

        Args:
            texts: As for ``encode``.
        """
        read: dict[int, ReadText] = {}
        # One by one: the batch call starts a thread pool, which warns when a process forks later.
        tokens = [self._parts.tokenizer.encode(text) for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i].ids))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            whole, states = self._forward([tokens[i].ids for i in rows])
            for place, row in enumerate(rows):
                spans = parts_of(texts[row])
                parts = _means(states[place], tokens[row].offsets, spans, whole[place])
                read[row] = ReadText(whole[place], spans, parts)
        return tuple(read[row] for row in range(len(texts)))

    def _forward(
        self, batch: Sequence[Sequence[int]]
    ) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
        """Return unit vectors, shape (texts, 384), and token states, (texts, tokens, 384)."""
        torch = self._parts.torch
        longest = max(len(ids) for ids in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.long)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        with torch.inference_mode():
            hidden = self._parts.model(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
            unit = torch.nn.functional.normalize(pooled, dim=1)
        return unit.numpy(), hidden.numpy()


def _means(
    states: NDArray[np.float32],
    offsets: Sequence[Span],
    spans: Sequence[Span],
    whole: NDArray[np.float32],
) -> NDArray[np.float32]:
    """Return unit vectors of parts, shape (spans, 384), from token states, (tokens, 384)."""
    means = np.zeros((len(spans), WIDTH), dtype=np.float32)
    for row, (start, end) in enumerate(spans):
        # Start and end tokens have no extent and lie in no part.
        inside = [at for at, (a, b) in enumerate(offsets) if a < b and a < end and b > start]
        mean = states[inside].mean(axis=0) if inside else whole
        means[row] = mean / max(float(np.linalg.norm(mean)), 1e-9)
    return means


def load_encoder(weights: Path) -> Encoder:
    """Return the encoder from the folder of pretrained weights.

    Raises:
        PrerequisiteError: The weights are not fetched; the message is the command that does it.
    """
    return Encoder(require(weights, ASSET))
