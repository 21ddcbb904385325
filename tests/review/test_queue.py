from __future__ import annotations

import csv
import io
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from pipeline.desk import Desk
from pipeline.desk.filters import PARAMETERS
from tests.review.builders import desk_call, desk_review
from tests.review.conftest import Browser, ClientAs

LOW = ("low_score", "Scored 41 %, under the limit of 60 %")
CRITICAL = ("critical_fail", "Told the balance before checking who called (critical)")
DRAWN = ("random_slice", "Drawn at random (5 % of ana's calls) to check the scores of all")
SQL = [
    "' OR 1=1 --",
    "1; DROP TABLE calls; --",
    '" OR ""="',
    "x') UNION SELECT password_hash FROM users --",
    "%' AND 1=0 UNION ALL SELECT sqlite_version() --",
    "words NEAR/2 calls",
    "\0",
    "🙂" * 400,
]


def text(browser: Browser, address: str = "/queue", **parameters: Any) -> str:
    answer = browser.get(address, params=parameters or None)
    assert answer.status_code == 200, answer.text[:400]
    return answer.text


def after(browser: Browser, address: str, **form: Any) -> str:
    """Send a form and return the page that it leads to."""
    answer = browser.post(address, data=form)
    assert answer.status_code == 303, answer.text[:400]
    return browser.get(answer.headers["location"]).text


def rows(page: str) -> int:
    return page.count('class="open clip"')


def test_the_queue_shows_each_call_with_why_score_agent_team_and_ending(
    desk: Desk, client_as: ClientAs
) -> None:
    desk_call(desk, "c-17", flags=[CRITICAL], agent="Ana Ruiz", team="north", score=41.4)
    shown = text(client_as("reviewer"))
    for words in ("c-17", CRITICAL[1], "Ana Ruiz", "north", ">41<", "Neutral", "4:00", "1 call"):
        assert words in shown, words


def test_what_a_call_says_stays_text(desk: Desk, client_as: ClientAs) -> None:
    nasty = "<script>alert(1)</script>"
    flags = [("low_score", nasty)]
    desk_call(desk, f"id{nasty}/../'\"", flags=flags, agent=nasty, team=nasty)
    shown = text(client_as("lead"), agent=nasty, q=nasty, team=nasty)
    assert "<script>alert" not in shown


def test_an_empty_queue_says_what_to_do(desk: Desk, client_as: ClientAs) -> None:
    lead = client_as("lead")
    assert "Nothing waits for review" in text(lead)
    assert "There are no calls yet" in text(lead, reviewed="any")
    assert "Nothing was reviewed yet" in text(lead, reviewed="yes")
    assert "Clear filters" in text(lead, agent="nobody")


def test_reviewers_cannot_tell_what_was_drawn_at_random(desk: Desk, client_as: ClientAs) -> None:
    desk_call(desk, "drawn", flags=[DRAWN])
    desk_call(desk, "unsure", uncertain=2)
    reviewer = client_as("reviewer")
    for address in ("/queue", "/queue?reviewed=any", "/queue?format=csv", "/queue?format=jsonl"):
        shown = text(reviewer, address)
        assert "random" not in shown.lower(), address
        assert shown.count("For review") >= 2, address
    assert "Drawn at random" in text(client_as("lead"))
    assert "random_slice" in text(client_as("lead"), "/queue?format=csv")
    assert "expected a kind of flag" in text(reviewer, flag="random_slice")


def test_sealed_calls_show_nothing_in_page_and_file(desk: Desk, client_as: ClientAs) -> None:
    desk_call(desk, "sealed", flags=[CRITICAL], blind=1, score=13.0, sentiment_end="negative")
    for role in ("reviewer", "lead", "admin"):
        browser = client_as(role)
        for address in ("/queue", "/queue?format=jsonl", "/queue?format=csv"):
            shown = text(browser, address)
            assert "Blind double review: 0 of 2 done" in shown
            for secret in (CRITICAL[1], "Unhappy</span>", '"negative"', "13.0", ">13<"):
                assert secret not in shown, (role, address, secret)
        for filters in ({"score_max": "20"}, {"flag": "critical_fail"}, {"sort": "score"}):
            assert rows(text(browser, **filters)) == 0


@pytest.mark.parametrize("parameter", [*PARAMETERS, "after", "before"])
def test_sql_in_a_filter_is_only_a_word(desk: Desk, client_as: ClientAs, parameter: str) -> None:
    desk_call(desk, "c-1", flags=[LOW], verdicts={"greeting": "pass"}, words="hello")
    browser = client_as("lead")
    for typed in SQL:
        parameters = {"criterion": "greeting", "verdict": "pass", parameter: typed}
        text(browser, **parameters)
        assert "argon2" not in text(browser, format="jsonl", **parameters)
    assert rows(text(browser)) == 1


def test_what_is_filtered_by_stands_in_the_address_and_can_be_removed(
    desk: Desk, client_as: ClientAs
) -> None:
    desk_call(desk, "c-1", flags=[LOW], verdicts={"greeting": "fail"}, words="a refund please")
    browser = client_as("lead")
    shown = text(browser, criterion="greeting", verdict="fail", q="refund", sort="newest")
    assert rows(shown) == 1
    assert "Greeting: fail" in shown
    assert 'href="/queue?criterion=greeting&amp;verdict=fail&amp;sort=newest"' in shown
    assert 'href="/queue?q=refund&amp;sort=newest"' in shown
    assert "score_min: expected a number from 0 to 100" in text(browser, score_min="lots")


def test_pages_lead_to_each_other(desk: Desk, client_as: ClientAs) -> None:
    for number in range(60):
        desk_call(desk, f"c-{number:02d}", flags=[LOW], urgency=float(number))
    browser = client_as("reviewer")
    first = text(browser)
    assert rows(first) == 50
    assert "60 calls" in first
    assert 'rel="prev"' not in first
    following = first.split('rel="next" href="')[1].split('"')[0].replace("&amp;", "&")
    second = text(browser, following)
    assert rows(second) == 10
    back = second.split('rel="prev" href="')[1].split('"')[0].replace("&amp;", "&")
    assert rows(text(browser, back)) == 50


def test_a_file_has_all_calls_and_no_formula(desk: Desk, client_as: ClientAs) -> None:
    for number in range(55):
        desk_call(desk, f"=c-{number:02d}", flags=[LOW], agent="+ana")
    answer = client_as("lead").get("/queue", params={"format": "csv"})
    found = list(csv.DictReader(io.StringIO(answer.text.lstrip("\ufeff"))))
    assert len(found) == 55
    assert not any(row["call_id"].startswith("=") for row in found)
    assert not any(row["agent"].startswith("+") for row in found)


def test_next_claims_a_call_and_keeps_the_view(desk: Desk, client_as: ClientAs) -> None:
    desk_call(desk, "c/1 ?", flags=[LOW], agent="Ana & co", urgency=20.0)
    desk_call(desk, "c-2", flags=[LOW], agent="Ana & co")
    view = "agent=Ana+%26+co"
    first = client_as("reviewer", "rob").post("/queue/next", data={"view": view})
    assert first.status_code == 303
    assert first.headers["location"] == "/calls/c%2F1%20%3F?view=agent%3DAna%2B%2526%2Bco"
    second = client_as("reviewer", "rita").post("/queue/next", data={"view": view})
    assert second.headers["location"].startswith("/calls/c-2?")
    third = client_as("reviewer", "rik")
    assert "No call of this view is left for you" in after(third, "/queue/next", view=view)
    assert "Open with rob" in text(third)


def test_a_lead_takes_a_call_over_and_a_reviewer_cannot(desk: Desk, client_as: ClientAs) -> None:
    desk_call(desk, "c-1", flags=[LOW])
    rob = client_as("reviewer", "rob")
    rob.post("/queue/next", data={})
    assert client_as("reviewer", "rita").post("/calls/c-1/take-over").status_code == 403
    assert client_as("lead", "lea").post("/calls/c-1/take-over").status_code == 303
    assert "Open with lea" in text(rob)


def test_a_lead_assigns_ticked_calls(desk: Desk, client_as: ClientAs) -> None:
    for number in range(3):
        desk_call(desk, f"c-{number}", flags=[LOW])
    rob, lead = client_as("reviewer", "rob"), client_as("lead", "lea")
    due = (datetime.now(UTC) + timedelta(days=2)).date()
    form = {"call_id": ["c-0", "c-1"], "user_id": "rob", "due_on": due.isoformat()}
    assert "2 calls assigned to rob." in after(lead, "/queue/assign", **form)
    shown = text(rob, assigned="me", reviewed="no")
    assert rows(shown) == 2
    assert f"You, due {due.day} {due:%b}" in shown
    assert "2 calls taken back." in after(lead, "/queue/withdraw", call_id=["c-0", "c-1"])
    assert rows(text(rob, assigned="me", reviewed="no")) == 0


@pytest.mark.parametrize(
    ("form", "told"),
    [
        ({"user_id": "rob"}, "no call was chosen"),
        ({"user_id": "nobody", "call_id": ["c-1"]}, "there is no user"),
        ({"user_id": "rob", "call_id": ["c-1"], "due_on": "2020-01-01"}, "due today or later"),
        ({"user_id": "rob", "call_id": ["c-1"], "due_on": "soon"}, "expected a day"),
        ({"user_id": "dana", "call_id": ["c-1"]}, "active reviewers and leads"),
    ],
)
def test_an_assignment_that_cannot_be_says_why(
    desk: Desk, client_as: ClientAs, form: dict[str, Any], told: str
) -> None:
    desk_call(desk, "c-1", flags=[LOW])
    client_as("reviewer", "rob")
    client_as("agent", "dana")
    assert told in after(client_as("lead"), "/queue/assign", **form)


def test_a_lead_cannot_assign_or_take_back_what_they_may_not_see(
    desk: Desk, client_as: ClientAs
) -> None:
    desk_call(desk, "south", team="south", flags=[LOW])
    client_as("reviewer", "rob")
    lead = client_as("lead", "lea", teams=("north",))
    form = {"call_id": ["south"], "user_id": "rob"}
    assert "0 calls assigned" in after(lead, "/queue/assign", **form)
    assert lead.post("/queue/withdraw", data=form).status_code == 404
    assert lead.post("/calls/south/take-over").status_code == 404


def test_views_are_saved_shared_and_deleted(desk: Desk, client_as: ClientAs) -> None:
    rob, lead = client_as("reviewer", "rob"), client_as("lead", "lea")
    view = "team=north&sort=newest&nonsense=1"
    assert "Saved as Mine." in after(rob, "/queue/views", name=" Mine ", view=view)
    assert 'href="/queue?team=north&amp;sort=newest"' in text(rob)
    assert ">Mine<" not in text(lead)
    assert "only leads can share" in after(rob, "/queue/views", name="Ours", shared="1", view=view)
    assert "Saved as Ours." in after(lead, "/queue/views", name="Ours", shared="1", view=view)
    shown = text(rob)
    assert ">Ours<" in shown
    assert "Delete the view Ours" not in shown
    assert "a view needs a name" in after(rob, "/queue/views", name=" ", view=view)
    delete = shown.split('action="/queue/views/')[1].split('"')[0]
    assert "The view Mine is deleted." in after(rob, f"/queue/views/{delete}", view="")
    assert ">Mine<" not in text(rob)


def test_progress_shows_all_to_leads_and_oneself_to_reviewers(
    desk: Desk, client_as: ClientAs
) -> None:
    rob, rita, lead = (
        client_as("reviewer", "rob", name="Rob Roe", goal_per_week=4),
        client_as("reviewer", "rita", name="Rita Ray"),
        client_as("lead", "lea"),
    )
    now = datetime.now(UTC)
    for number in range(3):
        desk_call(desk, f"c-{number}", flags=[LOW])
        desk_review(desk, f"c-{number}", "rob", finished_at=now.isoformat(), active_s=100.0)
    shown = text(lead, "/queue/progress")
    for words in ("Rob Roe", "Rita Ray", "3 of 4", "5:00", "1:40"):
        assert words in shown, words
    assert "Rita Ray" in text(rita, "/queue/progress")
    assert "Rob Roe" not in text(rita, "/queue/progress")
    assert "<b>3</b> of 4 reviews this week" in text(rob)
    week = (now - timedelta(days=7)).date().isoformat()
    assert "0 of 4" in text(lead, "/queue/progress", week=week)
    assert "3 of 4" in text(lead, "/queue/progress", week="not a day")
    found = csv.DictReader(io.StringIO(text(lead, "/queue/progress?format=csv").lstrip("\ufeff")))
    assert {row["user_id"]: row["reviews"] for row in found} == {"rita": "0", "rob": "3"}


def test_a_lead_sets_a_goal(desk: Desk, client_as: ClientAs) -> None:
    rob, lead = client_as("reviewer", "rob"), client_as("lead", "lea")
    assert rob.post("/queue/progress/rob/goal", data={"goal": "1"}).status_code == 403
    assert "rob: 25 reviews a week." in after(lead, "/queue/progress/rob/goal", goal="25")
    assert "of 25 reviews this week" in text(rob)
    assert "a goal is a number" in after(lead, "/queue/progress/rob/goal", goal="many")
    assert "rob: no goal." in after(lead, "/queue/progress/rob/goal", goal="")


def test_agents_have_no_queue(desk: Desk, client_as: ClientAs) -> None:
    desk_call(desk, "c-1", flags=[LOW], agent="Dana Fox")
    agent = client_as("agent")
    for address in ("/queue", "/queue?format=csv", "/queue/progress"):
        assert agent.get(address).status_code == 403
    for address in ("/queue/next", "/queue/views", "/queue/assign", "/calls/c-1/take-over"):
        assert agent.post(address, data={"name": "x"}).status_code == 403
