"""A lead decides which reviews agents see; agents see what people said, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.desk.drafts import Answer, Draft
from pipeline.desk.pairs import agreement_so_far, count_to_settle
from pipeline.desk.released import count_released, released_review
from pipeline.desk.releases import Released, count_waiting, release, waiting, waiting_on
from pipeline.desk.reviewing import Decided, decide, revoke, submit
from pipeline.desk.shown import ReleasedCard, Source, released_card
from pipeline.domain import Verdict
from pipeline.errors import TalkError
from pipeline.people import User
from tests.desks import Office, after, office, person
from tests.talking import (
    ADMIN,
    CRITERIA,
    DANA,
    LEAD,
    agent,
    lead_of,
    released,
    reviewed,
    reviewed_office,
)


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return reviewed_office(tmp_path)


def card(desk: Office, user: User, call_id: str = "c1") -> ReleasedCard | None:
    with desk.desk.reading() as connection:
        review = released_review(connection, user, call_id)
        return released_card(connection, review, desk.card(call_id)) if review else None


def let(desk: Office, user: User, *call_ids: str) -> Released:
    with desk.desk.writing() as connection:
        return release(connection, user, call_ids)


def sources(desk: Office) -> list[tuple[str, str]]:
    found = card(desk, agent())
    assert found is not None
    return [(item.verdict.value, item.source.value) for item in found.verdicts]


def test_a_finished_review_waits_until_it_is_released(desk: Office) -> None:
    with desk.desk.reading() as connection:
        (review,) = waiting(connection, LEAD)
    assert (review.call_id, review.agent, review.corrections) == ("c1", DANA, 2)
    assert card(desk, agent()) is None
    assert let(desk, LEAD, "c1") == Released(calls=("c1",), already=0)
    assert card(desk, agent()) is not None
    with desk.desk.reading() as connection:
        assert count_waiting(connection, LEAD) == 0


def test_a_second_release_changes_nothing(desk: Office) -> None:
    let(desk, LEAD, "c1")
    assert let(desk, ADMIN, "c1", "c1") == Released(calls=(), already=1)


def test_only_leads_and_admins_release_and_only_of_their_teams(desk: Office) -> None:
    for user in (person("ana"), agent()):
        with pytest.raises(TalkError, match="only leads"):
            let(desk, user, "c1")
    assert let(desk, lead_of("south"), "c1").calls == ()
    with pytest.raises(TalkError, match="no review was chosen"):
        let(desk, LEAD)
    assert let(desk, lead_of("north"), "c1").calls == ("c1",)


def test_agents_know_nothing_of_what_waits(desk: Office) -> None:
    with desk.desk.reading() as connection:
        assert waiting(connection, agent()) == ()
        assert waiting_on(connection, agent(), "c1") is None


def test_an_agent_sees_own_calls_only(desk: Office) -> None:
    released(desk)
    assert card(desk, agent("Eve Roe")) is None
    with desk.desk.reading() as connection:
        assert count_released(connection, agent("Eve Roe")) == 0
        assert count_released(connection, agent()) == 1


def test_the_reviewers_verdicts_stand_where_there_are_some(desk: Office) -> None:
    released(desk)
    assert sources(desk) == [
        ("pass", "confirmed"),
        ("pass", "reviewer"),
        ("partial", "reviewer"),
    ]
    found = card(desk, agent())
    assert found is not None
    assert found.verdicts[1].reason == "ana on verification"
    assert found.verdicts[1].explanation is None, "the machine's words are of another verdict"
    assert found.score == pytest.approx(250 / 3)


def test_a_verdict_that_nobody_gave_is_marked_as_the_machines(tmp_path: Path) -> None:
    desk = office(tmp_path)
    desk.score(agent=DANA)
    desk.copy()
    reviewed(desk, "c1", "pass", "", "")
    released(desk)
    assert sources(desk)[1] == ("fail", "machine")


def test_what_is_said_after_a_release_is_not_seen_before_the_next(desk: Office) -> None:
    released(desk)
    reviewed(desk, "c1", "fail", "", "", who="bob", minute=9)
    assert sources(desk)[0] == ("pass", "confirmed")
    released(desk)
    assert sources(desk) == [
        ("fail", "reviewer"),
        ("pass", "reviewer"),
        ("partial", "reviewer"),
    ], "the second review adds to the first"


def test_a_correction_taken_back_is_no_longer_shown(desk: Office) -> None:
    made = next(
        item for item in reviewed(desk, minute=3).corrections if item.criterion == "closing"
    )
    released(desk)
    assert sources(desk)[2] == ("partial", "reviewer")
    revoke(desk.desk, LEAD, "c1", made.key, "wrong call", now=after(5))
    assert sources(desk)[2] == ("partial", "reviewer"), "the earlier review says so too"


def test_a_call_in_blind_review_is_released_when_nothing_is_left_to_settle(tmp_path: Path) -> None:
    desk = office(tmp_path, blind_share=1.0)
    desk.score(agent=DANA)
    desk.copy()
    blind(desk, "ana", "pass", "fail", "pass", minute=2)
    assert let(desk, LEAD, "c1").calls == ()
    blind(desk, "bob", "pass", "pass", "pass", minute=4)
    assert let(desk, LEAD, "c1").calls == (), "they differ"
    with desk.desk.writing() as connection:
        assert count_to_settle(connection, LEAD) == 1
        settled = {"verification": Decided(Verdict.PASS, "He asked for the postcode.")}
        decide(connection, LEAD, desk.card(), settled, now=after(6))
        assert count_to_settle(connection, LEAD) == 0
    assert let(desk, LEAD, "c1").calls == ("c1",)
    found = card(desk, agent())
    assert found is not None
    assert [item.verdict.value for item in found.verdicts] == ["pass", "pass", "pass"]
    assert found.verdicts[1].reason == "He asked for the postcode."
    assert found.verdicts[0].source is Source.REVIEWER


def test_two_who_agree_at_once_need_no_settlement(tmp_path: Path) -> None:
    desk = office(tmp_path, blind_share=1.0)
    desk.score(agent=DANA)
    desk.copy()
    blind(desk, "ana", "pass", "fail", "pass", minute=2)
    blind(desk, "bob", "pass", "fail", "pass", minute=4)
    assert let(desk, LEAD, "c1").calls == ("c1",)
    assert [verdict for verdict, _ in sources(desk)] == ["pass", "fail", "pass"]
    with desk.desk.reading() as connection:
        whole, *rest = agreement_so_far(connection, LEAD)
    assert (whole.pairs, whole.judged, whole.same, len(rest)) == (1, 3, 3, 3)


def blind(desk: Office, who: str, *verdicts: str, minute: float) -> None:
    answers = tuple(
        Answer(criterion=name, verdict=Verdict(verdict))
        for name, verdict in zip(CRITERIA, verdicts, strict=True)
    )
    submit(
        desk.desk,
        person(who),
        desk.card(),
        Draft(answers=answers),
        started_at=after(minute - 1),
        now=after(minute),
    )
