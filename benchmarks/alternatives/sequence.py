"""A small recurrent or attention model over the turns of a call, on frozen turn vectors.

All labels (moves, grounds of verdicts, sentiment) are learned together: hierarchical, multi-task.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np
from numpy.typing import NDArray

from benchmarks.alternatives.compare import Predict
from models.moves import TurnProbabilities
from models.training.crossfit import Prepared
from models.training.labelled import labels_by_role
from models.turn_features import BUCKETS, ROLES

CALLS = 8


@dataclass(frozen=True, slots=True)
class SequenceOptions:
    """What can be chosen; the defaults are customary values."""

    over_turns: Literal["none", "gru", "attention"] = "gru"
    width: int = 128
    words: int = 64
    dropout: float = 0.4
    epochs: int = 20
    rate: float = 2e-3
    decay: float = 0.02
    models: int = 1
    """Seeds whose logits are averaged."""


def fit_sequence(calls: Sequence[Prepared], options: SequenceOptions) -> Predict:
    """Return a fitted model's prediction; deterministic in one thread."""
    import torch

    names = tuple(
        dict.fromkeys(n for own in labels_by_role([c.call for c in calls]).values() for n in own)
    )
    allowed = _allowed(calls, names)
    nets = [_trained(calls, names, allowed, options, seed) for seed in range(options.models)]

    def predict(item: Prepared) -> TurnProbabilities:
        dense, bags, offsets, mask = _batch([item], allowed)
        with torch.inference_mode():
            logits = torch.stack([net(dense, bags, offsets) for net in nets]).mean(0)[0]
        values = (torch.sigmoid(logits) * mask[0]).numpy().astype(np.float32)
        return TurnProbabilities(item.features.roles, names, values)

    return predict


def _allowed(calls: Sequence[Prepared], names: Sequence[str]) -> NDArray[np.float32]:
    """Return float32, shape (roles, labels): which role can have which label."""
    by_role = labels_by_role([c.call for c in calls])
    rows = [[float(name in by_role.get(role, ())) for name in names] for role in ROLES]
    return np.array(rows, dtype=np.float32)


def _batch(calls: Sequence[Prepared], allowed: NDArray[np.float32]) -> tuple[Any, Any, Any, Any]:
    """Return dense (calls, turns, features), word bags with offsets, and the mask of labels."""
    import torch

    longest = max(len(c.features.roles) for c in calls)
    width = calls[0].features.dense.shape[1]
    dense = np.zeros((len(calls), longest, width + len(ROLES)), dtype=np.float32)
    mask = np.zeros((len(calls), longest, allowed.shape[1]), dtype=np.float32)
    bags: list[NDArray[np.int64]] = []
    for row, c in enumerate(calls):
        for at, role in enumerate(c.features.roles):
            dense[row, at, :width] = c.features.dense[at]
            if role in ROLES:
                dense[row, at, width + ROLES.index(role)] = 1
                mask[row, at] = allowed[ROLES.index(role)]
        bags += [*c.features.buckets, *[np.zeros(0, np.int64)] * (longest - len(c.features.roles))]
    offsets = np.concatenate([[0], np.cumsum([len(bag) for bag in bags])[:-1]])
    flat = np.concatenate(bags)
    return (
        torch.from_numpy(dense),
        torch.from_numpy(flat),
        torch.from_numpy(offsets),
        torch.from_numpy(mask),
    )


def _net(features: int, labels: int, options: SequenceOptions) -> Any:
    import torch
    from torch import nn

    class Net(nn.Module):
        def __init__(self) -> None:
            super().__init__()
            self.words = nn.EmbeddingBag(BUCKETS, options.words, mode="mean")
            self.project = nn.Linear(features + options.words, options.width)
            self.drop = nn.Dropout(options.dropout)
            self.input_drop = nn.Dropout(options.dropout / 2)
            self.over: Any = None
            if options.over_turns == "gru":
                self.over = nn.GRU(
                    options.width, options.width // 2, batch_first=True, bidirectional=True
                )
            elif options.over_turns == "attention":
                self.over = nn.TransformerEncoderLayer(
                    options.width,
                    4,
                    options.width * 2,
                    options.dropout,
                    batch_first=True,
                    norm_first=True,
                )
            self.out = nn.Linear(options.width * 2, labels)

        def forward(self, dense: Any, bags: Any, offsets: Any) -> Any:
            words = self.words(bags, offsets).reshape(dense.shape[0], dense.shape[1], -1)
            own = torch.relu(self.project(self.input_drop(torch.cat([dense, words], -1))))
            own = self.drop(own)
            if options.over_turns == "gru":
                around = self.over(own)[0]
            elif options.over_turns == "attention":
                around = self.over(own)
            else:
                around = torch.zeros_like(own)
            return self.out(torch.cat([own, self.drop(around)], -1))

    return Net()


def _trained(
    calls: Sequence[Prepared],
    names: Sequence[str],
    allowed: NDArray[np.float32],
    options: SequenceOptions,
    seed: int,
) -> Any:
    import torch

    torch.manual_seed(seed)
    rng = np.random.default_rng(seed)
    net = _net(calls[0].features.dense.shape[1] + len(ROLES), len(names), options)
    optimiser = torch.optim.AdamW(net.parameters(), lr=options.rate, weight_decay=options.decay)
    steps = options.epochs * -(-len(calls) // CALLS)
    schedule = torch.optim.lr_scheduler.OneCycleLR(optimiser, options.rate, total_steps=steps)
    column = {name: at for at, name in enumerate(names)}
    for _ in range(options.epochs):
        order = rng.permutation(len(calls))
        for start in range(0, len(order), CALLS):
            chosen = [calls[index] for index in order[start : start + CALLS]]
            dense, bags, offsets, mask = _batch(chosen, allowed)
            wanted = torch.zeros_like(mask)
            for row, c in enumerate(chosen):
                for at, labels in enumerate(c.call.turn_labels):
                    for name in labels:
                        if name in column:
                            wanted[row, at, column[name]] = 1
            loss = (
                torch.nn.functional.binary_cross_entropy_with_logits(
                    net(dense, bags, offsets), wanted, weight=mask, reduction="sum"
                )
                / mask.any(-1).sum()
            )
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
            schedule.step()
    return net.eval()
