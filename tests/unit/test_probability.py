from __future__ import annotations

import numpy as np
import pytest

from models.probability import ABSTAIN_UNDER, calibration_error, fit_probability


def test_a_head_that_is_too_sure_of_itself_is_believed_less() -> None:
    fit = fit_probability([0.95] * 100 + [0.6] * 100, [True, False] * 100)
    assert fit.fitted(0.95) < 0.75
    assert fit.fitted(0.95) >= fit.fitted(0.6)


def test_a_head_that_is_right_is_believed() -> None:
    fit = fit_probability([0.9] * 95 + [0.9] * 5, [True] * 95 + [False] * 5)
    assert fit.fitted(0.9) == pytest.approx(0.95, abs=0.04)
    assert fit.abstain_under == ABSTAIN_UNDER


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
