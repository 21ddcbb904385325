from __future__ import annotations

import threading
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from pipeline.desk import Desk, desk_for
from pipeline.desk.assignments import MOST, assign, assignments_of, withdraw
from pipeline.desk.claims import claim, held, holders, next_call, release, take_over
from pipeline.desk.filters import QueueFilters, Shown, Sort
from pipeline.desk.queue import queue_page
from pipeline.errors import InputError
from pipeline.people import User, UserRole
from tests.review.builders import desk_call, desk_review

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
MINUTES = 30.0
LOW = ("low_score", "Scored 41 %, under the limit of 60 %")


def person(user_id: str, role: UserRole = UserRole.REVIEWER, *teams: str) -> User:
    return User(
        user_id=user_id, name=user_id.title(), role=role, teams=teams, added_at=NOW, added_by="test"
    )


LEA, ROB, RITA, RIK = (
    person("lea", UserRole.LEAD),
    person("rob"),
    person("rita"),
    person("rik"),
)


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = desk_for(str(tmp_path / "calls.duckdb"))
    yield found
    found.close()


def calls(desk: Desk, *names: str, **columns: object) -> None:
    for place, name in enumerate(names):
        desk_call(desk, name, **{"flags": [LOW], "urgency": 50.0 - place, **columns})  # type: ignore[arg-type]  # one mapping for all


def following(desk: Desk, user: User, leaving: str | None = None, **filters: object) -> str | None:
    wanted = QueueFilters.model_validate(filters)
    return next_call(desk, user, wanted, MINUTES, NOW, leaving=leaving)


def open_call(desk: Desk, user: User, call_id: str, now: datetime = NOW) -> bool:
    with desk.writing() as connection:
        return claim(connection, user.user_id, call_id, MINUTES, now).mine


def give(desk: Desk, user: User, *call_ids: str, due_on: date | None = None) -> None:
    with desk.writing() as connection:
        assign(connection, LEA, call_ids, user, due_on, NOW)


def test_two_people_are_handed_different_calls_worst_first(desk: Desk) -> None:
    calls(desk, "a", "b", "c")
    assert [following(desk, who) for who in (ROB, RITA, ROB)] == ["a", "b", "c"]
    assert following(desk, RITA) is None


def test_a_call_somebody_has_open_cannot_be_claimed_and_says_whose_it_is(desk: Desk) -> None:
    calls(desk, "a")
    assert open_call(desk, ROB, "a")
    with desk.writing() as connection:
        made = claim(connection, "rita", "a", MINUTES, NOW)
    assert not made.mine
    assert [item.user_id for item in made.others] == ["rob"]
    with desk.reading() as connection:
        (row,) = queue_page(connection, RITA, QueueFilters(), NOW).rows
        (own,) = queue_page(connection, ROB, QueueFilters(), NOW).rows
    assert [item.user_id for item in row.holders] == ["rob"]
    assert own.holders == ()


def test_a_claim_expires_and_work_prolongs_it(desk: Desk) -> None:
    calls(desk, "a")
    open_call(desk, ROB, "a")
    later = NOW + timedelta(minutes=29)
    assert not open_call(desk, RITA, "a", later)
    assert open_call(desk, ROB, "a", later)
    assert not open_call(desk, RITA, "a", later + timedelta(minutes=29))
    assert open_call(desk, RITA, "a", later + timedelta(minutes=30))
    assert not open_call(desk, ROB, "a", later + timedelta(minutes=30))


def test_expired_claims_are_handed_out_again(desk: Desk) -> None:
    calls(desk, "a")
    assert following(desk, ROB) == "a"
    assert following(desk, RITA) is None
    late = NOW + timedelta(minutes=31)
    assert next_call(desk, RITA, QueueFilters(), MINUTES, late) == "a"


def test_letting_go_frees_a_call(desk: Desk) -> None:
    calls(desk, "a")
    open_call(desk, ROB, "a")
    with desk.writing() as connection:
        assert [item.call_id for item in held(connection, "rob", NOW)] == ["a"]
        release(connection, "rob", "a")
        assert holders(connection, "a", NOW) == ()
    assert open_call(desk, RITA, "a")


def test_a_lead_can_take_a_call_over(desk: Desk) -> None:
    calls(desk, "a")
    open_call(desk, ROB, "a")
    with desk.writing() as connection:
        made = take_over(connection, "lea", "a", MINUTES, NOW)
        assert made.mine
        assert [item.user_id for item in made.others] == ["rob"]
        assert [item.user_id for item in holders(connection, "a", NOW)] == ["lea"]
    assert not open_call(desk, ROB, "a")


def test_a_blind_call_goes_to_two_people_never_to_one_twice(desk: Desk) -> None:
    calls(desk, "blind", blind=1)
    assert following(desk, ROB) == "blind"
    assert following(desk, ROB) is None
    assert following(desk, RITA) == "blind"
    assert following(desk, RIK) is None
    desk_review(desk, "blind", "rob", "blind")
    with desk.writing() as connection:
        release(connection, "rob", "blind")
        made = claim(connection, "rob", "blind", MINUTES, NOW)
        assert (made.mine, made.done) == (False, True)
    assert following(desk, ROB) is None
    assert following(desk, RIK) is None
    with desk.writing() as connection:
        release(connection, "rita", "blind")
    assert following(desk, ROB) is None
    assert following(desk, RIK) == "blind"


def test_a_second_person_cannot_squeeze_in_where_one_has_judged_and_one_is_at_it(
    desk: Desk,
) -> None:
    calls(desk, "blind", blind=1)
    desk_review(desk, "blind", "rob", "blind")
    assert open_call(desk, RITA, "blind")
    assert not open_call(desk, RIK, "blind")


def test_leaving_a_call_leads_to_the_one_behind_it_and_frees_it(desk: Desk) -> None:
    calls(desk, "a", "b", "c")
    assert following(desk, ROB) == "a"
    assert following(desk, ROB, leaving="a") == "b"
    assert following(desk, ROB, leaving="b") == "c"
    assert following(desk, RITA) == "a"
    assert following(desk, ROB, leaving="c") == "b"


def test_leaving_the_only_call_leads_nowhere(desk: Desk) -> None:
    calls(desk, "a")
    assert following(desk, ROB) == "a"
    assert following(desk, ROB, leaving="a") is None


def test_assigned_calls_come_first_by_due_date_and_to_nobody_else(desk: Desk) -> None:
    calls(desk, "worst", "late", "soon")
    desk_call(desk, "clean")
    give(desk, ROB, "late", due_on=date(2026, 3, 20))
    give(desk, ROB, "soon", due_on=date(2026, 3, 5))
    give(desk, ROB, "clean")
    assert following(desk, RITA) == "worst"
    assert following(desk, RITA) is None
    assert [following(desk, ROB) for _ in range(4)] == ["soon", "late", "clean", None]


def test_the_next_call_is_of_the_view_and_its_order(desk: Desk) -> None:
    calls(desk, "a", "b", score=70.0)
    calls(desk, "c", score=20.0, agent="bob")
    assert following(desk, RITA, sort=Sort.LOWEST) == "c"
    assert following(desk, ROB, agent="bob") is None
    assert following(desk, ROB, agent="ana", reviewed=Shown.YES) == "a"


def test_nobody_is_handed_what_they_may_not_see(desk: Desk) -> None:
    calls(desk, "south", team="south")
    assert following(desk, person("ned", UserRole.REVIEWER, "north")) is None
    assert following(desk, person("sue", UserRole.REVIEWER, "south")) == "south"


def test_reviewed_calls_are_not_handed_out(desk: Desk) -> None:
    calls(desk, "a")
    desk_review(desk, "a", "rita")
    assert following(desk, ROB, reviewed=Shown.ANY) is None


def test_eight_reviewers_at_once_never_get_the_same_call(desk: Desk) -> None:
    calls(desk, *(f"c{number:03d}" for number in range(100)))
    at_once = threading.Barrier(8)

    def work(user: User) -> list[str]:
        at_once.wait()
        got = []
        while (found := following(desk, user)) is not None:
            got.append(found)
        return got

    people = [person(f"r{number}") for number in range(8)]
    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(work, people))
    handed = Counter(name for names in got for name in names)
    assert len(handed) == 100
    assert set(handed.values()) == {1}
    assert sum(1 for names in got if names) > 1


def test_eight_reviewers_at_once_share_blind_calls_by_twos(desk: Desk) -> None:
    calls(desk, *(f"c{number:03d}" for number in range(20)), blind=1)
    at_once = threading.Barrier(8)

    def work(user: User) -> list[str]:
        at_once.wait()
        got = []
        while (found := following(desk, user)) is not None:
            got.append(found)
        return got

    with ThreadPoolExecutor(8) as pool:
        got = list(pool.map(work, [person(f"r{number}") for number in range(8)]))
    assert all(len(set(names)) == len(names) for names in got)
    assert set(Counter(name for names in got for name in names).values()) == {2}


def test_assigning_again_moves_a_call_and_changes_its_day(desk: Desk) -> None:
    calls(desk, "a")
    give(desk, ROB, "a")
    give(desk, ROB, "a", due_on=date(2026, 3, 9))
    with desk.reading() as connection:
        (one,) = assignments_of(connection, "rob")
    assert one.due_on == date(2026, 3, 9)
    give(desk, RITA, "a")
    with desk.writing() as connection:
        assert assignments_of(connection, "rob") == ()
        assert len(assignments_of(connection, "rita")) == 1
        assert withdraw(connection, "a", NOW)
        assert not withdraw(connection, "a", NOW)
        assert assignments_of(connection, "rita") == ()


def test_a_blind_call_can_be_assigned_to_two_people_not_to_three(desk: Desk) -> None:
    calls(desk, "blind", blind=1)
    for who in (ROB, RITA, RIK):
        give(desk, who, "blind")
    with desk.reading() as connection:
        having = [
            who.user_id for who in (ROB, RITA, RIK) if assignments_of(connection, who.user_id)
        ]
    assert len(having) == 2
    assert "rik" in having
    assert following(desk, person("nobody")) is None


def test_what_cannot_be_assigned_is_left_out_and_told(desk: Desk) -> None:
    calls(desk, "free", "done")
    calls(desk, "south", team="south")
    calls(desk, "judged", blind=1)
    desk_review(desk, "done", "rita")
    desk_review(desk, "judged", "rob", "blind")
    northern = person("rob", UserRole.REVIEWER, "north")
    with desk.writing() as connection:
        wanted = ["free", "done", "south", "judged", "unknown", "free"]
        made = assign(connection, LEA, wanted, northern, None, NOW)
    assert made.given == ("free",)
    assert set(made.reviewed) == {"done", "judged"}
    assert set(made.hidden) == {"south", "unknown"}


@pytest.mark.parametrize(
    ("reviewer", "call_ids", "due_on"),
    [
        (person("dan", UserRole.AGENT), ["a"], None),
        (ROB.model_copy(update={"active": False}), ["a"], None),
        (ROB, [], None),
        (ROB, ["a"], date(2026, 3, 3)),
        (ROB, [f"c{number}" for number in range(MOST + 1)], None),
    ],
)
def test_assigning_to_nobody_nothing_too_much_or_for_yesterday_is_refused(
    desk: Desk, reviewer: User, call_ids: list[str], due_on: date | None
) -> None:
    calls(desk, "a")
    with desk.writing() as connection, pytest.raises(InputError):
        assign(connection, LEA, call_ids, reviewer, due_on, NOW)
