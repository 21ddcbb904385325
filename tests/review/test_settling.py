"""Two blind reviews beside each other, and a lead who settles what they differ in."""

from __future__ import annotations

import pytest

from pipeline.desk import Desk
from pipeline.settings import Settings
from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.review.talking import Floor, floor, judged_blind

SETTLED = {"verdict-verification": "pass", "reason-verification": "He asked twice."}


@pytest.fixture
def there(store: Store, desk: Desk, settings: Settings, client_as: ClientAs) -> Floor:
    return floor(store, desk, settings, client_as, blind=1.0)


@pytest.fixture
def both(there: Floor) -> Floor:
    judged_blind(there.office, "c1", "ana", "pass", "fail", "pass", minute=2)
    judged_blind(there.office, "c1", "bob", "pass", "pass", "partial", minute=4)
    return there


def test_before_both_are_done_nothing_is_shown(there: Floor) -> None:
    judged_blind(there.office, "c1", "ana", "pass", "fail", "pass", minute=2)
    page = there.lead.get("/calls/c1/blind").text
    assert "1 of 2 reviews are in" in page
    assert "ana on" not in page and "verdict-fail" not in page and "this is Dana" not in page
    assert there.lead.post("/calls/c1/blind", data=SETTLED).status_code == 422
    assert "c1" in there.lead.get("/blind?stage=waits_for_second").text
    assert "c2" in there.lead.get("/blind?stage=waits_for_first").text


def test_both_and_the_machine_stand_beside_each_other(both: Floor) -> None:
    assert "Settle" in both.lead.get("/blind").text
    page = both.lead.get("/calls/c1/blind").text
    assert "ana on verification" in page and "bob on verification" in page
    assert "Machine" in page
    assert page.count("They differ") == 2
    assert page.index("criterion-verification") < page.index("criterion-greeting"), "open first"


def test_a_lead_settles_one_difference_and_then_the_other(both: Floor) -> None:
    answer = both.lead.post("/calls/c1/blind", data=SETTLED)
    assert answer.headers["location"] == "/calls/c1/blind"
    page = both.lead.get("/calls/c1/blind").text
    assert "Settled: Pass" in page and "1 left to settle" in page and "He asked twice." in page
    rest = {"verdict-closing": "partial", "reason-closing": "No name."}
    assert both.lead.post("/calls/c1/blind", data=rest).headers["location"] == "/blind"
    assert "c1" in both.lead.get("/blind?stage=settled").text
    assert both.audited("blind.settled") == 2
    assert "c1" in both.lead.get("/releases").text, "now it can be released"


def test_a_settlement_without_reason_or_verdict_is_refused_with_what_was_entered(
    both: Floor,
) -> None:
    fields = {"verdict-verification": "pass", "reason-closing": "No name."}
    answer = both.lead.post("/calls/c1/blind", data=fields)
    assert answer.status_code == 422
    assert "Choose the verdict that holds." in answer.text and "No name." in answer.text
    answer = both.lead.post("/calls/c1/blind", data={"verdict-verification": "pass"})
    assert answer.status_code == 422 and "Say why." in answer.text
    assert both.audited("blind.settled") == 0


def test_what_nobody_disagrees_about_is_not_settled(both: Floor) -> None:
    fields = {"verdict-greeting": "fail", "reason-greeting": "I think so."}
    assert both.lead.post("/calls/c1/blind", data=fields).status_code == 422


def test_nobody_but_a_lead_of_the_team_sees_or_settles_a_pair(both: Floor) -> None:
    assert both.other_lead.get("/calls/c1/blind").status_code == 404
    assert both.other_lead.post("/calls/c1/blind", data=SETTLED).status_code == 404
    assert "c1" not in both.other_lead.get("/blind").text
    for browser in (both.reviewer, both.dana):
        assert browser.get("/blind").status_code == 403
        assert browser.get("/calls/c1/blind").status_code == 403
        assert browser.post("/calls/c1/blind", data=SETTLED).status_code == 403


def test_a_call_that_was_not_drawn_has_no_such_page(
    store: Store, desk: Desk, settings: Settings, client_as: ClientAs
) -> None:
    assert floor(store, desk, settings, client_as).lead.get("/calls/c1/blind").status_code == 404


def test_without_enough_pairs_no_agreement_is_told(both: Floor) -> None:
    assert "not enough reviews yet (1 of 20)" in both.lead.get("/blind").text
