"""Slow down whoever guesses passwords, without locking anybody out.

Every try is counted before the password is looked at, so that a thousand tries at once count as a
thousand. After some free ones the wait before the next doubles, up to five minutes; a try during
the wait is not looked at and does not prolong it. Tries are counted per address and per user name.
Under a user name, tries from addresses from which this user has logged in before are counted apart:
a stranger who guesses does not keep the person out.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.desk.times import time_of, time_text

FREE_PER_USER = 5
FREE_PER_ADDRESS = 20
"""Several people may share an address."""
LONGEST_WAIT = timedelta(minutes=5)
FORGOTTEN_AFTER = timedelta(hours=1)


@dataclass(frozen=True, slots=True)
class Try:
    """One try that may be made; it counts as failed until ``succeeded`` is called."""

    user_subject: str
    address_subject: str
    happened_at: str


@dataclass(frozen=True, slots=True)
class TooSoon:
    """A try that may not be made yet."""

    wait_s: int
    """At least 1."""


def begin(connection: Connection, user_id: str, address: str, now: datetime) -> Try | TooSoon:
    """Count a try, if it may be made.

    Args:
        connection: Writing; commit before the password is looked at.
        user_id: As typed; there need not be such a user.
        address: Where it comes from.
        now: The present moment.
    """
    tried = Try(_user_subject(connection, user_id, address), f"address:{address}", time_text(now))
    connection.execute(query("failures_forget"), {"before": time_text(now - FORGOTTEN_AFTER)})
    wait = max(
        _wait(connection, tried.user_subject, FREE_PER_USER, now),
        _wait(connection, tried.address_subject, FREE_PER_ADDRESS, now),
    )
    if wait > timedelta(0):
        return TooSoon(max(1, math.ceil(wait.total_seconds())))
    for subject in (tried.user_subject, tried.address_subject):
        row = {"subject": subject, "happened_at": tried.happened_at}
        connection.execute(query("failure_add"), row)
    return tried


def succeeded(connection: Connection, tried: Try) -> None:
    """Forget the failures under the user's name, and this try's count against the address.

    The address keeps its other failures: who has one account could otherwise guess on and on.
    """
    connection.execute(query("failures_clear"), {"subject": tried.user_subject})
    connection.execute(
        query("failure_take_back"),
        {"subject": tried.address_subject, "happened_at": tried.happened_at},
    )


def _user_subject(connection: Connection, user_id: str, address: str) -> str:
    known = connection.execute(
        query("login_address_known"), {"user_id": user_id, "address": address}
    ).scalar()
    return f"user:{user_id} from {address}" if known else f"user:{user_id}"


def _wait(connection: Connection, subject: str, free: int, now: datetime) -> timedelta:
    """Return how long to wait before the next try; zero or less: not at all."""
    row = connection.execute(query("failures"), {"subject": subject}).one()
    if row.failures < free:
        return timedelta(0)
    doubled = timedelta(seconds=2.0 ** min(row.failures - free, 20))
    return time_of(row.last_at) + min(doubled, LONGEST_WAIT) - now
