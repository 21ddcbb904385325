"""Tokens with which a user's programs read the API. The desk keeps only their SHA-256."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from sqlalchemy import Connection

from pipeline.desk.database import Desk
from pipeline.desk.people import user_from
from pipeline.desk.queries import query
from pipeline.desk.sessions import digest
from pipeline.desk.times import now_text, time_of, time_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.people import User

PREFIX = "callqa_"
"""So that scanners for leaked secrets can tell what it is."""
LONGEST_NAME = 100
USED_EVERY = timedelta(minutes=1)
"""Use is written down at most this often."""


class ApiToken(Record):
    """A token as its owner sees it afterwards: never the token itself."""

    token_id: str
    name: str
    made_at: datetime
    last_used_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class NewToken:
    """A token just made."""

    token_id: str
    token: str
    """Shown once; kept nowhere."""


def make(connection: Connection, user_id: str, name: str) -> NewToken:
    """Make a token for a user.

    Raises:
        InputError: It has no name, or too long a one.
    """
    name = name.strip()
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(
            f"a token needs a name of 1 to {LONGEST_NAME} characters, that says what uses it"
        )
    made = NewToken(secrets.token_hex(8), PREFIX + secrets.token_urlsafe(32))
    connection.execute(
        query("token_add"),
        {
            "token_sha256": digest(made.token),
            "token_id": made.token_id,
            "user_id": user_id,
            "name": name,
            "made_at": now_text(),
        },
    )
    return made


def user_of(desk: Desk, token: str) -> User | None:
    """Return whose token this is; None: nobody's, revoked, or a deactivated user's."""
    now, key = datetime.now(UTC), digest(token)
    with desk.reading() as connection:
        row = connection.execute(query("token_user"), {"token_sha256": key}).mappings().first()
    if row is None:
        return None
    last = row["last_used_at"]
    if last is None or now - time_of(last) >= USED_EVERY:
        with desk.writing() as connection:
            connection.execute(query("token_used"), {"token_sha256": key, "now": time_text(now)})
    return user_from(row)


def of_user(connection: Connection, user_id: str) -> tuple[ApiToken, ...]:
    """Return a user's tokens that were not revoked, the newest first."""
    rows = connection.execute(query("tokens_of"), {"user_id": user_id}).mappings()
    return tuple(
        ApiToken(
            token_id=row["token_id"],
            name=row["name"],
            made_at=time_of(row["made_at"]),
            last_used_at=None if row["last_used_at"] is None else time_of(row["last_used_at"]),
        )
        for row in rows
    )


def revoke(connection: Connection, user_id: str, token_id: str) -> None:
    """End one of a user's own tokens.

    Raises:
        InputError: They have no such token.
    """
    asked = {"user_id": user_id, "token_id": token_id, "now": now_text()}
    if connection.execute(query("token_revoke"), asked).rowcount == 0:
        raise InputError("there is no such token of yours, or it was revoked already")


def revoke_all(connection: Connection, user_id: str) -> None:
    """End all of a user's tokens."""
    connection.execute(query("tokens_revoke"), {"user_id": user_id, "now": now_text()})
