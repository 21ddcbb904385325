"""A thousand wrong passwords: from one address, from many, at once; and the person in between."""

from __future__ import annotations

import csv
import threading
from datetime import UTC, datetime, timedelta

import pytest
from starlette.testclient import TestClient

from pipeline.desk import Desk, audit, logins, people, sessions, throttle
from pipeline.desk.passwords import Passwords
from pipeline.desk.throttle import TooSoon
from pipeline.people import UserRole
from tests.review.conftest import CHEAP, ClientAs
from tests.review.forms import form_of

GOOD = "nine green bottles"


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
