"""Who a proxy says is there, where requests come from, and under which name they ask for us."""

from __future__ import annotations

import re

import pytest
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.desk import Desk, audit_reading, people
from pipeline.people import UserRole
from review.app import create_app
from review.services import Services
from tests.review.conftest import ADDRESS, ClientAs
from tests.review.forms import form_of


@pytest.fixture
def ada(desk: Desk) -> str:
    with desk.writing() as connection:
        people.add_user(connection, "ada", UserRole.LEAD, name="Ada", added_by="test")
    return "ada"


PROXY, ELSEWHERE = "10.0.0.1", "10.0.0.66"


@pytest.fixture
def proxied(services: Services) -> FastAPI:
    """The app behind a proxy that names people in X-User."""
    settings = services.settings.model_copy(
        update={"proxy_user_header": "X-User", "proxy_addresses": (PROXY,)}
    )
    return create_app(Services(settings, services.store, services.desk))


def through(app: FastAPI, peer: str) -> TestClient:
    """Return a browser whose requests come from an address."""
    return TestClient(app, base_url=ADDRESS, client=(peer, 5000), follow_redirects=False)


def test_only_the_proxy_may_say_who_is_there(proxied: FastAPI, ada: str) -> None:
    assert "Ada" in through(proxied, PROXY).get("/account", headers={"X-User": "Ada"}).text
    for headers in ({"X-User": "ada"}, {"X-User": "ada", "X-Forwarded-For": PROXY}, {}):
        answer = through(proxied, ELSEWHERE).get("/account", headers=headers)
        assert answer.status_code in (303, 401)
        assert "Ada" not in answer.text


def test_a_client_cannot_slip_a_second_name_past_the_proxy(
    proxied: FastAPI, ada: str, client_as: ClientAs
) -> None:
    client_as("admin", "root")
    named_twice = [("X-User", "root"), ("X-User", "ada")]
    answer = through(proxied, PROXY).get("/account", headers=named_twice)
    assert answer.status_code == 403
    assert "root" not in answer.text


def test_who_was_not_added_is_told_who_must_add_them(proxied: FastAPI) -> None:
    answer = through(proxied, PROXY).get("/queue", headers={"X-User": "new@example.org"})
    assert answer.status_code == 403
    assert "Ask an admin of the review app to add you" in answer.text


def test_behind_the_proxy_a_session_cookie_says_nothing(
    proxied: FastAPI, client_as: ClientAs, ada: str
) -> None:
    admin = client_as("admin", "root")
    browser = through(proxied, ELSEWHERE)
    browser.cookies.set("callqa_session", admin.session.token)
    assert browser.get("/people").status_code in (303, 401)


def test_forms_behind_the_proxy_need_the_browsers_own_token(proxied: FastAPI, ada: str) -> None:

    browser = through(proxied, PROXY)
    browser.headers["X-User"] = "ada"
    page = browser.get("/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    assert browser.post("/account/tokens", data={"name": "mine"}).status_code == 403
    fields = {"name": "mine", "csrf_token": token[1]}
    assert browser.post("/account/tokens", data=fields).status_code == 200
    other = through(proxied, PROXY)
    other.headers["X-User"] = "ada"
    other.get("/account")
    assert other.post("/account/tokens", data=fields).status_code == 403


@pytest.mark.parametrize(
    ("peer", "headers", "address"),
    [
        (PROXY, {"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9"),
        (PROXY, {"X-Forwarded-For": "1.2.3.4, 203.0.113.9"}, "203.0.113.9"),
        (PROXY, {"X-Forwarded-For": f"203.0.113.9, {PROXY}"}, "203.0.113.9"),
        (PROXY, {"X-Forwarded-For": "no address"}, PROXY),
        (ELSEWHERE, {"X-Forwarded-For": "203.0.113.9"}, ELSEWHERE),
    ],
)
def test_where_somebody_comes_from_is_believed_of_the_proxy_only(
    services: Services, ada: str, peer: str, headers: dict[str, str], address: str
) -> None:
    settings = services.settings.model_copy(update={"proxy_addresses": (PROXY,)})
    app = create_app(
        Services(settings, services.store, services.desk, passwords=services.passwords)
    )
    browser = through(app, peer)
    fields = form_of(browser, "/login", user_id=ada, password="wrong")
    assert browser.post("/login", data=fields, headers=headers).status_code == 401
    with services.desk.reading() as connection:
        (entry,) = audit_reading.entries(connection, audit_reading.Wanted())
    assert entry.address == address


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "evil.example:8470",
        "localhost.evil.example",
        "127.0.0.1.evil.example",
        "localhost@evil.example",
        "evil.example#localhost",
        "localhost/",
        "localhost:x",
        "[::1",
        "",
    ],
)
def test_a_name_that_is_not_ours_is_not_answered(host: str, stranger: TestClient) -> None:
    answer = stranger.get("/login", headers={"Host": host})
    assert answer.status_code == 400
    assert "CALLQA_ALLOWED_HOSTS" in answer.text


@pytest.mark.parametrize(
    "host", ["localhost", "localhost:8470", "127.0.0.1:9", "[::1]:8470", "LOCALHOST", "192.0.2.7"]
)
def test_names_and_addresses_of_ours_are_answered(host: str, stranger: TestClient) -> None:
    assert stranger.get("/healthz", headers={"Host": host}).status_code == 200


def test_a_name_can_be_allowed(services: Services) -> None:
    settings = services.settings.model_copy(
        update={"allowed_hosts": ("qa.example.org",), "public_url": "https://calls.example.org/"}
    )
    browser = TestClient(create_app(Services(settings, services.store, services.desk)))
    for host, code in (("qa.example.org", 200), ("Calls.example.org:443", 200), ("x.org", 400)):
        assert browser.get("/healthz", headers={"Host": host}).status_code == code
