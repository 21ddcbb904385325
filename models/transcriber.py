"""Sound to turns: decode, find speech, recognise words, tell speakers apart, find the agent."""

from __future__ import annotations

import logging
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from models.decoding import Sound16k, decode, one_if_alike
from models.loudness import peaks_of
from models.packing import Window, pack
from models.passages import HeardWord, speech_trimmed
from models.role_text import load_role_text
from models.roles import assign_roles
from models.segmentation import Segmentation
from models.sounds import find_sounds
from models.speech import Activity, Region, activities, regions
from models.unheard import find_unheard
from models.weights import find_asset, require
from models.whisper import Language, Recogniser
from pipeline.domain import Transcript, Word
from pipeline.errors import TranscriptionError
from pipeline.keys import settings_hash, transcript_key
from pipeline.ports import Heard
from pipeline.settings import Settings
from pipeline.turns import SpokenWord, build_turns

if TYPE_CHECKING:
    from models.voices import VoiceEncoder

VERSION = 2
"""Raised whenever the code here or beneath may give other turns for the same recording."""

log = logging.getLogger(__name__)


@dataclass(slots=True)
class Timings:
    """Seconds spent per step, added up over all recordings."""

    decode_s: float = 0.0
    speech_s: float = 0.0
    words_s: float = 0.0
    speakers_s: float = 0.0
    recordings_s: float = 0.0
    """Total length of the recordings."""

    @contextmanager
    def timing(self, step: str) -> Iterator[None]:
        """Add the time spent inside to a step."""
        begin = time.perf_counter()
        try:
            yield
        finally:
            setattr(self, step, getattr(self, step) + time.perf_counter() - begin)


@dataclass
class WhisperTranscriber:
    """The default adapter for ``pipeline.ports.Transcriber``; loads models on first use."""

    settings: Settings
    model: str
    settings_hash: str
    folder: Path
    timings: Timings = field(default_factory=Timings)

    @cached_property
    def recogniser(self) -> Recogniser:
        """The loaded Whisper model."""
        return Recogniser(
            self.folder,
            device=self.settings.asr_device,
            compute_type=self.settings.asr_compute_type,
            threads=self.settings.asr_threads,
        )

    def transcribe(self, call_id: str, recording: BinaryIO, recording_sha256: str) -> Heard:
        """Return the turns and peaks of one recording; see ``pipeline.ports.Transcriber``."""
        with self.timings.timing("decode_s"):
            sound = one_if_alike(decode(recording, self.settings.max_duration_s))
        self.timings.recordings_s += sound.duration_s
        with self.timings.timing("speech_s"):
            heard = activities(sound)
            found = [
                regions(activity, channel, sound.samples.shape[1])
                for channel, activity in enumerate(heard)
            ]
            sounds = find_sounds(sound, heard)
        try:
            with self.timings.timing("words_s"):
                language, words = self._words(sound, heard, found)
        except RuntimeError as error:
            raise TranscriptionError(call_id, f"speech recognition failed: {error}") from error
        with self.timings.timing("speech_s"):
            unheard = find_unheard(sound, heard, words, sounds)
        with self.timings.timing("speakers_s"):
            speakers = self._speakers(sound, found[0], words)
            spoken = [_spoken(word, who) for word, who in zip(words, speakers, strict=True)]
            cast = assign_roles(spoken, load_role_text(), self._agent(sound))
        transcript = Transcript(
            key=transcript_key(recording_sha256, self.model, self.settings_hash),
            recording_sha256=recording_sha256,
            source="recording",
            asr_model=self.model,
            settings_hash=self.settings_hash,
            language=language.code,
            language_probability=language.probability,
            duration_s=sound.duration_s,
            channels=sound.channels,
            turns=build_turns(cast.words, cast.roles),
            sounds=tuple(sorted((*sounds, *unheard), key=lambda item: item.start_s)),
        )
        return Heard(transcript, peaks_of(sound))

    @cached_property
    def segmentation(self) -> Segmentation:
        """The loaded segmentation network."""
        return Segmentation(require(self.settings.weights, "segmentation-3.0"))

    @cached_property
    def voices(self) -> VoiceEncoder:
        """The loaded voice encoder."""
        from models.voices import VoiceEncoder

        return VoiceEncoder(require(self.settings.weights, "resemblyzer"))

    def _speakers(
        self, sound: Sound16k, found: Sequence[Region], words: Sequence[HeardWord]
    ) -> list[int]:
        """Return the speaker of each word: its channel, or told apart in a single channel."""
        if sound.channels == 2 or not words:
            return [word.channel for word in words]
        from models.diarization import diarize
        from models.speakers import speakers_of

        windows = list(self.segmentation.windows(sound, 0))
        return speakers_of(words, diarize(sound, found, windows, self.voices))

    def _agent(self, sound: Sound16k) -> int | None:
        known = self.settings.agent_channel
        return None if known == "auto" or sound.channels == 1 else int(known)

    def _words(
        self, sound: Sound16k, heard: Sequence[Activity], found: Sequence[Sequence[Region]]
    ) -> tuple[Language, list[HeardWord]]:
        windows: list[Window] = [window for channel in found for window in pack(channel)]
        if not windows:
            return Language(None, None), []
        hearing = self.recogniser.recognise(sound, heard, windows, self.settings.asr_language)
        words = [
            speech_trimmed(word, heard[word.channel])
            for passage in hearing.passages
            for word in passage.words
        ]
        return hearing.language, sorted(words, key=lambda word: word.start_s)


def build_transcriber(settings: Settings) -> WhisperTranscriber:
    """Return the transcriber that the settings ask for; loads no model yet.

    Raises:
        PrerequisiteError: The weights are not there; the message says how to get them.
    """
    folder = Path(settings.asr_model)
    if folder.is_dir():
        name = folder.name
    else:
        asset = find_asset(settings.asr_model)
        folder = require(settings.weights, settings.asr_model)
        name = f"faster-{asset.name}@{asset.revision[:8]}"
    return WhisperTranscriber(
        settings=settings,
        model=name,
        settings_hash=settings_hash(
            {
                "transcriber": VERSION,
                "compute_type": settings.asr_compute_type,
                "language": settings.asr_language,
                "agent_channel": settings.agent_channel,
            }
        ),
        folder=folder,
    )


def _spoken(heard: HeardWord, speaker: int) -> SpokenWord:
    return SpokenWord(
        Word(
            text=heard.text,
            start_s=round(heard.start_s, 3),
            end_s=round(heard.end_s, 3),
            probability=round(heard.probability, 4),
        ),
        speaker,
        heard.channel,
    )
