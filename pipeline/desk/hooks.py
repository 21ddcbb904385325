"""Who is told of what happens: addresses, and one delivery per address and event.

An event is written down in the transaction that makes it happen, so none is lost and none is told
that did not happen; ``pipeline.desk.hook_sending`` sends it afterwards.
"""

from __future__ import annotations

import json
import secrets
from collections.abc import Iterable, Mapping
from typing import Literal, get_args

from pydantic import JsonValue
from sqlalchemy import Connection

from pipeline.desk.hook_addresses import checked_address
from pipeline.desk.queries import query
from pipeline.desk.times import now_text
from pipeline.domain import Record
from pipeline.errors import InputError
from pipeline.keys import canonical_json

Event = Literal["critical_fail", "review_submitted", "dispute_opened"]
EVENTS: tuple[Event, ...] = get_args(Event)
MEANINGS: Mapping[Event, str] = {
    "critical_fail": "A call was scored and failed a critical criterion",
    "review_submitted": "A reviewer submitted a review",
    "dispute_opened": "An agent disputed a verdict",
}
"""What people read beside the names."""
TOLD = frozenset(
    {
        *("call_id", "agent", "team", "rubric", "rubric_version", "evaluation_key", "evaluated_at"),
        *("score", "human_score", "criterion", "criteria", "kind", "review_key", "reviewer"),
        *("finished_at", "corrections", "dispute_id", "opened_by", "opened_at", "is_partial"),
    }
)
"""All that leaves with an event: ids, figures, names of criteria. Never what somebody said."""


class Hook(Record):
    """An address that is told of some events."""

    hook_id: str
    address: str
    events: tuple[Event, ...]
    active: bool
    added_by: str
    added_at: str
    delivered: int = 0
    waiting: int = 0
    given_up: int = 0


class NewHook(Record):
    """A hook that was just added, with what is shown once."""

    hook_id: str
    secret: str
    """With which its events are signed."""


class Delivery(Record):
    """One event for one address, and how it went."""

    delivery_id: str
    hook_id: str
    address: str
    event: Event
    made_at: str
    attempts: int
    next_try_at: str | None
    """None: delivered, or given up."""
    delivered_at: str | None
    last_error: str | None

    @property
    def state(self) -> Literal["delivered", "waiting", "given up"]:
        """Return how it stands."""
        if self.delivered_at is not None:
            return "delivered"
        return "waiting" if self.next_try_at is not None else "given up"


def emit(connection: Connection, event: Event, body: Mapping[str, JsonValue]) -> int:
    """Write an event down for everybody who wants to know; return for how many.

    Args:
        connection: In the transaction that makes the event happen.
        event: What happened.
        body: About what: ids and figures. Whatever is not named in ``TOLD`` stays here.
    """
    told: dict[str, JsonValue] = {name: value for name, value in body.items() if name in TOLD}
    wanting = [hook for hook in _hooks(connection) if hook.active and event in hook.events]
    for hook in wanting:
        delivery_id, made_at = secrets.token_hex(8), now_text()
        sent: dict[str, JsonValue] = {
            "event": event,
            "delivery": delivery_id,
            "made_at": made_at,
            "about": told,
        }
        parameters = {
            "delivery_id": delivery_id,
            "hook_id": hook.hook_id,
            "event": event,
            "body": canonical_json(sent),
            "made_at": made_at,
        }
        connection.execute(query("hook_deliver"), parameters)
    return len(wanting)


def add_hook(connection: Connection, address: str, events: Iterable[str], added_by: str) -> NewHook:
    """Add an address.

    Args:
        connection: In a transaction.
        address: Begins with https, or with http on this machine.
        events: Names out of ``EVENTS``, at least one.
        added_by: A user.

    Raises:
        InputError: The address may not be used, or no event or an unknown one is named.
    """
    wanted = list(dict.fromkeys(events))
    unknown = [name for name in wanted if name not in EVENTS]
    if not wanted or unknown:
        found = f"found {unknown[0]!r}" if unknown else "found none"
        raise InputError(f"expected at least one of {', '.join(EVENTS)}, {found}")
    added = NewHook(hook_id=secrets.token_hex(8), secret=_new_secret())
    parameters = {
        "hook_id": added.hook_id,
        "address": checked_address(address),
        "secret": added.secret,
        "events": canonical_json([*wanted]),
        "added_by": added_by,
        "added_at": now_text(),
    }
    connection.execute(query("hook_add"), parameters)
    return added


def renew_secret(connection: Connection, hook_id: str) -> NewHook:
    """Give a hook another secret; what is sent from now on is signed with it.

    Raises:
        InputError: There is no such hook.
    """
    renewed = NewHook(hook_id=hook_id, secret=_new_secret())
    _change(connection, "hook_renew", hook_id, secret=renewed.secret)
    return renewed


def switch_hook(connection: Connection, hook_id: str, *, active: bool) -> None:
    """Stop telling an address, or go on; what is waiting meanwhile is sent afterwards.

    Raises:
        InputError: There is no such hook.
    """
    _change(connection, "hook_switch", hook_id, active=int(active))


def hooks(connection: Connection) -> tuple[Hook, ...]:
    """Return all addresses, oldest first, with how many events each got."""
    counted = {
        row["hook_id"]: row for row in connection.execute(query("hook_delivery_counts")).mappings()
    }
    return tuple(
        hook.model_copy(
            update={
                name: counted[hook.hook_id][name] for name in ("delivered", "waiting", "given_up")
            }
        )
        if hook.hook_id in counted
        else hook
        for hook in _hooks(connection)
    )


def deliveries(connection: Connection, most: int = 100) -> tuple[Delivery, ...]:
    """Return what was told and what waits, latest first."""
    rows = connection.execute(query("hook_deliveries"), {"most": most}).mappings()
    return tuple(Delivery.model_validate(dict(row)) for row in rows)


def send_again(connection: Connection, delivery_id: str) -> None:
    """Let an event be sent once more, now, whatever became of it.

    Raises:
        InputError: There is no such delivery.
    """
    parameters = {"delivery_id": delivery_id, "now": now_text()}
    if not connection.execute(query("hook_send_again"), parameters).rowcount:
        raise InputError(f"there is no delivery {delivery_id}")


def _hooks(connection: Connection) -> tuple[Hook, ...]:
    rows = connection.execute(query("hooks")).mappings()
    return tuple(
        Hook.model_validate(
            {**row, "events": json.loads(row["events"]), "active": bool(row["active"])}
        )
        for row in rows
    )


def _change(connection: Connection, name: str, hook_id: str, **values: str | int) -> None:
    if not connection.execute(query(name), {"hook_id": hook_id, **values}).rowcount:
        raise InputError(f"there is no hook {hook_id}")


def _new_secret() -> str:
    return f"whsec_{secrets.token_urlsafe(32)}"
