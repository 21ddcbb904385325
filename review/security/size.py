"""Requests may be only so large; strangers may send hardly anything."""

from __future__ import annotations

from fastapi import HTTPException, Request
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from review.security.gate import Answer, is_public

MOST_BYTES = 64_000_000
"""A file of outcomes is the largest thing that anybody sends."""
MOST_BYTES_OF_STRANGERS = 64_000
TOO_LARGE = "What was sent is too large, so nothing was changed. Send it in smaller parts."


class SizeLimit:
    """Middleware that reads no more of a request than it may have.

    Args:
        app: What comes behind it.
        answer: Makes the page about a problem.
    """

    def __init__(self, app: ASGIApp, answer: Answer) -> None:
        self.app = app
        self.answer = answer

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, if it says that it is small enough, and stop it if it lied."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        most = MOST_BYTES_OF_STRANGERS if is_public(scope["path"]) else MOST_BYTES
        said = Headers(scope=scope).get("content-length", "0")
        if not (said.isascii() and said.isdigit()) or int(said[:20]) > most:
            await self.answer(Request(scope), 413, TOO_LARGE)(scope, receive, send)
            return
        received = 0

        async def receive_counted() -> Message:
            nonlocal received
            message = await receive()
            received += len(message.get("body", b""))
            if received > most:
                raise HTTPException(413, TOO_LARGE)
            return message

        await self.app(scope, receive_counted, send)
