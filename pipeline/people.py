"""Who works with the review app, and who may see and do what."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from enum import StrEnum

from pipeline.domain import Record


class UserRole(StrEnum):
    """What somebody may do. Admins may do what leads may, leads what reviewers may."""

    ADMIN = "admin"
    LEAD = "lead"
    REVIEWER = "reviewer"
    AGENT = "agent"
    """Stands apart: sees what was released about their own calls, and nothing else."""


RANKS = {UserRole.REVIEWER: 1, UserRole.LEAD: 2, UserRole.ADMIN: 3}
"""Agents have none: nothing that is open to a rank is open to them."""


class User(Record):
    """Somebody who can log in."""

    user_id: str
    """What they log in with, in lower case."""
    name: str
    role: UserRole
    agent: str | None = None
    """For agents: how calls name them."""
    teams: tuple[str, ...] = ()
    """Teams whose calls they may see; empty: all."""
    active: bool = True
    goal_per_week: int | None = None
    """Reviews a week that are expected of them."""
    has_password: bool = False
    added_at: datetime
    added_by: str


def ranks_at_least(user: User, role: UserRole) -> bool:
    """Return whether a user may do what needs this role; agents may only what agents may."""
    if role is UserRole.AGENT:
        return user.role is UserRole.AGENT
    return RANKS.get(user.role, 0) >= RANKS[role]


def may_see(user: User, agent: str | None, team: str | None, released: bool) -> bool:
    """Return whether a user may see a call.

    Args:
        user: Who asks.
        agent: Of the call.
        team: Of the call.
        released: Whether a review of it was released to its agent.
    """
    if user.role is UserRole.AGENT:
        return released and user.agent is not None and agent == user.agent
    return user.role is UserRole.ADMIN or not user.teams or team in user.teams


def knows_random_slice(user: User) -> bool:
    """Return whether a user may know which calls were drawn at random.

    Reviewers may not: who knows that a call is in the sample may judge it differently.
    """
    return ranks_at_least(user, UserRole.LEAD)


def visible_teams(user: User) -> Collection[str] | None:
    """Return the teams whose calls a user may see; None: all."""
    return None if user.role is UserRole.ADMIN or not user.teams else user.teams
