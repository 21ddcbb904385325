"""Recognise words with Whisper (faster-whisper, CTranslate2): times and a probability for each.

Windows of packed speech are encoded at their own length and decoded together, with no text carried
from one to the next: a loop in one window cannot spread. What fails there is tried again alone.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.packing import Window, alone
from models.passages import Passage, make_passage
from models.speech import Activity

BEAM = 3
"""Chosen on benchmarks/asr.py: 5 costs a tenth more, 1 errs more."""
BATCH = 4
TAIL_S = 1.0
"""Silence after the speech of a window, so that Whisper ends there."""
HOP = 160
"""Samples per mel frame."""
STRIDE = 2 * HOP
"""Samples per encoder frame; windows are a multiple of it."""
TOKENS_PER_S = 12
"""Bound on tokens per second of sound; fast speech needs about 6."""
LANGUAGE_S = 3.0
"""Speech needed to name a language."""
MIN_LANGUAGE = 0.5
"""Probability needed to name one; what is less clear is recognised as English."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Language:
    """What is spoken; None when there is too little speech to tell."""

    code: str | None
    probability: float | None


@dataclass(frozen=True, slots=True)
class Hearing:
    """All that was recognised in a recording."""

    passages: tuple[Passage, ...]
    language: Language


class Recogniser:
    """A loaded Whisper model.

    Args:
        folder: CTranslate2 Whisper model.
        device: As CTranslate2 names it.
        compute_type: As CTranslate2 names it.
        threads: 0: one per core.
    """

    def __init__(self, folder: Path, *, device: str, compute_type: str, threads: int) -> None:
        from faster_whisper import WhisperModel

        # Any: faster-whisper publishes no types.
        self._model: Any = WhisperModel(
            str(folder), device=device, compute_type=compute_type, cpu_threads=threads
        )

    def recognise(
        self,
        sound: Sound16k,
        heard: Sequence[Activity],
        windows: Sequence[Window],
        language: str | None = None,
    ) -> Hearing:
        """Return what was said in each window.

        A window that loops or is too improbable is recognised again region by region, with
        repetition discouraged; what fails again and holds no speech gives no words.

        Args:
            sound: The recording.
            heard: Voice activity of each channel.
            windows: Speech of all channels.
            language: ISO 639-1 code; None: detect, over the four longest windows.
        """
        order = sorted(windows, key=lambda window: -window.samples)
        batches = [order[start : start + BATCH] for start in range(0, len(order), BATCH)]
        spoken = Language(language, None)
        passages: list[Passage] = []
        for batch in batches:
            encoded = self._encode(sound, batch)
            if spoken.code is None and not passages:
                spoken = self._language(batch, encoded)
            code = spoken.code or "en"
            for passage in self._decode(heard, batch, encoded, code):
                if passage.failed:
                    passages.extend(self._again(sound, heard, passage.window, code))
                else:
                    passages.append(passage)
        return Hearing(tuple(passages), spoken)

    def _again(
        self, sound: Sound16k, heard: Sequence[Activity], window: Window, language: str
    ) -> Iterator[Passage]:
        for part in alone(window):
            encoded = self._encode(sound, [part])
            (passage,) = self._decode(heard, [part], encoded, language, repetition_penalty=1.2)
            if not passage.empty:
                yield passage

    def _language(self, windows: Sequence[Window], encoded: Any) -> Language:
        """Return the language of some windows; windows weigh by their length."""
        samples = sum(window.samples for window in windows)
        if samples < LANGUAGE_S * SAMPLE_RATE_HZ:
            return Language(None, None)
        if not self._model.model.is_multilingual:
            return Language("en", None)
        votes: dict[str, float] = {}
        for window, found in zip(windows, self._model.model.detect_language(encoded), strict=True):
            for token, probability in found:
                votes[token[2:-2]] = votes.get(token[2:-2], 0.0) + probability * window.samples
        code = max(votes, key=lambda name: votes[name])
        if votes[code] < MIN_LANGUAGE * samples:
            return Language(None, None)
        return Language(code, votes[code] / samples)

    def _decode(
        self,
        heard: Sequence[Activity],
        windows: Sequence[Window],
        encoded: Any,
        language: str,
        *,
        repetition_penalty: float = 1.0,
    ) -> list[Passage]:
        from faster_whisper.tokenizer import Tokenizer
        from faster_whisper.transcribe import get_suppressed_tokens

        tokenizer = Tokenizer(
            self._model.hf_tokenizer,
            self._model.model.is_multilingual,
            task="transcribe",
            language=language,
        )
        prompt = self._model.get_prompt(tokenizer, [], without_timestamps=True)
        longest_s = max(window.samples for window in windows) / SAMPLE_RATE_HZ
        results = self._model.model.generate(
            encoded,
            [prompt] * len(windows),
            beam_size=BEAM,
            repetition_penalty=repetition_penalty,
            suppress_blank=True,
            suppress_tokens=get_suppressed_tokens(tokenizer, [-1]),
            max_length=min(self._model.max_length, len(prompt) + 8 + int(longest_s * TOKENS_PER_S)),
            return_scores=True,
            return_no_speech_prob=True,
        )
        tokens = [[t for t in r.sequences_ids[0] if t < tokenizer.eot] for r in results]
        frames = [-(-window.samples // HOP) for window in windows]
        alignments = self._model.find_alignment(tokenizer, tokens, encoded, frames)
        return [
            make_passage(
                window,
                heard[window.channel],
                result,
                tokenizer.decode(said),
                alignment,
            )
            for window, result, said, alignment in zip(
                windows, results, tokens, alignments, strict=True
            )
        ]

    def _encode(self, sound: Sound16k, windows: Sequence[Window]) -> Any:
        """Return the encoder's output (a CTranslate2 array), shape (windows, frames, width)."""
        longest = max(window.samples for window in windows) + int(TAIL_S * SAMPLE_RATE_HZ)
        length = min(-(-longest // STRIDE) * STRIDE, 30 * SAMPLE_RATE_HZ)
        features = [
            self._model.feature_extractor(_joined(sound, window, length), padding=0)[
                ..., : length // HOP
            ]
            for window in windows
        ]
        return self._model.encode(np.stack(features))


def _joined(sound: Sound16k, window: Window, length: int) -> Floats:
    """Return the sound of a window and silence after it: float32, shape (length,), 16 kHz."""
    joined = np.zeros(length, dtype=np.float32)
    at = 0
    for region in window.regions:
        part = sound.as_float(region.channel, region.start, region.end)[: length - at]
        joined[at : at + part.size] = part
        at += part.size
    return joined
