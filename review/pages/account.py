"""One's own account: password, sessions, tokens for programs."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import Response

from pipeline.desk import logins, sessions, tokens
from pipeline.desk.logins import Wrong
from pipeline.desk.throttle import TooSoon
from pipeline.desk.tokens import NewToken
from pipeline.errors import InputError
from review.context import CurrentViewer, ServicesOf, address_of, audited, back_to, page
from review.pages.login import REPEATED, wait_words
from review.security.viewer import Viewer
from review.services import Services

router = APIRouter(prefix="/account")

Typed = Annotated[str, Form()]
HERE = "/account"


@router.get("")
def account(request: Request, viewer: CurrentViewer, services: ServicesOf) -> Response:
    """Show what somebody's account is, and what can be changed."""
    return _account(request, viewer, services)


@router.post("/password")
def change_password(
    request: Request,
    viewer: CurrentViewer,
    services: ServicesOf,
    present: Typed = "",
    password: Typed = "",
    again: Typed = "",
) -> Response:
    """Set another password; all other sessions end."""
    session, address = _own_session(viewer), address_of(request)
    if password != again:
        return back_to(HERE, REPEATED, "bad")
    user_id = viewer.user.user_id
    found = logins.prove(services.desk, services.passwords, user_id, present, address)
    if isinstance(found, TooSoon):
        when = wait_words(found.wait_s)
        return back_to(HERE, f"Too many wrong passwords. Try again {when}.", "bad")
    if isinstance(found, Wrong):
        return back_to(HERE, "That is not your present password. Nothing was changed.", "bad")
    try:
        logins.change_password(
            services.desk,
            services.passwords,
            viewer.user,
            password,
            session=session,
            address=address,
        )
    except InputError as error:
        return back_to(HERE, f"{error}.", "bad")
    return back_to(HERE, "Your password was changed. Your other sessions have ended.")


@router.post("/sessions/end")
def end_others(request: Request, viewer: CurrentViewer, services: ServicesOf) -> Response:
    """End all sessions but this one."""
    session = _own_session(viewer)
    with services.desk.writing() as connection:
        ended = sessions.end_all(connection, viewer.user.user_id, but=session)
        subject = f"user:{viewer.user.user_id}"
        audited(request, viewer, "sessions.ended", subject, {"count": ended}, connection)
    return back_to(HERE, f"Ended {ended} other session{'' if ended == 1 else 's'}.")


@router.post("/tokens")
def make_token(
    request: Request, viewer: CurrentViewer, services: ServicesOf, name: Typed = ""
) -> Response:
    """Make a token and show it, this once."""
    _may_have_tokens(viewer)
    try:
        with services.desk.writing() as connection:
            made = tokens.make(connection, viewer.user.user_id, name)
            subject = f"token:{made.token_id}"
            audited(request, viewer, "token.made", subject, {"name": name}, connection)
    except InputError as error:
        return back_to(HERE, f"{error}.", "bad")
    return _account(request, viewer, services, made)


@router.post("/tokens/{token_id}/revoke")
def revoke_token(
    request: Request, viewer: CurrentViewer, services: ServicesOf, token_id: str
) -> Response:
    """End one of one's own tokens."""
    try:
        with services.desk.writing() as connection:
            tokens.revoke(connection, viewer.user.user_id, token_id)
            audited(request, viewer, "token.revoked", f"token:{token_id}", None, connection)
    except InputError as error:
        return back_to(HERE, f"{error}.", "bad")
    return back_to(HERE, "The token was revoked: programs that use it are refused from now on.")


def _account(
    request: Request, viewer: Viewer, services: Services, made: NewToken | None = None
) -> Response:
    user_id = viewer.user.user_id
    with services.desk.reading() as connection:
        open_sessions = sessions.of_user(connection, user_id, viewer.session)
        own_tokens = tokens.of_user(connection, user_id)
    return page(
        request,
        viewer,
        "people/account.html",
        user=viewer.user,
        sessions=open_sessions,
        tokens=own_tokens,
        made=made,
        with_tokens=viewer.user.role != "agent",
        hours=services.settings.session_hours,
    )


def _own_session(viewer: Viewer) -> str:
    """Return the token of the viewer's session.

    Raises:
        HTTPException: 409; a proxy vouches for them, so they have neither session nor password.
    """
    if viewer.session is None:
        raise HTTPException(409, "Your company logs you in, so passwords and sessions are there.")
    return viewer.session


def _may_have_tokens(viewer: Viewer) -> None:
    """Do nothing if a token would be of use.

    Raises:
        HTTPException: 403; the API is not open to agents.
    """
    if viewer.user.role == "agent":
        raise HTTPException(403, "The API is for reviewers, leads and admins.")
