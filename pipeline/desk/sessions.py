"""Who is logged in. The browser keeps a random token, the desk only its SHA-256.

A session ends when its user says so, is deactivated or gets another password; in any case some
hours after it began, and after a quarter of them without a request.
"""

from __future__ import annotations

import hashlib
import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection, RowMapping

from pipeline.desk.database import Desk
from pipeline.desk.people import user_from
from pipeline.desk.queries import query
from pipeline.desk.times import time_of, time_text
from pipeline.people import User

IDLE_SHARE = 0.25
"""A session ends when nothing was asked for this share of its longest life."""
SEEN_EVERY = timedelta(minutes=1)
"""A request is written down at most this often, so that reading a page seldom writes."""
KEPT = timedelta(days=30)
"""Sessions that are over are forgotten after this."""


@dataclass(frozen=True, slots=True)
class Session:
    """Somebody who is logged in."""

    token: str
    """What the browser keeps; nowhere else."""
    csrf_token: str
    user: User


@dataclass(frozen=True, slots=True)
class OpenSession:
    """One of a user's sessions, as it is shown to them."""

    started_at: datetime
    last_seen_at: datetime
    address: str | None
    current: bool


def start(
    connection: Connection,
    user: User,
    *,
    hours: float,
    address: str | None = None,
    now: datetime | None = None,
) -> Session:
    """Begin a session with a token of its own.

    Args:
        connection: Writing.
        user: Who proved to be it.
        hours: After which it ends, whatever happens.
        address: Where they come from.
        now: None: the present moment.
    """
    now = now or datetime.now(UTC)
    token, csrf_token = secrets.token_urlsafe(32), secrets.token_urlsafe(32)
    connection.execute(
        query("session_add"),
        {
            "token_sha256": digest(token),
            "user_id": user.user_id,
            "csrf_token": csrf_token,
            "now": time_text(now),
            "expires_at": time_text(now + timedelta(hours=hours)),
            "address": address,
        },
    )
    connection.execute(query("sessions_forget"), {"before": time_text(now - KEPT)})
    return Session(token, csrf_token, user)


def resume(desk: Desk, token: str, now: datetime | None = None) -> Session | None:
    """Return the session of a token; None: there is none, or it is over."""
    now = now or datetime.now(UTC)
    key = digest(token)
    with desk.reading() as connection:
        asked = {"token_sha256": key, "now": time_text(now)}
        row = connection.execute(query("session"), asked).mappings().first()
    if row is None or _idle(row, now):
        return None
    if now - time_of(row["last_seen_at"]) >= SEEN_EVERY:
        with desk.writing() as connection:
            connection.execute(query("session_seen"), {"token_sha256": key, "now": time_text(now)})
    return Session(token, row["csrf_token"], user_from(row))


def end(connection: Connection, token: str) -> None:
    """End one session."""
    now = time_text(datetime.now(UTC))
    connection.execute(query("session_end"), {"token_sha256": digest(token), "now": now})


def end_all(connection: Connection, user_id: str, *, but: str | None = None) -> int:
    """End a user's sessions, and return how many were ended.

    Args:
        connection: Writing.
        user_id: Whose.
        but: The token of the session that goes on; None: all end.
    """
    ended = connection.execute(
        query("sessions_end"),
        {
            "user_id": user_id,
            "now": time_text(datetime.now(UTC)),
            "kept": "" if but is None else digest(but),
        },
    )
    return ended.rowcount


def of_user(
    connection: Connection, user_id: str, current: str | None = None
) -> tuple[OpenSession, ...]:
    """Return a user's open sessions, the last used first; ``current`` is a token."""
    now = datetime.now(UTC)
    key = None if current is None else digest(current)
    asked = {"user_id": user_id, "now": time_text(now)}
    rows = connection.execute(query("sessions_of"), asked).mappings()
    return tuple(
        OpenSession(
            started_at=time_of(row["started_at"]),
            last_seen_at=time_of(row["last_seen_at"]),
            address=row["address"],
            current=row["token_sha256"] == key,
        )
        for row in rows
        if not _idle(row, now)
    )


def _idle(row: RowMapping, now: datetime) -> bool:
    life = time_of(row["expires_at"]) - time_of(row["started_at"])
    return now - time_of(row["last_seen_at"]) > life * IDLE_SHARE


def digest(token: str) -> str:
    """Return what the desk keeps of a random token; tokens are too random to be guessed back."""
    return hashlib.sha256(token.encode()).hexdigest()
