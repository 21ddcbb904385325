"""Reviews are checked, kept once, told to the store, and can be taken back but never undone."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.desk.drafts import Answer, Draft, read_draft, save_draft
from pipeline.desk.history import history
from pipeline.desk.posting import post
from pipeline.desk.reviewing import SubmittedReview, revoke, submit
from pipeline.desk.statements import corrections_of, human_verdicts, reviews_of
from pipeline.domain import Evidence, Verdict
from pipeline.errors import ReviewError
from pipeline.people import UserRole
from pipeline.reviews import CorrectionKind
from tests.desks import BEGAN, QUOTE, Office, after, office, person


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path)
    made.score()
    made.copy()
    return made


AGREED = Answer(criterion="greeting", agrees=True)
CHANGED = Answer(
    criterion="verification", verdict=Verdict.PASS, reason="She asked for the date of birth."
)
GIVEN = Answer(criterion="closing", verdict=Verdict.PARTIAL)
WHOLE = Draft(answers=(AGREED, CHANGED, GIVEN), note=" Fine. ", active_s=61.5)


def submitted(
    desk: Office, draft: Draft = WHOLE, who: str = "ana", *, partial: bool = False
) -> SubmittedReview:
    return submit(
        desk.desk,
        person(who),
        desk.card(),
        draft,
        started_at=after(1),
        now=after(2),
        partial=partial,
    )


def test_a_review_says_what_it_agrees_with_and_what_it_changes(desk: Office) -> None:
    review, corrections = submitted(desk)
    assert [(v.criterion, v.machine_verdict, v.verdict, v.agrees) for v in review.verdicts] == [
        ("greeting", "pass", "pass", True),
        ("verification", "fail", "pass", False),
        ("closing", "unscored", "partial", False),
    ]
    assert [(c.criterion, c.kind, c.verdict) for c in corrections] == [
        ("verification", "wrong_verdict", "pass"),
        ("closing", "wrong_verdict", "partial"),
    ]
    assert (review.note, review.active_s) == ("Fine.", 61.5)


def test_machine_and_human_score_stand_side_by_side(desk: Office) -> None:
    review, _ = submitted(desk)
    assert review.machine_score == 20.0
    assert review.human_score == pytest.approx(100 * (1 + 1 + 0.5) / 3)
    assert desk.row().score == 20.0


def test_a_second_click_on_submit_makes_no_second_review(desk: Office) -> None:
    first, _ = submitted(desk)
    again, corrections = submitted(desk)
    assert (again.key, corrections) == (first.key, ())
    with desk.desk.reading() as connection:
        assert len(reviews_of(connection, "c1")) == 1
        assert len(corrections_of(connection, "c1")) == 2


def test_silence_is_not_agreement(desk: Office) -> None:
    with pytest.raises(ReviewError, match="1 criterion has no answer") as raised:
        submitted(desk, Draft(answers=(AGREED, CHANGED)))
    assert list(raised.value.problems) == ["closing"]
    review, _ = submitted(desk, Draft(answers=(AGREED,)), partial=True)
    assert [said.criterion for said in review.verdicts] == ["greeting"]


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (Answer(criterion="verification", verdict=Verdict.PASS), "say why"),
        (Answer(criterion="verification", verdict=Verdict.PASS, reason="  "), "say why"),
        (Answer(criterion="greeting", verdict=Verdict.UNSCORED), "The rubric allows"),
        (Answer(criterion="closing", agrees=True), "no verdict to agree with"),
        (Answer(criterion="greeting", agrees=True, verdict=Verdict.FAIL), "both agrees and"),
        (
            Answer(criterion="greeting", agrees=True, evidence=(Evidence(turn=1, quote="no"),)),
            "not in turn 1",
        ),
        (
            Answer(criterion="greeting", agrees=True, evidence=(Evidence(turn=9, quote="no"),)),
            "no turn 9",
        ),
    ],
)
def test_an_answer_that_cannot_be_is_named_with_its_problem(
    desk: Office, answer: Answer, problem: str
) -> None:
    with pytest.raises(ReviewError) as raised:
        submitted(desk, Draft(answers=(answer,)), partial=True)
    assert problem in raised.value.problems[answer.criterion]
    with desk.desk.reading() as connection:
        assert reviews_of(connection, "c1") == ()


def test_nothing_at_all_is_no_review(desk: Office) -> None:
    with pytest.raises(ReviewError, match="nothing was answered"):
        submitted(desk, Draft(), partial=True)


def test_a_criterion_that_the_rubric_does_not_have_is_refused(desk: Office) -> None:
    with pytest.raises(ReviewError, match="no criterion politeness"):
        submitted(desk, Draft(answers=(Answer(criterion="politeness", agrees=True),)))


@pytest.mark.parametrize(
    ("evidence", "said", "kind"),
    [
        ((QUOTE, Evidence(turn=0, quote="Good")), None, CorrectionKind.MISSING_EVIDENCE),
        ((Evidence(turn=0, quote="Good"),), None, CorrectionKind.WRONG_EVIDENCE),
        ((), None, CorrectionKind.WRONG_EVIDENCE),
        (
            (Evidence(turn=0, quote="Good"),),
            CorrectionKind.MISSING_EVIDENCE,
            CorrectionKind.MISSING_EVIDENCE,
        ),
    ],
)
def test_changed_evidence_leaves_the_verdict_and_tells_what_was_wrong(
    desk: Office,
    evidence: tuple[Evidence, ...],
    said: CorrectionKind | None,
    kind: CorrectionKind,
) -> None:
    answer = Answer(criterion="greeting", agrees=True, evidence=evidence, kind=said)
    review, (correction,) = submitted(desk, Draft(answers=(answer,)), partial=True)
    assert (correction.kind, correction.verdict) == (kind, None)
    assert correction.evidence == evidence
    assert review.verdicts[0].agrees is True


def test_a_call_that_was_scored_again_meanwhile_is_not_reviewed(desk: Office) -> None:
    card = desk.card()
    desk.score(models="2", at=after(1))
    desk.copy()
    with pytest.raises(ReviewError, match="scored again meanwhile"):
        submit(desk.desk, person(), card, WHOLE, started_at=after(1), now=after(2))


def test_the_draft_is_gone_when_the_review_is_kept_and_only_then(desk: Office) -> None:
    key = desk.row().evaluation_key
    with desk.desk.writing() as connection:
        save_draft(connection, "c1", "ana", key, WHOLE, after(1))
        save_draft(connection, "c1", "ben", key, WHOLE, after(1))
    with pytest.raises(ReviewError):
        submitted(desk, Draft(answers=(AGREED,)))
    with desk.desk.reading() as connection:
        kept = read_draft(connection, "c1", "ana")
        assert kept is not None
        assert (kept.draft, kept.started_at) == (WHOLE, after(1))
    submitted(desk)
    with desk.desk.reading() as connection:
        assert read_draft(connection, "c1", "ana") is None
        assert read_draft(connection, "c1", "ben") is not None


def test_what_was_taken_back_no_longer_holds_and_stays_on_record(desk: Office) -> None:
    _, (correction, _) = submitted(desk)
    revoke(desk.desk, person(), "c1", correction.key, "I misheard.", now=after(3))
    with desk.desk.reading() as connection:
        reviews, corrections = reviews_of(connection, "c1"), corrections_of(connection, "c1")
        said = human_verdicts(reviews, corrections, desk.row().evaluation_key)
        lines = history(connection, desk.row(), person())
    assert sorted(said) == ["closing", "greeting"]
    assert len(corrections) == 3
    assert [(line.what, line.stands) for line in lines if line.criterion == "verification"] == [
        ("correction.made", False),
        ("correction.revoked", False),
    ]


def test_only_the_author_or_a_lead_takes_back_and_only_once(desk: Office) -> None:
    _, (correction, _) = submitted(desk)
    with pytest.raises(ReviewError, match="only who made"):
        revoke(desk.desk, person("ben"), "c1", correction.key, "No.", now=after(3))
    with pytest.raises(ReviewError, match="say why"):
        revoke(desk.desk, person(), "c1", correction.key, " ", now=after(3))
    with pytest.raises(ReviewError, match="no such correction"):
        revoke(desk.desk, person(), "c2", correction.key, "No.", now=after(3))
    lead = person("lea", UserRole.LEAD)
    revoke(desk.desk, lead, "c1", correction.key, "It was right.", now=after(3))
    with pytest.raises(ReviewError, match="already"):
        revoke(desk.desk, lead, "c1", correction.key, "Again.", now=after(4))


def test_reviews_reach_the_store_once_with_all_they_say(desk: Office) -> None:
    _, (correction, _) = submitted(desk)
    assert post(desk.desk, desk.store) == 3
    assert post(desk.desk, desk.store) == 0
    revoke(desk.desk, person(), "c1", correction.key, "I misheard.", now=after(3))
    with desk.desk.writing() as connection:  # as if killed between the two
        connection.execute(text("UPDATE reviews SET posted_at = NULL"))
    assert post(desk.desk, desk.store) == 2
    assert len(list(desk.store.export("reviews"))) == 1
    (review,) = desk.store.export("reviews")
    assert review["kind"] == "open"
    assert review["human_score"] == pytest.approx(250 / 3)
    stands = {row["criterion"]: row["stands"] for row in desk.store.export("corrections")}
    assert stands == {"closing": True, "verification": False}
    assert desk.store.counts().corrections == 3


def test_the_history_tells_everything_in_order(desk: Office) -> None:
    submitted(desk)
    with desk.desk.reading() as connection:
        lines = history(connection, desk.row(), person())
        assert history(connection, desk.row(), person("d", UserRole.AGENT)) == ()
    assert [(line.who, line.what) for line in lines] == [
        ("callqa", "call.scored"),
        ("ana", "review.submitted"),
        ("ana", "correction.made"),
        ("ana", "correction.made"),
    ]
    assert lines[0].at == BEGAN
    assert lines[1].detail == 'agreed with 1 of 3 verdicts; score 83; "Fine."'
    assert {line.detail for line in lines[2:]} == {
        "wrong verdict: partial",
        "wrong verdict: pass. She asked for the date of birth.",
    }
