from __future__ import annotations

import itertools
import statistics

import pytest

from benchmarks.reliability import error_by_chance, reliability
from benchmarks.risk import Outcome, errors_kept, risk_curve


def outcomes(*pairs: tuple[float, bool]) -> list[Outcome]:
    return [Outcome(probability, right) for probability, right in pairs]


def test_errors_are_counted_from_the_surest_verdict_down() -> None:
    found = outcomes((0.6, False), (0.9, True), (0.7, True), (0.8, False))
    assert errors_kept(found) == [0, 1, 1, 2]


def test_equal_probabilities_count_as_the_mean_over_all_their_orders() -> None:
    tied = [False, True, True]
    wanted = [
        statistics.mean(sum(not right for right in order[:kept]) for order in orders)
        for orders in [list(itertools.permutations(tied))]
        for kept in (1, 2, 3)
    ]
    found = errors_kept(outcomes((0.9, True), *((0.5, right) for right in tied)))
    assert found == pytest.approx([0, *wanted])


def test_the_curve_by_hand() -> None:
    # Twenty verdicts, the three least sure of them wrong, and the surest one.
    found = outcomes(
        (0.99, False), *((0.9 - step / 100, True) for step in range(16)), *[(0.1, False)] * 3
    )
    curve = risk_curve(found)
    by_share = {point.withheld: point for point in curve.points}
    assert (curve.verdicts, curve.error) == (20, 0.2)
    assert list(by_share) == [0, 0.05, 0.1, 0.15, 0.2, 0.25, 0.3, 0.35, 0.4, 0.45, 0.5]
    assert (by_share[0.15].kept, by_share[0.15].error) == (17, round(1 / 17, 4))
    assert curve.error_15_withheld == round(1 / 17, 4)
    assert (by_share[0.5].kept, by_share[0.5].error) == (10, 0.1)
    by_hand = (sum(1 / kept for kept in range(1, 18)) + 2 / 18 + 3 / 19 + 4 / 20) / 20
    assert curve.aurc == round(by_hand, 4)
    assert curve.aurc_best == round((1 / 17 + 2 / 18 + 3 / 19 + 4 / 20) / 20, 4)


def test_probabilities_that_say_nothing_leave_the_error_where_it_is() -> None:
    curve = risk_curve(outcomes(*[(0.7, True)] * 30, *[(0.7, False)] * 10))
    assert {point.error for point in curve.points} == {0.25}
    assert curve.aurc == curve.error == 0.25


def test_probabilities_that_know_best_reach_the_best_area() -> None:
    curve = risk_curve(outcomes(*[(0.8, True)] * 30, *[(0.6, False)] * 10))
    assert curve.aurc == curve.aurc_best < curve.error


def test_reliability_by_hand() -> None:
    found = outcomes((0.95, True), (0.95, True), (0.95, False), (0.95, True), (0.55, False))
    told = reliability(found)
    assert [(b.low, b.verdicts, b.mean_probability, b.share_right) for b in told.bins] == [
        (0.5, 1, 0.55, 0.0),
        (0.9, 4, 0.95, 0.75),
    ]
    assert told.calibration_error == pytest.approx((4 * 0.2 + 0.55) / 5, abs=1e-4)
    assert (told.mean_probability, told.share_right) == (0.87, 0.6)


def test_a_probability_of_one_falls_into_the_last_bin() -> None:
    (only,) = reliability(outcomes((1.0, True))).bins
    assert (only.low, only.high) == (0.9, 1.0)


def test_few_verdicts_show_an_error_though_their_probabilities_are_perfect() -> None:
    # A coin: of n tosses the share of heads is off by sqrt(1 / (2 pi n)) on average.
    assert error_by_chance([0.5] * 100) == pytest.approx(0.04, abs=0.005)
    assert error_by_chance([0.5] * 10_000) == pytest.approx(0.004, abs=0.001)
