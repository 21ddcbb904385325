"""Simulated centres: what reviewers see, who teaches and who judges, and what is dealt out anew."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest

from benchmarks.centres.house_rules import COMPANY, FURTHER_HELP, NO_APOLOGY, OWED
from benchmarks.centres.known import KnownCall
from benchmarks.centres.simulation import TEST_CALLS, drawn_centre, parts, shuffled
from models.house.heads import Basis
from models.training.labelled import LabelledCall
from pipeline.domain import Evaluation, Flag, Judgement, Verdict
from pipeline.rubric import bundled_rubric_path, load_rubric
from tests.builders import conversation

RUBRIC = load_rubric(bundled_rubric_path())
RULES = (FURTHER_HELP, OWED)
PASS = Verdict.PASS


def labelled(call_id: str = "c1", empathy: str = "pass", **moves: str) -> LabelledCall:
    """Return a call of three turns with moves on them, such as ``t0="greet name_company"``."""
    turns = conversation("a: I'm so sorry, that sounds awful.", "c: Yes.", "a: Goodbye.")
    labels = tuple(frozenset(moves.get(f"t{at}", "").split()) for at in range(len(turns)))
    verdicts = {item.id: PASS for item in RUBRIC.criteria} | {"empathy": Verdict(empathy)}
    return LabelledCall(call_id, turns, verdicts, {}, labels)


def known(number: int) -> KnownCall:
    """Return a call that is flagged if its number is even."""
    call = labelled(f"c{number:03d}")
    basis = Basis({PASS: 0.9, Verdict.FAIL: 0.1}, {})
    evaluation = Evaluation(
        key="k",
        call_id=call.call_id,
        transcript_key="t",
        rubric=RUBRIC.id,
        rubric_version=1,
        rubric_sha256="r",
        model_versions={},
        settings_hash="s",
        software_version="0",
        evaluated_at=datetime(2026, 1, 1, tzinfo=UTC),
        score=50.0,
        judgement=Judgement(scores=()),
        flags=() if number % 2 else (Flag(kind="low_score", sentence="Low."),),
    )
    return KnownCall(call, {item.id: basis for item in RUBRIC.criteria}, evaluation)


CALLS = [known(number) for number in range(120)]


def test_the_company_decides_the_greeting() -> None:
    assert COMPANY.decide(labelled(t0="greet name_company")) is PASS
    assert COMPANY.decide(labelled(t0="greet name_self")) is Verdict.FAIL


def test_more_help_decides_the_closing() -> None:
    assert FURTHER_HELP.decide(labelled(t2="further_help goodbye")) is PASS
    assert FURTHER_HELP.decide(labelled(t2="goodbye")) is Verdict.FAIL


def test_an_apology_alone_is_no_empathy() -> None:
    assert NO_APOLOGY.decide(labelled(t0="acknowledge_specific")) is Verdict.FAIL
    assert NO_APOLOGY.decide(labelled(t2="acknowledge_specific")) is PASS
    assert NO_APOLOGY.decide(labelled(empathy="not_applicable")) is Verdict.NOT_APPLICABLE


def test_empathy_may_be_owed_on_every_call() -> None:
    assert OWED.decide(labelled(empathy="not_applicable")) is Verdict.FAIL


def test_reviewers_see_all_flagged_calls_and_some_of_the_others_and_no_test_call() -> None:
    centre = drawn_centre(CALLS, RULES, RUBRIC, seed=1)
    assert len(centre.test) == TEST_CALLS
    seen = {item.known.call.call_id for item in centre.queue}
    assert not seen & {item.call.call_id for item in centre.test}
    rest = {item.call.call_id for item in CALLS} - {item.call.call_id for item in centre.test}
    flagged = {item.call.call_id for item in CALLS if item.flagged}
    assert flagged & rest <= seen
    assert flagged & rest < seen < rest


def test_reviewers_err_now_and_then() -> None:
    centre = drawn_centre(CALLS, RULES, RUBRIC, seed=1)
    said = [item.said["professionalism"] for item in centre.queue]
    assert 0 < sum(verdict is not PASS for verdict in said) < len(said) / 5


def test_every_reviewed_call_teaches_or_judges_and_never_both() -> None:
    centre = drawn_centre(CALLS, RULES, RUBRIC, seed=1)
    train, judging = parts(centre.queue)
    assert len(train) + len(judging) == len(centre.queue)
    assert min(len(train), len(judging)) > len(centre.queue) / 4
    again, _ = parts(centre.queue[:20])
    assert {item.name for item in again} <= {item.name for item in train}


@pytest.mark.parametrize("seed", range(3))
def test_shuffling_keeps_how_often_each_verdict_was_given(seed: int) -> None:
    centre = drawn_centre(CALLS, RULES, RUBRIC, seed=seed)
    dealt = shuffled(centre, seed)
    for name in ("closing", "empathy"):
        before, after = (Counter(item.said[name] for item in c.queue) for c in (centre, dealt))
        assert before == after
