"""Requests that change something must come from our own pages: they carry a secret of the session.

Pages are compressed, and a secret that stands in many compressed pages can be guessed from their
lengths (BREACH), so it is written differently into each: a random pad, and the token xored with it.
"""

from __future__ import annotations

import base64
import binascii
import secrets

from fastapi import HTTPException, Request
from starlette.datastructures import UploadFile

FIELD = "csrf_token"
HEADER = "x-csrf-token"
SAFE = frozenset({"GET", "HEAD", "OPTIONS"})
FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")


def masked(token: str) -> str:
    """Return a token as it stands in one page."""
    plain = token.encode()
    pad = secrets.token_bytes(len(plain))
    return base64.urlsafe_b64encode(pad + _xor(plain, pad)).decode()


def matches(given: str, token: str) -> bool:
    """Return whether what a request carries is this token, masked or plain."""
    if secrets.compare_digest(given.encode(), token.encode()):
        return True
    try:
        whole = base64.urlsafe_b64decode(given.encode())
    except (binascii.Error, ValueError):
        return False
    half = len(whole) // 2
    return secrets.compare_digest(_xor(whole[half:], whole[:half]), token.encode())


async def check(request: Request) -> None:
    """Do nothing if the request may change something.

    Raises:
        HTTPException: 403; it does not carry the token.
    """
    if request.method in SAFE:
        return
    token: str | None = request.state.csrf_token
    given = request.headers.get(HEADER)
    if given is None and request.headers.get("content-type", "").lower().startswith(FORMS):
        field = (await request.form()).get(FIELD)
        given = None if isinstance(field, UploadFile) else field
    if token is None or given is None or not matches(given, token):
        raise HTTPException(
            403,
            "This form is not from a page of your present session, so nothing was changed. "
            "Load the page again and send it once more.",
        )


def _xor(left: bytes, right: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(left, right, strict=False))
