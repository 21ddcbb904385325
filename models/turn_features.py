"""What a turn classifier sees of a turn: its words, its neighbours, its place in the call.

Words count lower-cased and without punctuation, so that a recogniser's text and a typed one meet.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.encoder import ReadText
from pipeline.domain import Role, Turn

ROLES = (Role.AGENT, Role.CUSTOMER, Role.SYSTEM)
BUCKETS = 4096
"""Hash buckets for words and word pairs; 8192 gained nothing on groups t1, t3, d2 and d4."""
VECTOR_SCALE = 3.0
"""Unit vectors are small next to bucket weights; without it the penalty hides them."""
NEIGHBOUR_SCALE = 0.5
"""The turns before and after count half (chosen on the same groups)."""
PLACES = 9


@dataclass(frozen=True, slots=True)
class PartFeatures:
    """The parts of one turn as numbers."""

    own: NDArray[np.float32]
    """float32, shape (parts, width): the own vector of each part, scaled as the turn's."""
    buckets: tuple[NDArray[np.int64], ...]
    """Per part as for turns."""


@dataclass(frozen=True, slots=True)
class TurnFeatures:
    """The turns of one call as numbers."""

    roles: tuple[Role, ...]
    dense: NDArray[np.float32]
    """float32, shape (turns, features): own, previous and next vector, place, roles around."""
    buckets: tuple[NDArray[np.int64], ...]
    """Per turn the distinct hash buckets of its words and word pairs, ascending."""
    parts: tuple[PartFeatures, ...]
    """Per turn its parts; with no rows where the turn is a single part."""


def words_of(text: str) -> list[str]:
    """Return the words of a text, lower-cased, apostrophes kept, other punctuation dropped."""
    return re.findall(r"[^\W_]+(?:'[^\W_]+)*", text.lower().replace("\u2019", "'"))


def buckets_of(text: str) -> NDArray[np.int64]:
    """Return the distinct buckets of a text's words and word pairs, start and end marked.

    The hash is CRC-32, which is the same on every machine and in every process.
    """
    words = words_of(text)
    pairs = [f"{a} {b}" for a, b in zip(["^", *words], [*words, "$"], strict=True)]
    grams = words + pairs
    return np.unique([zlib.crc32(gram.encode()) % BUCKETS for gram in grams]).astype(np.int64)


def turn_features(turns: Sequence[Turn], read: Sequence[ReadText]) -> TurnFeatures:
    """Return the features of all turns of a call.

    Args:
        turns: All turns, in order.
        read: Their texts, from ``models.encoder``.
    """
    roles = tuple(turn.role for turn in turns)
    is_role = np.array([[role is r for r in ROLES] for role in roles], dtype=np.float32)
    is_role = is_role.reshape(len(turns), len(ROLES))
    scaled = np.stack([text.whole for text in read]) * VECTOR_SCALE
    dense = np.hstack(
        [
            scaled,
            shifted(scaled, 1) * NEIGHBOUR_SCALE,
            shifted(scaled, -1) * NEIGHBOUR_SCALE,
            _places(roles),
            shifted(is_role, 1) * NEIGHBOUR_SCALE,
            shifted(is_role, -1) * NEIGHBOUR_SCALE,
        ]
    ).astype(np.float32)
    parts = tuple(
        PartFeatures(
            own=(text.parts * VECTOR_SCALE).astype(np.float32),
            buckets=tuple(buckets_of(turn.text[start:end]) for start, end in text.spans),
        )
        for turn, text in zip(turns, read, strict=True)
    )
    return TurnFeatures(roles, dense, tuple(buckets_of(turn.text) for turn in turns), parts)


def shifted(rows: NDArray[np.float32], by: int) -> NDArray[np.float32]:
    """Return rows moved down by ``by`` (up if negative); what has no source is zero."""
    moved = np.zeros_like(rows)
    if by > 0:
        moved[by:] = rows[:-by]
    else:
        moved[:by] = rows[-by:]
    return moved


def _places(roles: Sequence[Role]) -> NDArray[np.float32]:
    """Return where each turn stands: in the call, and among the agent's turns.

    Returns:
        float32, shape (turns, 9), in [0, 1], halved.
    """
    count, agents = len(roles), sum(role is Role.AGENT for role in roles)
    places = np.zeros((count, PLACES), dtype=np.float32)
    seen = 0
    for index, role in enumerate(roles):
        seen += role is Role.AGENT
        left = agents - seen
        places[index] = (
            index / count,
            1 / (1 + index),
            1 / (count - index),
            1 / (1 + seen),
            1 / (1 + left),
            seen <= 1,
            seen <= 3,
            left <= 1,
            left == 0,
        )
    return places * 0.5
