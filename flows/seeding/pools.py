"""Which call is reviewed next: from the worst, from the random slice, or from those for two."""

from __future__ import annotations

import hashlib
import heapq
import random
from collections import deque
from collections.abc import Sequence
from datetime import datetime
from typing import Literal

from pipeline.desk.calls import CallRow

Kind = Literal["worst", "drawn", "blind"]
SHARES: dict[Kind, float] = {"worst": 0.45, "drawn": 0.35, "blind": 0.20}
"""Of all reviews: the worst calls as the queue has them, the random slice, blind double reviews."""
SECOND_NEXT = 0.6
"""How often a blind review is the second one of its call, where one waits for that."""


class Pools:
    """Calls that wait, in the order in which people take them.

    The random slice is taken in an order that has nothing to do with how the calls went, so that
    the share of it that is reviewed stays a fair sample.

    Args:
        calls: All that wait for a review.
        rng: Chooses.
    """

    def __init__(self, calls: Sequence[CallRow], rng: random.Random) -> None:
        self._coming = deque(sorted(calls, key=lambda call: (call.evaluated_at, call.call_id)))
        self._pools: dict[Kind, list[tuple[float, str, CallRow]]] = {kind: [] for kind in SHARES}
        self._halves: list[tuple[CallRow, str]] = []
        self._rng = rng

    def next(self, moment: datetime) -> tuple[CallRow, str | None] | None:
        """Return the next call, and who has judged it blindly already; None: nothing waits."""
        while self._coming and self._coming[0].evaluated_at <= moment:
            self._add(self._coming.popleft())
        (kind,) = self._rng.choices(list(SHARES), list(SHARES.values()))
        if kind == "blind" and self._halves and self._rng.random() < SECOND_NEXT:
            return self._halves.pop(self._rng.randrange(len(self._halves)))
        for name in dict.fromkeys((kind, *SHARES)):
            if self._pools[name]:
                return heapq.heappop(self._pools[name])[2], None
        return None

    def half_done(self, call: CallRow, user_id: str) -> None:
        """Note that one of two people has judged a call blindly."""
        self._halves.append((call, user_id))

    def _add(self, call: CallRow) -> None:
        kind: Kind = "blind" if call.blind else "drawn" if call.random_slice else "worst"
        rank = -call.urgency if kind == "worst" else _lot(call.call_id)
        heapq.heappush(self._pools[kind], (rank, call.call_id, call))


def _lot(call_id: str) -> float:
    return int.from_bytes(hashlib.sha256(call_id.encode()).digest()[:6])
