"""The one place where requests are let in: every route is closed unless it is named here."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from typing import Literal
from urllib.parse import quote, urlsplit

from fastapi import Request
from starlette.concurrency import run_in_threadpool
from starlette.datastructures import MutableHeaders
from starlette.responses import RedirectResponse, Response
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from pipeline.desk import people, sessions, tokens
from pipeline.people import UserRole
from review.problem_details import problem_json
from review.security import cookies, csrf
from review.security.viewer import Viewer
from review.services import Services

PUBLIC = ("/login", "/healthz")
PUBLIC_UNDER = ("/static/", "/welcome/")
FOR_AGENTS = ("/", "/mine", "/account", "/logout", "/healthz")
FOR_AGENTS_UNDER = ("/static/", "/mine/", "/calls/", "/notes/", "/disputes/", "/account/")
"""Agents get in nowhere else; what they may see there is up to the pages."""
API = "/api"

Answer = Callable[[Request, int, str], Response]
"""Makes the answer about a problem from the request, a status code and a sentence."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """Why nobody is let in."""

    status_code: Literal[401, 403]
    sentence: str


def is_public(path: str) -> bool:
    """Return whether a path is open to everybody."""
    return path in PUBLIC or path.startswith(PUBLIC_UNDER)


def is_for_agents(path: str) -> bool:
    """Return whether agents may ask for a path."""
    return path in FOR_AGENTS or path.startswith(FOR_AGENTS_UNDER)


def identify(request: Request, services: Services, browser: str) -> Viewer | Refusal | None:
    """Return who asks; None: nobody that we know.

    Args:
        request: Its state says which address the connection came from.
        services: Where users are kept.
        browser: The random value that ties forms to this browser.
    """
    scheme, _, credentials = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        user = tokens.user_of(services.desk, credentials.strip())
        if user is None or not (request.url.path + "/").startswith(f"{API}/"):
            return Refusal(401, "This token is not known, was revoked, or is not for this address.")
        if request.method not in csrf.SAFE:
            return Refusal(403, "Tokens are for reading only.")
        return Viewer(user, "", None, "token")
    if services.settings.proxy_user_header is not None:
        return _proxied(request, services, services.settings.proxy_user_header, browser)
    token = cookies.read(cookies.SESSION, request, services.settings)
    session = None if token is None else sessions.resume(services.desk, token)
    if session is None:
        return None
    return Viewer(session.user, session.csrf_token, session.token, "password")


def _proxied(request: Request, services: Services, header: str, browser: str) -> Viewer | Refusal:
    named = request.headers.getlist(header)
    if request.state.peer not in services.settings.proxy_addresses or not any(named):
        return Refusal(
            401,
            "Nobody vouches for who you are. Open the review app through the address at which "
            "your company logs you in.",
        )
    if len(named) > 1:
        return Refusal(403, "The proxy in front named more than one person: have it set up anew.")
    with services.desk.reading() as connection:
        user = people.user_of(connection, named[0])
    if user is None or not user.active:
        return Refusal(
            403,
            "You are logged in, but nobody has let you into the review app yet. Ask an admin of "
            "the review app to add you under People, with the name you log in with.",
        )
    return Viewer(user, browser, None, "proxy")


class Gate:
    """Middleware that finds out who asks, and refuses whoever may not.

    Leaves in ``request.state``: ``viewer`` (None on public pages), ``csrf_token``.

    Args:
        app: What comes behind it.
        services: Where users are kept.
        answer: Makes the page about a problem.
    """

    def __init__(self, app: ASGIApp, services: Services, answer: Answer) -> None:
        self.app = app
        self.services = services
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or answer why not."""
        if scope["type"] != "http":
            if scope["type"] == "lifespan":
                await self.app(scope, receive, send)
            return
        request = Request(scope, receive)
        path = scope["path"]
        kept = cookies.read(cookies.BROWSER, request, self.services.settings)
        browser = kept or secrets.token_urlsafe(32)
        found = None
        if not path.startswith("/static/") and path != "/healthz":
            found = await run_in_threadpool(identify, request, self.services, browser)
        viewer = found if isinstance(found, Viewer) else None
        request.state.viewer = viewer
        request.state.csrf_token = viewer.csrf_token if viewer else browser
        refusal = self._refusal(request, found)
        if kept is None and (viewer.via == "proxy" if viewer else is_public(path)):
            send = self._with_browser(send, browser, request)
        await (refusal or self.app)(scope, receive, send)

    def _refusal(self, request: Request, found: Viewer | Refusal | None) -> Response | None:
        """Return the answer to somebody who may not come in; None: they may."""
        path = request.scope["path"]
        if request.method not in csrf.SAFE and not _from_our_pages(request):
            return self.answer(request, 403, "Another site sent this; nothing was changed.")
        if is_public(path):
            return None
        if isinstance(found, Refusal):
            return self.answer(request, found.status_code, found.sentence)
        if found is None:
            return ask_to_log_in(request)
        if found.user.role is UserRole.AGENT and not is_for_agents(path):
            return self.answer(request, 403, "This page is for reviewers, leads and admins.")
        return None

    def _with_browser(self, send: Send, browser: str, request: Request) -> Send:
        carrier = Response()
        cookies.put(carrier, cookies.BROWSER, browser, request, self.services.settings)

        async def send_with_cookie(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).append("set-cookie", carrier.headers["set-cookie"])
            await send(message)

        return send_with_cookie


def ask_to_log_in(request: Request) -> Response:
    """Return the answer to somebody who has not said who they are."""
    if wants_json(request):
        return problem_json(401, "Log in first, or send a token: Authorization: Bearer …")
    if "hx-request" in request.headers:
        where = urlsplit(request.headers.get("hx-current-url", "/"))
        back = where.path + (f"?{where.query}" if where.query else "")
        return Response(status_code=401, headers={"hx-redirect": _login_address(back)})
    back = "/"
    if request.method in csrf.SAFE:
        back = request.url.path + (f"?{request.url.query}" if request.url.query else "")
    return RedirectResponse(_login_address(back), 303)


def wants_json(request: Request) -> bool:
    """Return whether a program asks, not a person's browser."""
    path = request.url.path + "/"
    return path.startswith(f"{API}/") or "application/json" in request.headers.get("accept", "")


def _login_address(back: str) -> str:
    return "/login" if back == "/" else f"/login?next={quote(back, safe='')}"


def _from_our_pages(request: Request) -> bool:
    """Return whether nothing says that another site's page sent the request."""
    if request.headers.get("sec-fetch-site", "same-origin") not in ("same-origin", "none"):
        return False
    origin = request.headers.get("origin")
    if origin is None:
        return True
    return urlsplit(origin).netloc.lower() == request.headers.get("host", "").lower()
