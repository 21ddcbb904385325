from __future__ import annotations

import random
from collections.abc import Sequence
from enum import StrEnum

import pytest
from sklearn.metrics import cohen_kappa_score, f1_score, precision_score, recall_score

from benchmarks.bootstrap import interval
from benchmarks.confusion import confusion, macro_f1, precision, recall
from benchmarks.verdicts import (
    Predicted,
    criterion_figures,
    judge_figures,
    mean_kappa,
    mean_kappa_all,
    pooled_kappa_all,
    rounded,
    rows_of,
)
from models.training.labelled import LabelledCall
from pipeline.agreement import Pair, agreement, cohens_kappa
from pipeline.domain import CriterionScore, Evidence, Judgement, Verdict

SHOWN = [Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE]


def drawn(count: int, seed: int = 0) -> list[Pair]:
    """Return pairs that mostly agree; ``partial`` is never labelled."""
    rng = random.Random(seed)
    labels = [
        rng.choice([Verdict.PASS, Verdict.FAIL, Verdict.NOT_APPLICABLE]) for _ in range(count)
    ]
    return [Pair(label, label if rng.random() < 0.7 else rng.choice(SHOWN)) for label in labels]


def texts(pairs: Sequence[tuple[StrEnum, StrEnum]]) -> tuple[list[str], list[str]]:
    return [str(label) for label, _ in pairs], [str(said) for _, said in pairs]


def predicted(
    call_id: str,
    label: Verdict,
    verdict: Verdict,
    probability: float | None = 0.9,
    evidence: tuple[int, ...] = (),
    shown: tuple[int, ...] = (),
) -> Predicted:
    call = LabelledCall(call_id, (), {"greeting": label}, {"greeting": evidence}, ())
    score = CriterionScore(
        criterion="greeting",
        verdict=verdict,
        probability=None if verdict is Verdict.UNSCORED else probability,
        evidence=tuple(Evidence(turn=turn, quote="") for turn in shown),
    )
    return Predicted(call, Judgement(scores=(score,)))


def test_macro_f1_recall_and_precision_are_those_of_scikit_learn() -> None:
    pairs = drawn(300)
    labels, said = texts(pairs)
    own = sorted(set(labels))
    assert macro_f1(pairs) == pytest.approx(
        f1_score(labels, said, labels=own, average="macro", zero_division=0)
    )
    assert recall(pairs, Verdict.FAIL) == pytest.approx(
        recall_score(labels, said, labels=["fail"], average="macro")
    )
    assert precision(pairs, Verdict.FAIL) == pytest.approx(
        precision_score(labels, said, labels=["fail"], average="macro")
    )


def test_nothing_to_tell_by_is_none_and_not_nought() -> None:
    never = [Pair(Verdict.PASS, Verdict.PASS)]
    assert macro_f1([]) is None
    assert recall(never, Verdict.FAIL) is None
    assert precision(never, Verdict.FAIL) is None
    with pytest.raises(ValueError, match="no pairs"):
        rounded(cohens_kappa([]))


def test_the_confusion_matrix_counts_every_pair_once() -> None:
    pairs = drawn(100)
    table = confusion(pairs)
    assert sum(sum(row.values()) for row in table.values()) == 100
    assert table["fail"]["pass"] == pairs.count(Pair(Verdict.FAIL, Verdict.PASS))
    assert "partial" not in table


def test_the_interval_of_kappa_is_the_one_that_agreement_gives() -> None:
    pairs = drawn(120)
    found, known = interval(pairs, cohens_kappa), agreement(pairs)
    assert found is not None and known.kappa_low is not None and known.kappa_high is not None
    assert found.value == pytest.approx(cohen_kappa_score(*texts(pairs)), abs=5e-4)
    assert (found.low, found.high) == (round(known.kappa_low, 3), round(known.kappa_high, 3))


def test_the_interval_narrows_as_calls_are_added_and_holds_the_value() -> None:
    few, many = interval(drawn(50), cohens_kappa), interval(drawn(1000), cohens_kappa)
    assert few is not None and many is not None
    assert few.low < few.value < few.high
    assert many.high - many.low < (few.high - few.low) / 2


def test_a_statistic_that_is_not_defined_has_no_interval() -> None:
    assert interval([1.0, 2.0], lambda _: None) is None


def test_an_abstention_is_an_error_in_kappa_all_and_left_out_of_kappa() -> None:
    calls = [
        predicted("d1-1", Verdict.PASS, Verdict.PASS),
        predicted("d1-2", Verdict.FAIL, Verdict.FAIL),
        predicted("d1-3", Verdict.PASS, Verdict.UNSCORED),
        predicted("d1-4", Verdict.FAIL, Verdict.UNSCORED),
    ]
    found = criterion_figures("greeting", calls)
    assert found.kappa is not None and found.kappa.value == 1
    # Half agree; by chance a quarter does: (0.5 - 0.25) / (1 - 0.25).
    assert found.kappa_all.value == 0.333
    assert (found.coverage, found.accuracy, found.macro_f1) == (0.5, 1.0, 1.0)
    assert (found.fails, found.fail_recall, found.fail_precision) == (2, 0.5, 1.0)
    rows = rows_of(calls, ["greeting"])
    assert mean_kappa(rows) == 1
    assert mean_kappa_all(rows) == pytest.approx(1 / 3)


def test_evidence_counts_where_the_verdict_is_right_and_some_was_labelled() -> None:
    calls = [
        predicted("d1-1", Verdict.PASS, Verdict.PASS, evidence=(0, 2), shown=(2,)),
        predicted("d1-2", Verdict.PASS, Verdict.PASS, evidence=(0,), shown=(5,)),
        predicted("d1-3", Verdict.PASS, Verdict.PASS, evidence=(), shown=(5,)),
        predicted("d1-4", Verdict.PASS, Verdict.FAIL, evidence=(0,), shown=(5,)),
    ]
    assert criterion_figures("greeting", calls).evidence_hit == 0.5


def test_probabilities_of_right_and_wrong_verdicts_make_the_calibration_error() -> None:
    calls = [
        predicted("d1-1", Verdict.PASS, Verdict.PASS, 0.75),
        predicted("d1-2", Verdict.PASS, Verdict.FAIL, 0.75),
        predicted("d1-3", Verdict.PASS, Verdict.UNSCORED),
    ]
    assert criterion_figures("greeting", calls).calibration_error == 0.25


def test_means_are_over_criteria_and_folds_are_kept_apart() -> None:
    calls = [
        predicted("d1-1", Verdict.PASS, Verdict.PASS),
        predicted("d1-2", Verdict.FAIL, Verdict.FAIL),
        predicted("d2-1", Verdict.PASS, Verdict.FAIL),
        predicted("d2-2", Verdict.FAIL, Verdict.PASS),
    ]
    calls = [
        Predicted(
            LabelledCall(
                item.call.call_id, (), {**item.call.verdicts, "closing": Verdict.PASS}, {}, ()
            ),
            Judgement(
                scores=(
                    *item.judgement.scores,
                    CriterionScore(criterion="closing", verdict=Verdict.PASS, probability=0.9),
                )
            ),
        )
        for item in calls
    ]
    found = judge_figures(calls, ["greeting", "closing"]).mean
    assert found.kappa_all.value == 0.5  # 0 of greeting, 1 of closing
    assert found.kappa_all_by_fold == {"d1": 1.0, "d2": 0.0}
    assert found.spread_over_folds == round(0.5**0.5, 3)
    assert found.accuracy == 0.75
    assert found.evidence_hit is None
    pooled = pooled_kappa_all(rows_of(calls, ["greeting", "closing"]))
    labels, said = texts([p for row in rows_of(calls, ["greeting", "closing"]) for p in row])
    assert pooled == pytest.approx(cohen_kappa_score(labels, said))
