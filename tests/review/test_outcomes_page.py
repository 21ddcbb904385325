"""Outcomes are looked at before they are kept."""

from __future__ import annotations

import re

import pytest

from pipeline.desk import Desk
from pipeline.desk.outcomes import outcomes_for
from tests.review.builders import desk_call
from tests.review.conftest import Browser, ClientAs

FILE = b"call_id,csat,fcr\nc1,4.5,yes\nc2,good,no\n<b>c3</b>,1,\n"


@pytest.fixture
def lead(client_as: ClientAs) -> Browser:
    return client_as("lead")


def shown(lead: Browser, content: bytes = FILE) -> str:
    return lead.post("/outcomes", files={"file": ("told.csv", content, "text/csv")}).text


def test_a_file_is_shown_with_its_problems_and_kept_when_that_is_wanted(
    lead: Browser, desk: Desk
) -> None:
    desk_call(desk, "c1")
    text = shown(lead)
    assert "csat: expected a number from 0, found &#39;good&#39;" in text
    assert "2 are not scored yet" in text
    assert "<b>c3" not in text and "&lt;b&gt;c3" in text
    with desk.reading() as connection:
        assert outcomes_for(connection, "csat") == {}
    (token,) = re.findall(r'name="token" value="([^"]+)"', text)
    assert lead.post("/outcomes/keep", data={"token": token}).status_code == 303
    with desk.reading() as connection:
        assert outcomes_for(connection, "csat") == {"c1": 4.5, "<b>c3</b>": 1.0}
        assert outcomes_for(connection, "fcr") == {"c1": 1.0, "c2": 0.0}
    lead.post("/outcomes/keep", data={"token": token})
    assert "no longer at hand" in lead.get("/outcomes").text


def test_somebody_else_cannot_keep_my_file(lead: Browser, client_as: ClientAs, desk: Desk) -> None:
    (token,) = re.findall(r'name="token" value="([^"]+)"', shown(lead))
    client_as("lead", "other").post("/outcomes/keep", data={"token": token})
    with desk.reading() as connection:
        assert outcomes_for(connection, "fcr") == {}
    lead.post("/outcomes/keep", data={"token": token})
    with desk.reading() as connection:
        assert len(outcomes_for(connection, "fcr")) == 2


def test_a_file_of_another_form_is_refused_with_what_was_expected(lead: Browser) -> None:
    assert "expected a CSV file with the column call_id" in shown(lead, b"a,b\n1,2\n")
    assert "no figures below" in shown(lead, b"call_id,csat\n")


def test_a_lead_of_one_team_downloads_its_figures_only(
    lead: Browser, client_as: ClientAs, desk: Desk
) -> None:
    desk_call(desk, "c1", team="north")
    desk_call(desk, "c2", team="south")
    (token,) = re.findall(r'name="token" value="([^"]+)"', shown(lead))
    lead.post("/outcomes/keep", data={"token": token})
    north = client_as("lead", "north", teams=("north",))
    assert {line.split(",")[0] for line in north.get("/outcomes?format=csv").text.splitlines()} == {
        "call_id",
        "c1",
    }


def test_outcomes_are_for_leads(client_as: ClientAs) -> None:
    assert client_as("reviewer").get("/outcomes").status_code == 403
