from __future__ import annotations

import pytest

from pipeline.agreement import Agreement, Pair, agreement, cohens_kappa
from pipeline.domain import Verdict

PASS, FAIL, PARTIAL = Verdict.PASS, Verdict.FAIL, Verdict.PARTIAL


def pairs(*counts: tuple[Verdict, Verdict, int]) -> list[Pair]:
    return [Pair(first, second) for first, second, many in counts for _ in range(many)]


def test_kappa_is_that_of_a_worked_example() -> None:
    """Observed 0.7; expected 0.5 * 0.6 + 0.5 * 0.4 = 0.5; so (0.7 - 0.5) / 0.5."""
    judged = pairs((PASS, PASS, 20), (PASS, FAIL, 5), (FAIL, PASS, 10), (FAIL, FAIL, 15))
    assert cohens_kappa(judged) == pytest.approx(0.4)


def test_equal_verdicts_agree_perfectly() -> None:
    assert cohens_kappa(pairs((PASS, PASS, 3), (FAIL, FAIL, 2))) == 1.0


def test_opposite_verdicts_disagree_perfectly() -> None:
    assert cohens_kappa(pairs((PASS, FAIL, 5), (FAIL, PASS, 5))) == -1.0


def test_one_verdict_throughout_by_both_is_perfect_agreement() -> None:
    assert cohens_kappa(pairs((PASS, PASS, 9))) == 1.0


def test_a_judge_who_never_varies_agrees_no_better_than_chance() -> None:
    assert cohens_kappa(pairs((PASS, PASS, 9), (FAIL, PASS, 1))) == 0.0


def test_two_constant_judges_who_differ_agree_no_better_than_chance() -> None:
    assert cohens_kappa(pairs((PASS, FAIL, 4))) == 0.0


def test_without_pairs_nothing_is_said() -> None:
    assert cohens_kappa([]) is None
    assert agreement([]) == Agreement(0, None, None, None, None)


def test_unscored_criteria_are_no_judgement() -> None:
    judged = pairs((PASS, PASS, 3), (Verdict.UNSCORED, PASS, 5), (FAIL, Verdict.UNSCORED, 2))
    assert agreement(judged).pairs == 3


def test_a_single_pair_has_no_interval() -> None:
    assert agreement(pairs((PASS, PASS, 1))) == Agreement(1, 1.0, 1.0, None, None)


def test_the_interval_holds_the_estimate_and_narrows_with_more_calls() -> None:
    few = pairs((PASS, PASS, 8), (PASS, FAIL, 2), (FAIL, FAIL, 4), (PARTIAL, PASS, 2))
    small, large = agreement(few), agreement(few * 20)
    for found in (small, large):
        assert found.kappa is not None
        assert found.kappa_low is not None
        assert found.kappa_high is not None
        assert found.kappa_low <= found.kappa <= found.kappa_high
    assert small.kappa_high is not None
    assert small.kappa_low is not None
    assert large.kappa_high is not None
    assert large.kappa_low is not None
    assert large.kappa_high - large.kappa_low < (small.kappa_high - small.kappa_low) / 2


def test_the_same_seed_gives_the_same_interval_and_another_seed_nearly() -> None:
    judged = pairs((PASS, PASS, 30), (PASS, FAIL, 10), (FAIL, FAIL, 20))
    first, again, other = agreement(judged), agreement(judged), agreement(judged, seed=1)
    assert first == again
    assert first.kappa_low == pytest.approx(other.kappa_low, abs=0.05)


def test_the_order_of_the_judges_does_not_change_kappa() -> None:
    judged = pairs((PASS, FAIL, 3), (FAIL, FAIL, 4), (PARTIAL, PASS, 2), (PASS, PASS, 6))
    turned = [Pair(pair.second, pair.first) for pair in judged]
    assert cohens_kappa(turned) == pytest.approx(cohens_kappa(judged))
