"""A call's report says what its reader may know, on one sheet."""

from __future__ import annotations

import pytest

from pipeline.desk import Desk
from pipeline.settings import Settings
from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.review.talking import Floor, floor

REPORT = "/calls/c1/report"


@pytest.fixture
def people(store: Store, desk: Desk, settings: Settings, client_as: ClientAs) -> Floor:
    return floor(store, desk, settings, client_as)


def test_a_lead_sees_machine_and_people_side_by_side_with_quotes(people: Floor) -> None:
    text = people.lead.get(REPORT).text
    assert "the machine&#39;s score" in text or "the machine's score" in text
    assert "with reviewers' verdicts" in text or "with reviewers&#39; verdicts" in text
    assert "Well done on c1" in text
    assert "data-print" in text
    assert people.audited("call.read") == 1


def test_it_is_made_for_a4_and_holds_no_inline_style(people: Floor) -> None:
    answer = people.lead.get(REPORT)
    assert "/static/report.css" in answer.text
    assert " style=" not in answer.text
    css = people.lead.get("/static/report.css").text
    assert "@page { size: A4" in css


def test_an_agent_gets_it_only_when_released_and_without_the_machines_score(people: Floor) -> None:
    assert people.dana.get(REPORT).status_code == 404
    people.release("c1")
    text = people.dana.get(REPORT).text
    assert "your score" in text
    assert "the machine's score" not in text
    assert "Why it was looked at" not in text
    assert people.eve.get(REPORT).status_code == 404


def test_a_lead_of_another_team_gets_none(people: Floor) -> None:
    assert people.other_lead.get(REPORT).status_code == 404
    assert people.lead.get("/calls/none/report").status_code == 404


def test_a_sealed_call_says_nothing_of_what_was_judged(
    store: Store, desk: Desk, settings: Settings, client_as: ClientAs
) -> None:
    people = floor(store, desk, settings, client_as, blind=1.0)
    text = people.lead.get(REPORT).text
    assert "waits for two blind reviews" in text
    assert 'class="verdict' not in text
    assert "score" not in text.partition("<article")[2].partition("</article>")[0].lower()
