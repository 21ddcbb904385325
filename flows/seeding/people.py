"""Who answers the calls: agents in teams, with skills that differ and change."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import dataclass

from flows.seeding.wording import name_lists

TEAMS = ("Amber", "Birch", "Cedar", "Delta", "Ember", "Fjord")
CRITERIA_TO_BE_WEAK_AT = (
    "greeting",
    "empathy",
    "identity_verification",
    "hold_etiquette",
    "resolution",
    "closing",
)


@dataclass(frozen=True, slots=True)
class Agent:
    """One made-up agent."""

    given: str
    surname: str
    team: str
    queues: tuple[str, ...]
    """The first one gets most of their calls."""
    skill: float
    """About 0 with a spread of 1; the higher, the fewer faults."""
    drift: float
    """How much the skill changes from the first day to the last."""
    weak_at: str
    """A criterion that they fail more often than others do."""
    load: float
    """Share of calls compared with other agents."""

    @property
    def name(self) -> str:
        """Return the full name."""
        return f"{self.given} {self.surname}"

    def skill_at(self, time: float) -> float:
        """Return the skill at a time from 0 (first day) to 1 (last day)."""
        return self.skill + self.drift * (time - 0.5)


def agents_of(count: int, queues: Sequence[str], rng: random.Random) -> tuple[Agent, ...]:
    """Return agents with names of their own, spread over the teams.

    Args:
        count: At least 1.
        queues: The queues there are; each team works mostly for one or two of them.
        rng: Chooses.
    """
    lists = name_lists()
    given = [*lists["female"], *lists["male"]]
    surnames = list(lists["surnames"])
    rng.shuffle(given)
    rng.shuffle(surnames)
    agents: list[Agent] = []
    for number in range(count):
        name = given[number % len(given)]
        team = number % len(TEAMS)
        # The second round through a list is shifted, so that no two agents have the same name.
        surname = surnames[(number + number // len(given)) % len(surnames)]
        agents.append(
            Agent(
                given=name,
                surname=surname,
                team=TEAMS[team],
                queues=(queues[team % len(queues)], queues[(team + 1 + number % 2) % len(queues)]),
                skill=rng.gauss(0.15 * (team - 2.5) / 2.5, 0.8),
                drift=rng.gauss(0.25, 0.6),
                weak_at=rng.choice(CRITERIA_TO_BE_WEAK_AT),
                load=rng.uniform(0.5, 1.5),
            )
        )
    return tuple(agents)
