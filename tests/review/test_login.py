"""Getting in, staying in, getting out."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.desk import Desk, audit_reading, links, people, sessions
from pipeline.desk.audit_reading import Wanted
from pipeline.desk.passwords import Passwords
from pipeline.people import UserRole
from pipeline.settings import Settings
from tests.review.conftest import ADDRESS, CHEAP, ClientAs
from tests.review.forms import form_of

GOOD = "nine green bottles"


@pytest.fixture
def ada(desk: Desk) -> str:
    """Return the id of a lead with a password."""
    with desk.writing() as connection:
        people.add_user(connection, "ada", UserRole.LEAD, name="Ada", added_by="test")
        people.set_password_hash(connection, "ada", Passwords(CHEAP).hash(GOOD))
    return "ada"


def actions(desk: Desk) -> list[str]:
    with desk.reading() as connection:
        return [entry.action for entry in audit_reading.entries(connection, Wanted())]


def test_the_right_password_leads_to_the_page_that_was_asked_for(
    stranger: TestClient, ada: str, desk: Desk
) -> None:
    fields = form_of(stranger, "/login?next=/account", user_id=" Ada ", password=GOOD)
    answer = stranger.post("/login", data={**fields, "next": "/account"})
    assert (answer.status_code, answer.headers["location"]) == (303, "/account")
    assert "Ada" in stranger.get("/account").text
    assert actions(desk) == ["login"]


@pytest.mark.parametrize("lure", ["https://evil.example", "//evil.example", "/\\evil.example"])
def test_a_login_leads_nowhere_else(stranger: TestClient, ada: str, lure: str) -> None:
    fields = form_of(stranger, "/login", user_id=ada, password=GOOD, next=lure)
    assert stranger.post("/login", data=fields).headers["location"] == "/"


def test_a_wrong_password_and_an_unknown_name_get_the_same_answer(
    stranger: TestClient, ada: str, desk: Desk
) -> None:
    answers = [
        stranger.post("/login", data=form_of(stranger, "/login", user_id=who, password="wrong"))
        for who in (ada, "nobody")
    ]
    assert [answer.status_code for answer in answers] == [401, 401]
    assert "do not belong together" in answers[0].text
    assert actions(desk) == ["login.failed", "login.failed"]


def test_the_cookie_can_be_read_by_no_script_and_the_desk_keeps_only_a_hash(
    stranger: TestClient, ada: str, desk: Desk
) -> None:
    fields = form_of(stranger, "/login", user_id=ada, password=GOOD)
    cookie = stranger.post("/login", data=fields).headers["set-cookie"]
    assert "HttpOnly" in cookie and "SameSite=lax" in cookie and "Path=/" in cookie
    token = stranger.cookies["callqa_session"]
    with desk.reading() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM sessions").mappings().one()
    assert token not in str(dict(kept))
    assert kept["token_sha256"] == sessions.digest(token)


def test_over_https_cookies_are_secure_and_bound_to_this_host(app: FastAPI, ada: str) -> None:
    browser = TestClient(app, base_url="https://localhost", follow_redirects=False)
    fields = form_of(browser, "/login", user_id=ada, password=GOOD)
    answer = browser.post("/login", data=fields)
    assert answer.headers["set-cookie"].startswith("__Host-callqa_session=")
    assert "Secure" in answer.headers["set-cookie"]
    assert answer.headers["strict-transport-security"] == "max-age=31536000"


def test_each_login_gets_a_token_of_its_own_and_ends_the_one_before(
    stranger: TestClient, ada: str, desk: Desk
) -> None:
    stranger.post("/login", data=form_of(stranger, "/login", user_id=ada, password=GOOD))
    first = stranger.cookies["callqa_session"]
    stranger.post("/login", data={"csrf_token": "", "user_id": ada, "password": GOOD})
    assert stranger.cookies["callqa_session"] == first, "a form without the token changes nothing"
    page = stranger.get("/account").text
    token = re.search(r'name="csrf_token" value="([^"]+)"', page)
    assert token is not None
    again = {"csrf_token": token[1], "user_id": ada, "password": GOOD}
    assert stranger.post("/login", data=again).status_code == 303
    assert stranger.cookies["callqa_session"] != first
    assert sessions.resume(desk, first) is None


def test_logging_out_ends_the_session_on_the_server(client_as: ClientAs, desk: Desk) -> None:
    lead = client_as("lead")
    token = lead.session.token
    answer = lead.post("/logout")
    assert answer.headers["location"] == "/login"
    assert sessions.resume(desk, token) is None
    assert "You are logged out" in lead.get("/login").text


def test_a_session_ends_after_its_hours_and_after_a_quarter_of_them_without_a_click(
    client_as: ClientAs, desk: Desk
) -> None:
    token = client_as("lead").session.token
    now = datetime.now(UTC)
    assert sessions.resume(desk, token, now + timedelta(hours=2.9)) is not None
    assert sessions.resume(desk, token, now + timedelta(hours=5.8)) is not None
    assert sessions.resume(desk, token, now + timedelta(hours=8.9)) is None
    for hours in (8.7, 11.5):
        assert sessions.resume(desk, token, now + timedelta(hours=hours)) is not None
    assert sessions.resume(desk, token, now + timedelta(hours=12.1)) is None


def test_a_one_time_link_makes_the_first_admin_once(stranger: TestClient, desk: Desk) -> None:
    with desk.writing() as connection:
        path = f"/welcome/{links.make(connection, 'first_admin', None)}"
    fields = form_of(stranger, path, user_id="Ada", name="Ada L", password=GOOD, again=GOOD)
    assert stranger.post(path, data=fields).headers["location"] == "/"
    assert "Ada L" in stranger.get("/people").text
    assert stranger.get(path).status_code == 400
    with desk.reading() as connection:
        assert people.found_user(connection, "ada").role is UserRole.ADMIN


def test_a_link_is_good_for_a_day_and_until_the_next_one(desk: Desk, ada: str) -> None:
    now = datetime.now(UTC)
    with desk.writing() as connection:
        first = links.make(connection, "set_password", ada, now)
        assert links.look_at(connection, first, now + timedelta(hours=23)).user_id == ada
        with pytest.raises(Exception, match="expired"):
            links.look_at(connection, first, now + timedelta(hours=25))
        links.make(connection, "set_password", ada, now)
        with pytest.raises(Exception, match="replaced"):
            links.look_at(connection, first, now)


def test_a_password_is_refused_for_being_short_or_typed_differently(
    stranger: TestClient, desk: Desk, ada: str
) -> None:
    with desk.writing() as connection:
        path = f"/welcome/{links.make(connection, 'set_password', ada)}"
    short = stranger.post(path, data=form_of(stranger, path, password="short", again="short"))
    assert short.status_code == 400 and "at least 12 characters" in short.text
    other = stranger.post(path, data=form_of(stranger, path, password=GOOD, again=GOOD + "s"))
    assert other.status_code == 400 and "not the same" in other.text
    good = stranger.post(path, data=form_of(stranger, path, password=GOOD, again=GOOD))
    assert good.status_code == 303


def test_a_new_password_ends_the_other_sessions_only(
    client_as: ClientAs, stranger: TestClient, desk: Desk, ada: str
) -> None:
    here, elsewhere = client_as("lead", ada), client_as("lead", ada)
    new = {"present": GOOD, "password": "ten green bottles", "again": "ten green bottles"}
    wrong = here.post("/account/password", data={**new, "present": "wrong"})
    assert wrong.headers["location"] == "/account"
    assert elsewhere.get("/account").status_code == 200
    here.post("/account/password", data=new)
    assert here.get("/account").status_code == 200
    assert elsewhere.get("/account").status_code == 303
    fields = form_of(stranger, "/login", user_id=ada, password="ten green bottles")
    assert stranger.post("/login", data=fields).status_code == 303


def test_all_other_sessions_can_be_ended(client_as: ClientAs, ada: str) -> None:
    here, elsewhere = client_as("lead", ada), client_as("lead", ada)
    here.post("/account/sessions/end")
    assert "Ended 1 other session." in here.get("/account").text
    assert elsewhere.get("/account").status_code == 303


def test_a_hash_made_at_another_cost_is_renewed_at_login(desk: Desk, ada: str) -> None:
    from pipeline.desk import logins

    dearer = Passwords(PasswordHasher(time_cost=2, memory_cost=16, parallelism=1))
    with desk.reading() as connection:
        before = people.password_hash(connection, ada)
    logins.prove(desk, dearer, ada, GOOD, "192.0.2.1")
    with desk.reading() as connection:
        after = people.password_hash(connection, ada)
    assert before is not None and after is not None
    assert "m=8,t=1" in before and "m=16,t=2" in after
    assert dearer.matches(after, GOOD)


def test_behind_a_trusted_proxy_nobody_logs_in_with_a_password(
    services_behind_proxy: FastAPI,
) -> None:
    browser = TestClient(services_behind_proxy, base_url=ADDRESS, client=("10.0.0.1", 1))
    answer = browser.get("/login", headers={"X-User": "ada"})
    assert answer.status_code == 404


@pytest.fixture
def services_behind_proxy(settings: Settings, desk: Desk) -> FastAPI:
    from pipeline.store import Store
    from review.app import create_app
    from review.services import Services

    proxied = settings.model_copy(
        update={"proxy_user_header": "X-User", "proxy_addresses": ("10.0.0.1",)}
    )
    return create_app(Services(proxied, Store(settings.store), desk, passwords=Passwords(CHEAP)))
