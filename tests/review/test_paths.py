"""Any id can stand in an address; a slash in one is not the end of a part."""

from __future__ import annotations

from urllib.parse import quote

import pytest
from fastapi import FastAPI

from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.stored import call_of, score_call


@pytest.mark.parametrize(
    "call_id", ["2026/17", "../etc/passwd", "c/1/evaluations", "/", "ü ?#&", "a//b"]
)
def test_a_call_is_found_by_its_id_whatever_is_in_it(
    app: FastAPI, store: Store, client_as: ClientAs, call_id: str
) -> None:
    score_call(store, call_of(call_id, team="North"))
    app.state.keeper.round()
    reviewer = client_as("reviewer")
    address = f"/api/v1/calls/{quote(call_id, safe='')}"
    assert reviewer.get(address).json()["call_id"] == call_id
    assert reviewer.get(f"{address}/evaluations").json()["current"]["call_id"] == call_id


def test_a_quoted_slash_opens_no_other_page(client_as: ClientAs) -> None:
    agent = client_as("agent")
    assert agent.get("/mine%2F..%2Fqueue").status_code in (403, 404)
    assert agent.get("/calls%2Fx").status_code in (403, 404)
    assert client_as("lead").get("/api%2Fv1%2Fcalls").status_code == 404
