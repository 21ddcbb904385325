"""Hooks: who else is told of what happens. For admins."""

from __future__ import annotations

from typing import Annotated

import httpx
from fastapi import APIRouter, Form, Request
from fastapi.responses import Response

from pipeline.desk import Desk
from pipeline.desk.hook_sending import MOST_TRIES, SIGNATURE, TOLERANCE_S
from pipeline.desk.hooks import (
    MEANINGS,
    NewHook,
    add_hook,
    deliveries,
    hooks,
    renew_secret,
    send_again,
    switch_hook,
)
from pipeline.errors import InputError
from review.context import Admin, DeskOf, audited, back_to, page
from review.security.viewer import Viewer

router = APIRouter(prefix="/hooks")

HERE = "/hooks"
SHOWN = 100


@router.get("")
def list_hooks(request: Request, viewer: Admin, desk: DeskOf) -> Response:
    """List addresses and what was sent to them."""
    return _hooks(request, viewer, desk)


@router.post("")
def add(
    request: Request,
    viewer: Admin,
    desk: DeskOf,
    address: Annotated[str, Form()] = "",
    events: Annotated[list[str] | None, Form()] = None,
) -> Response:
    """Add an address, and show the secret this once."""
    wanted = events or []
    try:
        with desk.writing() as connection:
            added = add_hook(connection, address, wanted, viewer.user.user_id)
            # The host alone: some addresses hold a secret of their receiver.
            told = {"host": httpx.URL(address.strip()).host, "events": ", ".join(wanted)}
            audited(request, viewer, "hook.added", f"hook:{added.hook_id}", told, connection)
    except InputError as error:
        return _hooks(request, viewer, desk, address, wanted, str(error))
    return _secret(request, viewer, added)


@router.post("/{hook_id}/active")
def switch(
    request: Request, viewer: Admin, desk: DeskOf, hook_id: str, active: Annotated[bool, Form()]
) -> Response:
    """Stop telling an address, or go on."""
    with desk.writing() as connection:
        switch_hook(connection, hook_id, active=active)
        action = "hook.switched_on" if active else "hook.switched_off"
        audited(request, viewer, action, f"hook:{hook_id}", connection=connection)
    return back_to(HERE, "Events are sent." if active else "Nothing more is sent there.")


@router.post("/{hook_id}/secret")
def renew(request: Request, viewer: Admin, desk: DeskOf, hook_id: str) -> Response:
    """Give a hook another secret, and show it this once."""
    with desk.writing() as connection:
        renewed = renew_secret(connection, hook_id)
        audited(request, viewer, "hook.secret_renewed", f"hook:{hook_id}", connection=connection)
    return _secret(request, viewer, renewed)


@router.post("/deliveries/{delivery_id}/again")
def again(request: Request, viewer: Admin, desk: DeskOf, delivery_id: str) -> Response:
    """Send an event once more."""
    with desk.writing() as connection:
        send_again(connection, delivery_id)
        subject = f"hook_delivery:{delivery_id}"
        audited(request, viewer, "hook.sent_again", subject, connection=connection)
    return back_to(HERE, "It is sent within seconds.")


def _hooks(
    request: Request,
    viewer: Viewer,
    desk: Desk,
    address: str = "",
    events: list[str] | None = None,
    problem: str = "",
) -> Response:
    with desk.reading() as connection:
        listed, sent = hooks(connection), deliveries(connection, SHOWN)
    return page(
        request,
        viewer,
        "hooks/list.html",
        400 if problem else 200,
        hooks=listed,
        deliveries=sent,
        meanings=MEANINGS,
        address=address,
        events=list(MEANINGS) if events is None else events,
        problem=problem,
        most_tries=MOST_TRIES,
        header=SIGNATURE,
        minutes=TOLERANCE_S // 60,
    )


def _secret(request: Request, viewer: Viewer, hook: NewHook) -> Response:
    answer = page(request, viewer, "hooks/secret.html", hook=hook, header=SIGNATURE)
    answer.headers["cache-control"] = "no-store"
    return answer
