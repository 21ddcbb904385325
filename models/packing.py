"""Pack regions of speech into windows for the recogniser, and map times back. Pure.

Whisper's cost grows with the length of what it is given, and it needs context on both sides of a
word. So the speech of one channel is joined, pauses left out, into windows of up to WINDOW_S.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from models.decoding import SAMPLE_RATE_HZ
from models.speech import Activity, Region

WINDOW_S = 20.0
"""Longest window. At most 30 s (what Whisper was trained on); chosen on benchmarks/asr.py, where
shorter windows cost less and longer ones err slightly less."""


@dataclass(frozen=True, slots=True)
class Window:
    """Regions of one channel that are recognised together, in order."""

    regions: tuple[Region, ...]

    @property
    def samples(self) -> int:
        """Length in samples at 16 kHz."""
        return sum(region.samples for region in self.regions)

    @property
    def channel(self) -> int:
        """The channel that all regions are on."""
        return self.regions[0].channel

    def locate(
        self, start_s: float, end_s: float, activity: Activity
    ) -> tuple[Region, float, float]:
        """Return where a word of this window was said: its region, start and end in the recording.

        Whisper lets words reach into the pauses around them, here into the neighbouring region. So
        a word belongs to the region in which it has most speech (the later one if equal, the one
        that holds its middle if there is none), and never reaches out of it.

        Args:
            start_s: From the start of the window.
            end_s: From the start of the window.
            activity: Of the window's channel.
        """
        middle = (start_s + end_s) / 2 * SAMPLE_RATE_HZ
        offset = 0
        best: tuple[float, float] = (-1.0, -1.0)
        found, shift = self.regions[0], 0.0
        for region in self.regions:
            move = region.start - offset
            first = max(int(start_s * SAMPLE_RATE_HZ) + move, region.start)
            last = min(int(end_s * SAMPLE_RATE_HZ) + move, region.end)
            speech = activity.speech_samples(first, last) if last > first else 0
            distance = max(offset - middle, middle - offset - region.samples, 0.0)
            if (speech, -distance) >= best:
                best, found, shift = (speech, -distance), region, move / SAMPLE_RATE_HZ
            offset += region.samples
        low, high = found.start / SAMPLE_RATE_HZ, found.end / SAMPLE_RATE_HZ
        start = min(max(start_s + shift, low), high)
        return found, start, min(max(end_s + shift, start), high)


def pack(regions: Sequence[Region], window_s: float = WINDOW_S) -> list[Window]:
    """Return windows that hold every sample of the regions once, in order.

    Args:
        regions: Of one channel, in order.
        window_s: No window is longer; a longer region is cut.
    """
    limit = int(window_s * SAMPLE_RATE_HZ)
    windows: list[Window] = []
    current: list[Region] = []
    room = limit
    for region in regions:
        for start in range(region.start, region.end, limit):
            part = Region(region.channel, start, min(start + limit, region.end))
            if part.samples > room:
                windows.append(Window(tuple(current)))
                current, room = [], limit
            current.append(part)
            room -= part.samples
    if current:
        windows.append(Window(tuple(current)))
    return windows


def alone(window: Window) -> list[Window]:
    """Return one window for each region of a window, to try again what failed together."""
    return [Window((region,)) for region in window.regions]
