"""A recording's peaks are stored when it is transcribed: in the same transaction, once."""

from __future__ import annotations

from pathlib import Path

import duckdb
import numpy as np
import pytest

from flows.shard import Shard
from flows.wiring import engines, sound_reader
from pipeline.settings import Settings
from pipeline.sources import plan
from pipeline.store import Store
from tests.sounds import encoded, noise, silence, tone

pytestmark = pytest.mark.audio


@pytest.fixture
def recording(tmp_path: Path) -> Path:
    """Two channels without speech: noise first on one, then a tone on the other."""
    left = np.concatenate([noise(2, level=0.2), silence(2)], axis=1)
    right = np.concatenate([silence(2), tone(2, 440)], axis=1)
    path = tmp_path / "call.wav"
    path.write_bytes(encoded(np.concatenate([left, right]), "wav", "pcm_mulaw").read())
    return path


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=str(tmp_path / "calls.duckdb"), asr_model="whisper-tiny.en")


def transcribe(recording: Path, settings: Settings) -> Store:
    shard = Shard(plan([str(recording)]).inputs, engines(settings), "run-1")
    shard.read()
    shard.transcribe()
    return Store(settings.store)


def test_what_is_transcribed_can_be_drawn(recording: Path, settings: Settings) -> None:
    store = transcribe(recording, settings)
    call = store.read_call("call")
    assert call is not None
    peaks = store.read_peaks(call.recording_sha256)
    assert peaks is not None
    left, right = (np.array(levels) for levels in peaks.waveform().peaks)
    half = len(left) // 2
    assert (left[: half - 2] > 0.1).all() and (left[half + 2 :] < 0.01).all()
    assert (right[: half - 2] < 0.01).all() and (right[half + 2 :] > 0.2).all()
    with recording.open("rb") as stream:
        assert sound_reader(settings).peaks(stream) == peaks


def test_transcribing_again_stores_no_second_peaks(recording: Path, settings: Settings) -> None:
    transcribe(recording, settings)
    store = transcribe(recording, settings.model_copy(update={"redact": False}))
    assert store.counts().transcripts == 2
    with duckdb.connect(settings.store, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM peaks").fetchall() == [(1,)]
