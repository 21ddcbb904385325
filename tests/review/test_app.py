"""What the app answers before any page is looked at."""

from __future__ import annotations

from starlette.testclient import TestClient

from tests.review.conftest import ClientAs


def test_whether_the_app_answers_can_be_asked_by_anybody(stranger: TestClient) -> None:
    assert stranger.get("/healthz").json() == {"status": "ok"}


def test_somebody_who_is_not_logged_in_is_led_to_the_login_and_back(stranger: TestClient) -> None:
    answer = stranger.get("/queue?team=Billing")
    assert answer.status_code == 303
    assert answer.headers["location"] == "/login?next=%2Fqueue%3Fteam%3DBilling"


def test_each_role_starts_on_the_page_it_works_with(client_as: ClientAs) -> None:
    assert client_as("lead").get("/").headers["location"] == "/queue"
    assert client_as("agent").get("/").headers["location"] == "/mine"


def test_an_address_that_leads_nowhere_says_so_on_a_page(client_as: ClientAs) -> None:
    answer = client_as("lead").get("/nowhere")
    assert answer.status_code == 404
    assert "The address leads nowhere" in answer.text
