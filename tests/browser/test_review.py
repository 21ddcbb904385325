"""A whole review in a real browser: keys, evidence that plays, drafts, corrections."""

from __future__ import annotations

import pytest
from playwright.sync_api import BrowserContext, Page, expect
from sqlalchemy import text

from pipeline.desk.statements import corrections_of, reviews_of
from pipeline.domain import Verdict
from pipeline.people import UserRole
from pipeline.reviews import CorrectionKind, ReviewKind
from tests.browser import stage
from tests.browser.conftest import Site, open_call, serve, until

MOST_KEYS = 12


class Keyboard:
    """Presses keys, and counts them."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.pressed = 0

    def press(self, *keys: str) -> None:
        for key in keys:
            self.page.keyboard.press(key)
            self.pressed += 1


def test_a_call_where_the_machine_is_right_takes_at_most_twelve_keys_and_no_mouse(
    page: Page, site: Site
) -> None:
    open_call(page, stage.SPOKEN)
    keys = Keyboard(page)

    keys.press(*"aaaaaaaaa")
    expect(page.locator("[data-progress]")).to_have_text("9 of 9 answered")
    keys.press("Enter")

    page.wait_for_url(lambda address: stage.SPOKEN not in address)
    assert keys.pressed <= MOST_KEYS
    with site.desk.reading() as connection:
        (review,) = reviews_of(connection, stage.SPOKEN)
    assert review.reviewer == "rui"
    assert [said.agrees for said in review.verdicts] == [True] * 9
    assert review.human_score == review.machine_score


def test_two_keys_agree_with_everything_and_submit(page: Page, site: Site) -> None:
    open_call(page, stage.WRITTEN)

    page.keyboard.press("A")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda address: stage.WRITTEN not in address)
    with site.desk.reading() as connection:
        assert len(reviews_of(connection, stage.WRITTEN)) == 1


def test_submitting_leads_to_the_next_call_of_the_view(page: Page) -> None:
    open_call(page, stage.SPOKEN)

    page.keyboard.press("A")
    page.keyboard.press("Enter")

    page.wait_for_url("**/calls/*")
    expect(page.locator("h1")).not_to_have_text(stage.SPOKEN)
    expect(page.locator(".toast")).to_contain_text("is saved")


def test_a_review_with_a_correction_and_new_evidence_is_done_by_keyboard_alone(
    page: Page, site: Site
) -> None:
    open_call(page, stage.SPOKEN)
    keys = Keyboard(page)

    while page.locator("#criterion-professionalism.is-now").count() == 0:
        keys.press("a")
    keys.press("1")
    expect(page.locator("#reason-professionalism")).to_be_focused()
    page.keyboard.type("She was kind throughout; the advice is another matter.")
    keys.press("Escape")
    keys.press("j", "k")
    expect(page.locator("#criterion-professionalism")).to_be_focused()
    page.locator("[data-turn='2'] .turn-time").focus()
    keys.press("m")
    expect(page.locator("#criterion-professionalism .quote")).to_have_count(2)
    keys.press("A", "Enter")

    page.wait_for_url(lambda address: stage.SPOKEN not in address)
    with site.desk.reading() as connection:
        (correction,) = corrections_of(connection, stage.SPOKEN)
    assert correction.kind is CorrectionKind.WRONG_VERDICT
    assert correction.verdict is Verdict.PASS
    assert correction.reason.startswith("She was kind")
    assert [item.turn for item in correction.evidence or ()] == [2, 10]


def test_only_allowed_verdicts_can_be_given_and_undo_takes_them_back(page: Page) -> None:
    open_call(page, stage.SPOKEN)
    greeting = page.locator("#criterion-greeting")

    page.keyboard.press("4")
    expect(greeting.locator("input:checked")).to_have_count(0)
    page.keyboard.press("3")
    expect(greeting.locator("input:checked")).to_have_value("fail")
    page.keyboard.press("u")
    expect(greeting.locator("input:checked")).to_have_count(0)


def test_keys_do_nothing_while_somebody_types(page: Page) -> None:
    open_call(page, stage.SPOKEN)

    page.keyboard.press("c")
    page.keyboard.type("a 1 2 j")

    expect(page.locator("#reason-greeting")).to_have_value("a 1 2 j")
    expect(page.locator("[data-progress]")).to_have_text("0 of 9 answered")


def test_evidence_plays_from_where_it_was_said(page: Page) -> None:
    open_call(page, stage.SPOKEN)
    until(page, "document.querySelector('audio').readyState >= 1")
    page.evaluate(
        "document.querySelector('audio').addEventListener('seeked',"
        " (event) => { window.landed ??= event.target.currentTime; })"
    )
    said_s = stage.timed(stage.LINES, 108.1)[10].start_s
    page.locator("#criterion-professionalism [data-open-criterion]").click()

    page.locator("#criterion-professionalism [data-quote]").click()

    until(page, "window.landed !== undefined")
    assert page.evaluate("window.landed") == pytest.approx(said_s, abs=0.2)
    until(page, "!document.querySelector('audio').paused")
    expect(page.locator("#turn-10")).to_have_attribute("aria-current", "true")


def test_a_click_on_a_word_plays_it(page: Page) -> None:
    open_call(page, stage.SPOKEN)
    until(page, "document.querySelector('audio').readyState >= 1")
    word = page.locator("#turn-3 [data-start]", has_text="breakfast")
    said_s = float(word.get_attribute("data-start") or "nan")

    word.click()

    until(page, "!document.querySelector('audio').paused")
    now = page.evaluate("document.querySelector('audio').currentTime")
    assert said_s - 0.2 <= now <= said_s + 2.0


def test_the_waveform_is_drawn_without_the_sound(page: Page) -> None:
    asked: list[str] = []
    page.route("**/audio", lambda route: route.abort())
    page.on("request", lambda request: asked.append(request.url))

    open_call(page, stage.SPOKEN)

    until(page, "document.querySelector('.wave > div')?.shadowRoot.querySelector('canvas')")
    assert any(url.endswith("/peaks") for url in asked)


def test_missing_sound_is_said_and_the_review_goes_on(page: Page, site: Site) -> None:
    open_call(page, stage.LOST)

    expect(page.locator(".sound-problem")).to_contain_text("There is no sound")
    page.keyboard.press("A")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda address: stage.LOST not in address)
    with site.desk.reading() as connection:
        assert len(reviews_of(connection, stage.LOST)) == 1


def test_a_draft_survives_a_closed_tab_and_a_restarted_server(
    page: Page, context: BrowserContext, site: Site
) -> None:
    open_call(page, stage.SPOKEN)
    page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.type("No name was given.")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")
    page.wait_for_timeout(1000)
    page.close()
    site.stop()
    again = serve(site.settings)
    try:
        other = context.new_page()
        other.goto(f"{again.address}/calls/{stage.SPOKEN}")
        other.wait_for_selector("html[data-ready]", state="attached")

        expect(other.locator("#criterion-greeting input:checked")).to_have_value("fail")
        expect(other.locator("#reason-greeting")).to_have_value("No name was given.")
        expect(other.locator("[data-progress]")).to_have_text("1 of 9 answered")
    finally:
        again.stop()


def test_two_windows_do_not_overwrite_each_other_unasked(
    page: Page, context: BrowserContext
) -> None:
    other = context.new_page()
    open_call(page, stage.SPOKEN)
    open_call(other, stage.SPOKEN)
    page.keyboard.press("a")
    expect(page.locator("[data-saved]")).to_contain_text("Saved")

    other.keyboard.press("3")

    expect(other.locator("#conflict")).to_be_visible()
    other.locator("[data-load-newest]").click()
    expect(other.locator("#criterion-greeting input:checked")).to_have_value("agree")


def test_unanswered_criteria_are_asked_about(page: Page, site: Site) -> None:
    open_call(page, stage.SPOKEN)
    page.keyboard.press("a")

    page.keyboard.press("Enter")
    dialog = page.locator("#unanswered")
    expect(dialog).to_contain_text("8 of 9")
    dialog.locator("[data-submit-partial]").click()

    page.wait_for_url(lambda address: stage.SPOKEN not in address)
    with site.desk.reading() as connection:
        (review,) = reviews_of(connection, stage.SPOKEN)
    assert len(review.verdicts) == 1


def test_a_critical_verdict_does_not_change_without_a_reason(page: Page, site: Site) -> None:
    open_call(page, stage.SPOKEN)
    page.locator("#criterion-professionalism [data-open-criterion]").click()
    page.keyboard.press("1")
    page.keyboard.press("Escape")
    page.keyboard.press("A")

    page.keyboard.press("Enter")

    expect(page.locator("#reason-professionalism")).to_be_focused()
    with site.desk.reading() as connection:
        assert reviews_of(connection, stage.SPOKEN) == ()


def test_a_correction_is_taken_back_with_a_reason(page: Page, site: Site) -> None:
    open_call(page, stage.WRITTEN)
    page.keyboard.press("3")
    page.keyboard.press("A")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: stage.WRITTEN not in address)
    open_call(page, stage.WRITTEN)
    expect(page.locator(".scores")).to_contain_text("Human")

    page.locator("#history summary").click()
    page.locator("#history [name=reason]").fill("Looked again: the greeting was fine.")
    page.locator("#history button.danger").click()

    expect(page.locator("#history")).to_contain_text("taken back")
    expect(page.locator("#history .revoked")).to_have_count(1)
    with site.desk.reading() as connection:
        kinds = [item.kind for item in corrections_of(connection, stage.WRITTEN)]
    assert kinds == [CorrectionKind.WRONG_VERDICT, CorrectionKind.REVOCATION]


def test_markup_in_a_call_and_in_a_comment_stays_text(page: Page, site: Site) -> None:
    site.user("lea", UserRole.LEAD)
    open_call(page, stage.HOSTILE)
    expect(page.locator("#turn-0")).to_contain_text(stage.SCRIPT)
    expect(page.locator(".call-facts")).to_contain_text(stage.SCRIPT)
    page.keyboard.press("3")
    page.keyboard.press("c")
    page.keyboard.type(stage.SCRIPT)
    page.keyboard.press("Escape")
    page.keyboard.press("A")
    page.keyboard.press("Enter")
    page.wait_for_url(lambda address: stage.HOSTILE not in address)

    open_call(page, stage.HOSTILE)

    expect(page.locator("#history")).to_contain_text(stage.SCRIPT)
    assert "broken in" not in page.title()
    page.goto("/queue?reviewed=any")
    expect(page.locator("main")).to_contain_text(stage.SCRIPT)
    assert "broken in" not in page.title()


def test_a_blind_review_shows_nothing_of_the_machine_and_is_done_with_the_verdict_keys(
    page: Page, site: Site
) -> None:
    with site.desk.writing() as connection:
        connection.execute(
            text("UPDATE calls SET blind = 1 WHERE call_id = :call_id"),
            {"call_id": stage.SPOKEN},
        )
    open_call(page, stage.SPOKEN)
    shown = page.locator("main").inner_text()
    assert "93 %" not in shown
    assert "Said by hand" not in shown
    assert "disrespectful" not in shown
    expect(page.locator(".scores")).to_contain_text("hidden")
    expect(page.locator(".quote")).to_have_count(0)

    page.keyboard.press("A")
    expect(page.locator("[data-progress]")).to_have_text("0 of 9 answered")
    for _ in range(9):
        page.keyboard.press("1")
    expect(page.locator("[data-progress]")).to_have_text("9 of 9 answered")
    page.keyboard.press("Enter")

    page.wait_for_url(lambda address: stage.SPOKEN not in address)
    with site.desk.reading() as connection:
        (review,) = reviews_of(connection, stage.SPOKEN)
    assert review.kind is ReviewKind.BLIND
    open_call(page, stage.SPOKEN)
    expect(page.locator(".criteria")).to_contain_text("Your blind review is in")
    assert "93 %" not in page.locator("main").inner_text()
