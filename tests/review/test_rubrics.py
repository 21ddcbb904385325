"""Rubrics are read, compared, written, tried out and published in the browser."""

from __future__ import annotations

import re
import threading
import time
from collections.abc import Mapping
from dataclasses import replace

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.desk import Desk
from pipeline.desk.rubric_drafts import open_drafts, publications
from pipeline.domain import Judgement, Transcript
from pipeline.rubric import Rubric
from pipeline.rubric_yaml import rubric_yaml
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.services import Services
from tests.builders import criterion, criterion_score, rubric
from tests.review.conftest import Browser, ClientAs, client_maker
from tests.stored import RUBRIC, call_of, score_call

ALWAYS = {"cases": [{"verdict": "pass", "because": "It always is."}]}


class Strict:
    """A judge that fails every call on everything, one after the other when it is let."""

    versions: Mapping[str, str] = {"strict": "1"}

    def __init__(self) -> None:
        self.go_on = threading.Event()
        self.go_on.set()

    def judge(self, rubric: Rubric, transcript: Transcript) -> Judgement:
        self.go_on.wait(10)
        scores = tuple(criterion_score(item.id, "fail") for item in rubric.criteria)
        return Judgement(scores=scores)


def yaml(version: int, name: str = "test", question: str = "Was greeting done well?") -> str:
    asked = criterion(rule=ALWAYS).model_copy(update={"question": question})  # type: ignore[arg-type]
    return rubric_yaml(rubric(asked, id=name, version=version))


@pytest.fixture
def scored(app: FastAPI, store: Store) -> None:
    for number in range(3):
        score_call(store, call_of(f"c{number}", agent="Dana", team="North"))
    app.state.keeper.round()


@pytest.fixture
def lead(client_as: ClientAs) -> Browser:
    return client_as("lead")


def drafted(lead: TestClient, content: str = "") -> str:
    """Begin a draft and return its address, with this content if there is any."""
    address = lead.post("/rubrics/drafts").headers["location"]
    if content:
        saved = lead.post(address, data={"content": content, "saved_at": saved_at(lead, address)})
        assert saved.status_code == 303
    return str(address)


def saved_at(lead: TestClient, address: str) -> str:
    (found,) = re.findall(r'name="saved_at" value="([^"]+)"', lead.get(address).text)
    return str(found)


def fields(lead: TestClient, address: str, content: str, **more: str) -> dict[str, str]:
    return {"content": content, "saved_at": saved_at(lead, address), **more}


def test_the_list_says_where_each_version_comes_from(lead: Browser, scored: None) -> None:
    text = lead.get("/rubrics").text
    assert "comes with callqa" in text
    assert "from a file, first used" in text
    assert "--rubric test@1" in text


def test_a_version_is_shown_with_its_rules_in_words(client_as: ClientAs) -> None:
    text = client_as("reviewer").get("/rubrics/support/1").text
    assert "Did the agent open the call properly?" in text
    assert "there is a turn with greet in the opening" in text
    assert "Yeah, account number?" in text
    file = client_as("reviewer").get("/rubrics/support/1.yaml")
    assert "support_v1.yaml" in file.headers["content-disposition"]
    assert file.text.startswith("# The bundled scorecard")


def test_what_is_not_there_is_not_found(lead: Browser) -> None:
    for address in (
        "/rubrics/none/1",
        "/rubrics/support/99",
        "/rubrics/support/99999999999999",
        "/rubrics/support/compare?old=1&new=2",
        "/rubrics/drafts/none",
        "/rubrics/tryouts/none",
    ):
        assert lead.get(address).status_code == 404, address


def test_reviewers_read_and_only_leads_write(client_as: ClientAs) -> None:
    reviewer = client_as("reviewer")
    assert "Edit as version" not in reviewer.get("/rubrics").text
    assert reviewer.post("/rubrics/drafts").status_code == 403
    assert client_as("agent").get("/rubrics").status_code == 403


def test_a_draft_begins_with_a_version_and_the_next_number(lead: Browser, desk: Desk) -> None:
    answer = lead.post("/rubrics/drafts", data={"rubric": "support", "version": "1"})
    text = lead.get(answer.headers["location"]).text
    assert "\nversion: 2\n" in text
    assert "# The bundled scorecard" in text
    assert "No mistakes." in text


def test_mistakes_are_told_with_their_place_and_marked(lead: Browser) -> None:
    address = drafted(lead)
    typed = yaml(1).replace("question:", "questoin:")
    part = lead.post(f"{address}/check", data={"content": typed.replace("\n", "\r\n")}).text
    assert 'data-line="6"' in part
    assert "did you mean" in part and "&#34;question&#34;" in part
    assert "<html" not in part
    kept = lead.get(address).text
    assert "questoin" not in kept, "checking keeps nothing"


def test_a_draft_with_mistakes_is_kept_but_not_published(lead: Browser, desk: Desk) -> None:
    address = drafted(lead, "id: [oops")
    assert "id: [oops" in lead.get(address).text
    form = fields(lead, address, "id: [oops", reason="because")
    answer = lead.post(f"{address}/publish", data=form)
    assert answer.status_code == 400
    assert "expected YAML" in answer.text
    with desk.reading() as connection:
        assert publications(connection) == ()


def test_words_in_a_draft_stay_words(lead: Browser) -> None:
    evil = "</textarea><script>alert(1)</script>"
    text = lead.get(drafted(lead, f"id: {evil}")).text
    assert evil not in text
    assert "&lt;/textarea&gt;&lt;script&gt;" in text


def test_a_draft_saved_elsewhere_meanwhile_is_not_overwritten(lead: Browser, desk: Desk) -> None:
    address = drafted(lead)
    old = saved_at(lead, address)
    lead.post(address, data={"content": "id: first", "saved_at": old})
    answer = lead.post(address, data={"content": "id: second", "saved_at": old})
    assert answer.status_code == 400
    assert "somebody saved this draft meanwhile" in answer.text
    assert "id: second" in answer.text, "what was typed is still there"
    with desk.reading() as connection:
        assert open_drafts(connection)[0].content == "id: first"


def test_publishing_needs_a_reason_and_a_higher_version(lead: Browser, scored: None) -> None:
    address = drafted(lead)
    same = fields(lead, address, yaml(1), reason="Clearer")
    assert "version above 1, found 1" in lead.post(f"{address}/publish", data=same).text
    without = fields(lead, address, yaml(2))
    assert "expected a reason" in lead.post(f"{address}/publish", data=without).text


def test_a_published_version_is_listed_with_who_and_why_and_scoring_finds_it(
    lead: Browser, app: FastAPI, scored: None, store: Store, client_as: ClientAs
) -> None:
    address = drafted(lead)
    form = fields(lead, address, yaml(2, question="Was it kind?"), reason="Kinder words")
    answer = lead.post(f"{address}/publish", data=form)
    assert answer.headers["location"] == "/rubrics/test/2"
    app.state.keeper.round()
    found = store.read_rubric("test", 2)
    assert found is not None and found.criteria[0].question == "Was it kind?"
    assert store.read_rubric("test", 1) == RUBRIC
    text = lead.get("/rubrics").text
    assert "published by lead" in text and "Kinder words" in text
    assert "--rubric test@2" in text
    assert "published" in lead.get(address).text
    compared = lead.get("/rubrics/test/compare?old=1&new=2").text
    assert "Was it kind?" in compared and "removed" in compared
    audit = client_as("admin").get("/audit?format=jsonl").text
    assert '"rubric.published"' in audit and "Kinder words" in audit


def test_a_discarded_draft_leaves_the_list(lead: Browser) -> None:
    address = drafted(lead)
    assert address in lead.get("/rubrics").text
    assert lead.post(f"{address}/discard").status_code == 303
    assert address not in lead.get("/rubrics").text


def test_without_models_a_try_out_says_what_to_do(lead: Browser, scored: None) -> None:
    address = drafted(lead)
    assert "callqa weights fetch" in lead.get(address).text
    form = fields(lead, address, yaml(2), calls="2")
    answer = lead.post(f"{address}/tryouts", data=form)
    assert answer.status_code == 400
    assert "no models to judge with" in answer.text


@pytest.fixture
def strict() -> Strict:
    return Strict()


@pytest.fixture
def judging(
    services: Services, strict: Strict, desk: Desk, settings: Settings, scored: None
) -> ClientAs:
    app = create_app(replace(services, judge=lambda: strict))
    return client_maker(app, desk, settings)


def waited(lead: TestClient, address: str, word: str) -> str:
    """Return the page once it has a word."""
    for _ in range(200):
        text = lead.get(address).text
        if word in text:
            return text
        time.sleep(0.02)
    raise AssertionError(text)


def test_a_try_out_shows_which_calls_would_get_another_verdict(
    judging: ClientAs, desk: Desk
) -> None:
    lead = judging("lead")
    address = drafted(lead)
    form = fields(lead, address, yaml(2), calls="2")
    going = lead.post(f"{address}/tryouts", data=form).headers["location"]
    text = waited(lead, going, "2 of 2")
    assert "calls would get another verdict" in text
    assert 'href="/calls/c0"' in text
    assert "no longer asked: verification" in text
    assert "2 calls" in lead.get(address).text
    with desk.reading() as connection:
        assert publications(connection) == ()


def test_a_try_out_can_be_stopped(judging: ClientAs, strict: Strict) -> None:
    lead = judging("lead")
    strict.go_on.clear()
    address = drafted(lead)
    form = fields(lead, address, yaml(2), calls="3")
    going = lead.post(f"{address}/tryouts", data=form).headers["location"]
    waited(lead, going, "0 of 3 calls judged")
    part = lead.get(going, headers={"HX-Request": "true", "HX-Target": "tryout"}).text
    assert part.lstrip().startswith('<div id="tryout"')
    assert lead.post(f"{going}/cancel").status_code == 303
    strict.go_on.set()
    assert "Stopped after 1 of 3" in waited(lead, going, "Stopped")


def test_sealed_calls_and_those_of_other_teams_are_not_tried(judging: ClientAs) -> None:
    south = judging("lead", "south", teams=("South",))
    address = drafted(south)
    answer = south.post(f"{address}/tryouts", data=fields(south, address, yaml(2), calls="3"))
    assert "no scored call to try it on" in answer.text


def test_the_list_is_to_be_had_as_a_file(lead: Browser) -> None:
    answer = lead.get("/rubrics?format=csv")
    assert answer.headers["content-disposition"].startswith("attachment")
    assert answer.text.splitlines()[1].startswith("support,1,")


def test_the_language_of_rubrics_is_explained(lead: Browser) -> None:
    assert "acknowledge_specific" in lead.get("/rubrics/language").text
