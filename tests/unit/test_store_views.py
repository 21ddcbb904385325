"""The views say what is current, what to look at first, and how far people and machine agree."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.domain import Flag, Verdict
from pipeline.reviews import Correction, CorrectionKind, Review, ReviewKind, ReviewVerdict
from pipeline.store import Store
from tests.builders import criterion, criterion_score, rubric
from tests.stored import RUBRIC, call_of, evaluation_of, later, score_call

LOW = Flag(kind="low_score", sentence="The score is 20 of 100.")
CRITICAL = Flag(kind="critical_fail", sentence="Identity was not verified.")
DRAWN = Flag(kind="random_slice", sentence="Drawn at random.", inclusion_probability=0.05)


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "calls.duckdb"), wait_s=5)


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(store.url, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_queue_lists_the_worst_first_and_random_draws_last(store: Store) -> None:
    flagged = {
        "drawn": (10.0, [DRAWN]),
        "low": (20.0, [LOW]),
        "lower": (15.0, [LOW, DRAWN]),
        "nothing": (90.0, []),
        "critical": (0.0, [CRITICAL, LOW]),
        "unjudged": (None, [Flag(kind="unscored", sentence="Nothing could be judged.")]),
    }
    for name, (score, flags) in flagged.items():
        call = call_of(name, agent="Dana" if name == "low" else "Eli")
        score_call(store, call, evaluation_of(call, score=score, flags=flags))
    queue = store.queue()
    names = ["critical", "lower", "low", "unjudged", "drawn"]
    assert [queued.call_id for queued in queue] == names
    assert queue[0].flags == (CRITICAL, LOW)
    assert [queued.position for queued in queue] == [1, 2, 3, 4, 5]
    assert [queued.call_id for queued in store.queue(2)] == names[:2]
    assert [(q.call_id, q.position) for q in store.queue(agent="Dana")] == [("low", 3)]
    assert store.queue(team="South") == ()


def test_a_reviewed_call_leaves_the_queue_until_it_is_evaluated_anew(store: Store) -> None:
    call = call_of()
    evaluation = evaluation_of(call, flags=[LOW])
    score_call(store, call, evaluation)
    store.write_reviews([review_of(evaluation.key, "ana")])
    assert store.queue() == ()
    again = evaluation_of(call, models={"moves": "2"}, evaluated_at=later(1), flags=[LOW])
    store.write_evaluations([again], RUBRIC)
    assert [queued.evaluation_key for queued in store.queue()] == [again.key]


def test_a_call_waits_until_two_people_judged_it_blindly(store: Store) -> None:
    call = call_of()
    evaluation = evaluation_of(call, flags=[LOW])
    score_call(store, call, evaluation)
    for reviewer in ("ana", "ben"):
        assert len(store.queue()) == 1
        store.write_reviews([review_of(evaluation.key, reviewer, kind=ReviewKind.BLIND)])
    assert store.queue() == ()


def review_of(
    evaluation_key: str,
    reviewer: str,
    said: str | None = "pass",
    *,
    machine: str = "pass",
    kind: ReviewKind = ReviewKind.OPEN,
) -> Review:
    """Return a review that says something about the greeting."""
    verdicts: list[ReviewVerdict] = []
    if said is not None:
        verdicts.append(
            ReviewVerdict(
                criterion="greeting",
                machine_verdict=Verdict(machine),
                verdict=Verdict(said),
                agrees=said == machine,
            )
        )
    return Review(
        key=f"{evaluation_key}-{reviewer}",
        call_id="c1",
        evaluation_key=evaluation_key,
        reviewer=reviewer,
        kind=kind,
        finished_at=later(2),
        verdicts=tuple(verdicts),
    )


def correction_of(review: Review, verdict: Verdict | None, **fields: object) -> Correction:
    return Correction.model_validate(
        {
            "key": f"{review.key}-{verdict}",
            "review_key": review.key,
            "call_id": review.call_id,
            "evaluation_key": review.evaluation_key,
            "criterion": "greeting",
            "reason": "She did not say her name.",
            "author": review.reviewer,
            "made_at": later(2),
            "verdict": verdict,
            **fields,
        }
    )


def test_agreement_counts_what_reviewers_said_and_not_their_silence(store: Store) -> None:
    call = call_of()
    evaluation = evaluation_of(call)
    score_call(store, call, evaluation)
    ana, ben = review_of(evaluation.key, "ana", "fail"), review_of(evaluation.key, "ben")
    store.write_reviews([ana, ben], [correction_of(ana, Verdict.FAIL)])
    lead = review_of(evaluation.key, "lea", "fail", kind=ReviewKind.SETTLEMENT)
    store.write_reviews([lead, review_of(evaluation.key, "silent", None)])
    sql = "SELECT between_whom, pairs, agreed FROM agreement_by_criterion WHERE criterion = "
    assert rows(store, sql + "'greeting' ORDER BY 1") == [
        ("model_reviewer", 2, 1),
        ("reviewer_reviewer", 1, 0),
    ]
    assert rows(store, sql + "'verification'") == []


def test_a_correction_taken_back_no_longer_counts_and_stays_on_record(store: Store) -> None:
    call = call_of()
    evaluation = evaluation_of(call)
    score_call(store, call, evaluation)
    ana = review_of(evaluation.key, "ana", "fail")
    wrong = correction_of(ana, Verdict.FAIL)
    store.write_reviews([ana], [wrong])
    assert rows(store, "SELECT verdict FROM reviewed_verdicts") == [("fail",)]
    back = correction_of(
        ana,
        None,
        kind=CorrectionKind.REVOCATION,
        revokes=wrong.key,
        made_at=later(3),
        key="back",
    )
    for _ in range(2):
        store.write_reviews([ana], [wrong, back])
    assert rows(store, "SELECT verdict FROM reviewed_verdicts") == []
    assert store.counts().corrections == 2


def test_kappa_is_cohens(store: Store) -> None:
    pairs = [("pass", "pass")] * 3 + [("pass", "fail")] + [("fail", "fail")] * 2
    for at, (machine, person) in enumerate(pairs):
        call = call_of(f"c{at}")
        scores = (criterion_score("greeting", machine),)
        evaluation = evaluation_of(call, of=GREETING_ONLY, scores=scores)
        score_call(store, call, evaluation, of=GREETING_ONLY)
        store.write_reviews([review_of(evaluation.key, "ana", person, machine=machine)])
    ((kappa,),) = rows(store, "SELECT kappa FROM agreement_by_criterion")
    expected = (4 * 3 + 2 * 3) / 36  # chance agreement of 4:2 and 3:3
    assert kappa == pytest.approx((5 / 6 - expected) / (1 - expected))


GREETING_ONLY = rubric(criterion("greeting"))


def test_scores_by_agent_come_from_current_evaluations_only(store: Store) -> None:
    for name, agent, score in (("c1", "Dana", 50.0), ("c2", "Dana", None), ("c3", None, 80.0)):
        call = call_of(name, agent=agent)
        score_call(store, call, evaluation_of(call, score=score, flags=[CRITICAL]))
    new = evaluation_of(call_of("c1"), models={"moves": "9"}, evaluated_at=later(1), score=100.0)
    store.write_evaluations([new], RUBRIC)
    sql = "SELECT agent, calls, scored_calls, mean_score, critical_fails FROM agent_scores"
    assert rows(store, sql + " ORDER BY agent NULLS LAST") == [
        ("Dana", 2, 1, 100.0, 1),
        (None, 1, 1, 80.0, 1),
    ]
