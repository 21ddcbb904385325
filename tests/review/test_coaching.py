"""The pages on which leads coach, and an agent's own pages."""

from __future__ import annotations

import pytest

from pipeline.desk import Desk
from pipeline.settings import Settings
from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.review.talking import Floor, first_id, floor

BODY = "Tell <b>them</b> what happens next"
SAFE_BODY = "Tell &lt;b&gt;them&lt;/b&gt; what happens next"
NOTE = {"body": BODY, "turn": "0", "quote": "this is Dana", "start_s": "0.4"}


@pytest.fixture
def there(store: Store, desk: Desk, settings: Settings, client_as: ClientAs) -> Floor:
    return floor(store, desk, settings, client_as)


def noted(there: Floor, call_id: str = "c1") -> str:
    answer = there.lead.post(f"/calls/{call_id}/notes", data=NOTE)
    assert answer.status_code == 303
    return first_id(there.lead.get(f"/calls/{call_id}").text, "/notes")


def test_without_notes_the_page_says_how_one_is_made(there: Floor) -> None:
    page = there.lead.get("/coaching")
    assert page.status_code == 200
    assert "Open a call, select the words" in page.text


def test_a_lead_writes_a_note_on_the_call_page(there: Floor) -> None:
    noted(there)
    page = there.lead.get("/calls/c1").text
    assert SAFE_BODY in page and BODY not in page
    assert "this is Dana" in page
    assert "Not shown yet" in page
    assert "Coaching notes" in page
    assert SAFE_BODY in there.lead.get("/coaching?state=held").text
    assert SAFE_BODY not in there.lead.get("/coaching?state=open").text
    assert there.audited("note.written") == 1


def test_the_agent_reads_confirms_and_answers(there: Floor) -> None:
    note_id = noted(there)
    there.release("c1")
    page = there.dana.get("/mine/c1").text
    assert SAFE_BODY in page and "I have read this" in page
    assert "1 note from your lead waits to be confirmed" in there.dana.get("/mine").text
    answer = there.dana.post(f"/notes/{note_id}/acknowledge", data={"answer": "I will."})
    assert answer.headers["location"] == "/mine/c1#notes"
    assert "I will." in there.lead.get("/coaching?state=acknowledged").text
    assert "I have read this" not in there.dana.get("/mine/c1").text
    assert there.audited("note.acknowledged") == 1
    there.dana.post(f"/notes/{note_id}/acknowledge", data={"answer": "Again."})
    assert "Again." not in there.lead.get("/coaching").text
    assert there.audited("note.acknowledged") == 1


def test_a_note_taken_back_leaves_the_agents_page_and_stays_in_the_history(there: Floor) -> None:
    note_id = noted(there)
    there.release("c1")
    assert there.lead.post(f"/notes/{note_id}/withdraw").status_code == 303
    assert SAFE_BODY not in there.dana.get("/mine/c1").text
    assert SAFE_BODY in there.lead.get("/coaching?state=withdrawn").text
    assert SAFE_BODY in there.lead.get("/calls/c1").text


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({**NOTE, "body": " "}, "needs words"),
        ({**NOTE, "quote": "never said"}, "not in turn 0"),
        ({**NOTE, "turn": "x"}, "the turn is a number"),
        ({**NOTE, "start_s": "nan"}, "the second is a number"),
        ({**NOTE, "due_on": "2020-01-01"}, "has passed"),
        ({**NOTE, "due_on": "tomorrow"}, "a day such as"),
    ],
)
def test_a_note_that_cannot_be_is_refused_in_words(
    there: Floor, fields: dict[str, str], why: str
) -> None:
    answer = there.lead.post("/calls/c1/notes", data=fields)
    assert answer.status_code == 303
    assert why in there.lead.get(answer.headers["location"]).text
    assert there.audited("note.written") == 0


def test_nobody_reads_or_writes_notes_of_others(there: Floor) -> None:
    note_id = noted(there)
    there.release("c1", "c3")
    assert there.other_lead.post("/calls/c1/notes", data=NOTE).status_code == 404
    assert there.other_lead.post(f"/notes/{note_id}/withdraw").status_code == 404
    assert SAFE_BODY not in there.other_lead.get("/coaching").text
    assert there.eve.post(f"/notes/{note_id}/acknowledge").status_code == 404
    assert there.eve.get("/mine/c1").status_code == 404
    assert there.reviewer.post("/calls/c1/notes", data=NOTE).status_code == 403
    assert there.reviewer.get("/coaching").status_code == 403
    assert there.dana.post("/calls/c1/notes", data=NOTE).status_code == 403
    assert there.dana.post(f"/notes/{note_id}/withdraw").status_code == 403
    assert there.lead.post(f"/notes/{note_id}/acknowledge").status_code == 403
    assert there.dana.post("/notes/0123456789abcdef/acknowledge").status_code == 404


def test_a_note_on_a_call_that_is_not_released_does_not_exist_for_the_agent(there: Floor) -> None:
    note_id = noted(there)
    assert there.dana.post(f"/notes/{note_id}/acknowledge").status_code == 404
    assert there.dana.get("/mine/c1").status_code == 404
    assert "Nothing released yet" in there.dana.get("/mine").text


def test_an_agent_sees_what_went_well_and_what_to_work_on(there: Floor) -> None:
    there.release("c1")
    listed = there.dana.get("/mine").text
    assert "c1" in listed and "c2" not in listed and "c3" not in listed
    page = there.dana.get("/mine/c1").text
    assert "Machine, confirmed by a reviewer" in page
    assert "Given by a reviewer" in page
    assert "ana on verification" in page
    assert "Well done on c1" in page
    assert "Identity was not verified" not in page, "what the machine flagged is not for the agent"
    assert there.dana.get("/calls/c1").headers["location"] == "/mine/c1"


def test_an_agents_own_pages_are_theirs_alone(there: Floor) -> None:
    there.release("c1")
    for browser in (there.lead, there.reviewer):
        assert browser.get("/mine").status_code == 403
        assert browser.get("/mine/c1").status_code == 403
    assert "c1" not in there.eve.get("/mine").text


def test_the_way_back_stays_in_the_app(there: Floor) -> None:
    note = {**NOTE, "back": "https://evil.example/"}
    assert there.lead.post("/calls/c1/notes", data=note).headers["location"].startswith("/")


def test_notes_can_be_downloaded_by_leads_as_far_as_they_see_them(there: Floor) -> None:
    noted(there)
    assert "what happens next" in there.lead.get("/coaching?format=csv").text
    assert "what happens next" not in there.other_lead.get("/coaching?format=csv").text
    assert there.dana.get("/coaching?format=csv").status_code == 403


def test_what_waits_stands_beside_the_link(there: Floor) -> None:
    assert "2 waiting for you" in there.lead.get("/coaching").text
    noted(there)
    there.release("c1")
    assert "1 waiting for you" in there.dana.get("/mine").text
