"""Tell the speakers of one channel apart: who talks in each stretch of speech.

Speech is cut where it pauses and where the segmentation network hears another speaker; each
stretch gets a voice; voices are clustered over the recording. Stretches that are too short for a
voice of their own lean on what the network heard beside them. Deterministic.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.segmentation import STEP_S, WINDOW_S, LocalSpeakers
from models.speech import Region
from models.voices import VoiceEncoder

SPEAKERS = 2
TALKING = 0.5
"""Activity from which a local speaker talks."""
MIN_RUN_S = 0.2
"""Shorter runs of another local speaker are taken for noise of the network."""
MIN_VOICE_S = 0.4
"""Shorter stretches tell nothing about the voice."""
FULL_VOICE_S = 1.2
"""Stretches from this length on tell all they can; shorter ones count less."""
SAME_VOICE = 0.75
"""Mean similarity of two clusters from which they are one speaker. Chosen on telephone calls: the
same speaker has 0.70 to 0.95 between turns, two speakers 0.45 to 0.70."""
STARTS = 12
"""Pairs of unlike voices from which clustering starts; the best result counts."""
SHARPNESS = 12.0
"""Log-odds per unit of difference in similarity, for a stretch of FULL_VOICE_S."""
BESIDE = 0.5
"""Weight of what the rest of the same local speaker in the same window sounds like."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class Stretch:
    """Speech of one local speaker without a pause."""

    start_s: float
    end_s: float
    window: int
    local: int

    @property
    def length_s(self) -> float:
        """Length in seconds."""
        return self.end_s - self.start_s


@dataclass(frozen=True, slots=True)
class SpeakerEvidence:
    """How likely each speaker is in one stretch."""

    stretch: Stretch
    log_probabilities: Floats
    """float32, shape (speakers,)."""


def diarize(
    sound: Sound16k,
    regions: Sequence[Region],
    windows: Sequence[LocalSpeakers],
    encoder: VoiceEncoder,
) -> list[SpeakerEvidence]:
    """Return who talks in each stretch of a channel, one or two speakers, by start time.

    Args:
        sound: The recording.
        regions: Speech of the channel, in order.
        windows: Local speakers of the channel, in order.
        encoder: Tells voices apart.
    """
    found = [stretch for region in regions for stretch in cut(region, windows)]
    if not found:
        return []
    vectors = np.zeros((len(found), 256), dtype=np.float32)
    weights = np.zeros(len(found), dtype=np.float32)
    long = [row for row, stretch in enumerate(found) if stretch.length_s >= MIN_VOICE_S]
    if long:
        vectors[long] = encoder.embed([_sound_of(sound, regions[0], found[row]) for row in long])
        weights[long] = [min(found[row].length_s / FULL_VOICE_S, 1.0) for row in long]
    lengths = np.array([stretch.length_s for stretch in found], dtype=np.float32)
    similar = vectors @ cluster(vectors[weights > 0], lengths[weights > 0]).T
    own = SHARPNESS * similar * weights[:, None]
    logits = own + BESIDE * _beside(found, own, weights)
    logits -= logits.max(axis=1, keepdims=True)
    logs = logits - np.log(np.exp(logits).sum(axis=1, keepdims=True))
    return [
        SpeakerEvidence(stretch, row.astype(np.float32))
        for stretch, row in zip(found, logs, strict=True)
    ]


def _sound_of(sound: Sound16k, region: Region, stretch: Stretch) -> Floats:
    first, last = (int(seconds * SAMPLE_RATE_HZ) for seconds in (stretch.start_s, stretch.end_s))
    return sound.as_float(region.channel, first, last)


def cut(region: Region, windows: Sequence[LocalSpeakers]) -> Iterator[Stretch]:
    """Yield the stretches of a region: cut where the local speaker changes.

    Each moment is judged by the window in whose middle it lies.
    """
    start_s, end_s = region.start / SAMPLE_RATE_HZ, region.end / SAMPLE_RATE_HZ
    while start_s < end_s:
        middle = int((start_s - (WINDOW_S - STEP_S) / 2) / STEP_S + 1e-6)
        index = min(max(middle, 0), len(windows) - 1)
        window = windows[index]
        until_s = min(end_s, index * STEP_S + (WINDOW_S + STEP_S) / 2)
        if index == len(windows) - 1 or until_s <= start_s:
            until_s = end_s
        first = int((start_s - window.start_s) / window.frame_s)
        count = max(1, round((until_s - start_s) / window.frame_s))
        rows = np.clip(np.arange(first, first + count), 0, window.activity.shape[0] - 1)
        for local, begin, stop in _runs(window.activity[rows]):
            yield Stretch(
                start_s + begin * window.frame_s,
                min(start_s + stop * window.frame_s, until_s) if stop < count else until_s,
                index,
                local,
            )
        start_s = until_s


def cluster(vectors: Floats, weights: Floats) -> Floats:
    """Return the centre of each speaker's voices: float32, shape (speakers, 256).

    Spherical k-means, voices weighted by length, started from several unlike pairs.

    Args:
        vectors: float32, shape (voices, 256), each of length 1.
        weights: float32, shape (voices,).
    """
    if not len(vectors):
        return np.zeros((1, 256), dtype=np.float32)
    everyone = _unit((vectors * weights[:, None]).sum(axis=0, keepdims=True))
    best, best_fit = everyone, -np.inf
    for pair in _unlike(vectors, weights):
        centres = _settled(vectors, weights, vectors[list(pair)])
        fit = float((weights * (vectors @ centres.T).max(axis=1)).sum())
        if fit > best_fit:
            best, best_fit = centres, fit
    if len(best) < SPEAKERS:
        return everyone
    nearest = (vectors @ best.T).argmax(axis=1)
    between = vectors[nearest == 0] @ vectors[nearest == 1].T
    pairs = np.outer(weights[nearest == 0], weights[nearest == 1])
    return everyone if (between * pairs).sum() > SAME_VOICE * pairs.sum() else best


def _settled(vectors: Floats, weights: Floats, centres: Floats) -> Floats:
    """Return the centres that k-means arrives at."""
    weighted = vectors * weights[:, None]
    for _ in range(20):
        nearest = (vectors @ centres.T).argmax(axis=1)
        sums = np.stack([weighted[nearest == k].sum(axis=0) for k in range(len(centres))])
        moved = np.where(np.abs(sums).sum(axis=1, keepdims=True) > 0, _unit(sums), centres)
        if np.allclose(moved, centres):
            break
        centres = moved
    return centres


def _unlike(vectors: Floats, weights: Floats) -> list[tuple[int, int]]:
    """Return pairs of the longest voices, least similar first."""
    longest = np.argsort(-weights, kind="stable")[:40].tolist()
    pairs = sorted(combinations(longest, 2), key=lambda p: float(vectors[p[0]] @ vectors[p[1]]))
    return pairs[:STARTS]


def _unit(vectors: Floats) -> Floats:
    norms = np.linalg.norm(vectors, axis=1, keepdims=True)
    return np.asarray(vectors / np.maximum(norms, 1e-9), dtype=np.float32)


def _beside(found: Sequence[Stretch], own: Floats, weights: Floats) -> Floats:
    """Return, per stretch, the mean evidence of the other stretches of its local speaker."""
    result = np.zeros_like(own)
    groups: dict[tuple[int, int], list[int]] = {}
    for row, stretch in enumerate(found):
        groups.setdefault((stretch.window, stretch.local), []).append(row)
    for rows in groups.values():
        for row in rows:
            others = [other for other in rows if other != row and weights[other] > 0]
            if others:
                result[row] = own[others].mean(axis=0)
    return result


def _runs(activity: Floats) -> list[tuple[int, int, int]]:
    """Return local speaker, first and end frame of each run; noise goes to the run before it.

    Args:
        activity: float32, shape (frames, local speakers). Frames in which nobody talks belong to
            the run before them.
    """
    runs: list[tuple[int, int, int]] = []
    least = max(1, round(MIN_RUN_S * 589 / WINDOW_S))
    best = np.where(activity.max(axis=1) >= TALKING, activity.argmax(axis=1), -1).tolist()
    for frame, local in enumerate(best):
        if runs and local in (-1, runs[-1][0]):
            runs[-1] = (runs[-1][0], runs[-1][1], frame + 1)
        else:
            runs.append((local, frame, frame + 1))
    kept: list[tuple[int, int, int]] = []
    for local, begin, stop in runs:
        if kept and (kept[-1][0] == -1 or kept[-1][2] - kept[-1][1] < least):
            kept[-1] = (local, kept[-1][1], stop)
        elif kept and (stop - begin < least or local == kept[-1][0]):
            kept[-1] = (kept[-1][0], kept[-1][1], stop)
        else:
            kept.append((local, begin, stop))
    return kept
