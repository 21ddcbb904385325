"""From a release to a decided dispute, and who is kept out on the way."""

from __future__ import annotations

import pytest

from pipeline.desk import Desk
from pipeline.settings import Settings
from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.review.talking import Floor, first_id, floor

COMMENT = {"criterion": "closing", "comment": "I <i>did</i> say goodbye"}
SAFE_COMMENT = "I &lt;i&gt;did&lt;/i&gt; say goodbye"
UPHELD = {"decision": "uphold", "verdict": "pass", "words": "You did, at the end."}


@pytest.fixture
def there(store: Store, desk: Desk, settings: Settings, client_as: ClientAs) -> Floor:
    return floor(store, desk, settings, client_as)


def disputed(there: Floor) -> str:
    there.release("c1")
    assert there.dana.post("/calls/c1/disputes", data=COMMENT).status_code == 303
    return first_id(there.lead.get("/disputes").text, "/disputes")


def test_leads_release_many_reviews_at_once_and_only_their_own(there: Floor) -> None:
    page = there.lead.get("/releases").text
    assert "c1" in page and "c2" in page and "c3" not in page
    answer = there.lead.post("/releases", data={"call_id": ["c1", "c2", "c3"]})
    assert answer.headers["location"] == "/releases"
    page = there.lead.get("/releases").text
    assert "Released: 2 reviews. 1 had nothing left to release." in page
    assert "Every finished review is released" in page
    assert there.dana.get("/mine/c2").status_code == 200
    assert there.eve.get("/mine/c3").status_code == 404
    assert there.audited("review.released") == 2


def test_one_review_is_released_on_the_page_of_its_call(there: Floor) -> None:
    assert "Release to Dana Fox" in there.lead.get("/calls/c1").text
    there.lead.post("/calls/c1/release")
    assert "Dana Fox sees the review since" in there.lead.get("/calls/c1").text
    there.lead.post("/calls/c1/release")
    assert "Nothing to release" in there.lead.get("/calls/c1").text
    assert there.audited("review.released") == 1


@pytest.mark.parametrize("who", ["reviewer", "dana"])
def test_only_leads_release(there: Floor, who: str) -> None:
    browser = getattr(there, who)
    assert browser.post("/releases", data={"call_id": "c1"}).status_code == 403
    assert browser.post("/calls/c1/release").status_code == 403
    assert browser.get("/releases").status_code == 403
    assert "Release to" not in there.reviewer.get("/calls/c1").text


def test_a_lead_of_another_team_releases_nothing(there: Floor) -> None:
    assert there.other_lead.post("/calls/c1/release").status_code == 404
    assert there.dana.get("/mine/c1").status_code == 404


def test_nothing_chosen_is_nothing_released(there: Floor) -> None:
    there.lead.post("/releases", data={})
    assert "no review was chosen" in there.lead.get("/releases").text


def test_an_agent_disputes_and_a_lead_upholds_it(there: Floor) -> None:
    dispute_id = disputed(there)
    assert SAFE_COMMENT in there.dana.get("/mine/c1").text
    page = there.lead.get(f"/disputes/{dispute_id}").text
    assert SAFE_COMMENT in page and COMMENT["comment"] not in page
    answer = there.lead.post(f"/disputes/{dispute_id}/decide", data=UPHELD)
    assert answer.headers["location"] == "/disputes"
    page = there.dana.get("/mine/c1").text
    assert "Changed after a dispute" in page and "You did, at the end." in page
    assert ">100<" in page
    history = there.lead.get("/calls/c1").text
    assert "dispute opened" in history and "dispute upheld" in history
    for action in ("dispute.opened", "dispute.upheld"):
        assert there.audited(action) == 1


def test_a_rejected_dispute_keeps_the_verdict_and_tells_why(there: Floor) -> None:
    dispute_id = disputed(there)
    decided = {"decision": "reject", "words": "I do not hear it."}
    there.lead.post(f"/disputes/{dispute_id}/decide", data=decided)
    page = there.dana.get("/mine/c1").text
    assert "I do not hear it." in page and "Rejected" in page and ">83<" in page
    assert "I do not hear it." in there.lead.get(f"/disputes/{dispute_id}").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({}, "hoose whether the verdict changes"),
        ({"decision": "uphold", "words": "Kept words"}, "hoose the verdict that holds"),
        ({"decision": "uphold", "verdict": "partial", "words": "Kept words"}, "what was disputed"),
        ({"decision": "uphold", "verdict": "pass", "words": " "}, "needs words"),
        ({"decision": "uphold", "verdict": "unscored", "words": "Kept words"}, "allows"),
    ],
)
def test_a_decision_that_cannot_be_is_refused_with_what_was_entered(
    there: Floor, fields: dict[str, str], why: str
) -> None:
    dispute_id = disputed(there)
    answer = there.lead.post(f"/disputes/{dispute_id}/decide", data=fields)
    assert answer.status_code == 422
    assert why in answer.text
    assert fields.get("words", "").strip() in answer.text
    assert "To decide" in there.lead.get("/disputes").text


def test_a_decided_dispute_is_not_decided_again(there: Floor) -> None:
    dispute_id = disputed(there)
    there.lead.post(f"/disputes/{dispute_id}/decide", data=UPHELD)
    again = {**UPHELD, "verdict": "fail"}
    assert "no longer open" in there.lead.post(f"/disputes/{dispute_id}/decide", data=again).text
    assert ">100<" in there.dana.get("/mine/c1").text
    assert there.audited("dispute.upheld") == 1


def test_nobody_disputes_what_is_not_theirs_or_not_released(there: Floor) -> None:
    assert there.dana.post("/calls/c1/disputes", data=COMMENT).status_code == 404
    there.release("c1", "c3")
    assert there.eve.post("/calls/c1/disputes", data=COMMENT).status_code == 404
    assert there.dana.post("/calls/c3/disputes", data=COMMENT).status_code == 404
    assert there.lead.post("/calls/c1/disputes", data=COMMENT).status_code == 403
    assert there.reviewer.post("/calls/c1/disputes", data=COMMENT).status_code == 403
    assert there.audited("dispute.opened") == 0


def test_a_second_dispute_of_a_verdict_is_refused_in_words(there: Floor) -> None:
    disputed(there)
    there.dana.post("/calls/c1/disputes", data=COMMENT)
    assert "open already" in there.dana.get("/mine/c1").text
    assert there.audited("dispute.opened") == 1


def test_a_dispute_is_open_to_leads_of_the_team_only(there: Floor) -> None:
    dispute_id = disputed(there)
    address = f"/disputes/{dispute_id}"
    assert there.other_lead.get(address).status_code == 404
    assert there.other_lead.post(f"{address}/decide", data=UPHELD).status_code == 404
    assert SAFE_COMMENT not in there.other_lead.get("/disputes").text
    assert there.dana.get(address).status_code == 403
    assert there.dana.post(f"{address}/decide", data=UPHELD).status_code == 403
    assert there.reviewer.post(f"{address}/decide", data=UPHELD).status_code == 403
    assert there.eve.post(f"{address}/withdraw").status_code == 404
    assert ">83<" in there.dana.get("/mine/c1").text


def test_an_agent_takes_a_dispute_back(there: Floor) -> None:
    dispute_id = disputed(there)
    assert there.dana.post(f"/disputes/{dispute_id}/withdraw").status_code == 303
    assert "Nothing to decide" in there.lead.get("/disputes").text
    assert "Taken back" in there.dana.get("/mine/c1").text
    there.dana.post(f"/disputes/{dispute_id}/withdraw")
    assert there.audited("dispute.withdrawn") == 1


def test_without_a_token_nothing_of_this_can_be_done(there: Floor) -> None:
    dispute_id = disputed(there)
    del there.lead.headers["X-CSRF-Token"]
    del there.dana.headers["X-CSRF-Token"]
    assert there.lead.post(f"/disputes/{dispute_id}/decide", data=UPHELD).status_code == 403
    assert there.lead.post("/releases", data={"call_id": "c2"}).status_code == 403
    assert there.dana.post(f"/disputes/{dispute_id}/withdraw").status_code == 403
