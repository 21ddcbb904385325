"""What was recognised in a window: whole words where they were said, without what nobody said.

Whisper makes things up where there is little to hear: it loops, it thanks viewers for watching,
it lets words reach into pauses. This is where that is taken out; speech is never added.
"""

from __future__ import annotations

import re
import zlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from models.decoding import SAMPLE_RATE_HZ
from models.packing import Window
from models.speech import FRAMES_PER_S, SPEECH, Activity

MAX_COMPRESSION = 2.4
"""Text that zlib shrinks more than this loops. Source: openai/whisper, ``transcribe``."""
MIN_LOGPROB = -1.0
"""Mean log-probability of tokens under which a window failed. Source: openai/whisper."""
MAX_NO_SPEECH = 0.6
"""Probability of no speech above which a failed window is silent. Source: openai/whisper."""
PREPENDED = "\"'“¿([{-"
APPENDED = "\"'.。,，!！?？:：”)]}、"  # noqa: RUF001 (full-width marks of other languages)
MIN_PROBABILITY = 0.3
"""A less probable word is dropped where voice activity hears no speech at all."""
NEVER_SAID = tuple(
    tuple(phrase.split())
    for phrase in (
        "thanks for watching",
        "thank you for watching",
        "thank you so much for watching",
        "please subscribe to my channel",
        "please like and subscribe",
        "don't forget to subscribe",
        "see you in the next video",
        "i'll see you in the next video",
        "subtitles by the amara.org community",
        "transcription by castingwords",
    )
)
"""What Whisper says over silence and nobody says on a call: ends of the videos it learned from."""


@dataclass(frozen=True, slots=True)
class HeardWord:
    """One word as recognised, with where it was said."""

    text: str
    channel: int
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class AlignedWord:
    """One word with its times from the start of its window."""

    text: str
    start_s: float
    end_s: float
    probability: float


@dataclass(frozen=True, slots=True)
class Passage:
    """What was recognised in one window."""

    window: Window
    words: tuple[HeardWord, ...]
    logprob: float
    no_speech_probability: float
    compression: float

    @property
    def failed(self) -> bool:
        """Whether it loops, or is too improbable to be what was said."""
        return self.compression > MAX_COMPRESSION or self.logprob < MIN_LOGPROB

    @property
    def empty(self) -> bool:
        """Whether there was probably nothing to recognise, or only a loop came of it."""
        silent = self.logprob < MIN_LOGPROB and self.no_speech_probability > MAX_NO_SPEECH
        return silent or self.compression > MAX_COMPRESSION


def speech_trimmed(word: HeardWord, activity: Activity) -> HeardWord:
    """Return a word without the silence at its ends: Whisper lets words reach into pauses.

    A word that spans a pause keeps its longest stretch of speech. Never moves a word outwards; a
    word with no speech in it at all stays as it is.
    """
    first = int(word.start_s * FRAMES_PER_S)
    last = int(np.ceil(word.end_s * FRAMES_PER_S))
    active = activity.probability[first:last] >= SPEECH
    if not active.any() or active.all():
        return word
    edges = np.flatnonzero(np.diff(np.concatenate(([0], active.astype(np.int8), [0]))))
    runs = list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
    if word.end_s - word.start_s < 1.0:
        begin, end = runs[0][0], runs[-1][1]
    else:
        begin, end = max(runs, key=lambda run: run[1] - run[0])
    start_s = max(word.start_s, (first + begin) / FRAMES_PER_S)
    end_s = min(word.end_s, (first + end) / FRAMES_PER_S)
    return HeardWord(word.text, word.channel, start_s, max(end_s, start_s), word.probability)


def believed(words: Sequence[HeardWord], activity: Activity) -> list[HeardWord]:
    """Return the words without stock phrases, and without improbable ones where nobody speaks.

    Args:
        words: Of one window, in order.
        activity: Of their channel.
    """
    spoken = [re.sub(r"[^\w'.]", "", word.text.lower()).strip(".") for word in words]
    dropped: set[int] = set()
    for at in range(len(words)):
        for phrase in NEVER_SAID:
            if tuple(spoken[at : at + len(phrase)]) == phrase:
                dropped.update(range(at, at + len(phrase)))
    return [
        word
        for at, word in enumerate(words)
        if at not in dropped
        and (word.probability >= MIN_PROBABILITY or _has_speech(word, activity))
    ]


def _has_speech(word: HeardWord, activity: Activity) -> bool:
    first, last = (int(seconds * SAMPLE_RATE_HZ) for seconds in (word.start_s, word.end_s))
    return activity.speech_samples(first, last + 1) > 0


def make_passage(
    window: Window, activity: Activity, result: Any, text: str, alignment: list[dict[str, Any]]
) -> Passage:
    """Return what one window holds.

    Args:
        window: What was recognised.
        activity: Of its channel.
        result: CTranslate2's result (any: it publishes no types).
        text: The decoded tokens.
        alignment: faster-whisper's word alignment.
    """
    from faster_whisper.transcribe import merge_punctuations

    merge_punctuations(alignment, PREPENDED, APPENDED)
    words: list[HeardWord] = []
    for part in whole_words(alignment, spaced=" " in text):
        region, start_s, end_s = window.locate(part.start_s, part.end_s, activity)
        words.append(HeardWord(part.text, region.channel, start_s, end_s, part.probability))
    length = len(result.sequences_ids[0])
    return Passage(
        window,
        tuple(believed(words, activity)),
        logprob=result.scores[0] * length / (length + 1),
        no_speech_probability=result.no_speech_prob,
        compression=_compression(text),
    )


def whole_words(alignment: Sequence[dict[str, Any]], *, spaced: bool) -> list[AlignedWord]:
    """Return the words of an alignment; parts that follow without a space ("Wi", "-Fi") are joined.

    Args:
        alignment: As faster-whisper makes it.
        spaced: Whether the language puts spaces between words.
    """
    words: list[AlignedWord] = []
    for item in alignment:
        text, probability = str(item["word"]), min(max(float(item["probability"]), 0.0), 1.0)
        if not text.strip():
            continue
        part = AlignedWord(text.strip(), float(item["start"]), float(item["end"]), probability)
        if spaced and words and not text.startswith(" "):
            before = words.pop()
            part = AlignedWord(
                before.text + part.text,
                before.start_s,
                part.end_s,
                (before.probability + part.probability) / 2,
            )
        words.append(part)
    return words


def _compression(text: str) -> float:
    raw = text.encode()
    return len(raw) / len(zlib.compress(raw)) if raw else 0.0
