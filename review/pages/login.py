"""Logging in and out, and the one-time links with which it begins."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import RedirectResponse, Response

from pipeline.desk import audit, links, logins, sessions
from pipeline.desk.logins import Wrong
from pipeline.desk.people import has_users, user_of
from pipeline.desk.throttle import TooSoon
from pipeline.errors import InputError
from pipeline.people import User
from review.context import (
    CurrentViewer,
    ServicesOf,
    address_of,
    audited,
    back_to,
    page,
    safe_path,
)
from review.security import cookies
from review.services import Services

router = APIRouter()

Typed = Annotated[str, Form()]
REPEATED = "The two passwords are not the same: type the new one twice."


@router.get("/login")
def login_page(request: Request, services: ServicesOf, next: str = "/") -> Response:
    """Show the form; whoever is logged in goes on."""
    _refuse_behind_proxy(services)
    if request.state.viewer is not None:
        return RedirectResponse(safe_path(next), 303)
    return _form(request, services, next)


@router.post("/login")
def log_in(
    request: Request,
    services: ServicesOf,
    user_id: Typed = "",
    password: Typed = "",
    next: Typed = "/",
) -> Response:
    """Begin a session with a token of its own, or say why not."""
    _refuse_behind_proxy(services)
    found = logins.prove(services.desk, services.passwords, user_id, password, address_of(request))
    if isinstance(found, TooSoon):
        problem = f"Too many wrong passwords. Try again {wait_words(found.wait_s)}."
        response = _form(request, services, next, user_id, problem, 429)
        response.headers["retry-after"] = str(found.wait_s)
        return response
    if isinstance(found, Wrong):
        problem = "User name and password do not belong together."
        return _form(request, services, next, user_id, problem, 401)
    return _begin(request, services, found, next)


@router.post("/logout")
def log_out(request: Request, viewer: CurrentViewer, services: ServicesOf) -> Response:
    """End the session."""
    response = back_to("/login", "You are logged out.")
    if viewer.session is not None:
        with services.desk.writing() as connection:
            sessions.end(connection, viewer.session)
            user = f"user:{viewer.user.user_id}"
            audited(request, viewer, "logout", user, connection=connection)
        cookies.drop(response, cookies.SESSION, request, services.settings)
    return response


@router.get("/welcome/{token}")
def welcome_page(request: Request, services: ServicesOf, token: str) -> Response:
    """Show what a one-time link is good for."""
    _refuse_behind_proxy(services)
    return _welcome(request, services, token)


@router.post("/welcome/{token}")
def welcome(
    request: Request,
    services: ServicesOf,
    token: str,
    password: Typed = "",
    again: Typed = "",
    user_id: Typed = "",
    name: Typed = "",
) -> Response:
    """Make the first admin or set a password, and begin a session."""
    _refuse_behind_proxy(services)
    if password != again:
        return _welcome(request, services, token, REPEATED, user_id, name)
    try:
        user = logins.welcome(
            services.desk,
            services.passwords,
            token,
            password,
            user_id=user_id,
            name=name,
            address=address_of(request),
        )
    except InputError as error:
        return _welcome(request, services, token, f"{error}.", user_id, name)
    return _begin(request, services, user, "/")


def wait_words(wait_s: int) -> str:
    """Return when a try may be made again."""
    then = datetime.now(UTC) + timedelta(seconds=wait_s)
    if wait_s < 120:
        return f"in {wait_s} s"
    return f"in {-(-wait_s // 60)} minutes, at {then:%H:%M} UTC"


def _begin(request: Request, services: Services, user: User, next: str) -> Response:
    """Begin a session; one that this browser had before ends."""
    address = address_of(request)
    before = cookies.read(cookies.SESSION, request, services.settings)
    with services.desk.writing() as connection:
        if before is not None:
            sessions.end(connection, before)
        session = sessions.start(
            connection, user, hours=services.settings.session_hours, address=address
        )
        who = user.user_id
        audit.record(connection, who, "login", f"user:{who}", address=address)
    response = RedirectResponse(safe_path(next), 303)
    cookies.put(response, cookies.SESSION, session.token, request, services.settings)
    return response


def _form(
    request: Request,
    services: Services,
    next: str,
    user_id: str = "",
    problem: str = "",
    status_code: int = 200,
) -> Response:
    with services.desk.reading() as connection:
        nobody_yet = not has_users(connection)
    return page(
        request,
        None,
        "people/login.html",
        status_code,
        next=safe_path(next),
        user_id=user_id,
        problem=problem,
        nobody_yet=nobody_yet,
    )


def _welcome(
    request: Request,
    services: Services,
    token: str,
    problem: str = "",
    user_id: str = "",
    name: str = "",
) -> Response:
    with services.desk.reading() as connection:
        link = links.look_at(connection, token)
        user = None if link.user_id is None else user_of(connection, link.user_id)
    return page(
        request,
        None,
        "people/welcome.html",
        400 if problem else 200,
        token=token,
        link=link,
        user=user,
        problem=problem,
        user_id=user_id,
        name=name,
    )


def _refuse_behind_proxy(services: Services) -> None:
    if services.settings.proxy_user_header is not None:
        raise HTTPException(
            404, "Nobody logs in here: the address in front of the review app says who you are."
        )
