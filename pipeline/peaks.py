"""How loud a recording is over time: what a waveform is drawn from, without touching the sound.

One byte per stretch of time and channel: the largest absolute sample, on a square-root scale, so
that quiet telephone speech keeps its shape in eight bits (a step is at most 0.8 % of full scale).
"""

from __future__ import annotations

from collections.abc import Sequence

from pydantic import ConfigDict, Field, model_validator

from pipeline.domain import Record

PEAKS_PER_S = 20.0
"""A stretch of 50 ms is a pixel or less in every view of a call."""
MOST_PEAKS = 6000
"""Per channel: 5 minutes at 20 a second. Longer recordings get longer stretches."""

_LEVELS = tuple(round((step / 255) ** 2, 4) for step in range(256))


class Waveform(Record):
    """Peaks as wavesurfer.js takes them."""

    duration_s: float
    peaks_per_s: float
    peaks: tuple[tuple[float, ...], ...]
    """Per channel, in the recording's order: loudness in [0, 1] over time, evenly spread."""


class Peaks(Record):
    """The peaks of one recording."""

    model_config = ConfigDict(ser_json_bytes="base64", val_json_bytes="base64")

    channels: int = Field(ge=1, le=2)
    """1 also where both channels of the recording carry the same sound."""
    peaks_per_s: float = Field(gt=0)
    duration_s: float = Field(gt=0)
    data: bytes
    """Channel after channel, one byte per stretch of ``1 / peaks_per_s`` seconds."""

    @model_validator(mode="after")
    def _whole_channels(self) -> Peaks:
        if not self.data or len(self.data) % self.channels:
            raise ValueError(f"{len(self.data)} bytes do not make {self.channels} channels")
        return self

    def waveform(self) -> Waveform:
        """Return the peaks as numbers, per channel."""
        length = len(self.data) // self.channels
        return Waveform(
            duration_s=self.duration_s,
            peaks_per_s=self.peaks_per_s,
            peaks=tuple(
                tuple(_LEVELS[step] for step in self.data[start : start + length])
                for start in range(0, len(self.data), length)
            ),
        )


def count_of_peaks(duration_s: float) -> int:
    """Return how many peaks a channel of this length gets: at least one."""
    return min(MOST_PEAKS, max(1, round(duration_s * PEAKS_PER_S)))


def pack(channels: Sequence[Sequence[float]], duration_s: float) -> Peaks:
    """Return peaks from the largest absolute sample of each stretch.

    Args:
        channels: Per channel, all of one length: values in [0, 1] over time, evenly spread.
        duration_s: Length of the recording.
    """
    return Peaks(
        channels=len(channels),
        peaks_per_s=len(channels[0]) / duration_s,
        duration_s=duration_s,
        data=bytes(round(min(level, 1.0) ** 0.5 * 255) for level in _in_order(channels)),
    )


def _in_order(channels: Sequence[Sequence[float]]) -> list[float]:
    return [level for channel in channels for level in channel]
