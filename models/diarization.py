"""Tell the speakers of one channel apart: who talks in each frame of the recording.

Local speakers of overlapping windows get a voice each; voices are clustered over the recording;
within a window two local speakers are never the same person. Deterministic.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import combinations, permutations

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.segmentation import LOCAL_SPEAKERS, LocalSpeakers
from models.voices import VoiceEncoder

SPEAKERS = 2
FRAME_S = 0.02
TALKING = 0.5
"""Activity from which a local speaker talks."""
MIN_VOICE_S = 0.4
"""Local speakers with less speech of their own tell nothing about their voice."""
SAME_VOICE = 0.75
"""Mean similarity of two clusters from which they are one speaker. Chosen on telephone calls: the
same speaker has 0.70 to 0.95 between turns, two speakers 0.45 to 0.70 (benchmarks/asr.py)."""
STARTS = 12
"""Pairs of unlike voices from which clustering starts; the best result counts."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Voice:
    """One local speaker of one window."""

    window: int
    local: int
    vector: Floats
    """float32, shape (256,)."""
    speech_s: float


@dataclass(frozen=True, slots=True)
class Diarization:
    """Who talks when."""

    activity: Floats
    """float32, shape (speakers, frames of FRAME_S): how surely each speaker talks."""

    def talking(self, start_s: float, end_s: float) -> Floats:
        """Return the mean activity of each speaker between two times."""
        first = min(int(start_s / FRAME_S), self.activity.shape[1] - 1)
        last = max(first + 1, round(end_s / FRAME_S))
        return np.asarray(self.activity[:, first:last].mean(axis=1), dtype=np.float32)


def diarize(
    sound: Sound16k, channel: int, windows: Sequence[LocalSpeakers], encoder: VoiceEncoder
) -> Diarization:
    """Return who talks when on a channel, with one or two speakers.

    Args:
        sound: The recording.
        channel: 0-based.
        windows: Local speakers of the channel.
        encoder: Tells voices apart.
    """
    voices = [
        voice
        for index, window in enumerate(windows)
        for voice in _voices(sound, channel, index, window, encoder)
    ]
    centres = cluster(voices)
    frames = int(np.ceil(sound.duration_s / FRAME_S)) + 1
    activity = np.zeros((max(len(centres), 1), frames), dtype=np.float32)
    seen = np.zeros(frames, dtype=np.float32)
    for index, window in enumerate(windows):
        own = [voice for voice in voices if voice.window == index]
        _add(activity, seen, window, _assign(own, centres))
    return Diarization(activity / np.maximum(seen, 1))


def cluster(voices: Sequence[Voice]) -> Floats:
    """Return the centre of each speaker's voices: float32, shape (speakers, 256).

    Spherical k-means, voices weighted by how long they talk, started from several unlike pairs.
    """
    if not voices:
        return np.zeros((0, 256), dtype=np.float32)
    vectors = np.stack([voice.vector for voice in voices])
    weights = np.array([voice.speech_s for voice in voices], dtype=np.float32)
    everyone = _unit((vectors * weights[:, None]).sum(axis=0, keepdims=True))
    best, best_fit = everyone, -np.inf
    for pair in _unlike(vectors, weights):
        centres = vectors[list(pair)]
        for _ in range(20):
            nearest = (vectors @ centres.T).argmax(axis=1)
            sums = [(vectors * weights[:, None])[nearest == k].sum(axis=0) for k in range(SPEAKERS)]
            if any(not np.any(total) for total in sums):
                break
            centres = _unit(np.stack(sums))
        fit = float((weights * (vectors @ centres.T).max(axis=1)).sum())
        if fit > best_fit:
            best, best_fit = centres, fit
    if len(best) < SPEAKERS:
        return everyone
    nearest = (vectors @ best.T).argmax(axis=1)
    between = vectors[nearest == 0] @ vectors[nearest == 1].T
    if (
        between.size == 0
        or np.average(between, weights=np.outer(weights[nearest == 0], weights[nearest == 1]))
        > SAME_VOICE
    ):
        return everyone
    return best


def _unlike(vectors: Floats, weights: Floats) -> list[tuple[int, int]]:
    """Return pairs of the longest voices, least similar first."""
    longest = np.argsort(-weights, kind="stable")[:40].tolist()
    pairs = sorted(combinations(longest, 2), key=lambda p: float(vectors[p[0]] @ vectors[p[1]]))
    return pairs[:STARTS]


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


def _voices(
    sound: Sound16k, channel: int, index: int, window: LocalSpeakers, encoder: VoiceEncoder
) -> list[Voice]:
    """Return the voices of a window, each from where its speaker talks alone."""
    start = round(window.start_s * SAMPLE_RATE_HZ)
    talking = window.activity >= TALKING
    alone = talking & (talking.sum(axis=1, keepdims=True) == 1)
    per_frame = int(window.frame_s * SAMPLE_RATE_HZ)
    found: list[Voice] = []
    for local in range(LOCAL_SPEAKERS):
        speech_s = float(alone[:, local].sum()) * window.frame_s
        if speech_s < MIN_VOICE_S:
            continue
        positions = np.flatnonzero(alone[:, local]) * window.frame_s * SAMPLE_RATE_HZ + start
        pieces = [sound.as_float(channel, int(p), int(p) + per_frame) for p in positions]
        speech = np.concatenate(pieces)
        if speech.size:
            found.append(Voice(index, local, encoder.embed(speech), speech_s))
    return found


def _assign(voices: Sequence[Voice], centres: Floats) -> dict[int, int]:
    """Return which speaker each local speaker of one window is; no speaker twice."""
    if not voices or not len(centres):
        return {}
    similar = np.stack([voice.vector for voice in voices]) @ centres.T
    weights = np.array([voice.speech_s for voice in voices])
    ranked = np.argsort(-weights, kind="stable")[: len(centres)].tolist()
    best = max(
        permutations(range(len(centres)), len(ranked)),
        key=lambda p: sum(
            float(similar[v, k] * weights[v]) for v, k in zip(ranked, p, strict=True)
        ),
    )
    chosen = {voices[v].local: k for v, k in zip(ranked, best, strict=True)}
    for row, voice in enumerate(voices):
        chosen.setdefault(voice.local, int(similar[row].argmax()))
    return chosen


def _add(activity: Floats, seen: Floats, window: LocalSpeakers, chosen: dict[int, int]) -> None:
    """Add the activity of a window's speakers to that of the recording."""
    first = round(window.start_s / FRAME_S)
    count = min(round(window.frame_s * window.activity.shape[0] / FRAME_S), seen.size - first)
    rows = np.minimum(
        (np.arange(count) * FRAME_S / window.frame_s).astype(int), window.activity.shape[0] - 1
    )
    seen[first : first + count] += 1
    for local, speaker in chosen.items():
        activity[speaker, first : first + count] += window.activity[rows, local]
