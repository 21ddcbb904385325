"""What can be chosen in the queue's filters: the agents, teams and criteria that there are."""

from __future__ import annotations

from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.domain import Record
from pipeline.people import User, visible_teams


class Choices(Record):
    """What there is, each in alphabetical order."""

    agents: tuple[str, ...]
    teams: tuple[str, ...]
    criteria: tuple[str, ...]
    reviewers: tuple[tuple[str, str], ...]
    """User id and name of everybody who can review."""


def choices(connection: Connection, user: User) -> Choices:
    """Return what somebody can choose; agents and teams only of calls that they may see.

    Every value is one step through an index, however many calls there are.
    """
    teams = visible_teams(user)
    if teams is None:
        agents = set(connection.execute(query("agents")).scalars())
        found = set(connection.execute(query("teams")).scalars())
    else:
        found = set(teams)
        agents = {
            agent
            for team in found
            for agent in connection.execute(query("agents_of_team"), {"team": team}).scalars()
        }
    reviewers = connection.execute(query("queue_reviewers")).all()
    return Choices(
        agents=tuple(sorted(agents)),
        teams=tuple(sorted(found)),
        criteria=tuple(sorted(connection.execute(query("criteria")).scalars())),
        reviewers=tuple((row.user_id, row.name) for row in reviewers),
    )
