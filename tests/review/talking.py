"""The review app on a desk with reviewed calls of two agents."""

from __future__ import annotations

import re
from dataclasses import dataclass

from pipeline.desk import Desk
from pipeline.desk.drafts import Answer, Draft
from pipeline.desk.reviewing import submit
from pipeline.domain import Verdict
from pipeline.settings import Settings
from pipeline.store import Store
from tests.desks import Office, after, person
from tests.review.conftest import Browser, ClientAs
from tests.talking import CRITERIA, DANA, released, reviewed

EVE = "Eve Roe"


@dataclass(frozen=True, slots=True)
class Floor:
    """Everybody, and the calls c1 and c2 of Dana, c3 of Eve; each reviewed, none released."""

    office: Office
    lead: Browser
    """Of team north, as Dana is."""
    other_lead: Browser
    """Of team south, as Eve is."""
    dana: Browser
    eve: Browser
    reviewer: Browser

    def release(self, *call_ids: str) -> None:
        """Release what was said about calls."""
        released(self.office, *call_ids)

    def audited(self, action: str) -> int:
        """Return how many entries of an action the audit log has."""
        from sqlalchemy import text

        with self.office.desk.reading() as connection:
            return int(
                connection.execute(
                    text("SELECT count(*) FROM audit_log WHERE action = :action"),
                    {"action": action},
                ).scalar_one()
            )


def floor(
    store: Store, desk: Desk, settings: Settings, client_as: ClientAs, *, blind: float = 0.0
) -> Floor:
    """Return the app with calls and people."""
    settings = settings.model_copy(update={"blind_share": blind})
    office = Office(store, desk, settings)
    for call_id, agent, team in (
        ("c1", DANA, "north"),
        ("c2", DANA, "north"),
        ("c3", EVE, "south"),
    ):
        office.score(call_id, agent=agent, team=team)
    office.copy()
    if not blind:
        for call_id in ("c1", "c2", "c3"):
            reviewed(office, call_id, note=f"Well done on {call_id}")
    return Floor(
        office,
        client_as("lead", "lea", teams=("north",)),
        client_as("lead", "lou", teams=("south",)),
        client_as("agent", "dana", agent=DANA),
        client_as("agent", "eve", agent=EVE),
        client_as("reviewer", "ana"),
    )


def judged_blind(office: Office, call_id: str, who: str, *verdicts: str, minute: float) -> None:
    """Judge a call blindly."""
    answers = tuple(
        Answer(criterion=name, verdict=Verdict(verdict), reason=f"{who} on {name}")
        for name, verdict in zip(CRITERIA, verdicts, strict=True)
    )
    submit(
        office.desk,
        person(who),
        office.card(call_id),
        Draft(answers=answers),
        started_at=after(minute - 1),
        now=after(minute),
    )


def first_id(text: str, path: str) -> str:
    """Return the first id that a page has in addresses that begin so."""
    found = re.search(rf"{path}/([0-9a-f]{{16}})", text)
    assert found is not None, f"the page has no {path}/…"
    return found[1]
