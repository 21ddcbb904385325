"""Pages that everybody can use: checked with axe, in both themes, without a mouse."""

from __future__ import annotations

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, Page, expect

from tests.browser import stage
from tests.browser.conftest import WAIT_MS, Site, open_call

PAGES = ("/queue", f"/calls/{stage.SPOKEN}", f"/calls/{stage.WRITTEN}", f"/calls/{stage.LOST}")
SERIOUS = {"serious", "critical"}


@pytest.mark.parametrize("theme", ["light", "dark"])
@pytest.mark.parametrize("address", PAGES)
def test_axe_finds_no_serious_fault(
    chromium: Browser, site: Site, address: str, theme: str
) -> None:
    context = chromium.new_context(
        base_url=site.address, bypass_csp=True, viewport={"width": 1280, "height": 900}
    )
    context.set_default_timeout(WAIT_MS)
    site.log_in(context, site.user("rui"))
    context.add_cookies([{"name": "callqa_theme", "value": theme, "url": site.address}])
    page = context.new_page()
    page.goto(address)
    if address.startswith("/calls/"):
        page.wait_for_selector("html[data-ready]", state="attached")
        page.keyboard.press("o")

    found = Axe().run(page)

    faults = [
        f"{fault['id']}: {fault['help']} ({fault['nodes'][0]['html'][:160]})"
        for fault in found.response["violations"]
        if fault["impact"] in SERIOUS
    ]
    context.close()
    assert faults == []


def test_the_help_lists_every_key_and_the_keys_can_be_switched_off(page: Page) -> None:
    open_call(page, stage.SPOKEN)

    page.keyboard.press("?")
    expect(page.locator("#keys dt")).to_have_count(25)
    page.get_by_label("Single keys do something on this page").uncheck()
    page.keyboard.press("Escape")
    expect(page.locator("#keys")).to_be_hidden()
    page.keyboard.press("a")

    expect(page.locator("[data-progress]")).to_have_text("0 of 9 answered")


def test_what_a_key_did_is_announced(page: Page) -> None:
    open_call(page, stage.SPOKEN)

    page.keyboard.press("a")

    expect(page.locator("[data-announce]")).to_have_text("Agreed: Pass.")
    expect(page.locator(".criterion.is-now")).to_be_focused()


def test_a_chosen_theme_is_there_from_the_first_paint_of_the_next_page(page: Page) -> None:
    page.goto("/queue")

    page.locator("[data-set-theme=dark]").click()
    answer = page.goto("/queue")

    assert answer is not None
    assert 'data-theme="dark"' in answer.text()


@pytest.mark.parametrize("width", [820, 1280, 1920])
def test_nothing_is_cut_off_sideways(page: Page, width: int) -> None:
    page.set_viewport_size({"width": width, "height": 1000})
    open_call(page, stage.SPOKEN)

    assert page.evaluate("document.documentElement.scrollWidth <= innerWidth")
    inside = page.evaluate(
        "(() => { const box = document.querySelector('.judged').getBoundingClientRect();"
        " return [...document.querySelectorAll('.submit-bar button')]"
        ".every((item) => item.getBoundingClientRect().right <= box.right); })()"
    )
    assert inside
