"""Whoever reads a call leaves a record of it, on every page that shows one."""

from __future__ import annotations

import pytest

from pipeline.desk import Desk, audit_reading
from pipeline.desk.audit_reading import Wanted
from pipeline.desk.copying import copy_new
from pipeline.settings import Settings
from pipeline.store import Store
from tests.review.conftest import ClientAs
from tests.review.routes import Route, all_routes, pick
from tests.stored import call_of, score_call

READING = [
    route
    for route in all_routes()
    if route.method == "GET" and "call_id" in route.parameters and not route.path.endswith("/peaks")
]
"""Where the words or the sound of a call can be had; its peaks are drawn on a page that is."""


@pytest.mark.parametrize("route", READING, ids=str)
def test_no_call_is_read_without_a_record_of_it(
    route: Route, client_as: ClientAs, store: Store, desk: Desk, settings: Settings
) -> None:
    score_call(store, call_of("of-dana", agent="Dana Fox", team="Cards"))
    copy_new(desk, store, settings)
    answer = client_as("admin").get(pick({"call_id": "of-dana"}, route))
    with desk.reading() as connection:
        entries = audit_reading.entries(connection, Wanted(subject="call:of-dana"))
    assert entries or answer.status_code != 200
