"""Programs read what the owner of their token may see, and change nothing."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from fastapi import FastAPI
from sqlalchemy import text
from starlette.testclient import TestClient

from pipeline.desk import Desk, tokens
from pipeline.domain import Flag
from pipeline.people import UserRole
from pipeline.store import Store
from tests.review.builders import desk_call, desk_review
from tests.review.conftest import ADDRESS, ClientAs
from tests.stored import call_of, evaluation_of, score_call

Program = Callable[..., TestClient]


@pytest.fixture
def program(app: FastAPI, desk: Desk, client_as: ClientAs) -> Program:
    """Makes a program with a token of somebody with a role."""

    def make(role: str, user_id: str = "", **fields: object) -> TestClient:
        user = client_as(UserRole(role), user_id, **fields).user
        with desk.writing() as connection:
            made = tokens.make(connection, user.user_id, "program")
        headers = {"Authorization": f"Bearer {made.token}"}
        return TestClient(app, base_url=ADDRESS, headers=headers, follow_redirects=False)

    return make


@pytest.fixture
def scored(app: FastAPI, store: Store) -> None:
    call = call_of("c/1", agent="Dana", team="North")
    drawn = Flag(kind="random_slice", sentence="Drawn.", inclusion_probability=0.05)
    score_call(store, call, evaluation_of(call, flags=(drawn,)))
    app.state.keeper.round()


def test_without_a_token_the_answer_is_a_problem(stranger: TestClient) -> None:
    for headers in ({}, {"Authorization": "Bearer none"}):
        answer = stranger.get("/api/v1/calls", headers=headers)
        assert answer.status_code == 401
        assert answer.headers["content-type"] == "application/problem+json"
        assert answer.headers["www-authenticate"] == "Bearer"
        assert answer.json()["title"] == "Unauthorized"


def test_a_call_and_its_scorecard(program: Program, scored: None) -> None:
    reader = program("lead")
    (item,) = reader.get("/api/v1/calls").json()["items"]
    assert (item["call_id"], item["score"], item["sealed"]) == ("c/1", 75.0, False)
    detail = reader.get("/api/v1/calls/c%2F1").json()
    assert detail["metadata"]["team"] == "North"
    found = reader.get("/api/v1/calls/c%2F1/evaluations").json()
    assert found["earlier"] == []
    greeting, verification = found["current"]["criteria"]
    assert greeting["evidence"][0]["quote"] == "this is Dana"
    assert verification["reason"] == "model_abstained"
    assert [flag["kind"] for flag in found["current"]["flags"]] == ["random_slice"]
    assert reader.get("/api/v1/calls/c%2F1/reviews").json() == {"reviews": [], "corrections": []}


def test_reviewers_do_not_learn_which_calls_were_drawn(program: Program, scored: None) -> None:
    reader = program("reviewer")
    assert reader.get("/api/v1/calls/c%2F1/evaluations").json()["current"]["flags"] == []
    assert reader.get("/api/v1/calls").json()["items"][0]["random_slice"] is None


def test_reading_a_call_is_in_the_audit_log(
    program: Program, client_as: ClientAs, scored: None
) -> None:
    program("lead").get("/api/v1/calls/c%2F1")
    entries = client_as("admin").get("/audit?action=call.read&format=jsonl").text
    assert "call:c/1" in entries and "api" in entries


def test_a_call_of_another_team_is_as_if_it_were_not_there(program: Program, scored: None) -> None:
    other = program("lead", "south", teams=("South",))
    assert other.get("/api/v1/calls").json()["items"] == []
    for end in ("", "/evaluations", "/reviews"):
        hidden = other.get(f"/api/v1/calls/c%2F1{end}")
        missing = other.get(f"/api/v1/calls/none{end}")
        assert hidden.status_code == missing.status_code == 404
        assert hidden.json() == missing.json()
        assert hidden.headers["content-type"] == "application/problem+json"


def test_nothing_is_told_of_a_call_that_waits_for_blind_reviews(
    program: Program, desk: Desk, scored: None
) -> None:
    with desk.writing() as connection:
        connection.execute(text("UPDATE calls SET blind = 1"))
    desk_review(desk, "c/1", "rob", "blind", evaluation_key=_key(desk), human_score=10.0)
    reader = program("admin")
    (item,) = reader.get("/api/v1/calls").json()["items"]
    assert item["sealed"] is True
    assert {item[name] for name in ("score", "critical_fail", "human_score")} == {None}
    assert reader.get("/api/v1/calls/c%2F1").json()["score"] is None
    for end in ("evaluations", "reviews"):
        answer = reader.get(f"/api/v1/calls/c%2F1/{end}")
        assert answer.status_code == 403
        assert "blind" in answer.json()["detail"]
    assert reader.get("/api/v1/reviews").json()["items"] == []


def _key(desk: Desk) -> str:
    with desk.reading() as connection:
        return str(connection.execute(text("SELECT evaluation_key FROM calls")).scalar())


def test_lists_come_page_by_page_until_the_end(program: Program, desk: Desk) -> None:
    for number in range(120):
        desk_call(desk, f"c{number:03}")
        desk_review(desk, f"c{number:03}", "rob")
    reader = program("lead")
    for path, most in (("calls", ""), ("reviews", "limit=50&")):
        seen: list[str] = []
        after = ""
        while True:
            answer = reader.get(f"/api/v1/{path}?{most}{after}").json()
            seen += [item["call_id"] for item in answer["items"]]
            if answer["next"] is None:
                break
            after = f"after={answer['next'].replace('+', '%2B')}"
        assert len(seen) == 120
        assert len(set(seen)) == 120


def test_the_queues_filters_hold(program: Program, desk: Desk) -> None:
    desk_call(desk, "low", score=20.0, agent="ana", flags=[("low_score", "Low.")])
    desk_call(desk, "high", score=90.0, agent="bo", words="the parcel is late")
    reader = program("reviewer")

    def found(asked: str) -> list[str]:
        return [item["call_id"] for item in reader.get(f"/api/v1/calls?{asked}").json()["items"]]

    assert found("score_max=50") == ["low"]
    assert found("agent=bo") == ["high"]
    assert found("q=parcel") == ["high"]
    assert found("flag=low_score") == ["low"]
    assert found("reviewed=waiting") == ["low"]
    assert found("sort=score") == ["low", "high"]


@pytest.mark.parametrize(
    "asked",
    [
        *("calls?score_min=many", "calls?flag=none", "calls?teams=a", "calls?from=yesterday"),
        *("reviews?after=x", "reviews?limit=0", "calls?after=x"),
    ],
)
def test_a_parameter_that_makes_no_sense_is_told(program: Program, asked: str) -> None:
    answer = program("lead").get(f"/api/v1/{asked}")
    assert answer.status_code == 422
    assert answer.json()["status"] == 422


def test_roles_hold(program: Program) -> None:
    for path in ("reviews", "corrections", "agreement", "agents"):
        answer = program("reviewer").get(f"/api/v1/{path}")
        assert answer.status_code == 403
        assert answer.headers["content-type"] == "application/problem+json"
    for path in ("calls", "calls/c1", "agents"):
        assert program("agent").get(f"/api/v1/{path}").status_code == 403


def test_figures_of_agents_and_agreement(program: Program, scored: None) -> None:
    reader = program("lead")
    (agent,) = reader.get("/api/v1/agents").json()
    assert (agent["name"], agent["calls"]) == ("Dana", 1)
    assert reader.get("/api/v1/agreement").json() == []
    assert reader.get("/api/v1/agents?rubric=none").status_code == 422


def test_without_a_store_there_are_no_figures(program: Program) -> None:
    assert program("lead").get("/api/v1/agents").json() == []
    assert program("lead").get("/api/v1/agreement").json() == []


def test_tokens_read_only_and_only_here(program: Program, scored: None) -> None:
    reader = program("admin")
    assert reader.post("/api/v1/calls").status_code in (403, 405)
    assert reader.get("/people").status_code in (303, 401)


def test_the_api_is_described_for_programs_and_people(client_as: ClientAs) -> None:
    reviewer = client_as("reviewer")
    schema = reviewer.get("/api/openapi.json").json()
    assert set(schema["paths"]) == {
        f"/api/v1/{path}"
        for path in (
            *("calls", "calls/{call_id}", "calls/{call_id}/evaluations"),
            *("calls/{call_id}/reviews", "reviews", "corrections", "agreement", "agents"),
        )
    }
    assert schema["components"]["securitySchemes"]["token"]["scheme"] == "bearer"
    shown = reviewer.get("/api/docs").text
    for path in schema["paths"]:
        assert f"GET {path}" in shown
    assert "true_pass_rate_low" in shown and "score_min" in shown
