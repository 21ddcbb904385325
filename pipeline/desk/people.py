"""Users as the desk keeps them. User ids are what people log in with, in lower case."""

from __future__ import annotations

import json
import re
from typing import Any

from sqlalchemy import Connection, RowMapping

from pipeline.desk.queries import query
from pipeline.desk.times import now_text, time_of
from pipeline.errors import InputError
from pipeline.people import User, UserRole

USER_ID = re.compile(r"[a-z0-9][a-z0-9._@+-]{0,99}")


def user_id_of(text: str) -> str:
    """Return what somebody typed as a user id; it may still be nobody's."""
    return text.strip().lower()


def add_user(
    connection: Connection,
    user_id: str,
    role: UserRole,
    *,
    name: str = "",
    agent: str | None = None,
    teams: tuple[str, ...] = (),
    goal_per_week: int | None = None,
    added_by: str,
) -> User:
    """Add somebody, without a password.

    Raises:
        InputError: The id is taken or has characters that it may not have; an agent without the
            name that calls give them, or somebody else with one.
    """
    user_id = user_id_of(user_id)
    if not USER_ID.fullmatch(user_id):
        raise InputError(
            f"{user_id!r} cannot be a user name: letters, digits and . _ @ + - up to 100, "
            "starting with a letter or digit"
        )
    if user_of(connection, user_id) is not None:
        raise InputError(f"there is a user {user_id!r} already: choose another name, or change it")
    _check(role, agent, goal_per_week)
    values = _values(name or user_id, role, agent, teams, goal_per_week)
    row = {"user_id": user_id, "added_at": now_text(), "added_by": added_by, **values}
    connection.execute(query("user_add"), row)
    return found_user(connection, user_id)


def change_user(
    connection: Connection,
    user_id: str,
    role: UserRole,
    *,
    name: str,
    agent: str | None = None,
    teams: tuple[str, ...] = (),
    goal_per_week: int | None = None,
) -> User:
    """Give somebody another role, name, teams or goal.

    Raises:
        InputError: There is no such user; nobody could administer any more; see ``add_user``.
    """
    user = found_user(connection, user_id)
    _check(role, agent, goal_per_week)
    if role is not UserRole.ADMIN:
        _keep_an_admin(connection, user)
    values = _values(name or user_id, role, agent, teams, goal_per_week)
    connection.execute(query("user_change"), {"user_id": user.user_id, **values})
    return found_user(connection, user.user_id)


def set_active(connection: Connection, user_id: str, active: bool) -> User:
    """Let somebody in again, or no longer; ending their sessions is up to the caller.

    Raises:
        InputError: There is no such user; nobody could administer any more.
    """
    user = found_user(connection, user_id)
    if not active:
        _keep_an_admin(connection, user)
    connection.execute(
        query("user_set_active"), {"user_id": user.user_id, "active": 1 if active else 0}
    )
    return found_user(connection, user.user_id)


def user_of(connection: Connection, user_id: str) -> User | None:
    """Return a user, active or not; None if there is none."""
    row = connection.execute(query("user"), {"user_id": user_id_of(user_id)}).mappings().first()
    return None if row is None else user_from(row)


def found_user(connection: Connection, user_id: str) -> User:
    """Return a user.

    Raises:
        InputError: There is none of this name.
    """
    user = user_of(connection, user_id)
    if user is None:
        raise InputError(f"there is no user {user_id!r}: see `callqa users list`")
    return user


def users(connection: Connection) -> tuple[User, ...]:
    """Return everybody, active ones first, by name."""
    return tuple(user_from(row) for row in connection.execute(query("users")).mappings())


def has_users(connection: Connection) -> bool:
    """Return whether somebody who can log in as an admin was ever made."""
    return bool(connection.execute(query("users_count")).scalar())


def password_hash(connection: Connection, user_id: str) -> str | None:
    """Return the hash of a user's password; None: none set, deactivated, or no such user."""
    found = connection.execute(query("user_password"), {"user_id": user_id}).scalar()
    return None if found is None else str(found)


def set_password_hash(connection: Connection, user_id: str, hashed: str) -> None:
    """Keep another hash; ending the user's sessions is up to the caller."""
    connection.execute(query("user_set_password"), {"user_id": user_id, "password_hash": hashed})


def user_from(row: RowMapping) -> User:
    """Return the user in a row with the columns of ``users``."""
    return User(
        user_id=row["user_id"],
        name=row["name"],
        role=UserRole(row["role"]),
        agent=row["agent"],
        teams=tuple(json.loads(row["teams"])),
        active=bool(row["active"]),
        goal_per_week=row["goal_per_week"],
        has_password=row["password_hash"] is not None,
        added_at=time_of(row["added_at"]),
        added_by=row["added_by"],
    )


def _values(
    name: str, role: UserRole, agent: str | None, teams: tuple[str, ...], goal: int | None
) -> dict[str, Any]:
    """Return the columns that can change; bound as parameters, hence any type."""
    return {
        "name": name.strip(),
        "role": role.value,
        "agent": agent,
        "teams": json.dumps(sorted(set(teams)), ensure_ascii=False),
        "goal_per_week": goal,
    }


def _check(role: UserRole, agent: str | None, goal: int | None) -> None:
    if role is UserRole.AGENT and not agent:
        raise InputError("an agent needs the name that calls give them: --agent NAME")
    if role is not UserRole.AGENT and agent:
        raise InputError(f"only the role agent goes with an agent's name, got the role {role}")
    if goal is not None and not 1 <= goal <= 1000:
        raise InputError(f"a goal is 1 to 1000 reviews a week, got {goal}")


def _keep_an_admin(connection: Connection, user: User) -> None:
    if user.role is not UserRole.ADMIN or not user.active:
        return
    others = [
        other
        for other in users(connection)
        if other.active and other.role is UserRole.ADMIN and other.user_id != user.user_id
    ]
    if not others:
        raise InputError(
            f"{user.user_id} is the only admin: make somebody else one first, or nobody can "
            "add users any more"
        )
