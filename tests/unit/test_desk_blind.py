"""Two people judge a call without seeing the machine's verdicts or each other's; a lead settles."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.blind import BlindStage, BlindState, blind_state, open_blind, settle
from pipeline.desk.drafts import Answer, Draft
from pipeline.desk.history import history
from pipeline.desk.reviewing import Decided, SubmittedReview, kind_for, submit
from pipeline.desk.statements import corrections_of, human_verdicts, reviews_of
from pipeline.domain import Verdict
from pipeline.errors import ReviewError
from pipeline.people import UserRole
from pipeline.reviews import ReviewKind
from tests.desks import Office, after, office, person

LEAD = person("lea", UserRole.LEAD)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = office(tmp_path, blind_share=1.0)
    made.score()
    made.copy()
    return made


def judged(desk: Office, who: str, *verdicts: str, minute: float = 2) -> SubmittedReview:
    names = ("greeting", "verification", "closing")
    answers = tuple(
        Answer(criterion=name, verdict=Verdict(verdict), reason=f"{who} says so")
        for name, verdict in zip(names, verdicts, strict=True)
    )
    return submit(
        desk.desk,
        person(who),
        desk.card(),
        Draft(answers=answers),
        started_at=after(minute - 1),
        now=after(minute),
    )


def state(desk: Office) -> BlindState:
    with desk.desk.reading() as connection:
        found = blind_state(connection, desk.row())
    assert found is not None
    return found


def kind(desk: Office, who: str) -> ReviewKind | None:
    with desk.desk.reading() as connection:
        return kind_for(connection, desk.row(), who)


def test_a_call_that_was_not_drawn_is_reviewed_openly(tmp_path: Path) -> None:
    desk = office(tmp_path)
    desk.score()
    desk.copy()
    assert kind(desk, "ana") is ReviewKind.OPEN
    with desk.desk.reading() as connection:
        assert blind_state(connection, desk.row()) is None
        assert open_blind(connection, ["c1"]) == frozenset()


def test_the_call_is_sealed_until_two_people_judged_it(desk: Office) -> None:
    for who, minute in (("ana", 2), ("ben", 5)):
        with desk.desk.reading() as connection:
            assert open_blind(connection, ["c1", "c2"]) == {"c1"}
        assert kind(desk, who) is ReviewKind.BLIND
        judged(desk, who, "pass", "pass", "fail", minute=minute)
    with desk.desk.reading() as connection:
        assert open_blind(connection, ["c1"]) == frozenset()
    assert kind(desk, "cem") is ReviewKind.OPEN
    assert state(desk).stage is BlindStage.AGREED


def test_nobody_judges_both_times(desk: Office) -> None:
    judged(desk, "ana", "pass", "pass", "fail")
    assert kind(desk, "ana") is None
    with pytest.raises(ReviewError, match="waits for a second person"):
        judged(desk, "ana", "pass", "pass", "pass", minute=9)
    assert state(desk).stage is BlindStage.WAITS_FOR_SECOND
    assert state(desk).comparisons == ()


def test_a_blind_review_cannot_agree_with_what_it_does_not_see(desk: Office) -> None:
    draft = Draft(answers=(Answer(criterion="greeting", agrees=True),))
    with pytest.raises(ReviewError) as raised:
        submit(
            desk.desk,
            person(),
            desk.card(),
            draft,
            started_at=after(1),
            now=after(2),
            partial=True,
        )
    assert "verdict of its own" in raised.value.problems["greeting"]


def test_a_blind_review_corrects_nothing_and_keeps_its_reasons(desk: Office) -> None:
    review, corrections = judged(desk, "ana", "fail", "pass", "fail")
    assert corrections == ()
    assert {said.agrees for said in review.verdicts} == {None}
    assert review.verdicts[0].reason == "ana says so"
    assert review.human_score == pytest.approx(100 / 3)


def test_while_sealed_each_sees_their_own_history_only(desk: Office) -> None:
    judged(desk, "ana", "pass", "pass", "fail")
    with desk.desk.reading() as connection:
        assert [line.who for line in history(connection, desk.row(), person("ana"))] == ["ana"]
        assert history(connection, desk.row(), person("ben")) == ()
        assert history(connection, desk.row(), LEAD) == ()


def test_a_lead_settles_what_differs_and_nothing_else(desk: Office) -> None:
    judged(desk, "ana", "pass", "fail", "fail")
    judged(desk, "ben", "pass", "pass", "partial", minute=5)
    assert state(desk).stage is BlindStage.TO_SETTLE
    assert [item.criterion for item in state(desk).open_differences] == ["verification", "closing"]
    right = {"verification": Decided(Verdict.PASS, "She did ask.")}
    for decided, problem in (
        ({"greeting": Decided(Verdict.FAIL, "No.")}, "Nobody disagrees"),
        ({"verification": Decided(Verdict.PASS, "")}, "Say why"),
        ({"verification": Decided(Verdict.UNSCORED, "Hm.")}, "The rubric allows"),
    ):
        with pytest.raises(ReviewError) as raised:
            settle(desk.desk, LEAD, desk.row(), desk.card(), decided, now=after(9))
        assert any(problem in text for text in raised.value.problems.values())
    with pytest.raises(ReviewError, match="only a lead"):
        settle(desk.desk, person("cem"), desk.row(), desk.card(), right, now=after(9))
    settle(desk.desk, LEAD, desk.row(), desk.card(), right, now=after(9))
    assert [item.criterion for item in state(desk).open_differences] == ["closing"]
    rest = {"closing": Decided(Verdict.PARTIAL, "Half of it.")}
    settle(desk.desk, LEAD, desk.row(), desk.card(), rest, now=after(10))
    assert state(desk).stage is BlindStage.SETTLED


def test_the_settled_verdict_is_the_last_word_and_a_correction(desk: Office) -> None:
    judged(desk, "ana", "pass", "fail", "fail")
    judged(desk, "ben", "pass", "pass", "fail", minute=5)
    decided = {"verification": Decided(Verdict.PASS, "She did ask.")}
    settle(desk.desk, LEAD, desk.row(), desk.card(), decided, now=after(9))
    with desk.desk.reading() as connection:
        reviews, corrections = reviews_of(connection, "c1"), corrections_of(connection, "c1")
    said = human_verdicts(reviews, corrections, desk.row().evaluation_key)
    assert {name: word.verdict.value for name, word in said.items()} == {
        "greeting": "pass",  # both say so
        "verification": "pass",  # the lead says so
        "closing": "fail",
    }
    assert [(item.criterion, item.author) for item in corrections] == [("verification", "lea")]


def test_there_is_nothing_to_settle_before_both_are_done(desk: Office) -> None:
    judged(desk, "ana", "pass", "fail", "fail")
    decided = {"verification": Decided(Verdict.PASS, "She did ask.")}
    with pytest.raises(ReviewError, match="before two people"):
        settle(desk.desk, LEAD, desk.row(), desk.card(), decided, now=after(9))


def test_a_call_scored_again_is_judged_blindly_again(desk: Office) -> None:
    judged(desk, "ana", "pass", "fail", "fail")
    judged(desk, "ben", "pass", "fail", "fail", minute=5)
    desk.score(models="2", at=after(6))
    desk.copy()
    assert state(desk).stage is BlindStage.WAITS_FOR_FIRST
    assert kind(desk, "ana") is ReviewKind.BLIND
