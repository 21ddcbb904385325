from __future__ import annotations

import json
from functools import cache
from pathlib import Path

import pytest

from benchmarks.own import RUBRIC, UNSEEN, choices, figures, looked_for
from benchmarks.own_judging import (
    LabelledForOwn,
    Said,
    by_likeness,
    by_nearest,
    read_labelled_for_own,
    with_examples,
)
from models.example_background import bundled_background
from pipeline.domain import Verdict
from pipeline.moves import ROLE_OF_MOVE
from pipeline.rubric import Criterion, load_rubric
from pipeline.trial_calls import said_in
from tests.builders import transcript
from tests.judging import encoder

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
OWN = load_rubric(RUBRIC).criteria
MOVES = load_rubric(DATA / "move_criteria.yaml").criteria


@cache
def calls() -> tuple[LabelledForOwn, ...]:
    return read_labelled_for_own(DATA, encoder())


def test_every_call_of_eight_groups_has_a_verdict_for_every_criterion() -> None:
    assert len(calls()) == 280
    assert {call.group for call in calls()} == {f"t{at}" for at in range(1, 9)}
    for call in calls():
        assert set(call.verdicts) == set(call.evidence) == {criterion.id for criterion in OWN}
        for criterion in OWN:
            assert call.verdicts[criterion.id] in criterion.allowed
            roles = {call.turns[at].role for at in call.evidence[criterion.id]}
            assert roles <= set(criterion.roles), (call.call_id, criterion.id)


def test_what_has_to_be_heard_is_pointed_at() -> None:
    for criterion in OWN:
        named = looked_for(criterion)
        for call in calls():
            if call.verdicts[criterion.id] is named:
                assert call.evidence[criterion.id], (call.call_id, criterion.id)


@pytest.mark.parametrize("criterion", OWN, ids=lambda item: item.id)
def test_no_example_is_taken_from_a_call(criterion: Criterion) -> None:
    texts = [example.text for example in criterion.examples if len(example.text.split()) > 3]
    borrowed = [
        (call.call_id, text)
        for call in calls()
        for text in texts
        if said_in([text], transcript(call.turns))
    ]
    assert not borrowed


def test_every_criterion_has_ten_examples_each_way() -> None:
    for criterion in OWN:
        for verdict in criterion.allowed:
            assert sum(item.verdict is verdict for item in criterion.examples) == 10


def test_criteria_made_of_moves_are_named_after_moves_of_their_role() -> None:
    for criterion in MOVES:
        assert (ROLE_OF_MOVE[criterion.id],) == criterion.roles


def test_fewer_examples_are_the_first_or_drawn() -> None:
    criterion = OWN[0]
    first = with_examples(criterion, 2, draw=None)
    assert [e.verdict for e in first.examples] == [Verdict.PASS] * 2 + [Verdict.FAIL] * 2
    assert first.examples[0] == criterion.examples[0]
    assert len(list(choices(criterion, 10))) == 1
    assert len(list(choices(criterion, 2))) == 6
    assert len({c.examples for c in choices(criterion, 2)}) > 3


def test_the_background_of_a_group_lacks_its_own_sentences() -> None:
    background = bundled_background(encoder())
    groups = {sentence.group for sentence in background.sentences}
    assert set(UNSEEN) <= groups
    assert not any(s.group == "t5" for s in background.without("t5").sentences)


def test_nearest_abstains_unless_the_rubric_says_what_silence_means() -> None:
    criterion = with_examples(OWN[0], 2, draw=None)
    call = next(call for call in calls() if call.call_id == "t4-37")
    plain = by_nearest(encoder(), otherwise=False)(criterion, call)
    told = by_nearest(encoder(), otherwise=True)(criterion, call)
    assert (plain.verdict, told.verdict) == (Verdict.UNSCORED, Verdict.FAIL)


def test_the_likeness_finds_a_promised_email_where_it_was_promised() -> None:
    criterion = with_examples(OWN[0], 5, draw=None)
    method = by_likeness(encoder(), bundled_background(encoder()), ["t1"])
    call = next(call for call in calls() if call.call_id == "t1-13")
    said = method(criterion, call)
    assert said.verdict is Verdict.PASS
    assert said.turn in call.evidence["in_writing"]
    assert said.probability is not None and said.probability > 0.5


def test_an_abstention_counts_as_an_error_and_a_hit_needs_the_right_turn() -> None:
    criterion = OWN[0]
    chosen = calls()[:40]

    def told(asked: Criterion, call: LabelledForOwn) -> Said:
        label = call.verdicts[asked.id]
        if label is Verdict.FAIL:
            return Said(Verdict.UNSCORED, None, None)
        return Said(label, 0.9, call.evidence[asked.id][0] if call.call_id < "t1-20" else 99)

    found = figures(criterion, 10, chosen, told)
    assert found.accuracy == 1.0
    assert found.recall == 1.0
    assert found.coverage < 1
    assert found.kappa.value < 1
    assert found.evidence_hit is not None and 0 < found.evidence_hit < 1
    assert found.calibration_error == pytest.approx(0.1)


def test_labels_are_in_the_order_of_the_calls() -> None:
    rows = [json.loads(line) for line in (DATA / "labels_own.jsonl").read_text().splitlines()]
    assert [row["call_id"] for row in rows] == sorted(row["call_id"] for row in rows)
