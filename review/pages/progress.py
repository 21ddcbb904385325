"""How far reviewers are with what is expected of them in a week: all for leads, oneself else."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, Request
from starlette.responses import Response

from pipeline.desk import people
from pipeline.desk.goals import Progress, progress, set_goal, week_of
from pipeline.errors import InputError
from pipeline.people import UserRole, ranks_at_least
from review.context import DeskOf, Lead, Reviewer, audited, back_to, page
from review.files import FileFormat, records_file

router = APIRouter()

HERE = "/queue/progress"


@router.get(HERE)
def show(
    request: Request, viewer: Reviewer, desk: DeskOf, week: str = "", form: FileFormat = None
) -> Response:
    """Show a week: the present one, or the one with the day in the address."""
    today = datetime.now(UTC).date()
    monday = week_of(_day(week) or today)
    is_lead = ranks_at_least(viewer.user, UserRole.LEAD)
    with desk.reading() as connection:
        found = progress(connection, monday, today, None if is_lead else viewer.user.user_id)
    if form is not None:
        return records_file("progress", form, found, Progress)
    return page(
        request,
        viewer,
        "queue/progress.html",
        found=found,
        monday=monday,
        sunday=monday + timedelta(days=6),
        earlier=f"{HERE}?week={monday - timedelta(days=7)}",
        later=f"{HERE}?week={monday + timedelta(days=7)}" if monday < week_of(today) else None,
        is_lead=is_lead,
        reviews=sum(item.reviews for item in found),
        active_s=sum(item.active_s for item in found),
    )


@router.post("/queue/progress/{user_id}/goal")
def change_goal(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    user_id: str,
    goal: Annotated[str, Form()] = "",
    week: Annotated[str, Form()] = "",
) -> Response:
    """Set how many reviews a week are expected of somebody; nothing typed: no goal."""
    there = f"{HERE}?week={_day(week)}" if _day(week) else HERE
    typed = goal.strip()
    try:
        if typed and not (typed.isascii() and typed.isdigit() and len(typed) < 6):
            raise InputError(f"a goal is a number of reviews a week, found {typed[:20]!r}")
        wanted = int(typed) if typed else None
        with desk.writing() as connection:
            reviewer = people.found_user(connection, user_id)
            set_goal(connection, viewer.user, reviewer, wanted)
            about = {"goal": wanted, "before": reviewer.goal_per_week}
            audited(request, viewer, "goal.set", f"user:{reviewer.user_id}", about, connection)
    except InputError as error:
        return back_to(there, f"Nothing was changed: {error}.", "bad")
    told = f"{wanted} reviews a week" if wanted else "no goal"
    return back_to(there, f"{reviewer.name}: {told}.")


def _day(typed: str) -> date | None:
    """Return a day out of an address; None: there is none, or it is too near an end of time."""
    try:
        found = date.fromisoformat(typed)
    except ValueError:
        return None
    return found if 1970 <= found.year <= 9000 else None
