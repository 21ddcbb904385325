"""Send a file that browsers play, in the pieces that they ask for (RFC 9110, section 14).

starlette's own ``FileResponse`` knows ranges too, but reads only local files, and answers a range
that it cannot read with 400, where the standard wants it ignored; recordings may lie behind a URL.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Literal

from starlette.requests import Request
from starlette.responses import Response, StreamingResponse

from pipeline.planning import open_file
from pipeline.playback import Playable

PIECE_BYTES = 256 * 1024
KEPT_NOWHERE: Mapping[str, str] = {
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
"""What customers said does not stay in a browser's cache after the reviewer has left."""
ONE_RANGE = re.compile(r"bytes[ \t]*=[ \t]*(\d{0,18})-(\d{0,18})[ \t]*", re.IGNORECASE | re.ASCII)


@dataclass(frozen=True, slots=True)
class ByteRange:
    """Part of a file: bytes ``start`` to ``end``, the last not included."""

    start: int
    end: int


def read_range(header: str | None, size_bytes: int) -> ByteRange | Literal["beyond"] | None:
    """Return what a ``Range`` header asks for.

    None if the whole file is to be sent: there is no header, it is malformed, asks in another unit
    or for several ranges (which a server may ignore). ``beyond`` if no such bytes exist.
    """
    asked = ONE_RANGE.fullmatch(header.strip()) if header is not None else None
    if asked is None or not (asked[1] or asked[2]):
        return None
    if not asked[1]:
        start, end = max(0, size_bytes - int(asked[2])), size_bytes
    else:
        start, end = int(asked[1]), int(asked[2]) + 1 if asked[2] else size_bytes
        if asked[2] and end <= start:
            return None
    end = min(end, size_bytes)
    return ByteRange(start, end) if start < end else "beyond"


def send(request: Request, playable: Playable) -> Response:
    """Return the answer to a GET or HEAD for a file: 200, 206, 304 or 416.

    The file is opened when the answer is sent, and read piece by piece.
    """
    tag = f'"{playable.tag}"'
    headers = {**KEPT_NOWHERE, "Accept-Ranges": "bytes", "ETag": tag}
    if _is_known(request.headers.get("if-none-match"), tag):
        return Response(status_code=304, headers=headers)
    whole = ByteRange(0, playable.size_bytes)
    unchanged = request.headers.get("if-range", tag) == tag
    asked = read_range(request.headers.get("range"), playable.size_bytes) if unchanged else None
    if asked == "beyond":
        headers["Content-Range"] = f"bytes */{playable.size_bytes}"
        return Response(status_code=416, headers=headers)
    sent = asked or whole
    headers["Content-Length"] = str(sent.end - sent.start)
    if asked is not None:
        headers["Content-Range"] = f"bytes {sent.start}-{sent.end - 1}/{playable.size_bytes}"
    status = 200 if asked is None else 206
    if request.method == "HEAD":
        return Response(status_code=status, headers=headers, media_type=playable.media_type)
    return StreamingResponse(
        _pieces(playable.source, sent),
        status_code=status,
        headers=headers,
        media_type=playable.media_type,
    )


def _is_known(header: str | None, tag: str) -> bool:
    """Return whether an ``If-None-Match`` header names this file."""
    known = [part.strip().removeprefix("W/") for part in (header or "").split(",")]
    return tag in known or known == ["*"]


def _pieces(source: str, part: ByteRange) -> Iterator[bytes]:
    left = part.end - part.start
    with open_file(source) as stream:
        stream.seek(part.start)
        while left > 0 and (piece := stream.read(min(PIECE_BYTES, left))):
            left -= len(piece)
            yield piece
