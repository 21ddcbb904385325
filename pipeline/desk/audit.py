"""The record of who read and changed what. Entries are only ever added."""

from __future__ import annotations

import json
import secrets
from collections.abc import Mapping

from pydantic import JsonValue
from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.desk.times import now_text

SYSTEM = "system"
"""The actor of what nobody asked for, and of the command line."""


def record(
    connection: Connection,
    actor: str,
    action: str,
    subject: str,
    detail: Mapping[str, JsonValue] | None = None,
    *,
    address: str | None = None,
) -> None:
    """Add an entry, in the caller's transaction.

    Args:
        connection: Writing.
        actor: A user_id, or ``SYSTEM``.
        action: Such as ``call.read``, ``review.submitted``, ``user.added``.
        subject: Such as ``call:c-17``.
        detail: More about it; never words of a call.
        address: Where the request came from.
    """
    connection.execute(
        query("audit_add"),
        {
            "happened_at": now_text(),
            "entry_id": secrets.token_hex(8),
            "actor": actor,
            "action": action,
            "subject": subject,
            "detail": json.dumps(dict(detail or {}), ensure_ascii=False, sort_keys=True),
            "address": address,
        },
    )
