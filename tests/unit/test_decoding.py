from __future__ import annotations

import http.server
import io
import threading
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from models.decoding import SAMPLE_RATE_HZ, decode, recognise
from pipeline.errors import RecordingError
from tests.sounds import encoded, silence, tone

HOURS = 4 * 3600.0


@pytest.mark.parametrize("rate_hz", [8000, 11025, 16000, 44100, 48000])
@pytest.mark.parametrize("channels", [1, 2])
def test_every_rate_comes_out_at_16_khz_with_all_channels(rate_hz: int, channels: int) -> None:
    sound = decode(encoded(tone(1.0, 440, rate_hz=rate_hz, channels=channels), rate_hz=rate_hz), 60)
    assert sound.channels == channels
    assert sound.duration_s == pytest.approx(1.0, abs=0.01)


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz"),
    [
        ("wav", "pcm_s16le", 8000),
        ("wav", "pcm_mulaw", 8000),
        ("wav", "pcm_alaw", 8000),
        ("au", "pcm_mulaw", 8000),
        ("flac", "flac", 8000),
        ("mp3", "libmp3lame", 16000),
        ("ogg", "libopus", 48000),
        ("ipod", "aac", 16000),
        ("mp4", "aac", 16000),
    ],
)
def test_every_format_is_read(container: str, codec: str, rate_hz: int) -> None:
    file = encoded(tone(1.0, 440, rate_hz=rate_hz), container, codec, rate_hz)
    sound = decode(file, 60)
    wave = sound.as_float(0)
    spectrum = np.abs(np.fft.rfft(wave[: SAMPLE_RATE_HZ // 2]))
    assert sound.duration_s == pytest.approx(1.0, abs=0.2)
    assert int(spectrum.argmax()) * 2 == pytest.approx(440, abs=4)


def test_channels_are_not_mixed() -> None:
    both = np.concatenate([tone(1.0, 440), silence(1.0)])
    sound = decode(encoded(both), 60)
    assert np.abs(sound.as_float(0)).max() > 0.2
    assert np.abs(sound.as_float(1)).max() == 0


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"empty \(0 bytes\)"),
        (b"hello there", "looks like plain text"),
        ("schöne Grüße".encode(), "looks like plain text"),
        (bytes(range(1, 256)) * 8, "no known audio format"),
        (b"#EXTM3U\n#EXT-X-VERSION:3\nseg0.ts\n", "HLS or M3U playlist"),
        (b"\xef\xbb\xbf#EXTM3U\n", "HLS or M3U playlist"),
        (b"ffconcat version 1.0\nfile '/etc/passwd'\n", "ffmpeg concat script"),
        (b"# mine\nfile 'a.wav'\n", "ffmpeg concat script"),
        (b"[playlist]\nFile1=http://127.0.0.1/\n", "PLS playlist"),
        (b"<!DOCTYPE html><html></html>", "web page"),
        (b"%PDF-1.7", "PDF"),
        (b"PK\x03\x04rest", "zip archive"),
    ],
)
def test_what_is_no_recording_is_refused_by_what_it_looks_like(
    content: bytes, message: str
) -> None:
    with pytest.raises(RecordingError, match=message):
        decode(io.BytesIO(content), 60)


@pytest.fixture
def visitors() -> Iterator[tuple[str, list[str]]]:
    """The address of a web server that notes what is asked of it."""
    asked: list[str] = []

    class Noting(http.server.BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            self.send_error(404)

        def log_message(self, format: str, *args: object) -> None:
            pass

    server = http.server.HTTPServer(("127.0.0.1", 0), Noting)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/secret.wav", asked
    server.shutdown()
    server.server_close()
    thread.join()


@pytest.mark.parametrize(
    "template",
    [
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{url}\n#EXT-X-ENDLIST\n",
        "ffconcat version 1.0\nfile '{url}'\n",
    ],
)
def test_addresses_inside_a_file_are_never_visited(
    template: str, visitors: tuple[str, list[str]], tmp_path: Path
) -> None:
    url, asked = visitors
    path = tmp_path / "call.wav"
    path.write_text(template.format(url=url))
    with path.open("rb") as stream, pytest.raises(RecordingError):
        decode(stream, 60)
    assert asked == []


def test_a_very_short_recording_is_refused() -> None:
    with pytest.raises(RecordingError, match=r"0\.05 s of sound"):
        decode(encoded(tone(0.05, 440)), 60)


def test_a_recording_that_is_cut_off_is_called_damaged() -> None:
    whole = encoded(tone(3.0, 440, 1234), "flac", "flac").read()
    with pytest.raises(RecordingError, match="starts like flac but cannot be decoded"):
        decode(io.BytesIO(whole[:100]), 60)


def test_a_recording_that_is_too_long_is_refused_before_it_is_decoded() -> None:
    with pytest.raises(RecordingError, match=r"more than 0\.0 hours"):
        decode(encoded(silence(3.0)), max_duration_s=2)


def test_more_than_two_channels_are_refused() -> None:
    head = encoded(silence(1.0)).read()
    six = head[:22] + (6).to_bytes(2, "little") + head[24:]
    with pytest.raises(RecordingError, match="6 channels"):
        decode(io.BytesIO(six), 60)


def test_the_stream_is_read_from_its_start() -> None:
    file = encoded(tone(1.0, 440))
    file.seek(500)
    assert decode(file, HOURS).duration_s == pytest.approx(1.0, abs=0.01)


def test_the_container_is_told_from_the_content_not_the_name() -> None:
    assert recognise(encoded(silence(1.0), "flac", "flac").read()) == "flac"
