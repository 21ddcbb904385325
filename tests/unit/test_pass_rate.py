from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable
from typing import get_args

import pytest

from pipeline.domain import Flag
from pipeline.estimate import wilson
from pipeline.pass_rate import GRAVEST_FIRST, Cell, PassRate, true_pass_rate
from tests.unit.simulated_reviews import SLICE, Group, drawn_group

FLAG = "critical_fail"


def flagged(calls: int, reviewed: int, passed: int, kind: str = FLAG) -> Cell:
    return Cell(kind, None, calls, reviewed, passed)


def drawn(reviewed: int, passed: int, probability: float = 0.1) -> Cell:
    return Cell(None, probability, reviewed, reviewed, passed)


def others(calls: int, reviewed: int = 0, passed: int = 0) -> Cell:
    return Cell(None, None, calls, reviewed, passed)


def test_flagged_calls_stand_for_themselves_and_drawn_ones_for_the_rest() -> None:
    found = true_pass_rate([flagged(20, 20, 2), drawn(18, 17), others(162)])
    assert found.true is not None and found.naive is not None
    assert found.true.value == pytest.approx(0.1 * 2 / 20 + 0.9 * 17 / 18)
    assert found.naive.value == pytest.approx(19 / 38)
    assert (found.calls, found.reviews, found.counted) == (200, 38, 38)


def test_the_weight_is_one_over_the_inclusion_probability() -> None:
    """4 of 10 drawn at 0.1 stand for 100, 10 of 10 drawn at 0.5 for 20: (40 + 20) / 120."""
    cells = [drawn(10, 4, 0.1), drawn(10, 10, 0.5), others(100)]
    found = true_pass_rate(cells)
    assert found.true is not None
    assert found.true.value == pytest.approx((4 / 0.1 + 10 / 0.5) / (10 / 0.1 + 10 / 0.5))


def test_a_call_opened_for_another_reason_counts_in_the_naive_share_only() -> None:
    plain = [flagged(20, 20, 2), drawn(20, 18)]
    searched = true_pass_rate([*plain, others(100, 40, 0), others(60)])
    unsearched = true_pass_rate([*plain, others(160)])
    assert searched.true == unsearched.true
    assert (searched.counted, searched.reviews) == (40, 80)
    assert searched.naive is not None and unsearched.naive is not None
    assert searched.naive.value < unsearched.naive.value


def test_without_reviews_enough_it_says_how_many_there_are_instead_of_a_figure() -> None:
    found = true_pass_rate([flagged(30, 9, 3), drawn(5, 5), others(100, 50, 50)])
    assert found.true is None
    assert found.missing == "not enough reviews yet (14 of 20)"
    assert found.needed == 20


def test_without_drawn_reviews_nothing_is_said_about_calls_that_nothing_flagged() -> None:
    found = true_pass_rate([flagged(40, 40, 3), others(200, 30, 30)])
    assert found.true is None and "random slice" in found.missing


def test_without_flagged_reviews_nothing_is_said_about_flagged_calls() -> None:
    found = true_pass_rate([flagged(40, 0, 0), drawn(30, 30), others(200)])
    assert found.true is None and "flagged" in found.missing


def test_where_every_call_was_reviewed_nothing_is_left_to_chance() -> None:
    found = true_pass_rate([flagged(30, 30, 6)])
    assert found.true is not None
    assert found.true.low == pytest.approx(0.2, abs=1e-5)
    assert found.true.high == pytest.approx(0.2, abs=1e-5)


def test_none_passed_of_a_few_is_no_certainty() -> None:
    found = true_pass_rate([drawn(20, 0, 0.01), others(2000)])
    assert found.true is not None
    assert found.true.value == 0.0
    assert found.true.low == 0.0
    assert found.true.high == pytest.approx(wilson(0, 20)[1], abs=0.01)


def test_a_flag_without_reviews_joins_the_next_graver_one() -> None:
    cells = [
        flagged(10, 10, 0),
        flagged(20, 10, 5, "low_score"),
        flagged(20, 0, 0, "unscored"),
        flagged(50, 25, 20, "finding"),
    ]
    found = true_pass_rate(cells)
    assert found.true is not None
    assert found.true.value == pytest.approx(0.1 * 0 + 0.4 * 0.5 + 0.5 * 0.8)


def test_the_gravest_flag_without_reviews_joins_the_next() -> None:
    found = true_pass_rate([flagged(50, 0, 0), flagged(50, 25, 10, "low_score")])
    assert found.true is not None
    assert found.true.value == pytest.approx(0.4)


def test_without_calls_nothing_is_said() -> None:
    found = true_pass_rate([])
    assert found == PassRate(0, 0, 0, None, None, "not enough reviews yet (0 of 20)")


def cells_of(group: Group) -> Iterable[Cell]:
    keys = Counter((call.flag, SLICE if call.drawn else None) for call in group)
    for (flag, probability), calls in keys.items():
        own = [
            call
            for call in group
            if call.reviewed and (call.flag, SLICE if call.drawn else None) == (flag, probability)
        ]
        yield Cell(flag, probability, calls, len(own), sum(call.passed for call in own))


@pytest.mark.parametrize("calls", [300, 2000])
@pytest.mark.parametrize("share_reviewed", [1.0, 0.5])
def test_the_interval_covers_the_truth_as_often_as_it_says(
    calls: int, share_reviewed: float
) -> None:
    """200 groups with known outcomes; the naive interval misses nearly all of them."""
    rng, repetitions = random.Random(4), 200
    covered = naive_covered = 0
    error = naive_error = 0.0
    for _ in range(repetitions):
        group = drawn_group(rng, calls, share_reviewed)
        truth = sum(call.passed for call in group) / calls
        found = true_pass_rate(cells_of(group))
        assert found.true is not None and found.naive is not None
        covered += found.true.low <= truth <= found.true.high
        naive_covered += found.naive.low <= truth <= found.naive.high
        error += found.true.value - truth
        naive_error += found.naive.value - truth
    assert covered >= 0.9 * repetitions
    assert naive_covered <= 0.1 * repetitions
    assert abs(error / repetitions) < 0.01
    assert naive_error / repetitions < -0.1


def test_every_kind_of_flag_has_its_place_in_the_order_of_gravity() -> None:
    kinds = set(get_args(Flag.model_fields["kind"].annotation))
    assert {*GRAVEST_FIRST, "random_slice"} == kinds
