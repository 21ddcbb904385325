"""Samples to peaks: the loudest sample of each short stretch of a recording."""

from __future__ import annotations

import numpy as np

from models.decoding import Sound16k
from pipeline.peaks import Peaks, count_of_peaks, pack


def peaks_of(sound: Sound16k) -> Peaks:
    """Return the peaks of a recording, of every channel."""
    samples = sound.samples.shape[1]
    count = min(count_of_peaks(sound.duration_s), samples)
    starts = np.arange(count) * samples // count
    highest = np.maximum.reduceat(sound.samples, starts, axis=1).astype(np.int32)
    lowest = np.minimum.reduceat(sound.samples, starts, axis=1).astype(np.int32)
    levels = np.maximum(highest, -lowest).clip(0, 32767) / 32767
    return pack(levels.tolist(), sound.duration_s)
