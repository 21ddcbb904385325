"""What is heard that is not speech: hold music, tones, silence.

Music and tones gather their power in a few narrow bands; line noise and breath spread it. The
measure is spectral flatness (geometric over arithmetic mean of power; Johnston 1988): about 0.56
for noise in a single frame, far below for music, near 0 for tones.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.speech import FRAME, Activity
from pipeline.domain import Sound

STEP = 2 * FRAME
"""Samples per step, 64 ms."""
STEP_S = STEP / SAMPLE_RATE_HZ
BAND_HZ = (300, 3400)
"""Telephone band: what every recording has."""
AUDIBLE_DB = -50.0
PITCHED = 0.3
"""Flatness below which a step is pitched; line noise stays above 0.45 in nine steps of ten."""
TONE_SHARE = 0.9
"""Share of power in the six strongest bins (two sines) from which a step is a tone."""
NOT_SPEECH = 0.25
SMOOTH_STEPS = 23
"""Steps over which music is judged, about 1.5 s: music has soft moments."""
MUSIC_SHARE = 0.4
"""Share of pitched steps from which it is music, or a tone that goes on."""
STEADY = 0.8
"""Share of its steps in which a long tone keeps its strongest bin; a melody does not."""
MIN_MUSIC_S = 3.0
MIN_TONE_S = 0.12
MIN_SILENCE_S = 3.0
BLOCK_STEPS = 4096

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]
Kind = Literal["music", "silence", "tone"]


def find_sounds(sound: Sound16k, heard: Sequence[Activity]) -> tuple[Sound, ...]:
    """Return music and tones per channel, and silence on all channels at once, by start time.

    Args:
        sound: The recording.
        heard: Voice activity of each channel.
    """
    found = [
        item
        for channel, activity in enumerate(heard)
        for item in _on_channel(sound, channel, activity)
    ]
    busy = np.zeros(heard[0].probability.size // 2, dtype=np.bool_)
    for activity in heard:
        busy |= _per_step(activity.probability) >= NOT_SPEECH
        busy |= _per_step(activity.level_db) >= AUDIBLE_DB
    found.extend(_sound("silence", None, start, end) for start, end in _spans(~busy, MIN_SILENCE_S))
    return tuple(sorted(found, key=lambda item: (item.start_s, item.kind, item.channel or 0)))


def _on_channel(sound: Sound16k, channel: int, activity: Activity) -> Iterator[Sound]:
    quiet = _per_step(activity.probability) < NOT_SPEECH
    audible = quiet & (_per_step(activity.level_db) > AUDIBLE_DB)
    seen = spectra(sound, channel, audible)
    pitched = audible & (seen.flatness < PITCHED)
    tone = pitched & (seen.share > TONE_SHARE)
    lasting = (_density(pitched) > MUSIC_SHARE) & (_density(quiet) > STEADY)
    for start, end in _spans(lasting, MIN_MUSIC_S):
        inside = slice(start, end)
        tones, peaks = tone[inside], seen.peak[inside][tone[inside]]
        steady = peaks.size > 0 and np.mean(np.abs(peaks - np.median(peaks)) <= 1) > STEADY
        if tones.sum() > STEADY * pitched[inside].sum() and steady:
            continue
        tone[inside] = False
        yield _sound("music", channel, start, end)
    for start, end in _spans(tone, MIN_TONE_S):
        yield _sound("tone", channel, start, end)


@dataclass(frozen=True, slots=True)
class Spectra:
    """What the spectrum of each step is like, in the telephone band."""

    flatness: Floats
    """float32, shape (steps,): 1 where it is silent."""
    share: Floats
    """float32, shape (steps,): of power in the six strongest bins; 0 where it is silent."""
    peak: npt.NDArray[np.int64]
    """int64, shape (steps,): the strongest bin."""


def spectra(sound: Sound16k, channel: int, audible: Bools) -> Spectra:
    """Return the spectra of a channel; only audible steps are looked at."""
    flatness = np.ones(audible.size, dtype=np.float32)
    share = np.zeros(audible.size, dtype=np.float32)
    peak = np.zeros(audible.size, dtype=np.int64)
    low, high = (round(hz * STEP / SAMPLE_RATE_HZ) for hz in BAND_HZ)
    window = np.hanning(STEP).astype(np.float32)
    for first in range(0, audible.size, BLOCK_STEPS):
        stop = min(first + BLOCK_STEPS, audible.size)
        rows = np.flatnonzero(audible[first:stop])
        if not rows.size:
            continue
        block = sound.as_float(channel, first * STEP, stop * STEP).reshape(-1, STEP)[rows]
        power = np.square(np.abs(np.fft.rfft(block * window, axis=1)))[:, low:high] + 1e-12
        flatness[first + rows] = np.exp(np.log(power).mean(axis=1)) / power.mean(axis=1)
        # A sine fills three bins of a Hann window, two sines six.
        share[first + rows] = np.sort(power, axis=1)[:, -6:].sum(axis=1) / power.sum(axis=1)
        peak[first + rows] = power.argmax(axis=1)
    return Spectra(flatness, share, peak)


def _per_step(per_frame: Floats) -> Floats:
    """Return the larger of the two frames of each step."""
    steps = per_frame.size // 2
    return np.asarray(per_frame[: 2 * steps].reshape(steps, 2).max(axis=1), dtype=np.float32)


def _density(flags: Bools) -> Floats:
    """Return the share of set flags around each step."""
    if flags.size == 0:
        return np.zeros(0, dtype=np.float32)
    kernel = np.ones(SMOOTH_STEPS, dtype=np.float32)
    around = np.convolve(np.ones(flags.size, dtype=np.float32), kernel)
    total = np.convolve(flags.astype(np.float32), kernel)
    middle = slice(SMOOTH_STEPS // 2, SMOOTH_STEPS // 2 + flags.size)
    return np.asarray(total[middle] / around[middle], dtype=np.float32)


def _spans(flags: Bools, least_s: float) -> list[tuple[int, int]]:
    """Return first and end step of each run that is long enough."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    runs = zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True)
    return [(start, end) for start, end in runs if (end - start) * STEP_S >= least_s]


def _sound(kind: Kind, channel: int | None, start: int, end: int) -> Sound:
    return Sound(
        kind=kind, channel=channel, start_s=round(start * STEP_S, 3), end_s=round(end * STEP_S, 3)
    )
