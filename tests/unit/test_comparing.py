from __future__ import annotations

import random

import pytest
from scipy import stats

from pipeline.comparing import (
    Figure,
    Moments,
    Tally,
    difference_of_means,
    difference_of_shares,
    mean,
    mean_score,
    moments,
    share,
    without,
)

RNG = random.Random(8)
FIRST = [RNG.gauss(70, 12) for _ in range(30)]
SECOND = [RNG.gauss(62, 20) for _ in range(45)]


def test_the_interval_of_a_mean_is_students() -> None:
    found = mean(moments(FIRST))
    spread = stats.sem(FIRST)
    low, high = stats.t.interval(0.95, len(FIRST) - 1, loc=sum(FIRST) / len(FIRST), scale=spread)
    assert found is not None
    assert [found.low, found.high] == pytest.approx([low, high])


def test_a_single_value_has_a_mean_but_no_interval() -> None:
    assert mean(moments([80.0])) == Figure(80.0, None, None)
    assert mean(moments([])) is None
    assert not Figure(80.0, None, None).differs


def test_a_handful_of_calls_gets_no_interval_wider_than_the_scale() -> None:
    few, enough = [0.0, 100.0, 90.0, 80.0], [0.0, 100.0, 90.0, 80.0, 100.0]
    assert mean(moments(few)) == Figure(67.5, None, None)
    apart = difference_of_means(moments(few), moments(FIRST))
    assert apart is not None
    assert (apart.low, apart.high) == (None, None)
    wide, held = mean(moments(enough)), mean_score(moments(enough))
    assert wide is not None and wide.high is not None and wide.high > 100
    assert held is not None
    assert (held.value, held.low, held.high) == (wide.value, wide.low, 100.0)


def test_the_difference_of_means_is_welchs() -> None:
    found = difference_of_means(moments(FIRST), moments(SECOND))
    known = stats.ttest_ind(FIRST, SECOND, equal_var=False).confidence_interval()
    assert found is not None
    assert [found.low, found.high] == pytest.approx([known.low, known.high])


def test_a_difference_from_nothing_is_no_difference() -> None:
    assert difference_of_means(moments(FIRST), Moments(0, 0.0, 0.0)) is None
    assert difference_of_shares(Tally(3, 4), Tally(0, 0)) is None


def test_a_difference_from_a_single_call_has_no_interval() -> None:
    assert difference_of_means(moments([50.0]), moments([40.0, 44.0])) == Figure(8.0, None, None)


def test_values_that_never_vary_differ_for_certain() -> None:
    assert difference_of_means(moments([5.0] * 5), moments([3.0] * 5)) == Figure(2.0, 2.0, 2.0)


def test_an_agent_is_taken_out_of_the_team() -> None:
    rest = without(moments(FIRST + SECOND), moments(FIRST))
    known = moments(SECOND)
    assert rest.count == known.count
    assert rest.mean == pytest.approx(known.mean)
    assert rest.variance == pytest.approx(known.variance)


def test_taking_out_all_leaves_nothing() -> None:
    assert without(moments(FIRST), moments(FIRST)) == Moments(0, 0.0, 0.0)
    assert Tally(5, 9) - Tally(2, 3) == Tally(3, 6)


@pytest.mark.parametrize(
    ("first", "second", "low", "high"),
    [
        (Tally(56, 70), Tally(48, 80), 0.0524, 0.3339),
        (Tally(9, 10), Tally(3, 10), 0.1705, 0.8090),
        (Tally(10, 10), Tally(0, 20), 0.6791, 1.0),
        (Tally(0, 10), Tally(0, 20), -0.1611, 0.2775),
    ],
)
def test_the_difference_of_shares_is_that_of_newcombes_table_two(
    first: Tally, second: Tally, low: float, high: float
) -> None:
    found = difference_of_shares(first, second)
    assert found is not None
    assert found.low == pytest.approx(low, abs=2e-4)
    assert found.high == pytest.approx(high, abs=2e-4)


def test_a_share_of_nothing_is_unknown() -> None:
    assert share(Tally(0, 0)) is None
    found = share(Tally(0, 12))
    assert found is not None and found.low == 0.0 and found.high > 0.2


def test_a_difference_is_one_when_its_interval_leaves_out_zero() -> None:
    assert Figure(3.0, 1.0, 5.0).differs
    assert Figure(-3.0, -5.0, -1.0).differs
    assert not Figure(1.0, -1.0, 3.0).differs
