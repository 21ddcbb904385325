from __future__ import annotations

import random

import pytest
from scipy import stats

from pipeline.relating import correlation, line, pearson, sums

RNG = random.Random(3)
X = [RNG.uniform(0, 10) for _ in range(40)]
Y = [3 + 2 * x + RNG.gauss(0, 4) for x in X]
GRADES = [float(min(5, max(1, round(x / 2)))) for x in X]


def test_the_line_is_the_least_squares_one_with_its_interval() -> None:
    found, known = line(sums(X, Y)), stats.linregress(X, Y)
    half = stats.t.ppf(0.975, len(X) - 2) * known.stderr
    assert found is not None
    assert found.slope.value == pytest.approx(known.slope)
    ends = [known.slope - half, known.slope + half]
    assert [found.slope.low, found.slope.high] == pytest.approx(ends)
    assert found.at(0).value == pytest.approx(known.intercept)
    reach = found.at(0)
    assert reach.high is not None
    error = stats.t.ppf(0.975, len(X) - 2) * known.intercept_stderr
    assert reach.high - reach.value == pytest.approx(error)


def test_the_interval_of_the_line_is_narrowest_amid_the_points() -> None:
    found = line(sums(X, Y))
    assert found is not None

    def width(x: float) -> float:
        reach = found.at(x)
        assert reach.low is not None and reach.high is not None
        return reach.high - reach.low

    assert width(sum(X) / len(X)) < width(min(X)) < width(min(X) - 20)


def test_pearson_has_fishers_interval() -> None:
    found, known = pearson(sums(X, Y)), stats.pearsonr(X, Y)
    ends = known.confidence_interval()
    assert found is not None
    assert found.value == pytest.approx(known.statistic)
    assert [found.low, found.high] == pytest.approx([ends.low, ends.high], abs=1e-4)


def test_spearman_gives_equal_values_their_mean_rank() -> None:
    found = correlation(GRADES, Y)
    assert found.spearman is not None
    assert found.spearman.value == pytest.approx(stats.spearmanr(GRADES, Y).statistic)
    assert found.spearman.low is not None and found.spearman.high is not None
    assert found.spearman.low < found.spearman.value < found.spearman.high


def test_an_outlier_moves_spearman_less_than_pearson() -> None:
    found = correlation([*X, 1000.0], [*Y, -1000.0])
    assert found.pearson is not None and found.spearman is not None
    assert found.pearson.value < -0.5 < 0.5 < found.spearman.value


def test_a_figure_that_never_varies_goes_together_with_nothing() -> None:
    found = correlation([1.0] * 9, [float(at) for at in range(9)])
    assert (found.pairs, found.pearson, found.spearman) == (9, None, None)
    assert line(sums([1.0] * 9, [float(at) for at in range(9)])) is None


def test_rounding_is_no_variation() -> None:
    assert correlation([0.1] * 9, [float(at) for at in range(9)]).pearson is None


def test_two_or_three_calls_say_nothing() -> None:
    assert correlation([1.0, 2.0, 3.0], [2.0, 1.0, 3.0]).pearson is None
    assert line(sums([1.0, 2.0], [2.0, 1.0])) is None
    assert line(sums([], [])) is None


def test_points_on_a_line_are_certain() -> None:
    found = correlation([1.0, 2.0, 3.0, 4.0, 5.0], [2.0, 4.0, 6.0, 8.0, 10.0])
    assert found.pearson is not None and found.pearson.value == pytest.approx(1.0)
    assert found.pearson.low is not None and found.pearson.low == pytest.approx(1.0)
