"""What every answer tells the browser: load nothing from elsewhere, keep and frame nothing."""

from __future__ import annotations

from starlette.datastructures import MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

WAVEFORM_STYLE = "sha256-Pc8lBnNlZrPymfBXPe3N6kIM3REPPZ2QCeUn/aX/6R4="
"""Of the style element that wavesurfer.js writes for a waveform 34 pixels high; no other may."""
CONTENT_SECURITY_POLICY = (
    f"default-src 'none'; script-src 'self'; style-src 'self' '{WAVEFORM_STYLE}'; "
    "img-src 'self' data:; "
    "media-src 'self' blob:; connect-src 'self'; font-src 'self'; form-action 'self'; "
    "frame-ancestors 'none'; base-uri 'none'"
)
ALWAYS = {
    "content-security-policy": CONTENT_SECURITY_POLICY,
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    # Not no-referrer: with it browsers send "Origin: null" with our own forms.
    "referrer-policy": "same-origin",
    "permissions-policy": "camera=(), microphone=(), geolocation=(), payment=(), usb=()",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
}
HSTS = "max-age=31536000"


def add_to(headers: MutableHeaders, *, https: bool) -> None:
    """Put them into a response; only ``Cache-Control`` may be decided by who made it."""
    headers.update(ALWAYS)
    headers.setdefault("cache-control", "no-store")
    if https:
        headers["strict-transport-security"] = HSTS


class SecurityHeaders:
    """Middleware that adds the headers to whatever is answered."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and the answer back with the headers."""
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return

        async def send_with_headers(message: Message) -> None:
            if message["type"] == "http.response.start":
                add_to(MutableHeaders(scope=message), https=scope["scheme"] == "https")
            await send(message)

        await self.app(scope, receive, send_with_headers)
