from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk import Desk, desk_for
from pipeline.desk.assignments import assign
from pipeline.desk.filters import QueueFilters, ReadFilters, Shown, Sort, read_filters
from pipeline.desk.queue import QueuePage, queue_page, queue_rows
from pipeline.domain import Verdict
from pipeline.people import User, UserRole
from tests.review.builders import desk_call, desk_review

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LEAD = User(user_id="lea", name="Lea", role=UserRole.LEAD, added_at=NOW, added_by="test")
REVIEWER = LEAD.model_copy(update={"user_id": "rob", "name": "Rob", "role": UserRole.REVIEWER})
CRITICAL = ("critical_fail", "Gave the account number to a stranger (critical)")
LOW = ("low_score", "Scored 41 %, under the limit of 60 %")
DRAWN = ("random_slice", "Drawn at random (5 % of ana's calls) to check the scores of all")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = desk_for(str(tmp_path / "calls.duckdb"))
    yield found
    found.close()


def listed(desk: Desk, user: User = LEAD, **filters: Any) -> QueuePage:
    with desk.reading() as connection:
        return queue_page(connection, user, QueueFilters(**filters), NOW)


def ids(desk: Desk, user: User = LEAD, **filters: Any) -> list[str]:
    return [row.call_id for row in listed(desk, user, **filters).rows]


def reasons(desk: Desk, user: User, call_id: str) -> tuple[str, ...]:
    found = listed(desk, user, reviewed=Shown.ANY)
    (row,) = [row for row in found.rows if row.call_id == call_id]
    return row.reasons


def read(user: User = LEAD, **parameters: str) -> ReadFilters:
    return read_filters(parameters, user)


def test_the_queue_is_what_is_flagged_uncertain_or_drawn_and_not_reviewed_worst_first(
    desk: Desk,
) -> None:
    desk_call(desk, "clean", urgency=99.0)
    desk_call(desk, "low", flags=[LOW], urgency=30.0)
    desk_call(desk, "critical", flags=[CRITICAL], urgency=40.0)
    desk_call(desk, "unsure", uncertain=2, urgency=20.0)
    desk_call(desk, "drawn", flags=[DRAWN], urgency=10.0)
    desk_call(desk, "done", flags=[CRITICAL], urgency=50.0)
    desk_review(desk, "done", "rob")
    assert ids(desk) == ["critical", "low", "unsure", "drawn"]
    assert ids(desk, reviewed=Shown.YES) == ["done"]
    assert ids(desk, reviewed=Shown.NO) == ["clean", "critical", "low", "unsure", "drawn"]
    assert len(ids(desk, reviewed=Shown.ANY)) == 6


def test_a_review_of_an_earlier_evaluation_does_not_count(desk: Desk) -> None:
    desk_call(desk, "again", flags=[LOW])
    desk_review(desk, "again", "rob", evaluation_key="the one before")
    assert ids(desk) == ["again"]


def test_a_call_that_is_scored_again_waits_again(desk: Desk) -> None:
    desk_call(desk, "again", flags=[LOW])
    desk_review(desk, "again", "rob")
    assert ids(desk) == []
    with desk.writing() as connection:
        connection.exec_driver_sql("UPDATE calls SET evaluation_key = 'newer'")
    assert ids(desk) == ["again"]


def test_a_review_that_is_there_before_the_call_is_copied_counts(desk: Desk) -> None:
    desk_review(desk, "late", "rob")
    desk_call(desk, "late", flags=[LOW])
    assert ids(desk) == []


def test_a_call_for_blind_review_waits_until_two_people_have_judged_it(desk: Desk) -> None:
    desk_call(desk, "blind", flags=[LOW], blind=1)
    desk_review(desk, "blind", "rob", "blind")
    assert reasons(desk, LEAD, "blind") == ("Blind double review: 1 of 2 done",)
    desk_review(desk, "blind", "rob", "blind", key="a second one of his")
    assert ids(desk) == ["blind"]
    desk_review(desk, "blind", "rita", "blind")
    assert ids(desk) == []
    assert reasons(desk, LEAD, "blind") == (LOW[1],)


def test_nothing_of_what_the_machine_thinks_is_shown_of_a_call_for_blind_review(desk: Desk) -> None:
    desk_call(
        desk,
        "blind",
        flags=[CRITICAL],
        blind=1,
        score=12.0,
        sentiment_end="negative",
        verdicts={"greeting": "fail"},
    )
    desk_review(desk, "blind", "rita", "blind", human_score=33.0)
    (row,) = listed(desk).rows
    assert row.blind
    assert (row.score, row.critical, row.sentiment_end, row.human_score) == (None,) * 4
    assert row.reviewers == ()
    telling: list[dict[str, Any]] = [
        {"criterion": "greeting", "verdict": Verdict.FAIL},
        {"flag": "critical_fail"},
        {"score_min": 1.0},
        {"score_max": 50.0},
        {"sort": Sort.LOWEST},
        {"sort": Sort.HIGHEST},
        {"reviewer": "rita"},
    ]
    for filters in telling:
        assert ids(desk, **filters) == [], filters


def test_every_row_says_in_words_why_it_is_here(desk: Desk) -> None:
    desk_call(desk, "flagged", flags=[CRITICAL, LOW], uncertain=2)
    desk_call(desk, "unsure", uncertain=1)
    assert reasons(desk, LEAD, "flagged") == (CRITICAL[1], LOW[1], "2 verdicts are unsure")
    assert reasons(desk, LEAD, "unsure") == ("1 verdict is unsure",)


def test_only_leads_learn_what_was_drawn_at_random(desk: Desk) -> None:
    desk_call(desk, "drawn", flags=[DRAWN])
    desk_call(desk, "both", flags=[LOW, DRAWN])
    desk_call(desk, "unsure", uncertain=1)
    desk_call(desk, "clean")
    assert reasons(desk, LEAD, "drawn") == (DRAWN[1],)
    assert reasons(desk, LEAD, "both") == (LOW[1], DRAWN[1])
    alike = {reasons(desk, REVIEWER, name) for name in ("drawn", "unsure", "clean")}
    assert alike == {("For review",)}
    assert reasons(desk, REVIEWER, "both") == (LOW[1],)
    assert {row.random_slice for row in listed(desk, REVIEWER).rows} == {None}
    assert "random" not in listed(desk, REVIEWER).model_dump_json().replace("random_slice", "")


def test_reviewers_cannot_filter_by_what_would_tell_what_was_drawn(desk: Desk) -> None:
    desk_call(desk, "drawn", flags=[DRAWN])
    desk_call(desk, "unsure", uncertain=1)
    for flag in ("random_slice", "uncertain"):
        refused = read(REVIEWER, flag=flag)
        assert refused.filters.flag is None
        assert refused.problems
        assert read(LEAD, flag=flag).filters.flag == flag
        assert ids(desk, REVIEWER, flag=flag) == []
    assert ids(desk, LEAD, flag="random_slice") == ["drawn"]
    assert ids(desk, LEAD, flag="uncertain") == ["unsure"]


def test_only_calls_of_ones_teams_are_there(desk: Desk) -> None:
    desk_call(desk, "north", team="north", flags=[LOW])
    desk_call(desk, "south", team="south", flags=[LOW])
    desk_call(desk, "none", team=None, flags=[LOW])
    northern = REVIEWER.model_copy(update={"teams": ("north",)})
    assert ids(desk, northern) == ["north"]
    assert ids(desk, northern, team="south") == []
    assert listed(desk, northern).count == 1
    assert [row.call_id for row in queue_rows(desk, northern, QueueFilters(), NOW)] == ["north"]
    admin = northern.model_copy(update={"role": UserRole.ADMIN})
    assert len(ids(desk, admin)) == 3


@pytest.fixture
def mixed(desk: Desk) -> Desk:
    desk_call(
        desk,
        "one",
        flags=[CRITICAL],
        agent="ana",
        team="north",
        score=0.0,
        duration_s=60.0,
        started_at="2026-03-01T23:59:59.000000+00:00",
        verdicts={"greeting": "fail", "closing": "pass"},
        words="I want a refund for my account number please",
    )
    desk_call(
        desk,
        "two",
        flags=[LOW],
        agent="bob",
        team="south",
        score=41.0,
        duration_s=600.0,
        started_at="2026-03-02T00:00:00.000000+00:00",
        verdicts={"greeting": "pass", "closing": "fail"},
        words="number of the account: refunds are cancelled, señor",
    )
    desk_call(
        desk,
        "three",
        uncertain=1,
        agent=None,
        team=None,
        score=None,
        duration_s=None,
        started_at=None,
        source="text",
        verdicts={"greeting": "pass"},
        words="hello there",
    )
    return desk


@pytest.mark.parametrize(
    ("parameters", "expected"),
    [
        ({"agent": "ana"}, {"one"}),
        ({"team": "south"}, {"two"}),
        ({"from": "2026-03-02"}, {"two"}),
        ({"to": "2026-03-01"}, {"one"}),
        ({"from": "2026-03-01", "to": "2026-03-02"}, {"one", "two"}),
        ({"criterion": "greeting", "verdict": "pass"}, {"two", "three"}),
        ({"criterion": "closing", "verdict": "fail"}, {"two"}),
        ({"flag": "critical_fail"}, {"one"}),
        ({"flag": "uncertain"}, {"three"}),
        ({"score_min": "41"}, {"two"}),
        ({"score_max": "41"}, {"one", "two"}),
        ({"score_min": "1", "score_max": "40.5"}, set()),
        ({"q": "refund"}, {"one"}),
        ({"q": "refund*"}, {"one", "two"}),
        ({"q": '"account number"'}, {"one"}),
        ({"q": "number account"}, {"one", "two"}),
        ({"q": "senor"}, {"two"}),
        ({"q": "refund", "agent": "bob"}, set()),
        ({"assigned": "nobody"}, {"one", "two", "three"}),
        ({"assigned": "anyone"}, set()),
        ({"reviewer": "rob"}, set()),
    ],
)
def test_filters_find_what_they_say(
    mixed: Desk, parameters: dict[str, str], expected: set[str]
) -> None:
    found = read_filters(parameters, LEAD)
    assert found.problems == ()
    with mixed.reading() as connection:
        shown = queue_page(connection, LEAD, found.filters, NOW)
    assert {row.call_id for row in shown.rows} == expected
    assert (shown.count, shown.counted_all) == (len(expected), True)


@pytest.mark.parametrize(
    ("sort", "expected"),
    [
        ("score", ["three", "one", "two"]),
        ("-score", ["two", "one", "three"]),
        ("newest", ["two", "one", "three"]),
        ("oldest", ["three", "one", "two"]),
        ("longest", ["two", "one", "three"]),
        ("shortest", ["three", "one", "two"]),
    ],
)
def test_what_is_unknown_is_last_from_the_top_down(
    mixed: Desk, sort: str, expected: list[str]
) -> None:
    assert ids(mixed, sort=Sort(sort)) == expected


def test_a_reviewer_finds_what_somebody_reviewed(desk: Desk) -> None:
    desk_call(desk, "his", flags=[LOW])
    desk_call(desk, "hers", flags=[LOW])
    desk_review(desk, "his", "rob")
    desk_review(desk, "hers", "rita")
    assert ids(desk, reviewer="rob", reviewed=Shown.YES) == ["his"]


def test_assigned_calls_are_found_and_say_until_when(desk: Desk) -> None:
    for name in ("mine", "other"):
        desk_call(desk, name, flags=[LOW])
    desk_call(desk, "clean")
    with desk.writing() as connection:
        day = (NOW - timedelta(days=3)).date()
        assign(connection, LEAD, ["mine", "clean"], REVIEWER, day, NOW - timedelta(days=5))
    assert set(ids(desk, REVIEWER, assigned="me", reviewed=Shown.NO)) == {"mine", "clean"}
    assert ids(desk, LEAD, assigned="overdue") == ["mine"]
    assert ids(desk, LEAD, assigned="nobody") == ["other"]
    assert ids(desk, LEAD, assigned="rob") == ["mine"]
    (row,) = listed(desk, LEAD, assigned="rob").rows
    (whose,) = row.assigned
    assert (whose.user_id, whose.due_on, whose.overdue) == ("rob", date(2026, 3, 1), True)
