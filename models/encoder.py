"""Sentences to vectors: all-MiniLM-L6-v2 through transformers and torch, frozen.

Source: Reimers & Gurevych, Sentence-BERT (arXiv 1908.10084); the model's own card asks for mean
pooling over tokens and L2 normalisation.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from models.weights import require

ASSET = "minilm-l6-v2"
WIDTH = 384
MAX_TOKENS = 128
"""Longer turns are cut; 128 word pieces are about 95 spoken words."""
BATCH = 32
"""Turns of similar length per forward pass; 16 to 64 ran equally fast on two cores."""


class Encoder:
    """A frozen sentence encoder; loading it imports torch and transformers (seconds)."""

    def __init__(self, folder: Path) -> None:
        import tokenizers
        import torch
        import transformers

        transformers.utils.logging.disable_progress_bar()
        self._torch = torch
        self._tokenizer = tokenizers.Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()
        self._model = transformers.AutoModel.from_pretrained(folder, local_files_only=True).eval()
        digest = hashlib.sha256((folder / "model.safetensors").read_bytes()).hexdigest()
        self.version = f"{ASSET}@{digest[:12]}"

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text.

        Args:
            texts: In any case, with or without punctuation. An empty text gives the vector of
                the bare start and end tokens, not an error.

        Returns:
            float32, shape (texts, 384), each row of length 1.
        """
        vectors = np.zeros((len(texts), WIDTH), dtype=np.float32)
        if not texts:
            return vectors
        # One by one: the batch call starts a thread pool, which warns when a process forks later.
        tokens = [self._tokenizer.encode(text).ids for text in texts]
        order = sorted(range(len(texts)), key=lambda i: len(tokens[i]))
        for start in range(0, len(order), BATCH):
            rows = order[start : start + BATCH]
            vectors[rows] = self._forward([tokens[i] for i in rows])
        return vectors

    def _forward(self, batch: Sequence[Sequence[int]]) -> NDArray[np.float32]:
        torch = self._torch
        longest = max(len(ids) for ids in batch)
        ids = torch.zeros((len(batch), longest), dtype=torch.long)
        mask = torch.zeros((len(batch), longest), dtype=torch.long)
        for row, tokens in enumerate(batch):
            ids[row, : len(tokens)] = torch.tensor(tokens)
            mask[row, : len(tokens)] = 1
        with torch.inference_mode():
            hidden = self._model(input_ids=ids, attention_mask=mask).last_hidden_state
            weights = mask.unsqueeze(-1).to(hidden.dtype)
            pooled = (hidden * weights).sum(dim=1) / weights.sum(dim=1)
            unit = torch.nn.functional.normalize(pooled, dim=1)
        vectors: NDArray[np.float32] = unit.numpy()
        return vectors


def load_encoder(weights: Path) -> Encoder:
    """Return the encoder from the folder of pretrained weights.

    Raises:
        PrerequisiteError: The weights are not fetched; the message is the command that does it.
    """
    return Encoder(require(weights, ASSET))
