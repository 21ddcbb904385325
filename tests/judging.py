"""The real encoder, heads and rubric, loaded once for all tests that need them."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder, load_encoder
from models.judge import HeadJudge
from models.moves import MOVE_NAMES, TurnProbabilities
from models.trained import TrainedJudge, bundled_heads, load_trained
from pipeline.domain import Turn
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings


@cache
def encoder() -> Encoder:
    return load_encoder(Settings().weights)


@cache
def trained() -> TrainedJudge:
    return load_trained(bundled_heads())


@cache
def judge() -> HeadJudge:
    return HeadJudge(encoder(), trained(), "test", low_asr_confidence=0.6)


@cache
def support_rubric() -> Rubric:
    return load_rubric(bundled_rubric_path())


def probabilities(turns: Sequence[Turn], **by_turn: dict[str, float]) -> TurnProbabilities:
    """Return what a classifier would say, from ``t0={"greet": 0.9}``; all else is 0."""
    extra = [name for moves in by_turn.values() for name in moves if name not in MOVE_NAMES]
    names = (*MOVE_NAMES, *dict.fromkeys(extra))
    values: NDArray[np.float32] = np.zeros((len(turns), len(names)), dtype=np.float32)
    for key, moves in by_turn.items():
        for name, probability in moves.items():
            values[int(key[1:]), names.index(name)] = probability
    return TurnProbabilities(tuple(turn.role for turn in turns), names, values)
