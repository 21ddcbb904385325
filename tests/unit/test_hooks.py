"""Events reach those who want them, once and signed, or it is seen that they did not."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import httpx
import pytest

from pipeline.desk import Desk
from pipeline.desk.hook_addresses import checked_address, target_of
from pipeline.desk.hook_sending import (
    FIRST_DELAY_S,
    LONGEST_DELAY_S,
    MOST_TRIES,
    SIGNATURE,
    TOLERANCE_S,
    delay_s,
    deliver_due,
    hook_client,
    signature,
    verify,
)
from pipeline.desk.hooks import (
    Delivery,
    add_hook,
    deliveries,
    emit,
    hooks,
    renew_secret,
    send_again,
    switch_hook,
)
from pipeline.errors import InputError
from pipeline.settings import Settings

AT = datetime(2099, 3, 2, 9, 30, tzinfo=UTC)
"""Later than whatever is emitted while testing."""


@dataclass(slots=True)
class Got:
    """One request as it came."""

    headers: dict[str, str]
    body: bytes


@dataclass(slots=True)
class Receiver:
    """A server that answers with the statuses it is given, then with 200."""

    address: str = ""
    statuses: list[int] = field(default_factory=list)
    got: list[Got] = field(default_factory=list)
    hold: threading.Event = field(default_factory=threading.Event)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    state = Receiver()
    state.hold.set()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            state.got.append(Got({k.lower(): v for k, v in self.headers.items()}, body))
            state.hold.wait(10)
            status = state.statuses.pop(0) if state.statuses else 200
            self.send_response(status)
            if status == 302:
                self.send_header("Location", state.address + "/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, format: str, *args: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        state.address = f"http://127.0.0.1:{server.server_address[1]}"
        yield state
        state.hold.set()
        server.shutdown()
        thread.join()


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    opened = Desk(f"sqlite:///{tmp_path / 'store.desk'}")
    yield opened
    opened.close()


@pytest.fixture
def settings() -> Settings:
    return Settings(hook_timeout_s=2.0, public_url="https://qa.example.org/")


def hooked(desk: Desk, address: str, *events: str) -> str:
    """Add a hook and return its secret."""
    with desk.writing() as connection:
        return add_hook(connection, address, events or ["critical_fail"], "ada").secret


def happened(desk: Desk, call_id: str = "c/1 ü") -> None:
    with desk.writing() as connection:
        emit(connection, "critical_fail", {"call_id": call_id, "score": 0.0, "quote": "secret"})


def sent(desk: Desk, settings: Settings, now: datetime = AT) -> int:
    with hook_client(settings) as client:
        return deliver_due(desk, settings, client, now=lambda: now, draw=lambda: 0.5)


def told(desk: Desk) -> Sequence[Delivery]:
    with desk.reading() as connection:
        return deliveries(connection)


def test_an_event_arrives_signed_with_ids_figures_and_a_link(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    secret = hooked(desk, receiver.address + "/callqa?key=1")
    happened(desk)
    assert sent(desk, settings) == 1
    (got,) = receiver.got
    body = json.loads(got.body)
    assert body["event"] == "critical_fail"
    assert body["about"] == {"call_id": "c/1 ü", "score": 0.0}
    assert body["link"] == "https://qa.example.org/calls/c%2F1%20%C3%BC"
    assert got.headers["callqa-delivery"] == body["delivery"]
    assert got.headers["host"] == receiver.address.removeprefix("http://")
    assert verify(secret, got.headers[SIGNATURE.lower()], got.body, AT.timestamp())
    assert [item.state for item in told(desk)] == ["delivered"]
    assert sent(desk, settings) == 0


def test_a_changed_body_an_old_signature_and_another_secret_do_not_pass() -> None:
    header = signature("whsec_a", 1000, b"{}")
    assert verify("whsec_a", header, b"{}", 1000 + TOLERANCE_S)
    assert not verify("whsec_a", header, b"{ }", 1000)
    assert not verify("whsec_b", header, b"{}", 1000)
    assert not verify("whsec_a", header, b"{}", 1001 + TOLERANCE_S)
    assert not verify("whsec_a", header.replace("t=1000", "t=1001"), b"{}", 1000)
    assert not verify("whsec_a", "nonsense", b"{}", 1000)


def test_only_those_who_asked_for_an_event_are_told(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address, "review_submitted", "dispute_opened")
    happened(desk)
    assert sent(desk, settings) == 0
    with desk.writing() as connection:
        assert emit(connection, "review_submitted", {"call_id": "c1"}) == 1
    assert sent(desk, settings) == 1


def test_an_event_whose_transaction_fails_is_not_told(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address)
    with pytest.raises(ZeroDivisionError), desk.writing() as connection:
        emit(connection, "critical_fail", {"call_id": "c1"})
        _ = 1 / 0
    assert sent(desk, settings) == 0


def test_what_failed_is_tried_again_later_and_arrives(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address)
    happened(desk)
    receiver.statuses = [500, 503]
    sent(desk, settings)
    (item,) = told(desk)
    assert (item.state, item.last_error, item.attempts) == ("waiting", "answered 500", 1)
    assert sent(desk, settings, AT + timedelta(seconds=59)) == 0
    assert sent(desk, settings, AT + timedelta(seconds=61)) == 1
    assert sent(desk, settings, AT + timedelta(seconds=61 + 151)) == 1
    (item,) = told(desk)
    assert (item.state, item.attempts) == ("delivered", 3)
    assert len({got.headers["callqa-delivery"] for got in receiver.got}) == 1


def test_waits_grow_from_a_minute_to_a_day_and_end(desk: Desk) -> None:
    waits = [delay_s(attempts, 0.5) or 0.0 for attempts in range(1, MOST_TRIES)]
    assert waits == sorted(waits)
    assert (waits[0], waits[-1]) == (FIRST_DELAY_S, LONGEST_DELAY_S)
    assert delay_s(5, 0.0) != delay_s(5, 0.99)
    assert delay_s(MOST_TRIES, 0.5) is None


def test_after_the_last_try_it_is_given_up_and_can_be_sent_again(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address)
    happened(desk)
    receiver.statuses = [500] * MOST_TRIES
    for day in range(MOST_TRIES + 2):
        sent(desk, settings, AT + timedelta(days=2 * day))
    (item,) = told(desk)
    assert (item.state, item.attempts, len(receiver.got)) == ("given up", MOST_TRIES, MOST_TRIES)
    with desk.writing() as connection:
        send_again(connection, item.delivery_id)
    assert sent(desk, settings) == 1
    assert told(desk)[0].state == "delivered"
    with desk.reading() as connection:
        (hook,) = hooks(connection)
    assert (hook.delivered, hook.waiting, hook.given_up) == (1, 0, 0)


def test_redirects_are_not_followed(desk: Desk, settings: Settings, receiver: Receiver) -> None:
    hooked(desk, receiver.address)
    happened(desk)
    receiver.statuses = [302]
    sent(desk, settings)
    assert len(receiver.got) == 1
    assert "redirects are not followed" in (told(desk)[0].last_error or "")


def test_a_receiver_that_does_not_answer_is_left_in_time(
    desk: Desk, receiver: Receiver, settings: Settings
) -> None:
    hooked(desk, receiver.address)
    for number in range(5):
        happened(desk, f"c{number}")
    receiver.hold.clear()
    impatient = settings.model_copy(update={"hook_timeout_s": 0.1})
    assert sent(desk, impatient) < 5
    errors = {item.last_error for item in told(desk) if item.attempts}
    assert errors == {"no answer within 0.1 s"}


def test_a_machine_that_is_not_there_is_an_error_and_not_the_end(
    desk: Desk, settings: Settings
) -> None:
    hooked(desk, "http://127.0.0.1:9")
    happened(desk)
    assert sent(desk, settings) == 1
    assert "refused" in (told(desk)[0].last_error or "").lower()


def test_what_waits_for_an_address_that_is_switched_off_goes_out_when_it_is_on(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address)
    happened(desk)
    with desk.writing() as connection:
        (hook,) = hooks(connection)
        switch_hook(connection, hook.hook_id, active=False)
    happened(desk, "c2")
    assert sent(desk, settings) == 0
    with desk.writing() as connection:
        switch_hook(connection, hook.hook_id, active=True)
    assert sent(desk, settings) == 1


def test_a_renewed_secret_signs_what_follows(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    old = hooked(desk, receiver.address)
    with desk.writing() as connection:
        new = renew_secret(connection, hooks(connection)[0].hook_id).secret
    happened(desk)
    sent(desk, settings)
    (got,) = receiver.got
    header = got.headers[SIGNATURE.lower()]
    assert verify(new, header, got.body, AT.timestamp())
    assert not verify(old, header, got.body, AT.timestamp())


def test_two_senders_do_not_send_the_same_thing_at_once(
    desk: Desk, settings: Settings, receiver: Receiver
) -> None:
    hooked(desk, receiver.address)
    for number in range(10):
        happened(desk, f"c{number}")
    threads = [threading.Thread(target=sent, args=(desk, settings)) for _ in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    names = [got.headers["callqa-delivery"] for got in receiver.got]
    assert len(names) == len(set(names)) == 10


@pytest.mark.parametrize(
    "address",
    [
        "http://example.org/hook",
        "http://10.0.0.7/hook",
        "https://169.254.169.254/latest/meta-data",
        "http://169.254.169.254/latest/meta-data",
        "https://[fe80::1]/",
        "https://[::ffff:169.254.169.254]/",
        "https://metadata.google.internal/",
        "https://100.100.100.200/",
        "https://0.0.0.0/",
        "https://name:word@example.org/",
        "ftp://example.org/",
        "file:///etc/passwd",
        "example.org",
        "https://",
        "",
    ],
)
def test_addresses_that_nothing_may_be_sent_to_are_refused(desk: Desk, address: str) -> None:
    with pytest.raises(InputError), desk.writing() as connection:
        add_hook(connection, address, ["critical_fail"], "ada")


def test_addresses_on_this_machine_and_encrypted_ones_are_taken() -> None:
    for address in ("http://localhost:8080/a", "http://[::1]:8080/", "https://10.0.0.7/hook"):
        assert checked_address(address) == address


def test_what_a_name_stands_for_is_looked_at_when_something_is_sent() -> None:
    target = target_of("http://localhost:8080/a")
    assert httpx.URL("http://127.0.0.1:8080/a") == target.url
    assert (target.host, target.name) == ("localhost:8080", "localhost")
    with pytest.raises(InputError, match="nothing is sent"):
        target_of("https://2852039166/")  # 169.254.169.254 as one number


def test_an_unknown_event_or_none_is_refused(desk: Desk) -> None:
    with desk.writing() as connection:
        for events in ([], ["call_deleted"]):
            with pytest.raises(InputError, match="critical_fail"):
                add_hook(connection, "https://example.org", events, "ada")
