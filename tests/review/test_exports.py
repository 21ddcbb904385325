"""Files hold what their reader may see, and nothing that a spreadsheet would run."""

from __future__ import annotations

import csv
import io
import json

import pyarrow.parquet as pq
import pytest
from fastapi import FastAPI
from sqlalchemy import text

from pipeline.desk import Desk
from pipeline.exports import COLUMNS
from pipeline.store import Store
from review.files import FORMATS
from review.pages.exports import LISTS, MEANINGS
from tests.review.conftest import Browser, ClientAs
from tests.stored import call_of, score_call


@pytest.fixture
def scored(app: FastAPI, store: Store) -> None:
    score_call(store, call_of("c1", agent="Dana", team="North"))
    score_call(store, call_of("=c2", agent="=Eli", team="South"))
    app.state.keeper.round()


def seal(desk: Desk, call_id: str) -> None:
    with desk.writing() as connection:
        connection.execute(text("UPDATE calls SET blind = 1 WHERE call_id = :id"), {"id": call_id})


def lines(client: Browser, address: str) -> list[dict[str, object]]:
    answer = client.get(address)
    assert answer.status_code == 200, answer.text
    return [json.loads(line) for line in answer.text.splitlines()]


@pytest.mark.parametrize("what", MEANINGS)
def test_the_fixed_exports_are_those_of_the_command_line(
    client_as: ClientAs, store: Store, scored: None, what: str
) -> None:
    lead = client_as("lead")
    assert lines(lead, f"/exports/{what}.jsonl") == list(store.export(what))
    answer = lead.get(f"/exports/{what}.parquet")
    assert pq.read_table(io.BytesIO(answer.content)).schema.names == COLUMNS[what].names
    assert answer.headers["content-disposition"].startswith(f'attachment; filename="callqa-{what}-')
    assert answer.headers["cache-control"] == "no-store"


def test_without_a_store_the_files_are_empty(client_as: ClientAs) -> None:
    assert client_as("lead").get("/exports/calls.csv").text.splitlines() == [
        ",".join(COLUMNS["calls"].names)
    ]


def test_no_cell_of_a_csv_file_is_a_formula(client_as: ClientAs, scored: None) -> None:
    lead = client_as("lead")
    rows = csv.DictReader(io.StringIO(lead.get("/exports/calls.csv").text))
    assert [row["call_id"] for row in rows] == ["'=c2", "c1"]
    queue = csv.DictReader(io.StringIO(lead.get("/queue?reviewed=any&format=csv").text))
    assert {row["agent"] for row in queue} == {"'=Eli", "Dana"}


def test_a_lead_of_one_team_gets_its_calls_only(client_as: ClientAs, scored: None) -> None:
    lead = client_as("lead", "north", teams=("North",))
    for what in MEANINGS:
        rows = lines(lead, f"/exports/{what}.jsonl")
        assert {row["call_id"] for row in rows} <= {"c1"}
    assert len(lines(lead, "/exports/evaluations.jsonl")) == 2


def test_nothing_is_told_of_calls_that_wait_for_blind_reviews(
    client_as: ClientAs, desk: Desk, scored: None
) -> None:
    seal(desk, "c1")
    admin = client_as("admin")
    assert {row["call_id"] for row in lines(admin, "/exports/evaluations.jsonl")} == {"=c2"}
    (call,) = (row for row in lines(admin, "/exports/calls.jsonl") if row["call_id"] == "c1")
    assert (call["score"], call["flags"], call["sentiment_end"]) == (None, [], None)
    turns = [row for row in lines(admin, "/exports/turns.jsonl") if row["call_id"] == "c1"]
    assert turns and {row["sentiment"] for row in turns} == {None}


def test_a_call_that_the_desk_does_not_know_yet_is_left_out(
    client_as: ClientAs, store: Store, scored: None
) -> None:
    score_call(store, call_of("c3", agent="Dana", team="North"))
    lead = client_as("lead")
    assert "c3" not in {row["call_id"] for row in lines(lead, "/exports/calls.jsonl")}


def test_only_leads_and_admins_export_everything(client_as: ClientAs, scored: None) -> None:
    for role in ("reviewer", "agent"):
        assert client_as(role).get("/exports/calls.csv").status_code == 403
    assert client_as("lead").get("/exports/users.csv").status_code == 422
    assert client_as("lead").get("/exports/calls.exe").status_code == 422


def test_every_export_is_in_the_audit_log(client_as: ClientAs, scored: None) -> None:
    client_as("lead").get("/exports/turns.csv")
    entries = client_as("admin").get("/audit?action=export.made&format=jsonl").text
    assert "export:turns" in entries


def test_every_list_that_the_page_names_is_a_file(
    client_as: ClientAs, app: FastAPI, scored: None
) -> None:
    admin = client_as("admin")
    shown = admin.get("/exports").text
    for item in LISTS:
        if item.path.partition("?")[0] not in app.state.paths:
            continue
        for form in FORMATS:
            address = item.address(form)
            assert address.replace("&", "&amp;") in shown
            disposition = admin.get(address).headers.get("content-disposition", "")
            assert disposition.endswith(f'.{form}"'), address
