"""Goals: how many reviews a week are expected of whom, and how far they are."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.people import User, visible_teams

MOST = 1000


class Progress(Record):
    """What one person did in a week, and what is waiting for them."""

    user_id: str
    name: str
    goal: int | None
    """Reviews expected in a week; None: nothing is set."""
    reviews: int
    blind: int
    """How many of the reviews were blind ones."""
    active_s: float
    """Time spent on them, with the call in front."""
    changed: int
    """Reviews in which at least one verdict or its evidence was corrected."""
    assigned: int
    """Calls given to them and not done, today."""
    overdue: int
    """How many of these are past their day."""

    @property
    def share(self) -> float | None:
        """Return how much of the goal is reached, from 0 to 1; None without a goal."""
        return min(1.0, self.reviews / self.goal) if self.goal else None

    @property
    def per_review_s(self) -> float | None:
        """Return the mean time for a review; None if there was none."""
        return self.active_s / self.reviews if self.reviews else None


def week_of(day: date) -> date:
    """Return the Monday of a day's week. Weeks are weeks in UTC."""
    return day - timedelta(days=day.weekday())


def progress(
    connection: Connection, monday: date, today: date, user_id: str | None = None
) -> tuple[Progress, ...]:
    """Return how far people are in a week, by name; who reviews or has a goal is among them.

    Args:
        connection: Open on the desk.
        monday: The first day of the week.
        today: Before it, assignments are overdue.
        user_id: Only this person.
    """
    start = datetime.combine(monday, time(), UTC)
    about = {
        "start": time_text(start),
        "end": time_text(start + timedelta(days=7)),
        "today": today.isoformat(),
        "user_id": user_id,
    }
    found = connection.execute(query("progress"), about).mappings()
    return tuple(Progress.model_validate(dict(row)) for row in found)


def set_goal(connection: Connection, lead: User, reviewer: User, goal: int | None) -> None:
    """Set how many reviews a week are expected of somebody; None: no goal.

    Raises:
        InputError: The number makes no sense, or the reviewer is not in the lead's teams.
    """
    if goal is not None and not 1 <= goal <= MOST:
        raise InputError(f"a goal is 1 to {MOST} reviews a week, got {goal}")
    teams = visible_teams(lead)
    if teams is not None and reviewer.teams and not set(reviewer.teams) & set(teams):
        raise InputError(f"{reviewer.user_id} reviews none of your teams")
    connection.execute(query("goal_set"), {"user_id": reviewer.user_id, "goal": goal})
