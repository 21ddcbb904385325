"""One-time links: how people get their first password, and another one when it is forgotten."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime, timedelta
from typing import Literal

from sqlalchemy import Connection

from pipeline.desk.people import has_users
from pipeline.desk.queries import query
from pipeline.desk.sessions import digest
from pipeline.desk.times import time_of, time_text
from pipeline.domain import Record
from pipeline.errors import InputError

VALID = timedelta(hours=24)
Purpose = Literal["first_admin", "set_password"]


class Link(Record):
    """A link that can still be used."""

    purpose: Purpose
    user_id: str | None
    """Whose password it sets; None: of the first admin, who is made with it."""
    expires_at: datetime


def make(
    connection: Connection, purpose: Purpose, user_id: str | None, now: datetime | None = None
) -> str:
    """Return the token of a new link; earlier ones for the same are no longer good.

    Args:
        connection: Writing.
        purpose: What it is for.
        user_id: Whose password it sets; None for the first admin.
        now: None: the present moment.
    """
    now = now or datetime.now(UTC)
    token = secrets.token_urlsafe(32)
    drop(connection, user_id)
    connection.execute(
        query("link_add"),
        {
            "token_sha256": digest(token),
            "purpose": purpose,
            "user_id": user_id,
            "made_at": time_text(now),
            "expires_at": time_text(now + VALID),
        },
    )
    return token


def drop(connection: Connection, user_id: str | None) -> None:
    """End the links of a user, or None: of the first admin, that were not used."""
    connection.execute(query("links_drop"), {"user_id": user_id or ""})


def look_at(connection: Connection, token: str, now: datetime | None = None) -> Link:
    """Return what a link is good for.

    Raises:
        InputError: It was used, has expired, was replaced, or never was.
    """
    asked = {"token_sha256": digest(token), "now": time_text(now or datetime.now(UTC))}
    row = connection.execute(query("link"), asked).mappings().first()
    if row is None or (row["purpose"] == "first_admin" and has_users(connection)):
        raise InputError(
            "this link was used already, has expired, or was replaced by another: ask an admin for "
            "a new one, or run `callqa users link NAME` where the review app runs"
        )
    return Link(
        purpose=row["purpose"],
        user_id=row["user_id"],
        expires_at=time_of(row["expires_at"]),
    )


def use(connection: Connection, token: str, now: datetime | None = None) -> Link:
    """Use a link up, and return what it was good for.

    Raises:
        InputError: See ``look_at``; also when somebody else was quicker.
    """
    now = now or datetime.now(UTC)
    link = look_at(connection, token, now)
    asked = {"token_sha256": digest(token), "now": time_text(now)}
    if connection.execute(query("link_use"), asked).rowcount != 1:
        raise InputError("this link was used a moment ago: ask for a new one")
    return link
