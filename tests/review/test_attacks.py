"""What somebody would try who should not get in, or no further; on every route there is."""

from __future__ import annotations

import csv
import re
import threading
from datetime import UTC, datetime, timedelta

import pytest
from fastapi import FastAPI
from httpx2 import Response
from starlette.testclient import TestClient

from pipeline.desk import (
    Desk,
    audit,
    audit_reading,
    links,
    logins,
    people,
    sessions,
    throttle,
    tokens,
)
from pipeline.desk.copying import copy_new
from pipeline.desk.passwords import Passwords
from pipeline.desk.throttle import TooSoon
from pipeline.people import UserRole
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.security.gate import is_for_agents, is_public
from review.security.headers import ALWAYS
from review.services import Services
from tests.review.conftest import ADDRESS, CHEAP, ClientAs, client_maker
from tests.review.forms import form_of
from tests.review.routes import Route, all_routes, pick, unsafe_routes
from tests.stored import call_of, score_call

WORDS = "this is Dana"
"""Said in every call that is scored here."""
CLOSED = [route for route in all_routes() if not is_public(route.path)]
OF_A_CALL = [route for route in all_routes() if "call_id" in route.parameters]
LEAST = {
    "/people": UserRole.ADMIN,
    "/audit": UserRole.ADMIN,
    "/hooks": UserRole.ADMIN,
    "/agents": UserRole.LEAD,
    "/teams": UserRole.LEAD,
    "/agreement": UserRole.LEAD,
}
"""Who may come in, by the beginning of the path; anybody but agents where it is not named."""
GOOD = "nine green bottles"


@pytest.fixture
def calls(store: Store, desk: Desk, settings: Settings) -> None:
    """Two scored calls of two agents in two teams; no review of them was released."""
    score_call(store, call_of("of-dana", agent="Dana Fox", team="Cards"))
    score_call(store, call_of("of-kim", agent="Kim Lee", team="Billing"))
    copy_new(desk, store, settings)


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_nobody_gets_anything_without_logging_in(
    route: Route, stranger: TestClient, calls: None
) -> None:
    answer = stranger.request(route.method, route.address(call_id="of-dana"))
    if route.path.startswith("/api"):
        assert answer.status_code == 401
    else:
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/login")
    assert WORDS not in answer.text


@pytest.mark.parametrize("route", CLOSED, ids=str)
def test_no_role_gets_where_only_a_higher_one_may(
    route: Route, client_as: ClientAs, calls: None
) -> None:
    least = next(
        (role for start, role in LEAST.items() if f"{route.path}/".startswith(f"{start}/")), None
    )
    refused = {UserRole.ADMIN: ["lead", "reviewer", "agent"], UserRole.LEAD: ["reviewer", "agent"]}
    roles = refused.get(least, []) if least else []
    if not is_for_agents(route.path):
        roles = sorted({*roles, "agent"})
    for role in roles:
        answer = client_as(role).request(route.method, route.address(call_id="of-dana"))
        assert answer.status_code == 403, role
        assert WORDS not in answer.text


@pytest.mark.parametrize("route", OF_A_CALL, ids=str)
def test_a_call_of_somebody_else_is_as_if_it_were_not_there(
    route: Route, client_as: ClientAs, calls: None
) -> None:
    kim = client_as("agent", "kim", agent="Kim Lee")
    of_cards = client_as("reviewer", "rita", teams=("Cards",))
    for browser, call_id in ((kim, "of-dana"), (kim, "of-kim"), (of_cards, "of-kim")):
        found = browser.request(route.method, pick({"call_id": call_id}, route))
        missing = browser.request(route.method, pick({"call_id": "no-such"}, route))
        assert found.status_code == missing.status_code
        assert _without_tokens(found, call_id) == _without_tokens(missing, "no-such")
        assert WORDS not in found.text
        if found.status_code == 303:
            assert found.headers["location"].startswith("/mine/"), "which is checked itself"
        else:
            assert found.status_code in (400, 403, 404, 405, 415, 422)


def _without_tokens(answer: Response, call_id: str) -> str:
    """Return a page without what differs from answer to answer."""
    plain = answer.text.replace(call_id, "")
    return re.sub(r'(value|content)="[A-Za-z0-9_=-]{80,}"', "", plain)


@pytest.mark.parametrize("route", unsafe_routes(), ids=str)
def test_nothing_changes_without_the_token_of_the_session(
    route: Route, client_as: ClientAs, calls: None, stranger: TestClient
) -> None:
    lead, admin = client_as("lead"), client_as("admin")
    path = route.address(call_id="of-dana")
    forged = [
        {},
        {"X-CSRF-Token": ""},
        {"X-CSRF-Token": "x" * 43},
        {"X-CSRF-Token": "\u00e9" * 4},
        {"X-CSRF-Token": "A" * 115 + "="},
        {"X-CSRF-Token": lead.csrf_token},
    ]
    del admin.headers["X-CSRF-Token"]
    for headers in forged:
        sent = {name: value.encode("latin-1") for name, value in headers.items()}
        answer = admin.request(route.method, path, headers=sent)
        assert answer.status_code == 403, headers
    for body in ({"csrf_token": ""}, {"csrf_token": lead.csrf_token}):
        assert admin.request(route.method, path, data=body).status_code == 403
    in_the_address = f"{path}?csrf_token={admin.csrf_token}"
    assert admin.request(route.method, in_the_address).status_code == 403


@pytest.mark.parametrize("route", unsafe_routes(), ids=str)
@pytest.mark.parametrize(
    "headers",
    [
        {"Origin": "https://evil.example"},
        {"Origin": "null"},
        {"Origin": "http://localhost.evil.example"},
        {"Origin": "http://localhost:81"},
        {"Sec-Fetch-Site": "cross-site"},
        {"Sec-Fetch-Site": "same-site"},
    ],
    ids=str,
)
def test_nothing_changes_at_the_word_of_another_site(
    route: Route, headers: dict[str, str], client_as: ClientAs
) -> None:
    answer = client_as("admin").request(route.method, route.address(), headers=headers)
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


@pytest.mark.parametrize("trick", TRICKS)
@pytest.mark.parametrize("route", OF_A_CALL, ids=str)
def test_no_call_id_leads_to_a_file_or_another_call(
    route: Route, trick: str, client_as: ClientAs, calls: None
) -> None:
    path = route.path.replace("{call_id}", trick)
    answer = client_as("admin").request(route.method, Route(route.method, path).address())
    assert answer.status_code in (400, 403, 404, 405, 415, 422)
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


class Guesser:
    """Somebody who guesses passwords, on a clock of their own."""

    def __init__(self, desk: Desk) -> None:
        self.desk = desk
        self.passwords = Passwords(CHEAP)
        self.now = datetime(2026, 3, 2, tzinfo=UTC)
        self.looked_at = 0

    def guess(self, user_id: str, password: str, address: str) -> object:
        result = logins.prove(self.desk, self.passwords, user_id, password, address, self.now)
        self.looked_at += not isinstance(result, TooSoon)
        return result


@pytest.fixture
def ada(desk: Desk) -> str:
    with desk.writing() as connection:
        people.add_user(connection, "ada", UserRole.LEAD, name="Ada", added_by="test")
        people.set_password_hash(connection, "ada", Passwords(CHEAP).hash(GOOD))
    return "ada"


def test_of_a_thousand_wrong_passwords_a_handful_is_looked_at(
    stranger: TestClient, ada: str, desk: Desk
) -> None:
    fields = form_of(stranger, "/login", user_id=ada)
    answers = [
        stranger.post("/login", data={**fields, "password": f"wrong {number}"})
        for number in range(1000)
    ]
    codes = [answer.status_code for answer in answers]
    assert set(codes) == {401, 429}
    assert codes.count(401) <= throttle.FREE_PER_USER + 8
    assert int(answers[-1].headers["retry-after"]) >= 1
    assert "Try again in" in answers[-1].text
    with_the_right_one = stranger.post("/login", data={**fields, "password": GOOD})
    assert with_the_right_one.status_code == 429, "nor does the right one get in during the wait"


def test_a_thousand_addresses_guess_no_faster_than_one(ada: str, desk: Desk) -> None:
    guesser = Guesser(desk)
    for number in range(1000):
        guesser.guess(ada, "wrong", f"192.0.2.{number % 250}:{number}")
        guesser.now += timedelta(seconds=1)
    assert guesser.looked_at <= 20


def test_one_address_cannot_try_one_password_on_a_thousand_people(desk: Desk) -> None:
    guesser = Guesser(desk)
    for number in range(1000):
        guesser.guess(f"user-{number}", "password", "192.0.2.1")
    assert guesser.looked_at <= throttle.FREE_PER_ADDRESS


def test_guesses_made_at_the_same_time_count_as_many(ada: str, desk: Desk) -> None:
    guesser = Guesser(desk)
    results: list[object] = []
    threads = [
        threading.Thread(target=lambda: results.append(guesser.guess(ada, "no", "192.0.2.1")))
        for _ in range(30)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    refused = sum(isinstance(result, TooSoon) for result in results)
    assert refused >= 30 - throttle.FREE_PER_USER - 1


def test_the_person_is_not_locked_out_by_a_stranger_who_guesses(ada: str, desk: Desk) -> None:
    guesser = Guesser(desk)
    with desk.writing() as connection:
        user = people.found_user(connection, ada)
        sessions.start(connection, user, hours=12, address="198.51.100.7")
    for _ in range(100):
        guesser.guess(ada, "wrong", "192.0.2.66")
    assert guesser.guess(ada, GOOD, "192.0.2.66") != user, "from there even the right one waits"
    assert guesser.guess(ada, GOOD, "198.51.100.7") == user


def test_nobody_waits_longer_than_five_minutes(ada: str, desk: Desk) -> None:
    guesser = Guesser(desk)
    for _ in range(500):
        guesser.guess(ada, "wrong", "192.0.2.66")
        guesser.now += timedelta(seconds=7)
    guesser.now += throttle.LONGEST_WAIT
    assert guesser.guess(ada, GOOD, "192.0.2.1") not in (None, logins.Wrong())
    assert guesser.guess(ada, GOOD, "192.0.2.66") == guesser.guess(ada, GOOD, "192.0.2.1")


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


@pytest.mark.parametrize("name", ["=1+1", "+cmd|' /C calc'!A0", "-2+3", "@SUM(A1)", "\t=1"])
def test_no_cell_of_the_audit_log_is_a_formula(
    name: str, client_as: ClientAs, desk: Desk, stranger: TestClient
) -> None:
    Guesser(desk).guess(name, "wrong", "192.0.2.1")
    with desk.writing() as connection:
        audit.record(connection, name, name, name, {"word": name}, address=name)
    rows = client_as("admin").get("/audit?format=csv").text.splitlines()
    cells = [cell for row in csv.reader(rows) for cell in row]
    assert f"'{name}" in cells
    assert not [cell for cell in cells if cell.startswith(("=", "+", "-", "@", "\t"))]
