"""Peaks in the store and on the desk."""

from __future__ import annotations

import io
from pathlib import Path

import duckdb
import pytest

from models.sound_reader import PyAVSoundReader
from pipeline.desk import Desk, desk_for
from pipeline.desk.peaks import peaks_for, read_peaks
from pipeline.domain import Call
from pipeline.errors import RecordingError
from pipeline.keys import sha256_of
from pipeline.peaks import pack
from pipeline.playback import Playback
from pipeline.store import Store
from pipeline.store.migrations import apply, known
from tests.builders import call
from tests.sounds import encoded, tone
from tests.stored import call_of, transcript_of

LOUD = pack([[0.1, 0.9, 0.2]], 0.15)
QUIET = pack([[0.01, 0.02], [0.0, 0.03]], 0.1)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "calls.duckdb"))


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return desk_for(str(tmp_path / "calls.duckdb"))


@pytest.fixture
def playback(tmp_path: Path) -> Playback:
    return Playback(PyAVSoundReader(60), tmp_path / "sound", 10_000_000)


@pytest.fixture
def recorded(tmp_path: Path, store: Store) -> Call:
    file = tmp_path / "c1.wav"
    content = encoded(tone(2, 440)).read()
    file.write_bytes(content)
    made = call("c1", recording_sha256=sha256_of(io.BytesIO(content)), source=str(file))
    store.write_transcript(made, transcript_of(made))
    return made


def rows_in(store: Store) -> int:
    with duckdb.connect(store.url, read_only=True) as connection:
        (count,) = connection.execute("SELECT count(*) FROM peaks").fetchall()
    return int(count[0])


def test_peaks_come_back_as_they_were_stored(store: Store) -> None:
    store.write_peaks({"a" * 64: LOUD, "b" * 64: QUIET})
    assert store.read_peaks("a" * 64) == LOUD
    assert store.read_peaks("b" * 64) == QUIET
    assert store.read_peaks("c" * 64) is None


def test_peaks_are_stored_with_the_transcript_and_only_once(store: Store) -> None:
    one = call_of()
    for _ in range(2):
        store.write_transcripts([(one, transcript_of(one))], {one.recording_sha256: LOUD})
    other_model = transcript_of(one, asr_model="whisper-tiny@test")
    store.write_transcripts([(one, other_model)], {one.recording_sha256: QUIET})
    assert store.read_peaks(one.recording_sha256) == LOUD
    assert rows_in(store) == 1


def test_a_store_from_before_there_were_peaks_has_none_and_takes_them(tmp_path: Path) -> None:
    path = tmp_path / "old.duckdb"
    with duckdb.connect(path) as connection:
        apply(connection, "s", known()[:2])
    store = Store(str(path))
    assert store.read_peaks("a" * 64) is None
    store.write_peaks({"a" * 64: LOUD})
    assert store.read_peaks("a" * 64) == LOUD


def test_the_desk_takes_stored_peaks_over_and_does_not_ask_twice(
    store: Store, desk: Desk, playback: Playback, recorded: Call
) -> None:
    store.write_peaks({recorded.recording_sha256: LOUD})
    assert peaks_for(desk, store, playback, recorded) == LOUD
    Path(store.url).unlink()
    assert peaks_for(desk, store, playback, recorded) == LOUD


def test_peaks_that_nobody_made_are_made_from_the_recording_once(
    store: Store, desk: Desk, playback: Playback, recorded: Call
) -> None:
    found = peaks_for(desk, store, playback, recorded)
    assert found.duration_s == pytest.approx(2)
    Path(recorded.source).unlink()
    assert peaks_for(desk, store, playback, recorded) == found
    with desk.reading() as connection:
        assert read_peaks(connection, recorded.recording_sha256) == found


def test_nothing_is_kept_when_the_recording_is_gone(
    store: Store, desk: Desk, playback: Playback, recorded: Call
) -> None:
    Path(recorded.source).unlink()
    with pytest.raises(RecordingError, match="no longer at"):
        peaks_for(desk, store, playback, recorded)
    with desk.reading() as connection:
        assert read_peaks(connection, recorded.recording_sha256) is None
