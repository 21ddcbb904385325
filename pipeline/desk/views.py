"""Saved views: addresses of the queue under a name, one's own and those that leads share."""

from __future__ import annotations

import secrets
from datetime import datetime

from sqlalchemy import Connection

from pipeline.desk.filters import QueueFilters
from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.people import User, UserRole, ranks_at_least

LONGEST_NAME = 60
MOST = 40
"""Views that one person can keep."""


class SavedView(Record):
    """A view of the queue that somebody keeps."""

    view_id: str
    user_id: str
    name: str
    address: str
    """The queue's query string."""
    shared: bool
    """Whether everybody who has a queue finds it."""
    saved_at: datetime


def views_for(connection: Connection, user: User) -> tuple[SavedView, ...]:
    """Return somebody's own views, then those shared by others, by name."""
    found = connection.execute(query("views"), {"user_id": user.user_id}).mappings()
    return tuple(SavedView.model_validate(dict(row)) for row in found)


def save_view(
    connection: Connection,
    user: User,
    name: str,
    filters: QueueFilters,
    *,
    shared: bool,
    now: datetime,
) -> SavedView:
    """Keep a view; one's own of the same name is replaced.

    Args:
        connection: In a writing transaction.
        user: Whose.
        name: 1 to 60 characters.
        filters: What it shows, and in which order.
        shared: For everybody; only leads may.
        now: The present moment.

    Raises:
        InputError: The name is missing or too long, there are too many, or a reviewer shares.
    """
    name = " ".join(name.split())
    if not 1 <= len(name) <= LONGEST_NAME:
        raise InputError(f"a view needs a name of 1 to {LONGEST_NAME} characters, got {len(name)}")
    if shared and not ranks_at_least(user, UserRole.LEAD):
        raise InputError("only leads can share a view with everybody")
    own = [view for view in views_for(connection, user) if view.user_id == user.user_id]
    same = [view for view in own if view.name == name]
    if len(own) - len(same) >= MOST:
        raise InputError(f"{MOST} views are kept already: delete one first")
    for view in same:
        connection.execute(query("view_delete"), {"view_id": view.view_id})
    view = SavedView(
        view_id=secrets.token_hex(8),
        user_id=user.user_id,
        name=name,
        address=filters.address(),
        shared=shared,
        saved_at=now,
    )
    row = {**view.model_dump(), "shared": int(shared), "saved_at": time_text(now)}
    connection.execute(query("view_add"), row)
    return view


def delete_view(connection: Connection, user: User, view_id: str) -> SavedView:
    """Forget a view: one's own, or for leads any that is shared.

    Raises:
        InputError: There is none that they may delete.
    """
    for view in views_for(connection, user):
        mine = view.user_id == user.user_id
        if view.view_id == view_id and (mine or ranks_at_least(user, UserRole.LEAD)):
            connection.execute(query("view_delete"), {"view_id": view_id})
            return view
    raise InputError("there is no such view of yours to delete")
