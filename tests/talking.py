"""A reviewed call of an agent, and the people around it."""

from __future__ import annotations

from pathlib import Path

from pipeline.desk.drafts import Answer, Draft
from pipeline.desk.releases import release
from pipeline.desk.reviewing import SubmittedReview, submit
from pipeline.domain import Verdict
from pipeline.people import User, UserRole
from tests.desks import BEGAN, Office, after, office, person

DANA = "Dana Fox"
LEAD = person("lea", UserRole.LEAD)
ADMIN = person("ada", UserRole.ADMIN)
CRITERIA = ("greeting", "verification", "closing")


def agent(name: str = DANA) -> User:
    """Return the user of an agent."""
    user_id = name.split()[0].lower()
    return User(
        user_id=user_id,
        name=name,
        role=UserRole.AGENT,
        agent=name,
        added_at=BEGAN,
        added_by="test",
    )


def lead_of(*teams: str) -> User:
    """Return a lead who sees some teams only."""
    return LEAD.model_copy(update={"user_id": f"lead-of-{'-'.join(teams)}", "teams": teams})


def reviewed_office(folder: Path, *call_ids: str, **settings: object) -> Office:
    """Return an office with calls of Dana Fox, team north, each reviewed openly by Ana."""
    made = office(folder, **settings)
    for call_id in call_ids or ("c1",):
        made.score(call_id, agent=DANA, team="north")
    made.copy()
    for call_id in call_ids or ("c1",):
        reviewed(made, call_id)
    return made


def reviewed(
    desk: Office,
    call_id: str = "c1",
    *verdicts: str,
    who: str = "ana",
    minute: float = 2,
    note: str = "",
) -> SubmittedReview:
    """Review a call: greeting passed, verification passed against the machine, closing in part."""
    chosen = verdicts or ("pass", "pass", "partial")
    answers = tuple(
        Answer(criterion=name, verdict=Verdict(verdict), reason=f"{who} on {name}")
        for name, verdict in zip(CRITERIA, chosen, strict=True)
        if verdict
    )
    return submit(
        desk.desk,
        person(who),
        desk.card(call_id),
        Draft(answers=answers, note=note),
        started_at=after(minute - 1),
        now=after(minute),
        partial=True,
    )


def released(desk: Office, *call_ids: str) -> None:
    """Release what was said about calls."""
    with desk.desk.writing() as connection:
        release(connection, ADMIN, call_ids or ("c1",))
