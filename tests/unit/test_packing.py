from __future__ import annotations

import numpy as np
import pytest

from models.decoding import SAMPLE_RATE_HZ
from models.packing import Window, alone, pack
from models.speech import FRAMES_PER_S, Activity, Region


def region(start_s: float, end_s: float, channel: int = 0) -> Region:
    return Region(channel, int(start_s * SAMPLE_RATE_HZ), int(end_s * SAMPLE_RATE_HZ))


def talking(*spans: tuple[float, float]) -> Activity:
    """Return activity that is surely speech within the spans (seconds) and nowhere else."""
    probability = np.zeros(int(120 * FRAMES_PER_S), dtype=np.float32)
    for start_s, end_s in spans:
        probability[int(start_s * FRAMES_PER_S) : int(end_s * FRAMES_PER_S)] = 1
    return Activity(probability, np.full(probability.size, -20, dtype=np.float32))


def test_no_speech_needs_no_window() -> None:
    assert pack([]) == []


def test_regions_share_a_window_while_they_fit() -> None:
    windows = pack([region(0, 4), region(10, 14), region(20, 24)], window_s=10)
    assert [len(window.regions) for window in windows] == [2, 1]


def test_every_sample_is_in_exactly_one_window() -> None:
    regions = [region(0, 7), region(8, 50), region(60, 61)]
    packed = [part for window in pack(regions, window_s=10) for part in window.regions]
    covered = [(part.start, part.end) for part in packed]
    assert sum(end - start for start, end in covered) == sum(r.samples for r in regions)
    assert covered == sorted(covered)
    assert all(window.samples <= 10 * SAMPLE_RATE_HZ for window in pack(regions, window_s=10))


def test_a_word_is_placed_where_it_was_said() -> None:
    window = Window((region(10, 12), region(50, 52)))
    activity = talking((10, 12), (50, 52))
    assert window.locate(0.5, 1.0, activity)[1:] == (10.5, 11.0)
    assert window.locate(2.5, 3.0, activity)[1:] == (50.5, 51.0)


def test_a_word_that_reaches_into_a_pause_goes_where_its_speech_is() -> None:
    window = Window((region(10, 12), region(50, 52)))
    found, start_s, end_s = window.locate(1.2, 2.5, talking((10, 11.0), (50.1, 52)))
    assert found == region(50, 52)
    assert (start_s, end_s) == pytest.approx((50.0, 50.5))


def test_a_word_without_any_speech_goes_where_its_middle_is() -> None:
    window = Window((region(10, 12), region(50, 52)))
    assert window.locate(1.0, 1.5, talking())[0] == region(10, 12)
    assert window.locate(2.2, 9.0, talking())[0] == region(50, 52)


def test_what_failed_together_is_tried_again_alone() -> None:
    window = Window((region(10, 12), region(50, 52)))
    assert [part.regions for part in alone(window)] == [(region(10, 12),), (region(50, 52),)]
