"""Sound over HTTP, in the pieces that browsers ask for."""

from __future__ import annotations

from pathlib import Path

import fsspec
import pytest
from hypothesis import given
from hypothesis import strategies as st
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route
from starlette.testclient import TestClient

from pipeline.playback import Playable
from review.sound import PIECE_BYTES, ByteRange, read_range, send

CONTENT = bytes(at * 7 % 251 for at in range(2 * PIECE_BYTES + 1000))
SIZE = len(CONTENT)


def client_for(source: str) -> TestClient:
    playable = Playable(source, "audio/flac", SIZE, "a" * 64)

    def answer(request: Request) -> Response:
        return send(request, playable)

    return TestClient(Starlette(routes=[Route("/audio", answer, methods=["GET", "HEAD"])]))


@pytest.fixture(params=["on this machine", "behind a URL"])
def client(request: pytest.FixtureRequest, tmp_path: Path) -> TestClient:
    if request.param == "on this machine":
        path = tmp_path / "call.flac"
        path.write_bytes(CONTENT)
        return client_for(str(path))
    fsspec.filesystem("memory").pipe("/calls/call.flac", CONTENT)
    return client_for("memory://calls/call.flac")


def test_without_a_range_the_whole_file_comes(client: TestClient) -> None:
    answer = client.get("/audio")
    assert (answer.status_code, answer.content) == (200, CONTENT)
    assert answer.headers["accept-ranges"] == "bytes"
    assert answer.headers["content-length"] == str(SIZE)
    assert answer.headers["content-type"] == "audio/flac"
    assert answer.headers["etag"] == f'"{"a" * 64}"'
    assert answer.headers["cache-control"] == "private, no-store"
    assert answer.headers["x-content-type-options"] == "nosniff"
    assert "content-range" not in answer.headers


@pytest.mark.parametrize(
    ("asked", "start", "end"),
    [
        ("bytes=0-", 0, SIZE),
        ("bytes=0-0", 0, 1),
        ("bytes=100-199", 100, 200),
        ("bytes=100-", 100, SIZE),
        ("bytes=-10", SIZE - 10, SIZE),
        (f"bytes=-{SIZE * 2}", 0, SIZE),
        (f"bytes={SIZE - 1}-{SIZE + 500}", SIZE - 1, SIZE),
        (f"bytes={PIECE_BYTES - 1}-{PIECE_BYTES}", PIECE_BYTES - 1, PIECE_BYTES + 1),
        ("BYTES = 5-6 ", 5, 7),
    ],
)
def test_a_range_comes_alone(client: TestClient, asked: str, start: int, end: int) -> None:
    answer = client.get("/audio", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (206, CONTENT[start:end])
    assert answer.headers["content-range"] == f"bytes {start}-{end - 1}/{SIZE}"
    assert answer.headers["content-length"] == str(end - start)


@pytest.mark.parametrize("asked", [f"bytes={SIZE}-", f"bytes={SIZE + 5}-{SIZE + 9}", "bytes=-0"])
def test_a_range_beyond_the_end_is_refused_with_the_size(client: TestClient, asked: str) -> None:
    answer = client.get("/audio", headers={"Range": asked})
    assert (answer.status_code, answer.content) == (416, b"")
    assert answer.headers["content-range"] == f"bytes */{SIZE}"


@pytest.mark.parametrize(
    "asked",
    (
        *("", "bytes", "bytes=", "bytes=-", "bytes=9-3", "bytes=a-b", "bytes=1.5-2", "bytes=--5"),
        *("seconds=1-2", "bytes=0-1,5-6", "bytes=+1-2", "bytes=0x1-2", "bytes=1-2-3", "bytes=٣-"),
    ),
)
def test_what_is_no_single_range_of_bytes_is_ignored(client: TestClient, asked: str) -> None:
    answer = client.get("/audio", headers={b"Range": asked.encode()})
    assert (answer.status_code, answer.content) == (200, CONTENT)


def test_head_says_what_get_would_and_sends_nothing(client: TestClient) -> None:
    for headers in ({}, {"Range": "bytes=5-9"}):
        head, get = client.head("/audio", headers=headers), client.get("/audio", headers=headers)
        assert (head.status_code, head.content) == (get.status_code, b"")
        assert dict(head.headers) == dict(get.headers)


@pytest.mark.parametrize("known", [f'"{"a" * 64}"', f'"x", W/"{"a" * 64}"', "*"])
def test_what_the_browser_has_already_is_not_sent_again(client: TestClient, known: str) -> None:
    answer = client.get("/audio", headers={"If-None-Match": known, "Range": "bytes=0-3"})
    assert (answer.status_code, answer.content) == (304, b"")
    assert answer.headers["etag"] == f'"{"a" * 64}"'
    assert client.get("/audio", headers={"If-None-Match": '"other"'}).status_code == 200


def test_a_range_of_what_has_changed_becomes_the_whole(client: TestClient) -> None:
    same = client.get("/audio", headers={"Range": "bytes=0-3", "If-Range": f'"{"a" * 64}"'})
    assert same.status_code == 206
    for other in ('"b"', "Mon, 02 Mar 2026 09:30:00 GMT", f'W/"{"a" * 64}"'):
        changed = client.get("/audio", headers={"Range": "bytes=0-3", "If-Range": other})
        assert (changed.status_code, changed.content) == (200, CONTENT)


@given(
    st.integers(0, 50).flatmap(
        lambda size: st.tuples(
            st.just(size), st.integers(0, 60), st.one_of(st.none(), st.integers(0, 60))
        )
    )
)
def test_a_range_lies_within_the_file_and_begins_where_asked(
    asked: tuple[int, int, int | None],
) -> None:
    size, first, last = asked
    found = read_range(f"bytes={first}-{'' if last is None else last}", size)
    if last is not None and last < first:
        assert found is None
    elif first >= size:
        assert found == "beyond"
    else:
        assert found == ByteRange(first, min(size, (size if last is None else last + 1)))


@given(st.text(max_size=20), st.integers(0, 100))
def test_no_header_breaks_reading(header: str, size: int) -> None:
    found = read_range(f"bytes={header}", size)
    assert found in (None, "beyond") or (
        isinstance(found, ByteRange) and 0 <= found.start < found.end <= size
    )
