from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from models.judge import HeadJudge
from models.training.crossfit import Prepared, fit_judge, predicted_unseen, prepare
from models.training.labelled import RARE, data_sha256, labels_by_role, read_labelled
from pipeline.domain import Role, Verdict
from pipeline.errors import InputError
from tests.builders import rubric
from tests.judging import encoder, support_rubric

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


@cache
def few_calls() -> tuple[Prepared, ...]:
    """Return the first six calls of two groups."""
    calls = read_labelled(DATA, ["train"])
    few = [call for group in ("t1", "t2") for call in calls if call.group == group][0:6]
    few += [call for call in calls if call.group == "t2"][0:6]
    return prepare(few, encoder())


def test_all_labelled_calls_are_read_with_verdicts_for_every_criterion() -> None:
    calls = read_labelled(DATA)
    criteria = {criterion.id for criterion in support_rubric().criteria}
    assert len(calls) == 400
    assert len({call.group for call in calls}) == 12
    assert all(set(call.verdicts) == criteria for call in calls)
    assert all(len(call.turns) == len(call.turn_labels) for call in calls)


def test_what_is_learned_occurs_often_enough() -> None:
    calls = read_labelled(DATA)
    learned = labels_by_role(calls)[Role.AGENT]
    seen = [labels for call in calls for labels in call.turn_labels]
    assert "closing=pass" in learned
    assert all(sum(name in labels for labels in seen) >= RARE for name in learned)


def test_missing_data_are_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"moves\.jsonl"):
        read_labelled(tmp_path)


def test_the_data_hash_is_of_the_content() -> None:
    assert data_sha256(DATA) == data_sha256(DATA)
    assert data_sha256(DATA) != data_sha256(DATA, ["train"])


def test_moves_for_training_come_from_a_classifier_that_never_saw_the_group() -> None:
    said: list[str] = []
    found = predicted_unseen(few_calls(), said.append)
    assert said == ["moves without t1", "moves without t2"]
    assert set(found) == {item.call.call_id for item in few_calls()}


def test_training_on_a_few_calls_gives_a_judge_that_works() -> None:
    greeting = next(c for c in support_rubric().criteria if c.id == "greeting")
    trained = fit_judge(few_calls(), rubric(greeting), encoder(), lambda _: None)
    judge = HeadJudge(encoder(), trained, "few", low_asr_confidence=0.6)
    call = few_calls()[0].call
    found = judge.judge(rubric(greeting), call.transcript())
    assert set(trained.heads) == {"greeting"}
    assert found.scores[0].verdict in {Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL}
