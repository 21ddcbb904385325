from __future__ import annotations

import time

import pytest

from flows.timing import Stopwatch, Timings


def test_a_part_inside_another_is_taken_out_of_the_outer_one() -> None:
    stopwatch = Stopwatch()
    with stopwatch.measure("reading"):
        time.sleep(0.02)
        with stopwatch.measure("storing"):
            time.sleep(0.05)

    timings = stopwatch.timings(total_s=1.0)

    assert 0.02 <= timings.reading_s < 0.05 <= timings.storing_s


def test_time_between_parts_belongs_to_no_part() -> None:
    stopwatch = Stopwatch()
    with stopwatch.measure("judging"):
        pass
    time.sleep(0.03)
    with stopwatch.measure("judging"):
        pass
    assert stopwatch.timings(total_s=1.0).judging_s < 0.03


def test_everything_else_leaves_out_start_up_loading_and_transcription() -> None:
    timings = Timings(start_up_s=5, loading_s=3, transcription_s=8, judging_s=1, total_s=18)
    assert timings.other_s == 2
    assert timings.other_share == pytest.approx(0.2)


def test_a_batch_without_work_has_no_share_to_divide_by() -> None:
    assert Timings().other_share == 0.0


def test_sums_are_taken_field_by_field() -> None:
    total = Timings.sum_of([Timings(judging_s=1, storing_s=2), Timings(judging_s=3)])
    assert (total.judging_s, total.storing_s) == (4, 2)
    assert Timings.sum_of([]) == Timings()
