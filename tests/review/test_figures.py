from __future__ import annotations

import csv
import io
import re
from datetime import timedelta
from urllib.parse import quote

import pytest

from pipeline.desk import Desk
from pipeline.desk.outcomes import Outcome, keep_outcomes
from pipeline.domain import Flag
from pipeline.people import UserRole
from pipeline.reviews import ReviewKind
from pipeline.store import Store
from review.figures.remembering import Remembered
from tests.builders import scored
from tests.review.builders import desk_call
from tests.review.conftest import ClientAs
from tests.stored import transcript_of
from tests.unit.test_store_analysis import DAY, RUBRIC, made, put, review_of

NASTY = "<script>alert(1)</script>"
PERIOD = "from=2026-03-02&to=2026-03-29"
PAGES = ("/agents", "/agents/ana", "/teams", "/teams/North", "/agreement")
LOW = Flag(kind="low_score", sentence="Low")


@pytest.fixture
def calls(store: Store) -> Store:
    """Forty calls of three agents in two teams, half of them reviewed blind by two people."""
    pairs, reviews = [], []
    for number in range(40):
        agent, team = (("ana", "North"), ("cem", "North"), ("eve", "South"))[number % 3]
        failed = number % 4 == 0
        call, evaluation = made(
            f"c{number}",
            scored(greeting="fail" if failed else "pass", empathy="pass", verification="pass"),
            agent=agent,
            team=team,
            at=DAY + timedelta(days=number % 20),
            flags=(LOW,),
            csat=float(1 + number % 5),
            extra={"fcr": not failed, "aht_s": 100 + number},
        )
        pairs.append((call, evaluation))
        for who in ("ben", "dan") if number % 2 else ():
            said = "fail" if who == "dan" and number % 6 == 1 else "pass"
            reviews.append(
                review_of(call.call_id, evaluation.key, who, ReviewKind.BLIND, greeting=said)
            )
    store.write_transcripts([(call, transcript_of(call)) for call, _ in pairs])
    store.write_evaluations([evaluation for _, evaluation in pairs], RUBRIC)
    store.write_reviews(reviews)
    return store


@pytest.mark.parametrize("path", PAGES)
def test_figures_are_for_leads(client_as: ClientAs, calls: Store, path: str) -> None:
    assert client_as(UserRole.LEAD).get(path).status_code == 200
    assert client_as(UserRole.REVIEWER).get(path).status_code == 403
    assert client_as(UserRole.AGENT).get(path).status_code == 403


@pytest.mark.parametrize("path", PAGES)
def test_without_a_store_pages_say_what_to_do(client_as: ClientAs, path: str) -> None:
    page = client_as(UserRole.LEAD).get(path)
    assert page.status_code == 200
    assert "No call has been scored yet" in page.text and "callqa score" in page.text


@pytest.mark.parametrize("path", PAGES)
def test_pages_have_no_inline_style_or_script(client_as: ClientAs, calls: Store, path: str) -> None:
    text = client_as(UserRole.LEAD).get(f"{path}?{PERIOD}").text
    assert not re.search(r"<style|\sstyle=|<script(?! src=)|\son[a-z]+=", text)
    assert len(re.findall('<svg[^>]+role="img"', text)) > 1


def test_ids_are_unique_on_each_page(client_as: ClientAs, calls: Store) -> None:
    lead = client_as(UserRole.LEAD)
    for path in PAGES:
        ids = re.findall(r'\sid="([^"]+)"', lead.get(f"{path}?{PERIOD}").text)
        assert len(ids) == len(set(ids)), path


def test_the_list_leads_to_each_agent_with_the_filters(client_as: ClientAs, calls: Store) -> None:
    lead = client_as(UserRole.LEAD)
    text = lead.get(f"/agents?{PERIOD}&sort=name").text
    assert text.index("/agents/ana?") < text.index("/agents/cem?") < text.index("/agents/eve?")
    page = lead.get(f"/agents/ana?{PERIOD}")
    assert "the rest of North" in page.text and "Cohen" not in page.text
    assert "not enough reviews yet (" in page.text and "of 20)" in page.text


@pytest.mark.parametrize("path", ["/agents", "/teams"])
def test_every_column_has_its_heading(client_as: ClientAs, calls: Store, path: str) -> None:
    body = client_as("lead").get(path).text
    table = body[body.index("figures-table") : body.index("</table>")]
    row = table[table.index("<tbody>") :].split("</tr>")[0]
    assert table.count('<th scope="col"') == row.count("<td") + row.count("<th")


def test_machine_and_people_are_told_apart(client_as: ClientAs, calls: Store) -> None:
    text = client_as(UserRole.LEAD).get(f"/teams/North?{PERIOD}").text
    assert "mean score, machine" in text and "mean score, reviewers" in text
    assert "verdicts are people&#39;s; the others are the machine&#39;s" in text
    assert "machine, all calls" in text and "reviewers, reviewed calls" in text


def test_scores_stand_beside_what_came_of_the_calls(
    client_as: ClientAs, calls: Store, desk: Desk
) -> None:
    lead = client_as(UserRole.LEAD)
    text = lead.get(f"/teams/North?{PERIOD}").text
    assert "Score and CSAT" in text and "Pearson" in text and "Spearman" in text
    assert "Score and handling time" in text and "First-call resolution by score" in text
    told = [Outcome(call_id=f"c{number}", name="csat", value=3.0) for number in range(40)]
    with desk.writing() as connection:
        keep_outcomes(connection, told, "lead")
    assert "one of them never varies" in lead.get(f"/teams/North?{PERIOD}").text


def test_a_lead_of_one_team_sees_no_other(client_as: ClientAs, calls: Store) -> None:
    lead = client_as(UserRole.LEAD, teams=("North",))
    assert "/agents/eve" not in lead.get(f"/agents?{PERIOD}").text
    assert "South" not in lead.get(f"/teams?{PERIOD}").text
    for path in ("/agents/eve", "/teams/South", "/agents/nobody"):
        page = lead.get(f"{path}?{PERIOD}")
        assert page.status_code == 200 and "No calls of" in page.text


def test_calls_that_wait_for_blind_reviews_are_in_no_figure(
    client_as: ClientAs, calls: Store, desk: Desk
) -> None:
    lead = client_as(UserRole.LEAD)
    assert re.search(r">14</td>", lead.get(f"/agents?{PERIOD}").text)
    desk_call(desk, "c0", blind=1)
    assert not re.search(r">14</td>", lead.get(f"/agents?{PERIOD}").text)


def test_words_of_the_manifest_stay_words(client_as: ClientAs, store: Store) -> None:
    put(store, "c1", agent=NASTY, team=f"{NASTY}/x")
    lead = client_as(UserRole.LEAD)
    paths = ("/agents", "/teams", f"/agents/{quote(NASTY, safe='')}")
    for path in (*paths, f"/teams/{quote(f'{NASTY}/x', safe='')}"):
        page = lead.get(path)
        assert page.status_code == 200
        assert NASTY not in page.text and "&lt;script&gt;" in page.text
        assert "No calls of" not in page.text
        for place in re.findall('(?:href|action)="(/(?:agents|teams)/[^"?]+)', page.text):
            assert "No calls of" not in lead.get(place).text


def test_filters_that_make_no_sense_are_told_and_replaced(
    client_as: ClientAs, calls: Store
) -> None:
    lead = client_as(UserRole.LEAD)
    for filters in ("from=yesterday", "from=2026-03-09&to=2026-03-01", "rubric=nothing"):
        page = lead.get(f"/agents?{filters}")
        assert page.status_code == 200 and 'role="alert"' in page.text


def test_a_period_without_calls_says_so(client_as: ClientAs, calls: Store) -> None:
    lead = client_as(UserRole.LEAD)
    assert "in this period" in lead.get("/agents?from=2020-01-01&to=2020-01-31").text
    assert "in this period" in lead.get("/agreement?from=2020-01-01&to=2020-01-31").text


def test_lists_can_be_had_as_files(client_as: ClientAs, calls: Store) -> None:
    answer = client_as(UserRole.LEAD).get(f"/agents?{PERIOD}&format=csv&sort=name")
    rows = list(csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff"))))
    assert [(row["name"], row["team"], row["calls"]) for row in rows] == [
        ("ana", "North", "14"),
        ("cem", "North", "13"),
        ("eve", "South", "13"),
    ]
    assert rows[0]["true_pass_rate"] == ""


def test_agreement_has_figures_where_there_are_reviews_enough(
    client_as: ClientAs, calls: Store
) -> None:
    text = client_as(UserRole.LEAD).get(f"/agreement?{PERIOD}").text
    assert "Machine against reviewers" in text and "Reviewer against reviewer" in text
    assert re.search(r"0\.\d\d \(.{1,6} to 0?\.?\d", text)
    assert "greeting: machine and reviewers" in text
    few = client_as(UserRole.LEAD).get(f"/agreement?{PERIOD}&kind=open").text
    assert "Not enough reviews yet (0 of 20)" in few and "looks better than it is" in few


def test_what_was_written_since_is_never_missing(client_as: ClientAs, calls: Store) -> None:
    lead = client_as(UserRole.LEAD)
    assert "new one" not in lead.get(f"/agents?{PERIOD}").text
    put(calls, "c99", agent="new one")
    assert "new one" in lead.get(f"/agents?{PERIOD}").text


def test_the_same_question_is_asked_once_until_something_is_written(calls: Store) -> None:
    asked: list[int] = []
    known = Remembered(most=2)

    def question(connection: object) -> int:
        asked.append(len(asked))
        return asked[-1]

    assert [known.ask(calls, "a", question) for _ in range(3)] == [0, 0, 0]
    put(calls, "c99")
    assert known.ask(calls, "a", question) == 1
    known.ask(calls, "b", question)
    known.ask(calls, "c", question)
    assert known.ask(calls, "a", question) == 4
