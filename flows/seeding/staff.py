"""Who works with the review app of a made-up store: an admin, leads, reviewers, some agents."""

from __future__ import annotations

import itertools
import random
import re
import unicodedata
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from flows.seeding.people import TEAMS, Agent
from flows.seeding.wording import name_lists
from pipeline.desk import audit, people
from pipeline.people import User, UserRole

REVIEWERS = 8
AGENTS = 12
"""Agents who can log in; the busiest of each team first."""
LEAST_SLIPS, MOST_SLIPS = 0.03, 0.08
"""Share of criteria that a reviewer gets wrong: the most careful one, the least careful one."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who reviews, and how."""

    user: User
    strictness: float
    """From -1, lenient, to 1, strict: which way doubtful verdicts go."""
    slips: float
    """Share of criteria that they get wrong."""
    pace: float
    """How long they take for a review compared with others."""


@dataclass(frozen=True, slots=True)
class Staff:
    """Everybody who can log in, once they have set a password."""

    admin: User
    leads: tuple[User, ...]
    """The first one leads all teams, the second one half of them."""
    reviewers: tuple[Person, ...]
    agents: tuple[User, ...]

    def lead_of(self, team: str | None, rng: random.Random) -> User:
        """Return a lead who may see the calls of a team."""
        return rng.choice([lead for lead in self.leads if not lead.teams or team in lead.teams])

    def agent_of(self, name: str | None) -> User | None:
        """Return the user of an agent; None: they cannot log in."""
        return next((user for user in self.agents if user.agent == name), None)


def hire(connection: Connection, agents: Sequence[Agent], rng: random.Random) -> Staff:
    """Add everybody to a desk, without passwords; who is there already stays as they are.

    Args:
        connection: Writing.
        agents: Who answers the calls.
        rng: Chooses.
    """
    names = _names(agents, rng)
    half = TEAMS[: len(TEAMS) // 2]
    admin = _add(connection, next(names), UserRole.ADMIN)
    leads = (
        _add(connection, next(names), UserRole.LEAD),
        _add(connection, next(names), UserRole.LEAD, teams=half),
    )
    reviewers = []
    for number in range(REVIEWERS):
        teams = () if number < REVIEWERS // 2 else TEAMS[number % 3 * 2 : number % 3 * 2 + 3]
        goal = rng.choice((10, 15, 20, 25))
        user = _add(connection, next(names), UserRole.REVIEWER, teams=teams, goal=goal)
        share = number / (REVIEWERS - 1)
        reviewers.append(
            Person(
                user=user,
                strictness=rng.uniform(-1.0, 1.0),
                slips=LEAST_SLIPS + share * (MOST_SLIPS - LEAST_SLIPS),
                pace=rng.uniform(0.7, 1.4),
            )
        )
    return Staff(admin, leads, tuple(reviewers), _agents(connection, agents))


def _agents(connection: Connection, agents: Sequence[Agent]) -> tuple[User, ...]:
    busiest = sorted(agents, key=lambda agent: -agent.load)
    ranked = sorted(
        (rank, place, agent)
        for place, team in enumerate(TEAMS)
        for rank, agent in enumerate([item for item in busiest if item.team == team])
    )
    return tuple(
        _add(connection, agent.name, UserRole.AGENT, agent=agent.name)
        for _, _, agent in ranked[:AGENTS]
    )


def _names(agents: Sequence[Agent], rng: random.Random) -> Iterator[str]:
    """Yield names that no agent has."""
    lists = name_lists()
    taken = {agent.given for agent in agents} | {agent.surname for agent in agents}
    given = [name for name in (*lists["female"], *lists["male"]) if name not in taken]
    surnames = [name for name in lists["surnames"] if name not in taken]
    given = given or list(lists["female"])
    surnames = surnames or list(lists["surnames"])
    rng.shuffle(given)
    rng.shuffle(surnames)
    for number in itertools.count():
        yield f"{given[number % len(given)]} {surnames[number % len(surnames)]}"


def user_id_for(name: str) -> str:
    """Return what somebody of this name logs in with: ``maya.lind``."""
    plain = unicodedata.normalize("NFKD", name).encode("ascii", "ignore").decode()
    return ".".join(re.findall(r"[a-z]+", plain.lower().replace("'", "")))


def _add(
    connection: Connection,
    name: str,
    role: UserRole,
    *,
    teams: tuple[str, ...] = (),
    agent: str | None = None,
    goal: int | None = None,
) -> User:
    user_id = user_id_for(name)
    known = people.user_of(connection, user_id)
    if known is not None:
        return known
    user = people.add_user(
        connection,
        user_id,
        role,
        name=name,
        teams=teams,
        agent=agent,
        goal_per_week=goal,
        added_by=audit.SYSTEM,
    )
    subject = f"user:{user_id}"
    audit.record(connection, audit.SYSTEM, "user.added", subject, {"role": role.value})
    return user
