"""Which labelled call an agent's call is told from: the better the agent, the fewer its faults."""

from __future__ import annotations

import math
import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import cached_property, lru_cache
from itertools import accumulate
from pathlib import Path

from flows.seeding.material import LabelledCall
from flows.seeding.people import Agent
from pipeline.domain import Verdict
from pipeline.evaluate import HOLD_MOVE
from pipeline.rubric import Rubric

OTHER_QUEUE = "General"
FIRST_QUEUE_SHARE = 0.75
CRITICAL_FAULT = 2.9
"""How much worse a failed critical criterion is than another fail of its weight."""
STRICTNESS = 0.4
"""How much one point of fault makes a call rarer for an agent of skill 0; the labelled calls have
more faults than life. Chosen so that about one call in twenty has a critical fail."""
STEPS = 8
"""Into how many steps of equal skill the time is cut."""


@lru_cache(maxsize=1)
def _queue_of_domain() -> Mapping[str, str]:
    text = (Path(__file__).parent / "queues.toml").read_text(encoding="utf-8")
    return {domain: queue for queue, domains in tomllib.loads(text).items() for domain in domains}


def queue_of(call: LabelledCall) -> str:
    """Return the queue in which a call like this arrives."""
    return _queue_of_domain().get(call.domain, OTHER_QUEUE)


def can_be_written(call: LabelledCall) -> bool:
    """Return whether it could have been a chat: no recorded voice, nobody waits on the line."""
    holds = any(HOLD_MOVE in moves for moves in call.moves.values())
    return not (call.has_system_voice or call.waits or holds)


def faults(call: LabelledCall, rubric: Rubric) -> Mapping[str, float]:
    """Return how bad each criterion went: 0 where nothing was wrong, its weight for a fail."""
    shares = {Verdict.FAIL: 1.0, Verdict.PARTIAL: 0.5}
    return {
        item.id: shares.get(call.verdicts[item.id], 0.0)
        * (CRITICAL_FAULT if item.critical else 1.0)
        * item.weight
        for item in rubric.criteria
    }


class Chooser:
    """Chooses labelled calls for agents.

    Args:
        material: All labelled calls.
        rubric: Says which faults weigh how much.
    """

    def __init__(self, material: Sequence[LabelledCall], rubric: Rubric) -> None:
        self.material = material
        self._faults = [faults(call, rubric) for call in material]
        self._by_queue: dict[tuple[str, bool], list[int]] = {}
        for index, call in enumerate(material):
            self._by_queue.setdefault((queue_of(call), False), []).append(index)
            if can_be_written(call):
                self._by_queue.setdefault((queue_of(call), True), []).append(index)
        self._weights: dict[tuple[str, str, bool, int], list[float]] = {}

    @cached_property
    def queues(self) -> tuple[str, ...]:
        """Return the queues in which there are both spoken calls and chats, in order."""
        return tuple(sorted(queue for queue, written in self._by_queue if written))

    def choose(
        self, agent: Agent, time: float, *, written: bool, rng: random.Random
    ) -> tuple[int, str]:
        """Return the index of a labelled call, and the queue in which it arrived.

        Args:
            agent: Who answers it.
            time: From 0 (first day) to 1 (last day).
            written: A chat.
            rng: Chooses.
        """
        queue = agent.queues[0 if rng.random() < FIRST_QUEUE_SHARE else 1]
        step = min(STEPS - 1, int(time * STEPS))
        key = (agent.name, queue, written, step)
        among = self._by_queue[queue, written]
        if key not in self._weights:
            strictness = STRICTNESS * math.exp(0.45 * agent.skill_at((step + 0.5) / STEPS))
            self._weights[key] = list(
                accumulate(self._weight(index, agent, strictness) for index in among)
            )
        return rng.choices(among, cum_weights=self._weights[key])[0], queue

    def _weight(self, index: int, agent: Agent, strictness: float) -> float:
        found = self._faults[index]
        counted = sum(found.values()) - 0.9 * found.get(agent.weak_at, 0.0)
        return math.exp(-strictness * counted)
