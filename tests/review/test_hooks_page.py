"""Admins say who is told of what; the secret is shown once."""

from __future__ import annotations

import re

import pytest

from pipeline.desk import Desk
from pipeline.desk.hooks import deliveries, emit, hooks
from tests.review.conftest import Browser, ClientAs

HERE = "https://hooks.example.org/services/T1/secret-path"


@pytest.fixture
def admin(client_as: ClientAs) -> Browser:
    return client_as("admin")


def added(admin: Browser, **form: object) -> str:
    answer = admin.post(
        "/hooks", data={"address": HERE, "events": ["critical_fail", "dispute_opened"], **form}
    )
    return answer.text


def test_a_secret_is_shown_once_and_never_again(admin: Browser) -> None:
    (secret,) = re.findall(r"whsec_[\w-]+", added(admin))
    assert secret not in admin.get("/hooks").text
    assert HERE in admin.get("/hooks").text


def test_what_cannot_be_added_is_said_beside_what_was_typed(admin: Browser) -> None:
    for address in ("http://example.org", "https://169.254.169.254/", "nonsense"):
        answer = admin.post("/hooks", data={"address": address, "events": ["critical_fail"]})
        assert answer.status_code == 400
        assert f'value="{address}"' in answer.text
    assert "at least one of" in admin.post("/hooks", data={"address": HERE}).text


def test_a_hook_is_switched_off_and_its_secret_changed(admin: Browser, desk: Desk) -> None:
    (old,) = re.findall(r"whsec_[\w-]+", added(admin))
    with desk.reading() as connection:
        (hook,) = hooks(connection)
    admin.post(f"/hooks/{hook.hook_id}/active", data={"active": "0"})
    assert "switched off" in admin.get("/hooks").text
    (new,) = re.findall(r"whsec_[\w-]+", admin.post(f"/hooks/{hook.hook_id}/secret").text)
    assert new != old
    assert admin.post("/hooks/none/secret").status_code == 400


def test_what_failed_is_shown_and_sent_again(admin: Browser, desk: Desk) -> None:
    added(admin)
    with desk.writing() as connection:
        emit(connection, "dispute_opened", {"call_id": "c1"})
        (item,) = deliveries(connection)
    assert "waiting" in admin.get("/hooks").text
    assert admin.post(f"/hooks/deliveries/{item.delivery_id}/again").status_code == 303
    assert admin.post("/hooks/deliveries/none/again").status_code == 400


def test_hooks_are_for_admins(client_as: ClientAs) -> None:
    for role in ("lead", "reviewer", "agent"):
        assert client_as(role).get("/hooks").status_code == 403
        assert client_as(role).post("/hooks", data={"address": HERE}).status_code == 403


def test_the_audit_log_names_the_host_and_not_the_secret_path(admin: Browser) -> None:
    added(admin)
    entries = admin.get("/audit?action=hook&format=jsonl").text
    assert "hook.added" in entries and "hooks.example.org" in entries
    assert "secret-path" not in entries
