"""Which rows a user may see, as a condition of a question to the desk.

The same rule as ``pipeline.people.may_see``, for lists: asked of the database, so that pages and
counts are of what the user may see and nothing is left out afterwards.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import ColumnElement, false, true

from pipeline.people import User, UserRole, visible_teams


def may_be_seen(
    user: User, agent: ColumnElement[Any], team: ColumnElement[Any]
) -> ColumnElement[bool]:
    """Return the condition that a row is of a call that a user may see.

    Args:
        user: Who asks. For an agent, whether something was released is for the caller to add.
        agent: The column with the call's agent.
        team: The column with the call's team.
    """
    if user.role is UserRole.AGENT:
        return false() if user.agent is None else agent == user.agent
    teams = visible_teams(user)
    return true() if teams is None else team.in_(list(teams))
