from __future__ import annotations

import math

import pytest

from models.features import call_features, rule_features, rule_shares
from pipeline.domain import Verdict
from tests.builders import conversation, criterion
from tests.judging import probabilities, support_rubric

CALL = conversation(
    "a: Hello.", "c: Hi.", "a: Name?", "c: Jo.", "a: You owe ten.", "c: Oh.", "a: Bye.", "c: Bye."
)


def test_the_opening_ends_with_the_third_turn_of_the_agent() -> None:
    found = probabilities(CALL, t4={"greet": 0.8}, t6={"name_self": 0.7})
    features = call_features(CALL, found)
    assert features["greet:opening"] == pytest.approx(0.8)
    assert features["name_self:opening"] == 0
    assert features["name_self:whole_call"] == pytest.approx(0.7)


def test_identifiers_count_only_before_the_first_disclosure() -> None:
    early = probabilities(CALL, t3={"give_identifier": 1.0}, t4={"disclose_account": 1.0})
    late = probabilities(CALL, t4={"disclose_account": 1.0}, t5={"give_identifier": 1.0})
    assert call_features(CALL, early)["given_before_told"] == pytest.approx(1)
    assert call_features(CALL, early)["given_before@0.5"] == pytest.approx(1)
    assert call_features(CALL, late)["given_before_told"] == 0
    assert call_features(CALL, late)["given_before@0.5"] == 0


def test_a_hold_without_return_differs_from_one_with() -> None:
    back = probabilities(CALL, t2={"announce_hold": 0.9}, t4={"return_hold": 0.9})
    gone = probabilities(CALL, t2={"announce_hold": 0.9})
    first = probabilities(CALL, t2={"return_hold": 0.9}, t4={"announce_hold": 0.9})
    assert call_features(CALL, back)["hold:returned"] > 0.8
    assert call_features(CALL, gone)["hold:never_returned"] == pytest.approx(0.9)
    assert call_features(CALL, first)["hold:unannounced"] == pytest.approx(0.9)


def test_an_insult_after_sympathy_differs_from_one_before() -> None:
    after = probabilities(CALL, t2={"acknowledge_specific": 1.0}, t4={"rude": 1.0})
    before = probabilities(CALL, t2={"rude": 1.0}, t4={"acknowledge_specific": 1.0})
    assert call_features(CALL, after)["cold_after_warm"] == 1
    assert call_features(CALL, before)["cold_after_warm"] == 0


def test_all_features_are_finite_for_a_single_turn() -> None:
    turns = conversation("a: Hello.")
    assert all(map(math.isfinite, call_features(turns, probabilities(turns)).values()))


def test_a_rule_votes_once_per_threshold() -> None:
    greeting = next(c for c in support_rubric().criteria if c.id == "greeting")
    found = probabilities(CALL, t0={"greet": 0.95, "name_self": 0.45})
    features = rule_features(greeting, CALL, found)
    shares = rule_shares(greeting, features)
    assert sum(shares.values()) == pytest.approx(1)
    assert shares[Verdict.PASS] == pytest.approx(0.5)
    assert features["rule@0.3=pass"] == 1
    assert features["rule@0.6=pass"] == 0


def test_a_criterion_without_a_rule_has_no_votes() -> None:
    assert rule_features(criterion(), CALL, probabilities(CALL)) == {}
    assert rule_shares(criterion(), {}) == {}
