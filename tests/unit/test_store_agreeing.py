from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.agreement import Pair
from pipeline.domain import Verdict
from pipeline.reviews import ReviewKind
from pipeline.store import Store
from pipeline.store.agreeing import Said, said
from tests.builders import scored
from tests.unit.test_store_analysis import DAY, SCOPE, put, review

PASS, PARTIAL, FAIL = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL
BLIND = ReviewKind.BLIND


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "calls.duckdb"))


def asked(store: Store, hidden: tuple[str, ...] = ()) -> Said:
    scope = replace(SCOPE, hidden=hidden)
    return store.ask(lambda connection: said(connection, scope, min_calls=2))


def test_pairs_of_machine_and_reviewer_are_counted_by_kind(store: Store) -> None:
    for number in range(3):
        key = put(store, f"c{number}")
        review(store, f"c{number}", key, greeting="fail" if number else "pass")
        review(store, f"c{number}", key, "cem", BLIND, greeting="pass")
    found = {
        (item.criterion, item.reviewer, item.kind, item.pair): item.count
        for item in asked(store).machine
    }
    assert found == {
        ("greeting", "ben", ReviewKind.OPEN, Pair(PASS, FAIL)): 2,
        ("greeting", "ben", ReviewKind.OPEN, Pair(PASS, PASS)): 1,
        ("greeting", "cem", BLIND, Pair(PASS, PASS)): 3,
    }


def test_reviewers_are_compared_where_both_judged_blind(store: Store) -> None:
    key = put(store, "c1")
    review(store, "c1", key, "ann", BLIND, greeting="pass")
    review(store, "c1", key, "ben", BLIND, greeting="partial")
    review(store, "c1", key, "cem", greeting="fail")
    review(store, "c1", key, "lea", ReviewKind.SETTLEMENT, greeting="fail")
    (found,) = asked(store).reviewers
    assert (found.first, found.second, found.pair) == ("ann", "ben", Pair(PASS, PARTIAL))


def test_calls_that_wait_for_two_blind_reviews_are_left_out(store: Store) -> None:
    key = put(store, "c1")
    review(store, "c1", key, "ann", BLIND, greeting="fail")
    assert asked(store, hidden=("c1",)) == Said((), (), ())
    assert asked(store).machine


def test_reviews_outside_the_period_are_left_out(store: Store) -> None:
    key = put(store, "c1")
    review(store, "c1", key, hours=24 * 30, greeting="fail")
    assert asked(store).machine == ()


def test_leaning_counts_each_call_once_with_its_mean(store: Store) -> None:
    for number in range(2):
        key = put(store, f"c{number}")
        review(store, f"c{number}", key, greeting="fail", empathy="pass")
    (found,) = asked(store).leans
    assert found.against == "machine"
    assert (found.leaning.calls, found.leaning.verdicts) == (2, 4)
    assert found.leaning.points is not None and found.leaning.points.value == -0.5


def test_leaning_against_colleagues_is_that_of_blind_reviews(store: Store) -> None:
    for number in range(2):
        key = put(store, f"c{number}")
        review(store, f"c{number}", key, "ann", BLIND, greeting="fail")
        review(store, f"c{number}", key, "ben", BLIND, greeting="pass")
        review(store, f"c{number}", key, "cem", BLIND, greeting="partial")
        review(store, f"c{number}", key, "eve", greeting="fail")
    found = {
        item.leaning.reviewer: item.leaning.points.value
        for item in asked(store).leans
        if item.against == "colleagues" and item.leaning.points
    }
    assert found == {"ann": -0.75, "ben": 0.75, "cem": 0.0}


def test_verdicts_without_points_lean_nowhere(store: Store) -> None:
    key = put(store, "c1", scored(greeting="unscored", empathy="pass", verification="pass"))
    review(store, "c1", key, greeting="fail", empathy="not_applicable")
    assert asked(store).leans == ()
    assert {item.pair for item in asked(store).machine} == {
        Pair(Verdict.UNSCORED, FAIL),
        Pair(PASS, Verdict.NOT_APPLICABLE),
    }


def test_pairs_are_told_by_month(store: Store) -> None:
    key = put(store, "c1")
    review(store, "c1", key, greeting="pass")
    (found,) = asked(store).machine
    assert found.month == (DAY + timedelta(hours=1)).date().replace(day=1)
