"""Where a request comes from, and under which name it asks for us."""

from __future__ import annotations

import ipaddress
import socket
from urllib.parse import urlsplit

from starlette.datastructures import Headers
from starlette.responses import PlainTextResponse
from starlette.types import ASGIApp, Receive, Scope, Send

from pipeline.settings import Settings


class Peer:
    """Middleware that believes a trusted proxy's word about whom it speaks for.

    ``scope["state"]["peer"]`` keeps the address that the connection itself came from. Only if that
    is one of ``proxy_addresses`` the client's address and the scheme are taken from
    ``X-Forwarded-For`` and ``X-Forwarded-Proto``; of the first the last entry that is no trusted
    proxy, since what stands before it may have been made up by the client.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        self.trusted = frozenset(settings.proxy_addresses)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, with the client as we believe it to be."""
        if scope["type"] == "http":
            client = scope.get("client")
            peer = client[0] if client else ""
            scope = {**scope, "state": {**scope.get("state", {}), "peer": peer}}
            if peer in self.trusted:
                self._believe(scope)
        await self.app(scope, receive, send)

    def _believe(self, scope: Scope) -> None:
        headers = Headers(scope=scope)
        if headers.get("x-forwarded-proto", "").strip().lower() == "https":
            scope["scheme"] = "https"
        named = [
            part.strip()
            for line in headers.getlist("x-forwarded-for")
            for part in line.split(",")
            if part.strip()
        ]
        outside = [address for address in named if address not in self.trusted]
        if outside and is_address(outside[-1]):
            scope["client"] = (outside[-1], 0)


class KnownHost:
    """Middleware that answers only under names of ours.

    A page elsewhere can have its own name point to this machine (DNS rebinding) and would then be
    one of our pages to the browser. Such a request always carries a name; a bare address is none
    that anybody else could have.
    """

    def __init__(self, app: ASGIApp, settings: Settings) -> None:
        self.app = app
        public = urlsplit(settings.public_url).hostname if settings.public_url else None
        names = {"localhost", socket.gethostname(), settings.host, *settings.allowed_hosts}
        self.names = frozenset(name.lower() for name in names | ({public} if public else set()))

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on if it asks for us."""
        if scope["type"] == "http" and not self.knows(Headers(scope=scope).getlist("host")):
            answer = PlainTextResponse(
                "The review app is not known under this name. Use its address, or have whoever "
                "runs it add the name to the setting CALLQA_ALLOWED_HOSTS.",
                status_code=400,
            )
            await answer(scope, receive, send)
            return
        await self.app(scope, receive, send)

    def knows(self, hosts: list[str]) -> bool:
        """Return whether the values of the Host header, with ports, name us."""
        if len(hosts) != 1:
            return False
        name = host_name(hosts[0])
        if name is None:
            return False
        return name in self.names or name.endswith(".localhost") or is_address(name)


def host_name(host: str) -> str | None:
    """Return the name or address in a Host header, in lower case; None: it has no proper form."""
    try:
        parts = urlsplit(f"//{host}")
        _ = parts.port
    except ValueError:
        return None
    if parts.netloc != host or "@" in host or parts.path or parts.query or parts.fragment:
        return None
    return parts.hostname


def is_address(text: str) -> bool:
    """Return whether this is an IP address."""
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True


def is_loopback(host: str) -> bool:
    """Return whether only this machine can reach a listener there."""
    return host == "localhost" or (is_address(host) and ipaddress.ip_address(host).is_loopback)
