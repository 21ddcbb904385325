"""Who works here, what they may do, and the record of it."""

from __future__ import annotations

import csv
import json
import re
from datetime import UTC, datetime

import pytest
from starlette.testclient import TestClient

from pipeline.desk import Desk, audit, audit_reading, people, tokens
from pipeline.desk.audit_reading import Wanted
from pipeline.desk.queries import query
from pipeline.people import (
    User,
    UserRole,
    knows_random_slice,
    may_see,
    ranks_at_least,
    visible_teams,
)
from review.navigation import navigation
from tests.review.conftest import ClientAs
from tests.review.forms import form_of

GOOD = "nine green bottles"


def user(role: str, agent: str | None = None, *teams: str) -> User:
    return User(
        user_id=role,
        name=role,
        role=UserRole(role),
        agent=agent,
        teams=teams,
        added_at=datetime(2026, 3, 2, tzinfo=UTC),
        added_by="test",
    )


@pytest.mark.parametrize(
    ("who", "agent", "team", "released", "expected"),
    [
        (user("admin"), "Kim", "Cards", False, True),
        (user("admin", None, "Billing"), "Kim", "Cards", False, True),
        (user("lead"), "Kim", None, False, True),
        (user("lead", None, "Billing"), "Kim", "Cards", True, False),
        (user("reviewer", None, "Billing", "Cards"), "Kim", "Cards", False, True),
        (user("reviewer", None, "Billing"), "Kim", None, False, False),
        (user("agent", "Kim"), "Kim", "Cards", True, True),
        (user("agent", "Kim"), "Kim", "Cards", False, False),
        (user("agent", "Kim"), "Dana", "Cards", True, False),
        (user("agent"), None, "Cards", True, False),
    ],
)
def test_who_may_see_a_call(
    who: User, agent: str | None, team: str | None, released: bool, expected: bool
) -> None:
    assert may_see(who, agent, team, released) is expected


def test_an_agent_has_no_rank_and_nobody_else_is_an_agent() -> None:
    agent, admin = user("agent", "Kim"), user("admin")
    assert not any(ranks_at_least(agent, role) for role in UserRole if role is not UserRole.AGENT)
    assert ranks_at_least(agent, UserRole.AGENT)
    assert not ranks_at_least(admin, UserRole.AGENT)
    assert ranks_at_least(admin, UserRole.LEAD) and not ranks_at_least(user("lead"), UserRole.ADMIN)


def test_reviewers_do_not_know_which_calls_were_drawn() -> None:
    assert [knows_random_slice(user(role)) for role in ("admin", "lead", "reviewer")] == [
        True,
        True,
        False,
    ]


def test_an_admin_sees_all_teams_whatever_is_named() -> None:
    assert visible_teams(user("admin", None, "Cards")) is None
    assert visible_teams(user("lead", None, "Cards")) == ("Cards",)


def test_the_navigation_has_what_a_role_may_open_and_marks_the_page() -> None:
    served = {"/queue", "/mine", "/agents", "/people", "/audit"}
    hrefs = {
        role: [
            link.href
            for group in navigation(user(role), "/queue", served, {})
            for link in group.links
        ]
        for role in ("admin", "lead", "reviewer", "agent")
    }
    assert hrefs == {
        "admin": ["/queue", "/agents", "/people", "/audit"],
        "lead": ["/queue", "/agents"],
        "reviewer": ["/queue"],
        "agent": ["/mine"],
    }
    (first, *_) = navigation(user("reviewer"), "/calls/c1", served, {})
    assert first.links[0].current, "a call was opened from the queue"
    served = {"/queue", "/blind"}
    groups = navigation(user("lead"), "/calls/c1/blind", served, {})
    assert [link.href for group in groups for link in group.links if link.current] == ["/blind"]


def test_an_admin_adds_somebody_who_sets_a_password_with_the_link(
    client_as: ClientAs, stranger: TestClient
) -> None:
    shown = client_as("admin").post(
        "/people",
        data={
            "user_id": "Grace@example.org",
            "name": "Grace",
            "role": "reviewer",
            "teams": "Cards\n\n Billing ",
            "goal_per_week": "20",
        },
    )
    link = re.search(r"http://localhost(/welcome/\S{43})<", shown.text)
    assert link is not None
    fields = form_of(stranger, link[1], password=GOOD, again=GOOD)
    assert stranger.post(link[1], data=fields).status_code == 303
    account = stranger.get("/account").text
    assert "Billing, Cards" in account and "20 reviews a week" in account


@pytest.mark.parametrize(
    ("fields", "words"),
    [
        ({"user_id": "admin", "role": "lead"}, "already"),
        ({"user_id": "a b", "role": "lead"}, "cannot be a user name"),
        ({"user_id": "kim", "role": "agent"}, "needs the name that calls give them"),
        ({"user_id": "kim", "role": "lead", "agent": "Kim"}, "only the role agent"),
        ({"user_id": "kim", "role": "lead", "goal_per_week": "many"}, "a number of reviews"),
        ({"user_id": "kim", "role": "lead", "goal_per_week": "0"}, "1 to 1000"),
    ],
)
def test_what_makes_no_sense_is_said_and_what_was_typed_stays(
    fields: dict[str, str], words: str, client_as: ClientAs, desk: Desk
) -> None:
    answer = client_as("admin").post("/people", data=fields)
    assert answer.status_code == 400
    assert words in answer.text and f'value="{fields["user_id"]}"' in answer.text
    with desk.reading() as connection:
        assert [user.user_id for user in people.users(connection)] == ["admin"]


def test_a_change_counts_from_the_next_request_on(client_as: ClientAs) -> None:
    admin, grace = client_as("admin"), client_as("reviewer", "grace")
    assert grace.get("/people").status_code == 403
    admin.post("/people/grace", data={"name": "Grace", "role": "admin"})
    assert grace.get("/people").status_code == 200
    assert "Grace" in admin.get("/people/grace").text


def test_the_only_admin_cannot_step_down_or_out(client_as: ClientAs) -> None:
    admin = client_as("admin")
    stepped = admin.post("/people/admin", data={"name": "A", "role": "lead"})
    assert stepped.status_code == 400 and "the only admin" in stepped.text
    admin.post("/people/admin/active", data={"active": "0"})
    assert "the only admin" in admin.get("/people").text


def test_names_are_text_and_never_markup(client_as: ClientAs) -> None:
    admin = client_as("admin")
    script = "<script>alert(1)</script>"
    admin.post("/people", data={"user_id": "eve", "name": script, "role": "lead"})
    for path in ("/people", "/people/eve", f"/audit?subject={script}", f"/login?next={script}"):
        assert script not in admin.get(path).text
    assert "&lt;script&gt;" in admin.get("/people").text


def test_a_token_is_shown_once_lists_and_ends(client_as: ClientAs, desk: Desk) -> None:
    grace = client_as("reviewer", "grace")
    made = grace.post("/account/tokens", data={"name": "weekly report"}).text
    token = re.search(r"callqa_[\w-]{43}", made)
    assert token is not None
    later = grace.get("/account").text
    assert "weekly report" in later and token[0] not in later
    owner = tokens.user_of(desk, token[0])
    assert owner is not None and owner.user_id == "grace"
    with desk.reading() as connection:
        kept = connection.exec_driver_sql("SELECT * FROM api_tokens").mappings().one()
    assert token[0] not in str(dict(kept)) and kept["last_used_at"] is not None
    revoke = f"/account/tokens/{kept['token_id']}/revoke"
    client_as("reviewer", "other").post(revoke)
    assert tokens.user_of(desk, token[0]) is not None, "only one's own"
    grace.post(revoke)
    assert tokens.user_of(desk, token[0]) is None


def test_agents_get_no_tokens(client_as: ClientAs) -> None:
    assert client_as("agent").post("/account/tokens", data={"name": "x"}).status_code == 403


def test_every_change_of_a_user_is_on_record(client_as: ClientAs) -> None:
    admin = client_as("admin")
    admin.post("/people", data={"user_id": "grace", "role": "reviewer"})
    admin.post("/people/grace", data={"name": "Grace", "role": "lead", "teams": "Cards"})
    admin.post("/people/grace/link")
    admin.post("/people/grace/active", data={"active": "0"})
    admin.post("/people/grace/active", data={"active": "1"})
    rows = [json.loads(line) for line in admin.get("/audit?format=jsonl").text.splitlines()]
    assert [row["action"] for row in reversed(rows)] == [
        "user.added",
        "user.changed",
        "link.made",
        "user.deactivated",
        "user.reactivated",
        "audit.exported",
    ]
    changed = json.loads(rows[-2]["detail"])
    assert changed == {
        "role": "lead",
        "teams": ["Cards"],
        "before": {"role": "reviewer", "teams": []},
    }
    assert {row["actor"] for row in rows} == {"admin"}
    assert {row["address"] for row in rows} == {"testclient"}


@pytest.fixture
def busy_log(desk: Desk) -> None:
    """Two hundred and fifty reads by two people on five days."""
    with desk.writing() as connection:
        for number in range(250):
            row = {
                "happened_at": f"2026-03-0{1 + number % 5}T12:00:00.{number + 1:06}+00:00",
                "entry_id": f"{number:016x}",
                "actor": "ada" if number % 2 else "grace",
                "action": "call.read" if number % 10 else "call.listened",
                "subject": f"call:c-{number}",
                "detail": "{}",
                "address": None,
            }
            connection.execute(query("audit_add"), row)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ("", 250),
        ("actor=ada", 125),
        ("action=call", 250),
        ("action=call.listened", 25),
        ("action=cal", 0),
        ("subject=call:c-24", 11),
        ("subject=%25", 0),
        ("from=2026-03-02&to=2026-03-03", 100),
        ("from=yesterday", 250),
        ("actor=' OR 1=1 --", 0),
        ("subject='; DROP TABLE audit_log; --", 0),
    ],
)
def test_the_log_is_filtered_counted_paged_and_written_as_a_file(
    filters: str, expected: int, busy_log: None, client_as: ClientAs
) -> None:
    admin = client_as("admin")
    shown = admin.get(f"/audit?{filters}").text
    assert shown.count('<td class="nowrap when">') == min(expected, audit_reading.PER_PAGE)
    if expected:
        assert f"{expected} entries" in shown
    rows = list(csv.DictReader(admin.get(f"/audit?{filters}&format=csv").text.splitlines()))
    reads = [row for row in rows if row["action"].startswith("call.")]
    assert len(reads) == expected
    assert reads == sorted(reads, key=lambda row: row["happened_at"], reverse=True)


def test_all_pages_together_hold_each_entry_once(busy_log: None, desk: Desk) -> None:
    with desk.reading() as connection:
        pages = [audit_reading.entries(connection, Wanted(), page) for page in (1, 2, 3, 4)]
    subjects = [entry.subject for page in pages for entry in page]
    assert len(subjects) == len(set(subjects)) == 250
    assert pages[3] == ()
    assert [entry.subject for entry in audit_reading.all_entries(desk, Wanted())] == subjects


def test_reading_all_goes_on_over_many_entries_of_the_same_moment(desk: Desk) -> None:
    with desk.writing() as connection:
        for number in range(audit_reading.PER_PIECE + 200):
            audit.record(connection, "ada", "call.read", f"call:{number}")
        connection.exec_driver_sql(
            "UPDATE audit_log SET happened_at = '2026-03-02T00:00:00.000000+00:00'"
        )
    found = [entry.subject for entry in audit_reading.all_entries(desk, Wanted())]
    assert len(found) == len(set(found)) == audit_reading.PER_PIECE + 200
