"""Where a channel cannot carry words: its sound is gone, full of holes, or covered by loud noise.

Told from levels, zeros and spectra alone; whether words were understood all the same is for
``models.unheard`` to say. Frames are those of ``models.speech``.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt

from models.decoding import Sound16k
from models.sounds import STEP, spectra
from models.speech import FRAME, FRAMES_PER_S, SPEECH, Activity, runs

GONE_DB = -70.0
BELOW_FLOOR_DB = 12.0
"""A line that carries a call hums: what lies this far under its own noise, and under GONE_DB, is no
quiet moment. Line noise of the bundled recordings stays within 6 dB of its middle."""
EMPTY_DB = -88.0
"""Under this level no more than single samples differ from zero; one step of 16 bits is -90."""
MIN_GONE_S = 1.0
"""Shorter losses hide a word or two, and count through the words that are then not understood."""
MIN_PAUSE_S = 0.3
GATED_RUN_S, GATED_PAUSES, GATED_SHARE = 0.12, 3, 0.5
"""If the sound is gone for so long in so many pauses, and in this share of them, it is the recorder
that writes nothing while nobody speaks, and then the absence of sound means nothing."""
PIECE = FRAME // 8
"""Samples, 4 ms: packets of telephone speech hold 10 to 30 ms."""
SPOKEN_PEAK = 330
"""Peak (-40 dBFS) of a piece of speech; next to a piece of zeros it was cut, as speech fades over
tens of milliseconds."""
EDGES = 3
"""So many such cuts within a block are holes: two packets of the 25 in it."""
BLOCK = 16
"""Frames that noise and holes are judged over, about 0.5 s."""
NOISE_DB = -45.0
NEAR_SPEECH_DB = 6.0
"""Noise is loud from this level on, and from this far under the channel's speech: under white
noise 5 dB over it, 1 word in 7 is right (``benchmarks.damaged``)."""
STEADY_DB = 4.0
"""Within a block the level of noise dips no further; that of speech dips by 10 dB and more."""
NOISE_FLATNESS = 0.35
"""Mean spectral flatness from which a steady block is noise; what is pitched stays under 0.3
(``models.sounds``)."""

Bools = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class Lost:
    """What each frame of a channel cannot carry; bool, shape (frames,)."""

    gone: Bools
    """No sound where the line would at least hum."""
    holed: Bools
    """Sound with many short holes."""
    noise: Bools
    """Loud steady noise."""


def find_lost(sound: Sound16k, channel: int, activity: Activity) -> Lost:
    """Return what a channel lost.

    Args:
        sound: The recording.
        channel: 0-based.
        activity: Of this channel.
    """
    gone = _gone(activity)
    gated = _gated(gone, activity)
    for start, end in runs(gone):
        gone[start:end] = not gated and end - start >= MIN_GONE_S * FRAMES_PER_S
    holed = np.zeros_like(gone) if gated else _holed(sound, channel, gone.size)
    return Lost(gone, holed, _noise(sound, channel, activity))


def _gone(activity: Activity) -> Bools:
    level = activity.level_db
    humming = level[(activity.probability < SPEECH) & (level > EMPTY_DB)]
    floor = float(np.median(humming)) if humming.size else 0.0
    return np.asarray(level < min(GONE_DB, floor - BELOW_FLOOR_DB), dtype=np.bool_)


def _gated(gone: Bools, activity: Activity) -> bool:
    """Return whether the recorder writes no sound in pauses."""
    talk = np.flatnonzero(activity.probability >= SPEECH)
    pauses = [
        gone[before + 1 : after]
        for before, after in pairwise(talk.tolist())
        if after - before > MIN_PAUSE_S * FRAMES_PER_S
    ]
    least = GATED_RUN_S * FRAMES_PER_S
    empty = sum(any(end - start >= least for start, end in runs(pause)) for pause in pauses)
    return empty >= GATED_PAUSES and empty >= GATED_SHARE * len(pauses)


def _holed(sound: Sound16k, channel: int, frames: int) -> Bools:
    samples = sound.samples[channel]
    length = BLOCK * FRAME // PIECE
    blocks = frames // BLOCK
    if not blocks:
        return np.zeros(frames, dtype=np.bool_)
    pieces = samples[: blocks * length * PIECE].reshape(-1, PIECE)
    peak = np.maximum(pieces.max(axis=1), -pieces.min(axis=1).astype(np.int32))
    spoken, silent = peak >= SPOKEN_PEAK, peak <= 1
    cut = (spoken[:-1] & silent[1:]) | (silent[:-1] & spoken[1:])
    edges = np.append(cut, False).reshape(blocks, length).sum(axis=1)
    return _per_frame(edges >= EDGES, frames)


def _noise(sound: Sound16k, channel: int, activity: Activity) -> Bools:
    level = activity.level_db
    blocks = level.size // BLOCK
    if not blocks:
        return np.zeros(level.size, dtype=np.bool_)
    by_block = level[: blocks * BLOCK].reshape(blocks, BLOCK)
    low, middle = np.percentile(by_block, (10, 50), axis=1)
    loud = max(NOISE_DB, _speech_db(activity) - NEAR_SPEECH_DB)
    steady = (middle >= loud) & (middle - low <= STEADY_DB)
    steps = np.repeat(steady, BLOCK * FRAME // STEP)
    flatness = spectra(sound, channel, steps).flatness.reshape(blocks, -1).mean(axis=1)
    return _per_frame(steady & (flatness >= NOISE_FLATNESS), level.size)


def _speech_db(activity: Activity) -> float:
    """Return about the level of speech on a channel; of its loudest moments if there is none."""
    talk = activity.level_db[activity.probability >= SPEECH]
    if talk.size >= 2 * FRAMES_PER_S:
        return float(np.percentile(talk, 75))
    return float(np.percentile(activity.level_db, 95))


def _per_frame(blocks: Bools, frames: int) -> Bools:
    """Return flags of blocks as flags of frames; the rest after the last block is unset."""
    flags = np.zeros(frames, dtype=np.bool_)
    spread = np.repeat(blocks, BLOCK)[:frames]
    flags[: spread.size] = spread
    return flags
