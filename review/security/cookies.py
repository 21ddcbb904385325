"""The cookies of the review app. None can be read by scripts but the choice of light or dark."""

from __future__ import annotations

from fastapi import Request, Response

from pipeline.settings import Settings

SESSION = "callqa_session"
BROWSER = "callqa_browser"
"""Ties forms to a browser where there is no session: before login, and behind a proxy."""
FLASH = "callqa_flash"
THEME = "callqa_theme"


def secure(request: Request, settings: Settings) -> bool:
    """Return whether cookies of this request go over encrypted connections only."""
    return settings.secure_cookies == "always" or request.url.scheme == "https"


def name_of(name: str, request: Request, settings: Settings) -> str:
    """Return a cookie's name; with the prefix no other host of the domain can set it."""
    return f"__Host-{name}" if secure(request, settings) else name


def read(name: str, request: Request, settings: Settings) -> str | None:
    """Return what a browser sent; None: nothing."""
    return request.cookies.get(name_of(name, request, settings)) or None


def put(
    response: Response,
    name: str,
    value: str,
    request: Request,
    settings: Settings,
    *,
    max_age_s: int | None = None,
) -> None:
    """Have the browser keep a value; without an age until it is closed."""
    response.set_cookie(
        name_of(name, request, settings),
        value,
        max_age=max_age_s,
        path="/",
        secure=secure(request, settings),
        httponly=True,
        samesite="lax",
    )


def drop(response: Response, name: str, request: Request, settings: Settings) -> None:
    """Have the browser forget a value."""
    response.delete_cookie(
        name_of(name, request, settings),
        path="/",
        secure=secure(request, settings),
        httponly=True,
        samesite="lax",
    )
