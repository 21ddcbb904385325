"""Which reviewed calls a model learns from, and which only judge it.

Decided by hashes of names, so that it is the same on every machine and in every run, and a call
that was once held out stays held out for ever, however many reviews come in. Whole calls are held
out, and whole agents: what a model knows of an agent's manner it cannot use to look good.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from typing import Literal

HELD_OUT_CALLS = 0.45
"""Share of the calls. With those of held-out agents it is half of all: with few reviews, proving a
model takes as many calls as making it (chosen on benchmarks/learning.py)."""
HELD_OUT_AGENTS = 0.1
"""Share of the agents whose every call is held out."""
RESERVED = 0.2
"""Share of the random slice that only ever judges: it alone stands for calls that none flagged."""
MOST_WEIGHT = 4.0
"""No call counts more than so many of the least: one call in twenty, drawn with 5 %, would
otherwise outvote all flagged ones. Trimmed weights are biased a little and vary much less
(Potter 1990, Proc. Survey Research Methods Section, ASA). Chosen on benchmarks/learning.py."""

Part = Literal["train", "held_out"]


def part_of(call_id: str, agent: str | None = None, *, drawn: bool = False) -> Part:
    """Return whether a call teaches or judges.

    Args:
        call_id: The call; decides alone where nothing else holds it out.
        agent: Who took it; None: not known. A call whose agent becomes known later can only move
            from teaching to judging, never back.
        drawn: Whether it is in the random slice.
    """
    if agent is not None and _share_of("agent", agent) < HELD_OUT_AGENTS:
        return "held_out"
    if _share_of("call", call_id) < HELD_OUT_CALLS or (drawn and reserved(call_id)):
        return "held_out"
    return "train"


def reserved(call_id: str) -> bool:
    """Return whether a call, if it was drawn at random, is kept for judging only."""
    return _share_of("reserved", call_id) < RESERVED


def inclusion_weights(inclusion: Sequence[float | None]) -> tuple[float, ...]:
    """Return how much each reviewed call counts, with a mean of 1.

    Flagged calls are all looked at, so each stands for itself; a call of the random slice that
    nothing flagged stands for as many as it took to draw one (Horvitz and Thompson 1952,
    doi:10.1080/01621459.1952.10483446), up to ``MOST_WEIGHT``.

    Args:
        inclusion: With which probability each call came to be reviewed, in (0, 1]; None: somebody
            chose it, and it stands for itself.
    """
    if not inclusion:
        return ()
    raw = [1.0 if chance is None else min(1 / chance, MOST_WEIGHT) for chance in inclusion]
    mean = sum(raw) / len(raw)
    return tuple(weight / mean for weight in raw)


def _share_of(kind: str, name: str) -> float:
    """Return a number in [0, 1) that is as good as random, and always the same for a name."""
    digest = hashlib.sha256(f"callqa split\0{kind}\0{name}".encode()).digest()
    return int.from_bytes(digest[:8]) / 2**64
