"""From what reviewers said to examples, through a real store."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from pipeline.corrections import (
    Example,
    ExampleKind,
    Learned,
    Sampling,
    Statement,
    learn_from,
    possibly_wrong,
)
from pipeline.domain import Evidence, Flag, Verdict
from pipeline.reviews import Correction, CorrectionKind, Review, ReviewKind, ReviewVerdict
from pipeline.rubric import Rubric
from pipeline.store import Store
from pipeline.store.learning import statements
from tests.builders import criterion_score
from tests.stored import RUBRIC, call_of, evaluation_of, later, score_call

GREETING = RUBRIC.criteria[0].id
WORDS = (Evidence(turn=1, quote="broken"),)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    """Return a store with one flagged call, scored."""
    found = Store(str(tmp_path / "calls.duckdb"))
    add_call(found)
    return found


def add_call(store: Store, call_id: str = "c1", *, flags: Sequence[Flag] = ()) -> None:
    call = call_of(call_id, agent="dana", team="north", language="en")
    low = Flag(kind="low_score", sentence="Scored 20 %")
    scores = (criterion_score(GREETING, "pass"), criterion_score("verification", "unscored"))
    score_call(store, call, evaluation_of(call, scores=scores, flags=flags or (low,)))


def key_of(call_id: str = "c1") -> str:
    return evaluation_of(call_of(call_id)).key


def review(
    key: str,
    verdict: str | None,
    *,
    reviewer: str = "rob",
    kind: str = "open",
    call_id: str = "c1",
    hours: float = 1,
    evidence: tuple[Evidence, ...] | None = None,
) -> Review:
    """Return a pass over a call that says one thing about the greeting, or nothing."""
    said = () if verdict is None else (Verdict(verdict),)
    return Review(
        key=key,
        call_id=call_id,
        evaluation_key=key_of(call_id),
        reviewer=reviewer,
        kind=ReviewKind(kind),
        started_at=later(hours - 0.1),
        finished_at=later(hours),
        verdicts=tuple(
            ReviewVerdict(
                criterion=GREETING,
                machine_verdict=Verdict.PASS,
                verdict=own,
                agrees=None if kind == "blind" else own is Verdict.PASS,
                evidence=evidence,
            )
            for own in said
        ),
    )


def correction(key: str, of: str, verdict: str | None, **more: object) -> Correction:
    return Correction.model_validate(
        {
            "key": key,
            "review_key": of,
            "call_id": "c1",
            "evaluation_key": key_of(),
            "criterion": GREETING,
            "reason": "",
            "author": "rob",
            "made_at": later(2),
            "verdict": verdict,
            **more,
        }
    )


def learned(store: Store, rubric: Rubric = RUBRIC) -> Learned:
    return learn_from(store.ask(statements), rubric)


def test_agreeing_makes_an_example_that_says_where_it_comes_from(store: Store) -> None:
    store.write_reviews([review("r1", "pass")])
    (example,) = learned(store).examples
    said = example.said
    assert example.kind is ExampleKind.AGREED
    assert (said.call_id, said.criterion, said.verdict) == ("c1", GREETING, Verdict.PASS)
    assert (said.agent, said.team, said.language) == ("dana", "north", "en")
    assert said.meaning_sha256 == RUBRIC.criteria[0].meaning_sha256
    assert said.model_versions == {"moves": "moves-1", "sentiment": "sentiment-2"}
    assert said.machine_probability is not None
    assert said.at == later(1)
    assert example.reviewers == ("rob",)


def test_silence_is_no_example(store: Store) -> None:
    store.write_reviews([review("r1", None)])
    assert learned(store).examples == ()


def test_a_correction_is_the_label_with_the_words_that_were_pointed_at(store: Store) -> None:
    store.write_reviews([review("r1", "fail")], [correction("k1", "r1", "fail", evidence=WORDS)])
    (example,) = learned(store).examples
    assert example.kind is ExampleKind.CORRECTED
    assert example.said.verdict is Verdict.FAIL
    assert example.said.turns == (1,)
    assert example.said.at == later(2)


def test_what_was_taken_back_is_no_example(store: Store) -> None:
    taken_back = correction("k2", "r1", None, kind=CorrectionKind.REVOCATION, revokes="k1")
    store.write_reviews(
        [review("r1", "fail")], [correction("k1", "r1", "fail", evidence=WORDS), taken_back]
    )
    assert learned(store).examples == ()


def test_correcting_the_evidence_alone_confirms_the_verdict(store: Store) -> None:
    changed = correction("k1", "r1", None, kind=CorrectionKind.WRONG_EVIDENCE, evidence=WORDS)
    store.write_reviews([review("r1", None)], [changed])
    (example,) = learned(store).examples
    assert example.kind is ExampleKind.AGREED
    assert (example.said.verdict, example.said.turns) == (Verdict.PASS, (1,))


def test_a_blind_review_waits_for_the_second_one(store: Store) -> None:
    store.write_reviews([review("b1", "fail", kind="blind")])
    assert learned(store).examples == ()


def test_two_blind_reviews_that_agree_are_one_example(store: Store) -> None:
    store.write_reviews(
        [
            review("b1", "fail", kind="blind", evidence=WORDS),
            review("b2", "fail", kind="blind", reviewer="sue", hours=3),
        ]
    )
    (example,) = learned(store).examples
    assert example.kind is ExampleKind.BLIND
    assert example.reviewers == ("rob", "sue")
    assert example.said.turns == (1,)


def test_two_reviewers_who_contradict_each_other_give_no_example(store: Store) -> None:
    store.write_reviews(
        [
            review("b1", "fail", kind="blind"),
            review("b2", "pass", kind="blind", reviewer="sue", hours=3),
        ]
    )
    found = learned(store)
    assert found.examples == ()
    (contradiction,) = found.contradictions
    assert [item.reviewer for item in contradiction.statements] == ["rob", "sue"]
    assert not contradiction.by_one


def test_a_reviewer_who_contradicts_himself_is_found(store: Store) -> None:
    store.write_reviews([review("b1", "fail"), review("s1", "pass", kind="blind", hours=2)])
    store.write_reviews([review("s2", "pass", kind="blind", reviewer="sue", hours=3)])
    (contradiction,) = learned(store).contradictions
    assert len(contradiction.statements) == 3


def test_what_a_lead_settled_is_the_last_word(store: Store) -> None:
    store.write_reviews(
        [
            review("b1", "fail", kind="blind"),
            review("b2", "pass", kind="blind", reviewer="sue", hours=3),
            review("s1", "partial", kind="settlement", reviewer="lea", hours=4),
            review("r9", "pass", reviewer="rob", hours=5),
        ]
    )
    found = learned(store)
    (example,) = found.examples
    assert found.contradictions == ()
    assert (example.kind, example.said.verdict) == (ExampleKind.SETTLED, Verdict.PARTIAL)
    assert example.reviewers == ("lea",)


def test_a_change_of_meaning_cuts_old_labels_off(store: Store) -> None:
    store.write_reviews([review("r1", "pass")])
    first, *rest = RUBRIC.criteria
    asked_anew = first.model_copy(update={"question": "Was the company's name given?"})
    found = learned(store, RUBRIC.model_copy(update={"criteria": (asked_anew, *rest)}))
    assert found.examples == ()
    assert found.cut_off == 1
    heavier = first.model_copy(update={"weight": 3.0})
    assert learned(store, RUBRIC.model_copy(update={"criteria": (heavier, *rest)})).examples


@pytest.mark.parametrize(
    ("flags", "sampling", "stands_for"),
    [
        ((Flag(kind="low_score", sentence="x"),), Sampling.FLAGGED, 1.0),
        (
            (Flag(kind="random_slice", sentence="x", inclusion_probability=0.05),),
            Sampling.RANDOM,
            0.05,
        ),
        (
            (
                Flag(kind="low_score", sentence="x"),
                Flag(kind="random_slice", sentence="x", inclusion_probability=0.05),
            ),
            Sampling.FLAGGED,
            1.0,
        ),
    ],
)
def test_an_example_says_how_its_call_was_sampled(
    tmp_path: Path, flags: tuple[Flag, ...], sampling: Sampling, stands_for: float
) -> None:
    store = Store(str(tmp_path / "calls.duckdb"))
    add_call(store, flags=flags)
    store.write_reviews([review("r1", "pass")])
    (example,) = learned(store).examples
    assert example.said.sampling is sampling
    assert example.said.stands_for == stands_for


def examples(wrong: int) -> list[Example]:
    """Return forty labels, half of them fails, of which a model contradicts some."""
    found = []
    for number in range(40):
        right = Verdict.PASS if number % 2 else Verdict.FAIL
        other = Verdict.FAIL if right is Verdict.PASS else Verdict.PASS
        said = Statement(
            call_id=f"c{number:02d}",
            criterion=GREETING,
            verdict=other if number < wrong else right,
            reviewer="rob",
            kind=ReviewKind.OPEN,
            at=later(1),
            review_key="r",
            evaluation_key="e",
            transcript_key="t",
            machine_verdict=right,
            model_versions={},
            rubric="r",
            rubric_version=1,
            meaning_sha256="m",
        )
        found.append(Example(said=said, kind=ExampleKind.CORRECTED, reviewers=("rob",)))
    return found


def opinions(probability: float) -> dict[tuple[str, str], tuple[Verdict, float]]:
    return {
        (f"c{number:02d}", GREETING): (Verdict.PASS if number % 2 else Verdict.FAIL, probability)
        for number in range(40)
    }


def test_labels_that_a_sure_and_agreeing_model_contradicts_get_a_second_look() -> None:
    found = possibly_wrong(examples(wrong=2), opinions(0.95))
    assert [item.example.said.call_id for item in found] == ["c00", "c01"]
    assert found[0].verdict is Verdict.FAIL


def test_an_unsure_model_contradicts_nobody() -> None:
    assert possibly_wrong(examples(wrong=2), opinions(0.8)) == ()


def test_a_model_that_seldom_agrees_contradicts_nobody() -> None:
    assert possibly_wrong(examples(wrong=15), opinions(0.95)) == ()
