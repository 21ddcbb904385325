"""Real Whisper on the bundled calls: loose bounds, whole path."""

from __future__ import annotations

import re
from pathlib import Path

import numpy as np
import pytest

from models.transcriber import WhisperTranscriber, build_transcriber
from pipeline.domain import Role, Transcript
from pipeline.errors import RecordingError
from pipeline.keys import sha256_of, transcript_key
from pipeline.settings import Settings
from tests.sounds import Samples, encoded, melody, noise, silence, tone

pytestmark = pytest.mark.audio

CALLS = Path(__file__).parents[2] / "examples" / "calls"


def built(**settings: object) -> WhisperTranscriber:
    return build_transcriber(Settings.model_validate(settings))


@pytest.fixture(scope="module")
def tiny() -> WhisperTranscriber:
    return built(asr_model="whisper-tiny.en", asr_threads=2)


def transcribed(transcriber: WhisperTranscriber, name: str) -> Transcript:
    with (CALLS / name).open("rb") as stream:
        return transcriber.transcribe(name, stream, sha256_of(stream)).transcript


@pytest.fixture(scope="module")
def stereo(tiny: WhisperTranscriber) -> Transcript:
    return transcribed(tiny, "d4-29.flac")


@pytest.fixture(scope="module")
def mono(tiny: WhisperTranscriber) -> Transcript:
    return transcribed(tiny, "d4-29-mono.flac")


def said(transcript: Transcript, role: Role) -> set[str]:
    text = " ".join(turn.text for turn in transcript.turns if turn.role is role)
    return set(re.findall(r"[a-z]{4,}", text.lower()))


def test_two_channels_become_turns_of_agent_and_customer(stereo: Transcript) -> None:
    assert stereo.channels == 2
    assert {turn.role for turn in stereo.turns} == {Role.AGENT, Role.CUSTOMER}
    assert {turn.channel for turn in stereo.turns if turn.role is Role.AGENT} == {0}
    assert len(stereo.turns) >= 8


def test_every_word_has_times_and_a_probability(stereo: Transcript) -> None:
    for turn in stereo.turns:
        assert turn.text == " ".join(word.text for word in turn.words)
        assert turn.asr_confidence is not None
        for word in turn.words:
            assert 0 <= word.start_s <= word.end_s <= (stereo.duration_s or 0)
            assert 0 <= word.probability <= 1


def test_one_channel_gives_nearly_the_same_words_to_the_same_roles(
    stereo: Transcript, mono: Transcript
) -> None:
    assert mono.channels == 1
    for role in (Role.AGENT, Role.CUSTOMER):
        here, there = said(stereo, role), said(mono, role)
        assert len(here & there) >= 0.6 * len(here | there), role


def test_the_key_names_recording_model_and_settings(
    tiny: WhisperTranscriber, stereo: Transcript
) -> None:
    assert stereo.key == transcript_key(stereo.recording_sha256, tiny.model, tiny.settings_hash)
    assert tiny.model.startswith("faster-whisper-tiny.en@")


def test_the_same_recording_gives_the_same_transcript(
    tiny: WhisperTranscriber, mono: Transcript
) -> None:
    assert transcribed(tiny, "d4-29-mono.flac") == mono


def test_swapped_channels_swap_nothing_but_the_channel(tiny: WhisperTranscriber) -> None:
    import av

    with av.open(str(CALLS / "d4-29.flac")) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    both = np.concatenate(frames, axis=1).reshape(-1, 2).T.astype(np.int16)
    found = tiny.transcribe("swapped", encoded(both[::-1]), "x").transcript
    assert {turn.channel for turn in found.turns if turn.role is Role.AGENT} == {1}


@pytest.mark.parametrize(
    "samples",
    [
        silence(10, channels=2),
        noise(10),
        noise(10, level=0.1),
        tone(8, 440),
        tone(2, 697, 1209),
        melody(20),
    ],
    ids=["silence", "line noise", "loud noise", "tone", "dtmf", "hold music"],
)
def test_what_is_not_speech_gives_no_words(tiny: WhisperTranscriber, samples: Samples) -> None:
    found = tiny.transcribe("nothing", encoded(samples), "x").transcript
    assert found.turns == ()
    assert found.language is None
    assert found.duration_s == pytest.approx(samples.shape[1] / 8000, abs=0.1)


def test_what_is_no_recording_is_refused(tiny: WhisperTranscriber) -> None:
    import io

    with pytest.raises(RecordingError, match="plain text"):
        tiny.transcribe("text", io.BytesIO(b"hello there"), "x")


def test_the_same_sound_on_both_channels_is_one_channel(tiny: WhisperTranscriber) -> None:
    found = tiny.transcribe("double", encoded(tone(3, 440, channels=2)), "x")
    assert found.transcript.channels == found.peaks.channels == 1


def test_settings_that_change_transcripts_change_the_key() -> None:
    assert built().settings_hash == built(asr_threads=1).settings_hash
    assert built().settings_hash != built(agent_channel="1").settings_hash
    assert built().model != built(asr_model="whisper-tiny.en").model


def test_timings_are_added_up(tiny: WhisperTranscriber, stereo: Transcript) -> None:
    assert tiny.timings.recordings_s >= (stereo.duration_s or 0)
    assert tiny.timings.words_s > 0
