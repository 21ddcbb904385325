"""Ids with a slash in them: ``/calls/2026%2F17`` is one call, not a folder and a file in it.

Servers decode a path before it is looked at, and then nobody can tell. Here a slash that was
written as ``%2F`` is another character until the path has been taken apart.
"""

from __future__ import annotations

from urllib.parse import unquote

from starlette.convertors import StringConvertor, register_url_convertor
from starlette.types import ASGIApp, Receive, Scope, Send

STAND_IN = "\uf8fe"
"""A character of the private use area, which no id has."""


class Segment(StringConvertor):
    """One part of a path, its own slashes back in place."""

    def convert(self, value: str) -> str:
        """Return the part as it was meant."""
        return value.replace(STAND_IN, "/")

    def to_string(self, value: str) -> str:
        """Return the part as it stands in a path."""
        return super().to_string(value.replace("/", STAND_IN))


register_url_convertor("str", Segment())


class WholeSegments:
    """Middleware that keeps quoted slashes apart from those that divide a path."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, its path taken apart before it was decoded."""
        raw = scope.get("raw_path") if scope["type"] == "http" else None
        if raw and b"%2f" in raw.lower():
            parts = raw.partition(b"?")[0].decode("latin-1").split("/")
            path = "/".join(unquote(part).replace("/", STAND_IN) for part in parts)
            scope = {**scope, "path": path}
        await self.app(scope, receive, send)
