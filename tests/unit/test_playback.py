"""What a browser is given to play."""

from __future__ import annotations

import io
import os
import struct
import threading
from pathlib import Path
from typing import BinaryIO

import numpy as np
import pytest

from models.decoding import decode
from models.sound_reader import PyAVSoundReader
from pipeline.domain import Call
from pipeline.errors import PrerequisiteError, RecordingError
from pipeline.keys import sha256_of
from pipeline.planning import open_file
from pipeline.playback import Playable, Playback
from tests.sounds import Samples, encoded, noise, silence, tone

READER = PyAVSoundReader(60)
TWO_CHANNELS = np.concatenate([tone(1, 440), silence(1)])


@pytest.fixture
def playback(tmp_path: Path) -> Playback:
    return Playback(READER, tmp_path / "sound", 10_000_000)


def call_with(recording: BinaryIO, path: Path) -> Call:
    content = recording.read()
    path.write_bytes(content)
    return Call(
        call_id=path.stem,
        recording_sha256=sha256_of(io.BytesIO(content)),
        source=str(path),
        size_bytes=len(content),
    )


def telephone(path: Path, samples: Samples = TWO_CHANNELS) -> Call:
    """Return a call recorded as telephone systems do it, which not every browser plays."""
    return call_with(encoded(samples, "wav", "pcm_mulaw"), path)


def bytes_of(playable: Playable) -> bytes:
    with open_file(playable.source) as stream:
        return stream.read()


@pytest.mark.parametrize(
    ("container", "codec", "rate_hz", "media_type"),
    [
        ("wav", "pcm_s16le", 8000, "audio/wav"),
        ("wav", "pcm_u8", 8000, "audio/wav"),
        ("flac", "flac", 8000, "audio/flac"),
        ("mp3", "libmp3lame", 16000, "audio/mpeg"),
        ("ogg", "libopus", 48000, "audio/ogg"),
        ("ipod", "aac", 16000, "audio/mp4"),
        ("3gp", "aac", 16000, "audio/mp4"),
    ],
)
def test_what_browsers_play_is_sent_as_it_is(
    container: str, codec: str, rate_hz: int, media_type: str, playback: Playback, tmp_path: Path
) -> None:
    file = encoded(tone(1, 440, rate_hz=rate_hz), container, codec, rate_hz)
    call = call_with(file, tmp_path / "call.bin")
    found = playback.playable(call)
    assert found == Playable(call.source, media_type, call.size_bytes or 0, call.recording_sha256)
    assert not playback.folder.exists()


@pytest.mark.parametrize("channels", [1, 2])
@pytest.mark.parametrize(
    ("container", "codec", "rate_hz"),
    [
        ("wav", "pcm_mulaw", 8000),
        ("wav", "pcm_alaw", 8000),
        ("wav", "adpcm_ms", 8000),
        ("wav", "pcm_s24le", 96000),
        ("au", "pcm_mulaw", 8000),
        ("ipod", "alac", 16000),
        ("mp4", "libmp3lame", 16000),
        ("mp4", "ac3", 48000),
    ],
)
def test_what_they_do_not_play_becomes_flac_with_the_same_sound(
    container: str, codec: str, rate_hz: int, channels: int, playback: Playback, tmp_path: Path
) -> None:
    samples = noise(1, rate_hz, channels, level=0.1)
    call = call_with(encoded(samples, container, codec, rate_hz), tmp_path / "call.bin")
    found = playback.playable(call)
    assert found.media_type == "audio/flac"
    content = bytes_of(found)
    assert len(content) == found.size_bytes
    assert READER.played_as(io.BytesIO(content)) == "audio/flac"
    with open_file(call.source) as original:
        heard, again = decode(original, 60), decode(io.BytesIO(content), 60)
    assert again.channels == channels
    assert again.samples.shape == heard.samples.shape
    difference = again.samples.astype(int) - heard.samples
    assert np.abs(difference).max() <= (2 if rate_hz <= 48000 else 400)


def test_telephone_channels_stay_apart(playback: Playback, tmp_path: Path) -> None:
    content = bytes_of(playback.playable(telephone(tmp_path / "call.wav")))
    left, right = decode(io.BytesIO(content), 60).samples
    assert np.abs(left).max() > 5000
    assert np.abs(right).max() < 50


def test_the_wav_form_for_files_over_4_gigabytes_is_converted(
    playback: Playback, tmp_path: Path
) -> None:
    plain = encoded(tone(1, 440)).read()
    sizes = struct.pack("<4sIQQQI", b"ds64", 28, len(plain) + 28, 16000, 8000, 0)
    large = b"RF64" + b"\xff" * 4 + b"WAVE" + sizes + plain[12:]
    found = playback.playable(call_with(io.BytesIO(large), tmp_path / "call.wav"))
    assert found.media_type == "audio/flac"
    assert decode(io.BytesIO(bytes_of(found)), 60).duration_s == pytest.approx(1, abs=0.01)


def test_what_mobile_phones_record_is_converted(playback: Playback, tmp_path: Path) -> None:
    file = encoded(tone(2, 440), "3gp", "libopencore_amrnb", 8000, bit_rate=12200)
    found = playback.playable(call_with(file, tmp_path / "call.m4a"))
    assert found.media_type == "audio/flac"
    assert decode(io.BytesIO(bytes_of(found)), 60).duration_s == pytest.approx(2, abs=0.05)


def test_gsm_in_wav_is_converted(playback: Playback, tmp_path: Path) -> None:
    block = bytes([0xD0, *range(64)])  # 40 ms
    head = struct.pack("<IHHIIHHHH", 20, 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    body = b"WAVEfmt " + head + struct.pack("<4sI", b"data", 65 * 50) + block * 50
    file = b"RIFF" + struct.pack("<I", len(body)) + body
    found = playback.playable(call_with(io.BytesIO(file), tmp_path / "call.wav"))
    assert found.media_type == "audio/flac"
    assert decode(io.BytesIO(bytes_of(found)), 60).duration_s == pytest.approx(2, abs=0.05)


def test_a_recording_is_converted_once(playback: Playback, tmp_path: Path) -> None:
    call = telephone(tmp_path / "call.wav")
    copy = Path(playback.playable(call).source)
    copy.write_bytes(b"kept")
    assert bytes_of(playback.playable(call)) == b"kept"
    assert [path.name for path in playback.folder.iterdir()] == [f"{call.recording_sha256}.flac"]


def test_many_who_listen_at_once_get_whole_copies(playback: Playback, tmp_path: Path) -> None:
    call = telephone(tmp_path / "call.wav", noise(20))
    found: list[bytes] = []
    listeners = [
        threading.Thread(target=lambda: found.append(bytes_of(playback.playable(call))))
        for _ in range(8)
    ]
    for listener in listeners:
        listener.start()
    for listener in listeners:
        listener.join()
    assert len(found) == 8
    assert len(set(found)) == 1
    assert decode(io.BytesIO(found[0]), 60).duration_s == pytest.approx(20)


def test_the_copy_that_nobody_listened_to_for_longest_goes_first(tmp_path: Path) -> None:
    calls = [telephone(tmp_path / f"c{hz}.wav", tone(1, hz)) for hz in (300, 400, 500)]
    size = Playback(READER, tmp_path / "probe", 10**9).playable(calls[0]).size_bytes
    playback = Playback(READER, tmp_path / "sound", int(size * 2.8))
    paths = [Path(playback.playable(call).source) for call in calls[:2]]
    for at, path in enumerate(paths):
        os.utime(path, (1000 + at, 1000 + at))
    playback.playable(calls[0])
    playback.playable(calls[2])
    assert [path.exists() for path in paths] == [True, False]
    assert playback.playable(calls[1]).size_bytes > 0


def test_a_copy_larger_than_the_limit_is_played_all_the_same(tmp_path: Path) -> None:
    playback = Playback(READER, tmp_path / "sound", 10)
    assert bytes_of(playback.playable(telephone(tmp_path / "call.wav")))


def test_other_files_in_the_folder_are_left_alone(tmp_path: Path) -> None:
    (tmp_path / "sound").mkdir()
    mine = tmp_path / "sound" / "recording.flac"
    mine.write_bytes(b"mine")
    Playback(READER, tmp_path / "sound", 10).playable(telephone(tmp_path / "call.wav"))
    assert mine.read_bytes() == b"mine"


def test_a_recording_that_was_deleted_is_not_played_from_its_copy(
    playback: Playback, tmp_path: Path
) -> None:
    call = telephone(tmp_path / "call.wav")
    playback.playable(call)
    Path(call.source).unlink()
    with pytest.raises(RecordingError, match=r"no longer at .*call\.wav: put it back"):
        playback.playable(call)


def test_a_file_of_another_size_is_not_played(playback: Playback, tmp_path: Path) -> None:
    call = telephone(tmp_path / "call.wav")
    with Path(call.source).open("ab") as stream:
        stream.write(b"more")
    with pytest.raises(RecordingError, match=r"no longer the recording .* instead of"):
        playback.playable(call)


def test_a_file_of_the_same_size_and_other_sound_is_neither_converted_nor_drawn(
    playback: Playback, tmp_path: Path
) -> None:
    call = telephone(tmp_path / "call.wav")
    telephone(tmp_path / "call.wav", TWO_CHANNELS[::-1])
    for use in (playback.playable, playback.peaks):
        with pytest.raises(RecordingError, match="it has other content"):
            use(call)
    assert not playback.folder.exists()


def test_a_written_call_has_no_sound(playback: Playback) -> None:
    chat = Call(call_id="c1", recording_sha256="a" * 64, source="/chats/all.jsonl", size_bytes=3)
    with pytest.raises(RecordingError, match="c1 is a written one: it has no sound"):
        playback.playable(chat)


def test_a_damaged_recording_leaves_no_copy(playback: Playback, tmp_path: Path) -> None:
    whole = encoded(noise(2, 16000, level=0.2), "ipod", "alac", 16000).read()
    call = call_with(io.BytesIO(whole[: len(whole) // 2]), tmp_path / "call.m4a")
    with pytest.raises(RecordingError, match="damaged or cut off"):
        playback.playable(call)
    assert not playback.folder.exists() or not list(playback.folder.iterdir())


def test_a_folder_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    (tmp_path / "taken").write_text("a file")
    playback = Playback(READER, tmp_path / "taken", 10)
    with pytest.raises(PrerequisiteError, match=r"taken.*CALLQA_SOUND_FOLDER"):
        playback.playable(telephone(tmp_path / "call.wav"))


def test_only_a_checksum_names_a_copy(playback: Playback, tmp_path: Path) -> None:
    call = telephone(tmp_path / "call.wav")
    with pytest.raises(RecordingError, match="no SHA-256"):
        playback.playable(call.model_copy(update={"recording_sha256": "../../etc/passwd"}))
