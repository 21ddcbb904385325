"""The gate promotes what is better beyond chance, and says why."""

from __future__ import annotations

import random

import pytest

from pipeline.domain import Verdict
from pipeline.gate import Outcome, decide
from pipeline.paired import Costs, Judged, compare, cost_of

COSTS = Costs()
PASS, PARTIAL, FAIL = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL
UNSCORED = Verdict.UNSCORED


def calls(
    count: int, champion: float, candidate: float, *, seed: int = 0, groups: tuple[str, ...] = ()
) -> list[Judged]:
    """Return calls that both models judge rightly with some probability, on their own."""
    rng = random.Random(seed)
    found = []
    for number in range(count):
        label = rng.choice((PASS, FAIL))
        other = FAIL if label is PASS else PASS
        said = [label if rng.random() < share else other for share in (champion, candidate)]
        found.append(Judged(f"c{number}", label, said[0], said[1], 1.0, groups))
    return found


def test_a_candidate_that_is_clearly_better_is_promoted() -> None:
    found = decide("greeting", calls(60, 0.6, 0.95), [], COSTS, reviews=150)
    assert found.outcome is Outcome.PROMOTE
    assert found.held_out is not None
    assert found.held_out.kappa.difference > 0.4
    assert "60 held-out calls" in found.reasons[0]


def test_a_candidate_that_is_worse_is_not() -> None:
    found = decide("greeting", calls(60, 0.95, 0.6), [], COSTS, reviews=150)
    assert found.outcome is Outcome.KEEP


def test_with_few_calls_the_gate_waits_and_says_for_how_many() -> None:
    found = decide("greeting", calls(5, 0.5, 1.0), [], COSTS, reviews=12)
    assert found.outcome is Outcome.WAIT
    assert found.needed is not None
    assert f"12 of about {found.needed} reviews needed" in found.reasons[0]


def test_a_gain_that_may_be_luck_waits_for_more_calls() -> None:
    found = decide("greeting", calls(30, 0.75, 0.85, seed=1), [], COSTS, reviews=75)
    assert found.outcome is Outcome.WAIT
    assert found.needed is not None and found.needed > 75


def test_models_that_say_the_same_change_nothing() -> None:
    same = [item._replace(candidate=item.champion) for item in calls(30, 0.8, 0.8)]
    found = decide("greeting", same, [], COSTS, reviews=75)
    assert found.outcome is Outcome.KEEP
    assert found.held_out is not None and found.held_out.differ == 0


def test_what_forgets_the_bundled_calls_is_not_promoted() -> None:
    bundled = calls(200, 0.75, 0.6, seed=3)
    found = decide("greeting", calls(60, 0.75, 0.98, seed=2), bundled, COSTS, reviews=150)
    assert found.outcome is Outcome.KEEP
    assert "bundled calls" in found.reasons[-1]


def test_bundled_calls_have_no_say_where_reviewers_decide_otherwise() -> None:
    bundled = calls(200, 0.98, 0.6, seed=3)
    found = decide("greeting", calls(60, 0.55, 0.95), bundled, COSTS, reviews=150)
    assert found.outcome is Outcome.PROMOTE
    assert not found.benchmark_counts
    assert "otherwise" in found.reasons[-1]


def test_what_is_worse_for_one_team_is_not_promoted() -> None:
    most = calls(120, 0.6, 0.98, seed=4, groups=("team north",))
    few = calls(30, 0.98, 0.6, seed=5, groups=("team south",))
    found = decide("greeting", most + few, [], COSTS, reviews=375)
    assert found.outcome is Outcome.KEEP
    assert "team south" in found.reasons[-1]


def test_a_team_with_few_calls_has_no_say() -> None:
    most = calls(120, 0.6, 0.98, seed=4, groups=("team north",))
    few = calls(6, 0.98, 0.5, seed=5, groups=("team south",))
    assert decide("greeting", most + few, [], COSTS, reviews=315).promote


def test_always_saying_the_same_is_never_promoted_however_often_it_is_right() -> None:
    labels = [PASS] * 36 + [FAIL] * 4
    said = [
        Judged(f"c{number}", label, FAIL if number % 3 else label, PASS)
        for number, label in enumerate(labels)
    ]
    assert not decide("greeting", said, [], COSTS, reviews=100).promote


def test_heavy_calls_count_more() -> None:
    light = [Judged("a", PASS, PASS, FAIL, 0.5), Judged("b", FAIL, FAIL, PASS, 0.5)]
    heavy = [Judged("c", PASS, FAIL, PASS, 2.0), Judged("d", FAIL, PASS, FAIL, 2.0)]
    found = compare(light + heavy, COSTS)
    assert found.kappa.difference > 0
    assert found.cost.candidate == pytest.approx(0.2)


def test_a_missed_critical_fail_costs_most() -> None:
    missed = cost_of(FAIL, PASS, COSTS, critical=True)
    assert missed == COSTS.missed_critical
    assert missed > cost_of(PASS, FAIL, COSTS, critical=True)
    assert cost_of(FAIL, UNSCORED, COSTS, critical=True) == COSTS.unscored
    assert cost_of(PARTIAL, PASS, COSTS, critical=False) == COSTS.nearly
    assert cost_of(PASS, PASS, COSTS, critical=True) == 0


def test_what_costs_more_is_not_promoted_though_its_kappa_is_higher() -> None:
    said = [Judged(f"p{n}", PASS, FAIL if n < 12 else PASS, PASS) for n in range(50)]
    said += [Judged(f"f{n}", FAIL, FAIL, PASS if n < 3 else FAIL) for n in range(20)]
    found = decide("verification", said, [], COSTS, reviews=175, critical=True)
    assert found.held_out is not None and found.held_out.kappa.difference > 0
    assert found.outcome is Outcome.KEEP


def test_the_same_calls_give_the_same_decision() -> None:
    one, other = (
        decide("greeting", calls(40, 0.6, 0.9), calls(50, 0.8, 0.8), COSTS, reviews=100)
        for _ in range(2)
    )
    assert one == other


def test_models_that_are_equally_good_are_seldom_swapped() -> None:
    promoted = [
        decide("greeting", calls(24, 0.75, 0.75, seed=seed), [], COSTS, reviews=60).promote
        for seed in range(200)
    ]
    assert sum(promoted) / len(promoted) <= 0.08
