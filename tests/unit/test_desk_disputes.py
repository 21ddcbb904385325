"""Agents object to verdicts of released reviews, leads decide, and what they decide counts."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.desk.deciding import reject, uphold
from pipeline.desk.disputes import (
    Dispute,
    DisputeState,
    count_disputes,
    disputes_for,
    find_dispute,
    open_dispute,
    withdraw_dispute,
)
from pipeline.desk.hooks import add_hook, deliveries
from pipeline.desk.released import released_review
from pipeline.desk.releases import count_waiting
from pipeline.desk.shown import released_card
from pipeline.desk.statements import corrections_of, human_verdicts, reviews_of
from pipeline.desk.talk import counts_for, talk_history
from pipeline.desk.times import as_of, present
from pipeline.domain import Verdict
from pipeline.errors import ReviewError, TalkError
from pipeline.people import User
from tests.desks import Office, after, person
from tests.talking import LEAD, agent, lead_of, released, reviewed, reviewed_office

WHY = "I did ask for the postcode."


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    made = reviewed_office(tmp_path)
    released(made)
    return made


def disputed(
    desk: Office, criterion: str = "closing", comment: str = WHY, user: User | None = None
) -> str:
    with desk.desk.writing() as connection:
        review = released_review(connection, agent(), "c1")
        assert review is not None
        card = released_card(connection, review, desk.card())
        return open_dispute(connection, desk.settings, user or agent(), card, criterion, comment)


def found(desk: Office, dispute_id: str, user: User = LEAD) -> Dispute:
    with desk.desk.reading() as connection:
        dispute = find_dispute(connection, user, dispute_id)
    assert dispute is not None
    return dispute


def upheld(
    desk: Office, dispute_id: str, verdict: Verdict = Verdict.PASS, words: str = "You did."
) -> None:
    with desk.desk.writing() as connection:
        uphold(connection, LEAD, desk.card(), dispute_id, verdict, words)


def rejected(desk: Office, dispute_id: str, words: str = "Not before the end.") -> None:
    with desk.desk.writing() as connection:
        reject(connection, LEAD, dispute_id, words)


def shown(desk: Office, criterion: str = "closing") -> tuple[Verdict, str, float | None]:
    with desk.desk.reading() as connection:
        review = released_review(connection, agent(), "c1")
        assert review is not None
        card = released_card(connection, review, desk.card())
    item = card.of(criterion)
    assert item is not None
    return item.verdict, item.source.value, card.score


def test_a_dispute_waits_for_a_lead_with_a_due_date(desk: Office) -> None:
    dispute = found(desk, disputed(desk))
    assert (dispute.state, dispute.comment, dispute.agent) == ("open", WHY, "Dana Fox")
    assert dispute.due_on == (present() + timedelta(days=7)).date()
    with desk.desk.reading() as connection:
        assert counts_for(connection, LEAD).disputes == 1
        assert counts_for(connection, lead_of("south")).disputes == 0
    with as_of(present() + timedelta(days=8)), desk.desk.reading() as connection:
        assert count_disputes(connection, LEAD).overdue == 1
        assert disputes_for(connection, LEAD)[0].overdue


def test_one_dispute_is_open_per_criterion(desk: Office) -> None:
    disputed(desk)
    with pytest.raises(TalkError, match="open already"):
        disputed(desk)
    disputed(desk, "greeting")


@pytest.mark.parametrize(
    "user", [agent("Eve Roe"), LEAD, person("ana")], ids=lambda user: user.user_id
)
def test_nobody_else_disputes_a_review(desk: Office, user: User) -> None:
    with pytest.raises(TalkError, match="only the agent"):
        disputed(desk, user=user)


def test_a_dispute_needs_words_and_a_criterion_that_there_is(desk: Office) -> None:
    with pytest.raises(TalkError, match="needs words"):
        disputed(desk, comment=" ")
    with pytest.raises(TalkError, match="no criterion"):
        disputed(desk, "charm")


def test_a_review_cannot_be_disputed_for_ever(desk: Office) -> None:
    with as_of(present() + timedelta(days=14)):
        disputed(desk)
    with as_of(present() + timedelta(days=16)), pytest.raises(TalkError, match="for 14 days"):
        disputed(desk, "greeting")


def test_upheld_the_verdict_and_the_score_change_and_the_agent_sees_it(desk: Office) -> None:
    assert shown(desk) == (Verdict.PARTIAL, "reviewer", pytest.approx(250 / 3))  # type: ignore[comparison-overlap]  # approx is a number
    dispute_id = disputed(desk)
    upheld(desk, dispute_id)
    assert shown(desk) == (Verdict.PASS, "dispute", pytest.approx(100))  # type: ignore[comparison-overlap]  # approx is a number
    with desk.desk.reading() as connection:
        reviews, corrections = reviews_of(connection, "c1"), corrections_of(connection, "c1")
        standing = human_verdicts(reviews, corrections, desk.row().evaluation_key)
        assert count_waiting(connection, LEAD) == 0, "it is released at once"
    assert standing["closing"].verdict is Verdict.PASS
    assert corrections[-1].author == "lea"
    assert found(desk, dispute_id).outcome_key == reviews[-1].key


def test_upheld_to_what_the_machine_said_counts_as_well(desk: Office) -> None:
    upheld(desk, disputed(desk, "verification"), Verdict.FAIL)
    assert shown(desk, "verification") == (Verdict.FAIL, "dispute", 0.0)


def test_rejected_the_verdict_stands(desk: Office) -> None:
    dispute_id = disputed(desk)
    rejected(desk, dispute_id)
    assert shown(desk)[:2] == (Verdict.PARTIAL, "reviewer")
    assert found(desk, dispute_id).decision == "Not before the end."


def test_a_decided_dispute_is_not_decided_again(desk: Office) -> None:
    dispute_id = disputed(desk)
    rejected(desk, dispute_id)
    with pytest.raises(TalkError, match="no longer open"):
        upheld(desk, dispute_id)
    with pytest.raises(TalkError, match="no longer open"):
        rejected(desk, dispute_id)
    assert shown(desk)[0] is Verdict.PARTIAL


def test_what_was_decided_is_disputed_again_only_after_a_new_review(desk: Office) -> None:
    rejected(desk, disputed(desk))
    with pytest.raises(TalkError, match="was decided"):
        disputed(desk)
    reviewed(desk, who="bob", minute=9)
    released(desk)
    disputed(desk)


@pytest.mark.parametrize(
    ("verdict", "words", "error"),
    [
        (Verdict.PARTIAL, "Hm.", TalkError),
        (Verdict.PASS, "  ", TalkError),
        (Verdict.UNSCORED, "Hm.", ReviewError),
    ],
)
def test_a_decision_that_cannot_be_leaves_the_dispute_open(
    desk: Office, verdict: Verdict, words: str, error: type[Exception]
) -> None:
    dispute_id = disputed(desk)
    with pytest.raises(error):
        upheld(desk, dispute_id, verdict, words)
    assert found(desk, dispute_id).state is DisputeState.OPEN


@pytest.mark.parametrize(
    "user", [agent(), person("ana"), lead_of("south")], ids=lambda user: user.user_id
)
def test_who_may_not_decide_a_dispute_changes_nothing(desk: Office, user: User) -> None:
    dispute_id = disputed(desk)
    with desk.desk.writing() as connection, pytest.raises(TalkError):
        uphold(connection, user, desk.card(), dispute_id, Verdict.PASS, "Mine.")
    with desk.desk.writing() as connection, pytest.raises(TalkError):
        reject(connection, user, dispute_id, "Mine.")
    assert found(desk, dispute_id).state is DisputeState.OPEN


def test_after_another_scoring_a_dispute_is_not_upheld(desk: Office) -> None:
    dispute_id = disputed(desk)
    desk.score(agent="Dana Fox", team="north", models="2", at=after(30))
    desk.copy()
    with pytest.raises(TalkError, match="scored again"):
        upheld(desk, dispute_id)
    rejected(desk, dispute_id)


def test_an_agent_takes_their_own_open_dispute_back(desk: Office) -> None:
    dispute_id = disputed(desk)
    with desk.desk.writing() as connection, pytest.raises(TalkError):
        withdraw_dispute(connection, agent("Eve Roe"), dispute_id)
    with desk.desk.writing() as connection:
        withdraw_dispute(connection, agent(), dispute_id)
    assert found(desk, dispute_id).state is DisputeState.WITHDRAWN
    disputed(desk)


def test_others_see_no_dispute_of_an_agent(desk: Office) -> None:
    dispute_id = disputed(desk)
    with desk.desk.reading() as connection:
        assert find_dispute(connection, agent("Eve Roe"), dispute_id) is None
        assert disputes_for(connection, lead_of("south")) == ()


def test_whoever_asked_is_told_that_a_dispute_was_opened(desk: Office) -> None:
    with desk.desk.writing() as connection:
        add_hook(connection, "http://127.0.0.1:9/told", ["dispute_opened"], "ada")
    disputed(desk)
    with desk.desk.reading() as connection:
        (told,) = deliveries(connection)
    assert told.event == "dispute_opened"


def test_the_history_tells_disputes_with_their_ends(desk: Office) -> None:
    upheld(desk, disputed(desk))
    with desk.desk.reading() as connection:
        told = [(entry.who, entry.what, entry.detail) for entry in talk_history(connection, "c1")]
    assert ("dana", "dispute.opened", f"closing: {WHY}") in told
    assert ("lea", "dispute.upheld", "closing: You did.") in told
