"""The encoder itself trained on the turns' labels, its last layers or low-rank additions to all.

The labels are learned from the turn's own mean-pooled vector; the shipped classifier is then fitted
on the vectors that come out. LoRA: Hu et al. 2021, arXiv 2106.09685.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from benchmarks.alternatives.compare import Predict
from models.encoder import MAX_TOKENS, WIDTH, ReadText
from models.training.crossfit import Prepared, fit_turn_classifier
from models.training.labelled import labels_by_role
from models.turn_features import turn_features

BATCH = 32
LAYERS = 6


@dataclass(frozen=True, slots=True)
class FineTuning:
    """What is trained, and how long; rates are customary ones for encoders of this size."""

    layers: int = 2
    """So many of the last layers are trained whole; 0 with ``rank``."""
    rank: int = 0
    """Of low-rank additions to query and value in all layers; 0: none."""
    epochs: int = 3
    rate: float = 1e-4
    head_rate: float = 3e-3


class TrainableEncoder:
    """MiniLM with token states before the trained layers kept, so that each is computed once."""

    def __init__(self, folder: str) -> None:
        import tokenizers

        self._folder = folder
        self._tokenizer = tokenizers.Tokenizer.from_file(f"{folder}/tokenizer.json")
        self._tokenizer.enable_truncation(MAX_TOKENS)
        self._tokenizer.no_padding()

    def fresh(self, options: FineTuning) -> Any:
        """Return the pretrained model with only what ``options`` names left trainable."""
        import transformers

        model = transformers.AutoModel.from_pretrained(self._folder, local_files_only=True)
        model.requires_grad_(False)
        if options.rank:
            for layer in model.encoder.layer:
                own = layer.attention.self
                own.query = _low_rank(own.query, options.rank)
                own.value = _low_rank(own.value, options.rank)
        else:
            model.encoder.layer[LAYERS - options.layers :].requires_grad_(True)
        return model

    def tokens(self, texts: Sequence[str]) -> list[list[int]]:
        """Return the token ids of each text."""
        return [self._tokenizer.encode(text).ids for text in texts]


def _low_rank(linear: Any, rank: int) -> Any:
    from torch import nn

    class LowRank(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.linear = linear
            self.down = nn.Linear(linear.in_features, rank, bias=False)
            self.up = nn.Linear(rank, linear.out_features, bias=False)
            nn.init.zeros_(self.up.weight)

        def forward(self, rows: Any) -> Any:
            return self.linear(rows) + 2.0 * self.up(self.down(rows))

    return LowRank()


def fit_finetuned(
    calls: Sequence[Prepared],
    encoder: TrainableEncoder,
    options: FineTuning,
    say: Callable[[str], None],
    seed: int = 0,
) -> Predict:
    """Return a fitted classifier on vectors of an encoder that was trained on the same calls."""
    import torch

    torch.manual_seed(seed)
    model = encoder.fresh(options)
    by_role = labels_by_role([c.call for c in calls])
    names = tuple(dict.fromkeys(name for own in by_role.values() for name in own))
    turns = [
        (t, own) for c in calls for t, own in zip(c.call.turns, c.call.turn_labels, strict=True)
    ]
    tokens = encoder.tokens([turn.text for turn, _ in turns])
    wanted = np.array([[n in own for n in names] for _, own in turns], dtype=np.float32)
    allowed = np.array(
        [[n in by_role.get(t.role, ()) for n in names] for t, _ in turns], np.float32
    )
    head = torch.nn.Linear(WIDTH, len(names))
    trained = [p for p in model.parameters() if p.requires_grad]
    groups = [
        {"params": trained, "lr": options.rate},
        {"params": head.parameters(), "lr": options.head_rate},
    ]
    optimiser = torch.optim.AdamW(groups, weight_decay=0.01)
    rng = np.random.default_rng(seed)
    for epoch in range(options.epochs):
        total = 0.0
        for rows in _batches([len(ids) for ids in tokens], rng):
            vectors = _vectors(model, [tokens[row] for row in rows])
            loss = torch.nn.functional.binary_cross_entropy_with_logits(
                head(vectors * 3.0),
                torch.from_numpy(wanted[rows]),
                weight=torch.from_numpy(allowed[rows]),
                reduction="sum",
            ) / len(rows)
            optimiser.zero_grad()
            loss.backward()  # type: ignore[no-untyped-call]  # torch
            optimiser.step()
            total += float(loss.detach()) * len(rows)
        say(f"    epoch {epoch + 1}: loss {total / len(tokens):.3f}")
    model.eval()
    encoded = [_encoded(c, model, encoder) for c in calls]
    classifier = fit_turn_classifier(encoded)
    return lambda item: classifier.predict(_encoded(item, model, encoder).features)


def _batches(lengths: Sequence[int], rng: np.random.Generator) -> list[list[int]]:
    """Return batches of texts of similar length, in random order."""
    order = sorted(range(len(lengths)), key=lambda i: (lengths[i], rng.random()))
    batches = [order[at : at + BATCH] for at in range(0, len(order), BATCH)]
    return [batches[i] for i in rng.permutation(len(batches))]


def _vectors(model: Any, batch: Sequence[Sequence[int]]) -> Any:
    import torch

    longest = max(len(ids) for ids in batch)
    ids = torch.zeros((len(batch), longest), dtype=torch.long)
    mask = torch.zeros((len(batch), longest), dtype=torch.long)
    for row, tokens in enumerate(batch):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
    hidden = model(input_ids=ids, attention_mask=mask).last_hidden_state
    weights = mask.unsqueeze(-1).to(hidden.dtype)
    return torch.nn.functional.normalize((hidden * weights).sum(1) / weights.sum(1), dim=1)


def _encoded(item: Prepared, model: Any, encoder: TrainableEncoder) -> Prepared:
    import torch

    tokens = encoder.tokens([turn.text for turn in item.call.turns])
    with torch.inference_mode():
        rows: NDArray[np.float32] = _vectors(model, tokens).numpy()
    none = np.zeros((0, WIDTH), dtype=np.float32)
    return replace(
        item, features=turn_features(item.call.turns, [ReadText(row, (), none) for row in rows])
    )
