from __future__ import annotations

import numpy as np
import pytest

from models.probability import NEVER, calibration_error, fit_probability, risk_curve
from models.withholding import Withholding


def test_a_head_that_is_too_sure_of_itself_is_believed_less() -> None:
    fit = fit_probability([0.95] * 100 + [0.6] * 100, [True, False] * 100)
    assert fit.fitted(0.95) < 0.75
    assert fit.fitted(0.95) >= fit.fitted(0.6)


def test_a_head_that_is_right_is_believed() -> None:
    fit = fit_probability([0.9] * 95 + [0.9] * 5, [True] * 95 + [False] * 5)
    assert fit.fitted(0.9) == pytest.approx(0.95, abs=0.04)


def test_without_held_out_calls_probabilities_stay_as_they_are() -> None:
    assert fit_probability([], []).fitted(0.7) == pytest.approx(0.7, abs=1e-3)


def test_certainty_is_never_claimed() -> None:
    assert fit_probability([1.0] * 50, [True] * 50).fitted(1.0) < 1


def test_calibration_error_is_zero_when_shares_match_and_large_when_not() -> None:
    rng = np.random.default_rng(0)
    p = rng.random(20_000)
    assert calibration_error(p.tolist(), (rng.random(20_000) < p).tolist()) < 0.02
    assert calibration_error([0.99] * 10, [False] * 10) == pytest.approx(0.99)
    assert calibration_error([], []) == 0


def test_the_risk_curve_counts_the_wrong_among_those_kept() -> None:
    fitted = [0.9, 0.8, 0.7, 0.6]
    curve = risk_curve(fitted, [True, True, False, False], coverages=(1.0, 0.75, 0.5, 0.1))
    assert [(p.threshold, p.coverage, round(p.error, 3)) for p in curve] == [
        (0.0, 1.0, 0.5),
        (0.7, 0.75, 0.333),
        (0.8, 0.5, 0.0),
        (0.9, 0.25, 0.0),
    ]


def test_verdicts_of_equal_probability_are_kept_or_withheld_together() -> None:
    (point,) = risk_curve([0.9, 0.7, 0.7, 0.7], [True, False, True, True], coverages=(0.5,))
    assert (point.threshold, point.coverage, point.error) == (0.0, 1.0, 0.25)


def test_verdicts_are_withheld_until_the_stated_error_holds() -> None:
    # Sure ones are right 95 times in 100, unsure ones 60 times.
    raw = [0.95] * 100 + [0.5] * 100
    right = ([True] * 95 + [False] * 5) + ([True] * 60 + [False] * 40)
    fit = fit_probability(raw, right)
    assert fit.threshold(0.3) == 0
    assert fit.fitted(0.5) < fit.threshold(0.1) <= fit.fitted(0.95)
    assert fit.threshold(0.01) == NEVER
    assert fit_probability([], []).threshold(0.01) == 0


def test_a_threshold_of_ones_own_wins_over_the_stated_error() -> None:
    fit = fit_probability([0.9] * 50 + [0.5] * 50, [True] * 50 + [False] * 50)
    withhold = Withholding(0.0, {"empathy": 0.25})
    assert withhold.threshold("empathy", fit) == 0.25
    assert withhold.threshold("greeting", fit) == fit.threshold(0.0) > 0.25
    assert (withhold.untrained("empathy"), withhold.untrained("greeting")) == (0.25, 0.5)
    assert str(withhold) != str(Withholding(0.0))
