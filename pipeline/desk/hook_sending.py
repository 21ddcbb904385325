"""Send what is waiting: signed, in bounded time, again and again until it arrives or is given up.

What was sent may arrive twice (the answer can get lost), never not at all without a trace; its
header ``Callqa-Delivery`` stays the same, so that receivers can tell.
"""

from __future__ import annotations

import hashlib
import hmac
import json
import random
import time
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from urllib.parse import quote

import httpx
from pydantic import JsonValue

from pipeline.desk.database import Desk
from pipeline.desk.hook_addresses import target_of
from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.keys import canonical_json
from pipeline.settings import Settings

SIGNATURE = "Callqa-Signature"
TOLERANCE_S = 300
"""How old a signature may be for its receiver: later ones are likely to be replayed."""
MOST_TRIES = 10
FIRST_DELAY_S = 60.0
FACTOR = 2.5
LONGEST_DELAY_S = 86_400.0
"""1 min, 2.5 min, 6 min … 11 h, 24 h: a receiver may be down for a day and a half."""
SPREAD = 0.25
"""Delays differ by up to so much, lest all that failed together comes back together.

Source: Brooker, Exponential Backoff and Jitter, AWS Architecture Blog, 2015.
"""
AT_ONCE = 20


class Due(Record):
    """One delivery whose time has come."""

    delivery_id: str
    hook_id: str
    address: str
    secret: str
    event: str
    body: str
    attempts: int


def hook_client(settings: Settings) -> httpx.Client:
    """Return a client that follows no redirects, takes no proxy from outside and does not wait."""
    return httpx.Client(follow_redirects=False, timeout=settings.hook_timeout_s, trust_env=False)


def deliver_due(
    desk: Desk,
    settings: Settings,
    client: httpx.Client,
    *,
    now: Callable[[], datetime] = lambda: datetime.now(UTC),
    draw: Callable[[], float] = random.random,
) -> int:
    """Send what is due and return how many tries were made; nobody waits for long.

    Tries end once they took twice ``hook_timeout_s``; the rest is due at the next call.

    Args:
        desk: Where deliveries wait.
        settings: How long a receiver may take, and how links begin.
        client: As ``hook_client`` gives it.
        now: The present moment.
        draw: A number in [0, 1), for the jitter.
    """
    since = time.monotonic()
    tries = 0
    while tries < AT_ONCE and time.monotonic() - since < 2 * settings.hook_timeout_s:
        due = _take(desk, settings, now())
        if due is None:
            break
        problem = _send(due, settings, client, now())
        _note(desk, due, problem, now(), draw())
        tries += 1
    return tries


def signature(secret: str, timestamp: int, body: bytes) -> str:
    """Return the value of the header: ``t=1767225600,v1=<hex>``.

    ``v1`` is HMAC-SHA256 with the secret over the timestamp, a full stop and the body.
    """
    message = str(timestamp).encode() + b"." + body
    return f"t={timestamp},v1={hmac.new(secret.encode(), message, hashlib.sha256).hexdigest()}"


def verify(secret: str, header: str, body: bytes, now_s: float) -> bool:
    """Return whether a body is ours and recent: what a receiver does.

    Args:
        secret: As it was shown once.
        header: Value of ``Callqa-Signature``.
        body: As it came, byte for byte.
        now_s: Unix time.
    """
    parts = dict(part.partition("=")[::2] for part in header.split(","))
    timestamp = parts.get("t", "")
    if not timestamp.isdecimal() or abs(now_s - int(timestamp)) > TOLERANCE_S:
        return False
    return hmac.compare_digest(signature(secret, int(timestamp), body), header)


def delay_s(attempts: int, drawn: float) -> float | None:
    """Return how long to wait after so many failed tries; None: it is given up.

    Args:
        attempts: From 1.
        drawn: In [0, 1).
    """
    if attempts >= MOST_TRIES:
        return None
    exact = FIRST_DELAY_S * FACTOR ** (attempts - 1)
    spread: float = exact * (1 - SPREAD + 2 * SPREAD * drawn)
    return min(LONGEST_DELAY_S, max(FIRST_DELAY_S, spread))


def _take(desk: Desk, settings: Settings, now: datetime) -> Due | None:
    """Return one delivery that is due; if this process dies over it, it is due again soon."""
    lease = timedelta(seconds=FIRST_DELAY_S + 4 * settings.hook_timeout_s)
    wanted = {"now": time_text(now), "most": 1}
    with desk.reading() as connection:
        if connection.execute(query("hook_due"), wanted).first() is None:
            return None
    with desk.writing() as connection:
        row = connection.execute(query("hook_due"), wanted).mappings().first()
        if row is None:
            return None
        taken = {"delivery_id": row["delivery_id"], "until": time_text(now + lease)}
        connection.execute(query("hook_take"), taken)
    return Due.model_validate({**row, "attempts": row["attempts"] + 1})


def _send(due: Due, settings: Settings, client: httpx.Client, now: datetime) -> str | None:
    """Send one delivery; return what went wrong, None if it arrived."""
    body = _with_link(due.body, settings.public_url).encode()
    try:
        target = target_of(due.address)
        headers = {
            "Host": target.host,
            "Content-Type": "application/json",
            "User-Agent": "callqa",
            "Callqa-Event": due.event,
            "Callqa-Delivery": due.delivery_id,
            SIGNATURE: signature(due.secret, int(now.timestamp()), body),
        }
        extensions = {"sni_hostname": target.name}
        with client.stream(
            "POST", target.url, content=body, headers=headers, extensions=extensions
        ) as answer:
            status = answer.status_code
    except httpx.TimeoutException:
        return f"no answer within {settings.hook_timeout_s:g} s"
    except (httpx.HTTPError, InputError) as error:
        return str(error) or type(error).__name__
    if 200 <= status < 300:
        return None
    if 300 <= status < 400:
        return f"answered {status}: redirects are not followed, change the address"
    return f"answered {status}"


def _note(desk: Desk, due: Due, problem: str | None, now: datetime, drawn: float) -> None:
    wait = None if problem is None else delay_s(due.attempts, drawn)
    parameters = {
        "delivery_id": due.delivery_id,
        "delivered_at": time_text(now) if problem is None else None,
        "next_try_at": None if wait is None else time_text(now + timedelta(seconds=wait)),
        "last_error": problem,
    }
    with desk.writing() as connection:
        connection.execute(query("hook_done"), parameters)


def _with_link(body: str, public_url: str | None) -> str:
    """Return a body with the call's page in it; without a public address, its path."""
    value: dict[str, JsonValue] = json.loads(body)
    about = value.get("about")
    if isinstance(about, dict) and isinstance(call_id := about.get("call_id"), str):
        value["link"] = f"{(public_url or '').rstrip('/')}/calls/{quote(call_id, safe='')}"
    return canonical_json(value)
