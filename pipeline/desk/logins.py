"""Proving who one is, and changing the proof. Every try, good or bad, is on record."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from sqlalchemy import Connection

from pipeline.desk import audit, links, people, sessions, throttle, tokens
from pipeline.desk.database import Desk
from pipeline.desk.passwords import Passwords
from pipeline.desk.throttle import TooSoon
from pipeline.errors import InputError
from pipeline.people import User, UserRole

LONGEST_ID = 100


@dataclass(frozen=True, slots=True)
class Wrong:
    """A user name and a password that do not belong together; nobody learns which is wrong."""


def prove(
    desk: Desk,
    passwords: Passwords,
    user_id: str,
    password: str,
    address: str,
    now: datetime | None = None,
) -> User | Wrong | TooSoon:
    """Return the user whose name and password these are.

    Args:
        desk: Where users are kept.
        passwords: How.
        user_id: As typed.
        password: As typed.
        address: Where the try comes from.
        now: None: the present moment.
    """
    user_id = people.user_id_of(user_id)[:LONGEST_ID]
    with desk.writing() as connection:
        tried = throttle.begin(connection, user_id, address, now or datetime.now(UTC))
        kept = people.password_hash(connection, user_id)
    if isinstance(tried, TooSoon):
        return tried
    if not passwords.matches(kept, password):
        with desk.writing() as connection:
            audit.record(connection, "unknown", "login.failed", f"user:{user_id}", address=address)
        return Wrong()
    with desk.writing() as connection:
        throttle.succeeded(connection, tried)
        if kept is not None and passwords.outdated(kept):
            people.set_password_hash(connection, user_id, passwords.rehash(password))
        return people.found_user(connection, user_id)


def change_password(
    desk: Desk, passwords: Passwords, user: User, new: str, *, session: str, address: str
) -> None:
    """Give a user another password; their other sessions end.

    Raises:
        InputError: The new one is too short or too long.
    """
    hashed = passwords.hash(new)
    with desk.writing() as connection:
        people.set_password_hash(connection, user.user_id, hashed)
        sessions.end_all(connection, user.user_id, but=session)
        subject = f"user:{user.user_id}"
        audit.record(connection, user.user_id, "password.changed", subject, address=address)


def welcome(
    desk: Desk,
    passwords: Passwords,
    token: str,
    new: str,
    *,
    user_id: str = "",
    name: str = "",
    address: str,
) -> User:
    """Use a one-time link: make the first admin, or set a user's password; their sessions end.

    Args:
        desk: Where users are kept.
        passwords: How.
        token: Of the link.
        new: The password.
        user_id: For the first admin only: what they want to log in with.
        name: For the first admin only.
        address: Where the request comes from.

    Raises:
        InputError: The link is not good any more, or what was typed is not.
    """
    with desk.reading() as connection:
        links.look_at(connection, token)
    hashed = passwords.hash(new)
    with desk.writing() as connection:
        link = links.use(connection, token)
        if link.user_id is None:
            user = people.add_user(
                connection, user_id, UserRole.ADMIN, name=name, added_by=audit.SYSTEM
            )
            action = "user.added"
        else:
            user = people.found_user(connection, link.user_id)
            action = "password.set"
        if not user.active:
            raise InputError(f"{user.user_id} was deactivated: ask an admin")
        people.set_password_hash(connection, user.user_id, hashed)
        sessions.end_all(connection, user.user_id)
        audit.record(connection, user.user_id, action, f"user:{user.user_id}", address=address)
    return user


def set_access(
    connection: Connection, user_id: str, active: bool, *, by: str, address: str | None = None
) -> User:
    """Let somebody in again, or no longer: then their sessions, tokens and links end at once.

    Args:
        connection: Writing.
        user_id: Who.
        active: Whether they may come in from now on.
        by: The user_id of whoever decides that, or ``audit.SYSTEM``.
        address: Where the request comes from.

    Raises:
        InputError: There is no such user; nobody could administer any more.
    """
    user = people.set_active(connection, user_id, active)
    if not active:
        sessions.end_all(connection, user.user_id)
        tokens.revoke_all(connection, user.user_id)
        links.drop(connection, user.user_id)
    action = "user.reactivated" if active else "user.deactivated"
    audit.record(connection, by, action, f"user:{user.user_id}", address=address)
    return user
