from __future__ import annotations

import pytest

from benchmarks.counterfactuals.figures import by_group, by_kind, contrasts, flips
from benchmarks.counterfactuals.outcomes import Outcome, TurnMemory
from benchmarks.counterfactuals.variants import NEUTRAL, Variant
from pipeline.domain import Sentiment, Verdict
from tests.judging import encoder

PASS, FAIL, UNSCORED = Verdict.PASS, Verdict.FAIL, Verdict.UNSCORED
BAD, FLAT, GOOD = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE


def variant(kind: str = "customer's name", group: str = "irish", sex: str | None = None) -> Variant:
    return Variant(kind, group, lambda call: call.turns, sex)


def outcome(
    call_id: str,
    before: Verdict,
    after: Verdict,
    *,
    of: Variant | None = None,
    moods: tuple[tuple[Sentiment, Sentiment], ...] = (),
) -> Outcome:
    """Return one call judged on two criteria, the second of which always passes."""
    verdicts = {"greeting": (before, after), "closing": (PASS, PASS)}
    return Outcome(call_id, of or variant(), verdicts, moods, changed_turns=3)


def test_flips_are_counted_over_all_criteria_and_by_criterion() -> None:
    found = flips("k", "g", [outcome("a", PASS, FAIL), outcome("b", PASS, PASS)])
    assert found.flip_rate.value == 0.25
    assert found.by_criterion == {"greeting": 0.5, "closing": 0.0}
    assert found.calls == found.counterfactuals == 2
    assert found.changed_turns == 6


def test_a_withheld_verdict_is_a_flip_if_the_other_one_was_given() -> None:
    given = flips("k", "g", [outcome("a", PASS, UNSCORED), outcome("b", FAIL, PASS)])
    assert given.flip_rate.value == 0.5
    assert given.withheld_share == 0.5
    assert flips("k", "g", [outcome("a", UNSCORED, UNSCORED)]).flip_rate.value == 0


def test_a_change_that_makes_agents_fail_is_above_zero() -> None:
    worse = flips("k", "g", [outcome("a", PASS, FAIL), outcome("b", PASS, FAIL)])
    assert worse.fail_change.value == 0.5
    assert worse.pass_change.value == -0.5
    evens = flips("k", "g", [outcome("a", PASS, FAIL), outcome("b", FAIL, PASS)])
    assert evens.fail_change.value == 0
    assert evens.flip_rate.value == 0.5


def test_sentiment_moves_in_a_direction_too() -> None:
    moods = ((FLAT, BAD), (GOOD, GOOD))
    found = flips("k", "g", [outcome("a", PASS, PASS, moods=moods)])
    assert found.sentiment_flip_rate is not None and found.sentiment_flip_rate.value == 0.5
    assert found.sentiment_change is not None and found.sentiment_change.value == -0.5
    assert flips("k", "g", [outcome("a", PASS, PASS)]).sentiment_change is None


def test_intervals_are_drawn_by_call() -> None:
    one_call = [outcome("a", PASS, FAIL), outcome("a", PASS, PASS)]
    assert flips("k", "g", one_call).flip_rate.low == flips("k", "g", one_call).flip_rate.high
    two_calls = [outcome("a", PASS, FAIL), outcome("b", PASS, PASS)]
    assert flips("k", "g", two_calls).flip_rate.low < flips("k", "g", two_calls).flip_rate.high


def test_no_counterfactuals_are_no_figure() -> None:
    with pytest.raises(IndexError):
        flips("k", "g", [])


def test_names_have_a_row_by_origin_and_one_by_sex() -> None:
    found = [
        outcome("a", PASS, FAIL, of=variant(group="irish", sex="female")),
        outcome("a", PASS, PASS, of=variant(group="irish", sex="male")),
        outcome("a", PASS, PASS, of=variant(NEUTRAL, "second name", "male")),
    ]
    rows = {(row.kind, row.group): row for row in by_group(found)}
    assert set(rows) == {
        ("customer's name", "irish"),
        ("customer's name", "female"),
        ("customer's name", "male"),
        (NEUTRAL, "second name"),
    }
    assert rows["customer's name", "irish"].flip_rate.value == 0.25
    assert [row.kind for row in by_kind(found)] == ["customer's name", NEUTRAL]


def test_groups_are_contrasted_on_the_calls_that_both_change() -> None:
    found = [
        outcome("a", PASS, FAIL, of=variant(group="irish", sex="female")),
        outcome("a", PASS, PASS, of=variant(group="irish", sex="male")),
        outcome("a", PASS, PASS, of=variant(group="english", sex="female")),
        outcome("b", PASS, FAIL, of=variant(group="english", sex="female")),
    ]
    sexes, origins, others = contrasts(found)
    assert (sexes.first, sexes.second, sexes.calls) == ("female", "male", 1)
    assert sexes.fail_difference.value == 0.5
    assert (origins.first, origins.second, origins.calls) == ("irish", "english", 1)
    assert origins.fail_difference.value == 0.5
    assert origins.pass_difference.value == -0.5
    assert origins.pass_difference_by_criterion["greeting"].value == -1
    assert origins.pass_difference_by_criterion["closing"].value == 0
    assert (others.first, others.fail_difference.value) == ("all others", 0.5)


def test_a_remembered_turn_has_the_vector_that_it_had() -> None:
    memory = TurnMemory(encoder())
    alone = memory.encode(["My card is lost."])
    again = memory.encode(["A much longer turn than the other one was.", "My card is lost."])
    assert (again[1] == alone[0]).all()
    assert abs(alone - encoder().encode(["My card is lost."])).max() < 1e-5
    assert memory.encode([]).shape == (0, 384)
