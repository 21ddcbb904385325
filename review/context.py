"""What page handlers ask for: who looks, where things are kept, and how to answer."""

from __future__ import annotations

import base64
import binascii
import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Annotated, Literal, cast

from fastapi import Depends, HTTPException, Request
from fastapi.responses import HTMLResponse, RedirectResponse
from pydantic import JsonValue
from sqlalchemy import Connection
from starlette.types import Receive, Scope, Send

from pipeline.desk import Desk, audit
from pipeline.desk.calls import CallRow, call_row
from pipeline.desk.keeping import Keeper
from pipeline.desk.queries import query
from pipeline.desk.talk import counts_for
from pipeline.people import UserRole, may_see, ranks_at_least
from pipeline.settings import Settings
from pipeline.store import Store
from review.navigation import Group, navigation
from review.rendering import environment
from review.security import cookies, csrf
from review.security.viewer import Viewer as Viewer
from review.services import Services

Kind = Literal["done", "bad"]
LONGEST_FLASH = 600


def services_of(request: Request) -> Services:
    """Return what the app works with."""
    return cast(Services, request.app.state.services)


def desk_of(request: Request) -> Desk:
    """Return the desk."""
    return services_of(request).desk


def store_of(request: Request) -> Store:
    """Return the store; not for pages that have to be quick."""
    return services_of(request).store


def settings_of(request: Request) -> Settings:
    """Return the settings."""
    return services_of(request).settings


def keeper_of(request: Request) -> Keeper:
    """Return what brings desk and store together: its state, and a way to hurry it."""
    return cast(Keeper, request.app.state.keeper)


def current_viewer(request: Request) -> Viewer:
    """Return who looks.

    Raises:
        HTTPException: 401; nobody, on a page that is open to everybody.
    """
    viewer: Viewer | None = request.state.viewer
    if viewer is None:
        raise HTTPException(401, "Log in first.")
    return viewer


def at_least(role: UserRole) -> Callable[[Request], Viewer]:
    """Return the dependency that lets in a role and those above it."""

    def check(request: Request) -> Viewer:
        viewer = current_viewer(request)
        if not ranks_at_least(viewer.user, role):
            raise HTTPException(
                403,
                f"This needs the role {role.value}; you have the role {viewer.user.role.value}. "
                "An admin can change that under Users.",
            )
        return viewer

    return check


ServicesOf = Annotated[Services, Depends(services_of)]
DeskOf = Annotated[Desk, Depends(desk_of)]
StoreOf = Annotated[Store, Depends(store_of)]
KeeperOf = Annotated[Keeper, Depends(keeper_of)]
SettingsOf = Annotated[Settings, Depends(settings_of)]
CurrentViewer = Annotated[Viewer, Depends(current_viewer)]
Reviewer = Annotated[Viewer, Depends(at_least(UserRole.REVIEWER))]
Lead = Annotated[Viewer, Depends(at_least(UserRole.LEAD))]
Admin = Annotated[Viewer, Depends(at_least(UserRole.ADMIN))]
AgentOnly = Annotated[Viewer, Depends(at_least(UserRole.AGENT))]


@dataclass(frozen=True, slots=True)
class Flash:
    """What the page before wanted to be said on this one."""

    kind: Kind
    message: str


def page(
    request: Request,
    viewer: Viewer | None,
    template: str,
    status_code: int = 200,
    **context: object,
) -> HTMLResponse:
    """Return a page.

    Templates find, beside what is given: ``request``, ``viewer``, ``csrf_token``, ``nav``,
    ``now``, ``flash``, ``path``.

    Args:
        request: The request.
        viewer: Who looks; None on pages for everybody.
        template: Path under ``review/templates``.
        status_code: Of the answer.
        context: What the template needs besides.
    """
    flash = _flash(request)
    token: str = getattr(request.state, "csrf_token", None) or ""
    response = HTMLResponse(
        environment()
        .get_template(template)
        .render(
            request=request,
            viewer=viewer,
            csrf_token=csrf.masked(token) if token else "",
            nav=_navigation(request, viewer, status_code) if viewer else (),
            now=datetime.now(UTC),
            flash=flash,
            path=request.url.path,
            **context,
        ),
        status_code,
    )
    if flash is not None:
        cookies.drop(response, cookies.FLASH, request, settings_of(request))
    return response


class FlashRedirect(RedirectResponse):
    """A redirect to a page that shows a message once.

    Args:
        url: Where to.
        flash: What to say there.
    """

    def __init__(self, url: str, flash: Flash) -> None:
        super().__init__(url, 303)
        self.flash = flash

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer; only now it is known whether cookies have to be secure."""
        request = Request(scope)
        value = _packed(self.flash)
        cookies.put(self, cookies.FLASH, value, request, settings_of(request), max_age_s=60)
        await super().__call__(scope, receive, send)


def _navigation(request: Request, viewer: Viewer, status_code: int) -> tuple[Group, ...]:
    """Return the rail with how much waits; where something broke, without asking the desk."""
    counts: Mapping[str, int] = {}
    if status_code < 500:
        with desk_of(request).reading() as connection:
            counts = counts_for(connection, viewer.user).by_page
    return navigation(viewer.user, request.url.path, request.app.state.paths, counts)


def back_to(url: str, message: str = "", kind: Kind = "done") -> RedirectResponse:
    """Return the answer to a form: go to a page, which shows the message once.

    Args:
        url: A path of ours with its query; anything else leads to the first page.
        message: What was done, or why not.
        kind: ``done`` or ``bad``.
    """
    if not message:
        return RedirectResponse(safe_path(url), 303)
    return FlashRedirect(safe_path(url), Flash(kind, message[:LONGEST_FLASH]))


def safe_path(url: str | None) -> str:
    """Return a path of ours; the first page where it is missing or leads elsewhere."""
    if not url or not url.startswith("/") or url.startswith("//") or "\\" in url:
        return "/"
    return "/" if any(ord(char) < 32 for char in url) else url


def audited(
    request: Request,
    viewer: Viewer,
    action: str,
    subject: str,
    detail: Mapping[str, JsonValue] | None = None,
    connection: Connection | None = None,
) -> None:
    """Write down what somebody did.

    Args:
        request: Says where from.
        viewer: Who.
        action: Such as ``call.read``.
        subject: Such as ``call:c-17``.
        detail: More about it; never words of a call.
        connection: Writing, to do it in the same transaction; None: in one of its own.
    """
    where = address_of(request)
    if connection is not None:
        audit.record(connection, viewer.user.user_id, action, subject, detail, address=where)
        return
    with desk_of(request).writing() as own:
        audit.record(own, viewer.user.user_id, action, subject, detail, address=where)


def address_of(request: Request) -> str:
    """Return the address that a request came from."""
    return request.client.host if request.client else "unknown"


def visible_call(request: Request, viewer: Viewer, call_id: str) -> CallRow:
    """Return a call that the viewer may see.

    Raises:
        HTTPException: 404; there is none, or they may not see it: nobody learns which.
    """
    with desk_of(request).reading() as connection:
        row = call_row(connection, call_id)
        released = bool(connection.execute(query("call_released"), {"call_id": call_id}).scalar())
    if row is None or not may_see(viewer.user, row.agent, row.team, released):
        raise HTTPException(404, "There is no such call, or it is not one that you may see.")
    return row


def _packed(flash: Flash) -> str:
    text = json.dumps([flash.kind, flash.message])
    return base64.urlsafe_b64encode(text.encode()).decode()


def _flash(request: Request) -> Flash | None:
    packed = cookies.read(cookies.FLASH, request, settings_of(request))
    if packed is None:
        return None
    try:
        kind, message = json.loads(base64.urlsafe_b64decode(packed.encode()))
    except (binascii.Error, ValueError, TypeError):
        return None
    return Flash("bad" if kind == "bad" else "done", str(message)[:LONGEST_FLASH])
