"""Calls with known outcomes, flagged and reviewed as a team would: to test estimates against."""

from __future__ import annotations

import random
from dataclasses import dataclass

SLICE = 0.1
"""Inclusion probability of the random slice."""
CHANCE_PASSED = 0.9
FLAGS_OF_FAILED = (("critical_fail", 0.35), ("low_score", 0.3), ("finding", 0.1))
FLAGS_OF_PASSED = (("low_score", 0.04), ("finding", 0.12))


@dataclass(frozen=True, slots=True)
class SimulatedCall:
    passed: bool
    """What a reviewer says, or would say."""
    flag: str | None
    drawn: bool
    reviewed: bool


Group = list[SimulatedCall]


def drawn_group(rng: random.Random, calls: int, share_reviewed: float) -> Group:
    """Return the calls of a group.

    Args:
        rng: Where chance comes from.
        calls: How many.
        share_reviewed: Of the flagged calls; of the others all that were drawn are reviewed, and
            a few failed ones that somebody found by a search.
    """
    group = []
    for _ in range(calls):
        passed = rng.random() < CHANCE_PASSED
        flag = _flag(rng, FLAGS_OF_PASSED if passed else FLAGS_OF_FAILED)
        drawn = rng.random() < SLICE
        searched = not passed and rng.random() < 0.3
        wanted = rng.random() < share_reviewed if flag else drawn or searched
        group.append(SimulatedCall(passed, flag, drawn, wanted))
    return group


def _flag(rng: random.Random, chances: tuple[tuple[str, float], ...]) -> str | None:
    left = rng.random()
    for kind, chance in chances:
        left -= chance
        if left < 0:
            return kind
    return None
