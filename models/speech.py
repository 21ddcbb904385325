"""Where people speak: voice activity per channel, without crosstalk, as regions to transcribe.

Voice activity is Silero v6, which comes inside faster-whisper (MIT); it rejects hold music and
tones. Stretches of near silence never reach it, so hours of silence cost next to nothing.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k

FRAME = 512
"""Samples per frame, 32 ms: the step of Silero v6 at 16 kHz."""
FRAMES_PER_S = SAMPLE_RATE_HZ / FRAME
GATE_DB = -65.0
"""Frames below this level (dBFS) hold no speech: 30 dB under quiet telephone speech."""
CROSSTALK_DB = 20.0
"""Speech this far below simultaneous speech on the other channel is taken for its leak. Telephone
crosstalk and residual echo lie 30 dB and more below, two talkers rarely differ by 15 dB."""
ON, OFF = 0.4, 0.25
"""Speech probability at which a region starts, and under which it ends. Below Silero's default of
0.5 and 0.35, because short answers are lost first."""
SPEECH = 0.3
"""Probability from which a frame inside a region counts as speech."""
MIN_SPEECH_S = 0.09
MIN_PAUSE_S = 0.35
"""Shorter pauses stay inside a region."""
PAD_S = 0.25
BLOCK_FRAMES = 9375
"""Frames given to the model at once: 5 minutes."""

Floats = npt.NDArray[np.float32]
Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Region:
    """Speech on one channel; positions in samples at 16 kHz."""

    channel: int
    start: int
    end: int

    @property
    def samples(self) -> int:
        """Length in samples."""
        return self.end - self.start


@dataclass(frozen=True, slots=True)
class Activity:
    """What each frame of one channel holds."""

    probability: Floats
    """float32, shape (frames,): probability of speech; 0 where it is crosstalk."""
    level_db: Floats
    """float32, shape (frames,): level in dBFS, at least -120."""

    def speech_samples(self, start: int, end: int) -> int:
        """Return how many of the samples ``start`` to ``end`` lie in frames of speech."""
        first, last = start // FRAME, -(-end // FRAME)
        return int((self.probability[first:last] >= SPEECH).sum()) * FRAME


def activities(sound: Sound16k) -> list[Activity]:
    """Return voice activity of each channel, speech that leaked from the other one taken out."""
    heard = [_activity(sound, channel) for channel in range(sound.channels)]
    if len(heard) != 2:
        return heard
    return [without_leak(heard[0], heard[1]), without_leak(heard[1], heard[0])]


def regions(activity: Activity, channel: int, samples: int) -> list[Region]:
    """Return the regions of speech on a channel, in order, padded, never overlapping.

    Args:
        activity: Of this channel.
        channel: 0-based.
        samples: Length of the recording at 16 kHz.
    """
    spans = _spans(activity.probability)
    padded: list[Region] = []
    pad = int(PAD_S * SAMPLE_RATE_HZ)
    for index, (start, end) in enumerate(spans):
        before = spans[index - 1][1] if index else 0
        after = spans[index + 1][0] if index + 1 < len(spans) else samples
        padded.append(
            Region(
                channel,
                max(start - pad, (before + start) // 2 if index else 0),
                min(end + pad, (end + after) // 2 if index + 1 < len(spans) else samples),
            )
        )
    return padded


def _spans(probability: Floats) -> list[tuple[int, int]]:
    """Return start and end of speech in samples, before padding."""
    spans: list[tuple[int, int]] = []
    start: int | None = None
    last = 0
    pause = MIN_PAUSE_S * FRAMES_PER_S
    for frame, value in enumerate(probability.tolist()):
        if value >= ON or (start is not None and value >= OFF):
            start = frame if start is None else start
            last = frame + 1
        elif start is not None and frame - last >= pause:
            spans.append((start, last))
            start = None
    if start is not None:
        spans.append((start, last))
    least = MIN_SPEECH_S * FRAMES_PER_S
    return [(a * FRAME, b * FRAME) for a, b in spans if b - a >= least]


def _activity(sound: Sound16k, channel: int) -> Activity:
    from faster_whisper.vad import get_vad_model

    frames = sound.samples.shape[1] // FRAME
    level = _levels(sound, channel, frames)
    probability = np.zeros(frames, dtype=np.float32)
    lead = round(FRAMES_PER_S)
    for start, end in runs(widen(level > GATE_DB, lead)):
        for block in range(start, end, BLOCK_FRAMES):
            warm = max(start, block - lead)
            stop = min(end, block + BLOCK_FRAMES)
            heard = get_vad_model()(sound.as_float(channel, warm * FRAME, stop * FRAME)).ravel()
            probability[block:stop] = heard[block - warm :]
    return Activity(probability, level)


def _levels(sound: Sound16k, channel: int, frames: int) -> Floats:
    level = np.full(frames, -120.0, dtype=np.float32)
    for start in range(0, frames, BLOCK_FRAMES):
        stop = min(frames, start + BLOCK_FRAMES)
        block = sound.as_float(channel, start * FRAME, stop * FRAME).reshape(-1, FRAME)
        power = np.square(block, dtype=np.float32).mean(axis=1)
        level[start:stop] = 10 * np.log10(power + 1e-12)
    return level


def without_leak(own: Activity, other: Activity) -> Activity:
    """Return activity without frames that are far below speech on the other channel."""
    near = round(0.3 * FRAMES_PER_S)
    leaked = (_smooth(other.level_db, near) - _smooth(own.level_db, near) > CROSSTALK_DB) & widen(
        other.probability >= ON, near // 2
    )
    return Activity(np.where(leaked, np.float32(0), own.probability), own.level_db)


def _smooth(level_db: Floats, width: int) -> Floats:
    """Return the level of the mean power over ``width`` frames around each frame."""
    if not level_db.size:
        return level_db
    power = np.power(10.0, level_db / 10)
    mean = np.convolve(power, np.full(width, 1 / width), mode="same")[: level_db.size]
    return np.asarray(10 * np.log10(mean + 1e-12), dtype=np.float32)


def widen(flags: Bools, by: int) -> Bools:
    """Return flags that are set within ``by`` frames of a set one."""
    counts = np.concatenate(([0], np.cumsum(flags)))
    here = np.arange(flags.size)
    wide = counts[np.minimum(here + by + 1, flags.size)] - counts[np.maximum(here - by, 0)]
    return np.asarray(wide > 0, dtype=np.bool_)


def runs(flags: Bools) -> list[tuple[int, int]]:
    """Return start and end of each run of set flags."""
    edges = np.flatnonzero(np.diff(np.concatenate(([0], flags.astype(np.int8), [0]))))
    return list(zip(edges[::2].tolist(), edges[1::2].tolist(), strict=True))
