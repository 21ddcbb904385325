from __future__ import annotations

import pytest

from pipeline.comparing import moments
from pipeline.leaning import leaning


def test_who_gives_fewer_points_than_others_is_strict() -> None:
    found = leaning("ann", moments([-0.5, -0.25] * 15), verdicts=60)
    assert found.words == "strict"
    assert found.points is not None
    assert found.points.value == pytest.approx(-0.375)
    assert (found.calls, found.verdicts) == (30, 60)


def test_who_gives_more_points_than_others_is_lenient() -> None:
    assert leaning("ben", moments([0.5, 0.25] * 15), verdicts=60).words == "lenient"


def test_differences_that_cancel_out_are_no_leaning() -> None:
    found = leaning("ann", moments([1.0, -1.0] * 15), verdicts=30)
    assert found.words == "no difference seen"
    assert found.points is not None
    assert found.points.value == pytest.approx(0.0)


def test_few_calls_are_counted_instead_of_judged() -> None:
    found = leaning("ann", moments([-0.5] * 7), verdicts=50)
    assert found.points is None
    assert found.words == "not enough reviews yet (7 of 20)"


def test_a_single_call_never_is_enough() -> None:
    assert leaning("ann", moments([-1.0]), verdicts=9, min_calls=0).points is None
