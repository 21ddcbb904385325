"""What somebody would try who should not get in, or no further; on every route there is."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import cast

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from pipeline.desk import Desk, desk_for, links, sessions, tokens
from pipeline.desk.copying import copy_new
from pipeline.desk.passwords import Passwords
from pipeline.people import UserRole
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.security.gate import is_for_agents, is_public
from review.security.headers import ALWAYS
from review.security.size import MOST_BYTES, MOST_BYTES_OF_STRANGERS
from review.services import Services
from tests.review.conftest import ADDRESS, CHEAP, Browser, ClientAs, client_maker
from tests.review.routes import Route, all_routes, pick, unsafe_routes
from tests.stored import call_of, score_call

WORDS = "this is Dana"
"""Said in every call that is scored here."""
CLOSED = [route for route in all_routes() if not is_public(route.path)]
OF_A_CALL = [route for route in all_routes() if "call_id" in route.parameters]
LEAST = {
    "[A-Z]+ /(people|audit|hooks)(/|$)": UserRole.ADMIN,
    "[A-Z]+ /(agents|teams|agreement|releases)(/|$)": UserRole.LEAD,
    "POST /calls/{call_id}/(notes|release)$": UserRole.LEAD,
    "POST /disputes/{dispute_id}/decide$": UserRole.LEAD,
    "POST /queue/(assign|withdraw|progress/{user_id}/goal)$": UserRole.LEAD,
    "POST /rubrics/": UserRole.LEAD,
    "(POST|PUT) /calls/{call_id}/(draft|review|take-over|blind)$": UserRole.REVIEWER,
}
"""Who may come in at least, by method and path; anybody but agents where it is not named."""
REFUSED = (400, 403, 404, 405, 415, 422)


@dataclass(frozen=True, slots=True)
class Site:
    """An app with two scored calls of two agents in two teams; no review of them was released."""

    stranger: TestClient
    admin: Browser
    lead: Browser
    reviewer: Browser
    agent: Browser
    kim: Browser
    of_cards: Browser
    """A reviewer who sees the team Cards only."""


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    """One app for all attacks that are to change nothing."""
    settings = Settings(store=str(tmp_path_factory.mktemp("site") / "calls.duckdb"))
    store, desk = Store(settings.store), desk_for(settings.store)
    score_call(store, call_of("of-dana", agent="Dana Fox", team="Cards"))
    score_call(store, call_of("of-kim", agent="Kim Lee", team="Billing"))
    copy_new(desk, store, settings)
    app = create_app(Services(settings, store, desk, passwords=Passwords(CHEAP)))
    client_as = client_maker(app, desk, settings)
    yield Site(
        stranger=TestClient(app, base_url=ADDRESS, follow_redirects=False),
        admin=client_as("admin"),
        lead=client_as("lead"),
        reviewer=client_as("reviewer"),
        agent=client_as("agent"),
        kim=client_as("agent", "kim", agent="Kim Lee"),
        of_cards=client_as("reviewer", "rita", teams=("Cards",)),
    )
    desk.close()


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_nobody_gets_anything_without_logging_in(route: Route, site: Site) -> None:
    answer = site.stranger.request(route.method, route.address(call_id="of-dana"))
    if f"{route.path}/".startswith("/api/"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    assert WORDS not in answer.text


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_no_role_gets_where_only_a_higher_one_may(route: Route, site: Site) -> None:
    least = next((role for start, role in LEAST.items() if re.match(start, str(route))), None)
    refused = {} if is_for_agents(route.path) else {"agent": site.agent}
    if least is not None:
        refused["agent"] = site.agent
    if least in (UserRole.LEAD, UserRole.ADMIN):
        refused["reviewer"] = site.reviewer
    if least is UserRole.ADMIN:
        refused["lead"] = site.lead
    for role, browser in refused.items():
        answer = browser.request(route.method, route.address(call_id="of-dana"))
        assert answer.status_code == 403, role
        assert WORDS not in answer.text


@pytest.mark.parametrize("route", OF_A_CALL, ids=str)
def test_a_call_of_somebody_else_is_as_if_it_were_not_there(route: Route, site: Site) -> None:
    for browser, call_id in (
        (site.kim, "of-dana"),
        (site.kim, "of-kim"),
        (site.of_cards, "of-kim"),
    ):
        found = browser.request(route.method, pick({"call_id": call_id}, route))
        missing = browser.request(route.method, pick({"call_id": "no-such"}, route))
        assert found.status_code == missing.status_code
        assert _without_tokens(found, call_id) == _without_tokens(missing, "no-such")
        assert WORDS not in found.text
        if found.status_code == 303:
            assert found.headers["location"].startswith("/mine/"), "which is checked itself"
        else:
            assert found.status_code in REFUSED


def _without_tokens(answer: Response, call_id: str) -> str:
    """Return a page without what differs from answer to answer."""
    plain = answer.text.replace(call_id, "")
    return re.sub(r'(value|content)="[A-Za-z0-9_=-]{80,}"', "", plain)


@pytest.mark.parametrize("route", unsafe_routes(), ids=str)
def test_nothing_changes_without_the_token_of_the_session(route: Route, site: Site) -> None:
    path = route.address(call_id="of-dana")
    admin = lured(site.admin)
    for token in ("", "x" * 43, "\u00e9" * 4, "A" * 115 + "=", site.lead.csrf_token):
        headers = {b"X-CSRF-Token": token.encode("latin-1")}
        assert admin.request(route.method, path, headers=headers).status_code == 403, token
    for body in ({}, {"csrf_token": ""}, {"csrf_token": site.lead.csrf_token}):
        assert admin.request(route.method, path, data=body).status_code == 403
    in_the_address = f"{path}?csrf_token={site.admin.csrf_token}"
    assert admin.request(route.method, in_the_address).status_code == 403


def lured(browser: Browser) -> Browser:
    """Return the browser as another site uses it: with the cookie, without the token."""
    other = Browser(cast(FastAPI, browser.app), browser.user, browser.session)
    del other.headers["X-CSRF-Token"]
    return other


@pytest.mark.parametrize("route", unsafe_routes(), ids=str)
def test_nothing_changes_at_the_word_of_another_site(route: Route, site: Site) -> None:
    for name, value in (
        ("Origin", "https://evil.example"),
        ("Origin", "null"),
        ("Origin", "http://localhost.evil.example"),
        ("Origin", "http://localhost:81"),
        ("Sec-Fetch-Site", "cross-site"),
        ("Sec-Fetch-Site", "same-site"),
    ):
        answer = site.admin.request(route.method, route.address(), headers={name: value})
        assert answer.status_code == 403
        assert "Another site sent this" in answer.text


@pytest.mark.parametrize("route", all_routes(), ids=str)
def test_every_answer_carries_the_headers(
    route: Route, stranger: TestClient, client_as: ClientAs
) -> None:
    for browser in (stranger, client_as("admin"), client_as("agent")):
        answer = browser.request(route.method, route.address())
        for name, value in ALWAYS.items():
            assert answer.headers[name] == value
        assert "no-store" in answer.headers["cache-control"]


def test_the_policy_lets_in_no_script_of_a_page(stranger: TestClient) -> None:
    answer = stranger.get("/static/app.css")
    assert answer.status_code == 200
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value
    assert "unsafe" not in ALWAYS["content-security-policy"]
    assert ALWAYS["content-security-policy"].startswith("default-src 'none'")


def test_even_a_fault_of_ours_carries_the_headers_and_tells_nothing(
    services: Services, desk: Desk, settings: Settings
) -> None:
    app = create_app(services)

    def broken() -> None:
        raise RuntimeError("secret words")

    app.add_api_route("/broken", broken)
    session = client_maker(app, desk, settings)("lead").session
    browser = TestClient(
        app, base_url=ADDRESS, raise_server_exceptions=False, follow_redirects=False
    )
    browser.cookies.set("callqa_session", session.token)
    answer = browser.get("/broken")
    assert answer.status_code == 500
    assert "a fault of the review app" in answer.text and "secret words" not in answer.text
    for name, value in ALWAYS.items():
        assert answer.headers[name] == value


TRICKS = (
    "..%2f..%2fetc%2fpasswd",
    "..%5c..%5cwindows",
    "%2e%2e%2f%2e%2e%2fetc%2fpasswd",
    "....//....//etc/passwd",
    "%00",
    "of-dana%00.wav",
    "/etc/passwd",
    "file:%2f%2f%2fetc%2fpasswd",
    "of-dana'%20OR%20'1'='1",
    "%25",
    "of%2ddana%2f..%2fof-kim",
    "a" * 5000,
)


@pytest.mark.parametrize("route", OF_A_CALL, ids=str)
def test_no_call_id_leads_to_a_file_or_another_call(route: Route, site: Site) -> None:
    for trick in TRICKS:
        path = route.path.replace("{call_id}", trick)
        answer = site.admin.request(route.method, Route(route.method, path).address())
        assert answer.status_code in REFUSED, trick
        assert "root:" not in answer.text and WORDS not in answer.text


@pytest.mark.parametrize(
    "path",
    [
        "/static/../app.py",
        "/static/%2e%2e/app.py",
        "/static/..%2fapp.py",
        "/static/..%5capp.py",
        "/static//etc/passwd",
        "/static/%2fetc%2fpasswd",
        "/static/vendored/../../app.py",
        "/static/%00",
        "/static/",
        "/static",
    ],
)
def test_no_path_under_static_leads_out_of_it(path: str, stranger: TestClient) -> None:
    answer = stranger.get(path)
    assert answer.status_code in (303, 307, 404)
    assert "create_app" not in answer.text and "root:" not in answer.text


@pytest.mark.parametrize(
    "path", ["/login/../queue", "/static/../people", "//people", "/people/", "/LOGIN", "/people;x"]
)
def test_no_spelling_of_a_path_gets_around_the_gate(path: str, stranger: TestClient) -> None:
    answer = stranger.get(path)
    assert answer.status_code in (303, 307, 404)
    assert "Add somebody" not in answer.text


def test_a_session_is_over_after_logout_deactivation_and_its_hours(
    client_as: ClientAs, desk: Desk, app: FastAPI
) -> None:
    def opens(token: str) -> bool:
        browser = TestClient(app, base_url=ADDRESS, follow_redirects=False)
        browser.cookies.set("callqa_session", token)
        return browser.get("/account").status_code == 200

    out, gone, old = client_as("lead", "out"), client_as("lead", "gone"), client_as("lead", "old")
    assert all(opens(browser.session.token) for browser in (out, gone, old))
    out.post("/logout")
    client_as("admin").post("/people/gone/active", data={"active": "0"})
    past = datetime.now(UTC) - timedelta(days=1)
    with desk.writing() as connection:
        token = sessions.start(connection, old.user, hours=23, now=past).token
    assert not any(opens(browser.session.token) for browser in (out, gone))
    assert not opens(token)
    assert not opens(sessions.digest(old.session.token)), "what the desk keeps opens nothing"
    for other in ("", "x", "x" * 5000, "' OR 1=1 --"):
        assert not opens(other)


def test_a_deactivated_users_tokens_and_links_are_over(
    client_as: ClientAs, desk: Desk, stranger: TestClient
) -> None:
    client_as("reviewer", "gone")
    with desk.writing() as connection:
        token = tokens.make(connection, "gone", "report").token
        link = links.make(connection, "set_password", "gone")
    assert tokens.user_of(desk, token) is not None
    client_as("admin").post("/people/gone/active", data={"active": "0"})
    assert tokens.user_of(desk, token) is None
    assert stranger.get(f"/welcome/{link}").status_code == 400


def test_tokens_read_under_api_only_and_change_nothing(
    client_as: ClientAs, stranger: TestClient, desk: Desk
) -> None:
    client_as("admin", "root")
    with desk.writing() as connection:
        token = tokens.make(connection, "root", "report").token
    bearer = {"Authorization": f"Bearer {token}"}
    for route in all_routes():
        if is_public(route.path):
            continue
        answer = stranger.request(route.method, route.address(), headers=bearer)
        under_api = f"{route.path}/".startswith("/api/")
        if not under_api:
            assert answer.status_code == 401, route
        elif route.method not in ("GET", "HEAD"):
            assert answer.status_code == 403, route
        else:
            assert answer.status_code not in (401, 303), route
    for wrong in ("", "x", token[:-1], sessions.digest(token)):
        headers = {"Authorization": f"Bearer {wrong}"}
        assert stranger.get("/api/calls", headers=headers).status_code == 401


def test_strangers_send_hardly_anything_and_nobody_anything_huge(site: Site) -> None:
    huge = b"x" * (MOST_BYTES_OF_STRANGERS + 1)
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    assert site.stranger.post("/login", content=huge, headers=form).status_code == 413
    chunked = site.stranger.post("/login", content=iter([huge]), headers=form)
    assert chunked.status_code == 413
    for said in (str(MOST_BYTES + 1), "9" * 30, "-1", "x"):
        headers = {**form, "Content-Length": said}
        assert site.admin.post("/people", content=b"x", headers=headers).status_code == 413
