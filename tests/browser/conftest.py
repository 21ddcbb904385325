"""The review app on a free port and a headless Chromium in front of it."""

from __future__ import annotations

import os
import shutil
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import uvicorn
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright

from models.sound_reader import build_sound_reader
from pipeline.desk import Desk, desk_for, people, sessions
from pipeline.desk.copying import copy_new
from pipeline.people import User, UserRole
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.services import Services
from tests.browser import stage

ARGUMENTS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)
WAIT_MS = 8000
HERE = Path(__file__).parent


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark everything in this folder."""
    for item in items:
        if HERE in item.path.parents:
            item.add_marker(pytest.mark.browser)


def chromium_path() -> str | None:
    """Return where Chromium is, None where there is none."""
    named = os.environ.get("CALLQA_CHROMIUM")
    found = [named, shutil.which("chromium"), shutil.which("chromium-browser")]
    return next((path for path in found if path and Path(path).exists()), None)


@pytest.fixture(scope="package")
def chromium() -> Iterator[Browser]:
    """Chromium; skips where there is none, but never where tests are run automatically.

    Closed before other tests begin: Playwright's loop in this thread is not for theirs.
    """
    path = chromium_path()
    if path is None:
        reason = "no Chromium: install it, or name it in CALLQA_CHROMIUM"
        if os.environ.get("CI") == "true":
            pytest.fail(reason)
        pytest.skip(reason)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=list(ARGUMENTS))
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def filled(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a store of calls and the desk beside it, to be copied."""
    folder = tmp_path_factory.mktemp("filled")
    settings = Settings(store=str(folder / "calls.duckdb"))
    stage.fill(Store(settings.store), settings)
    desk = desk_for(settings.store)
    copy_new(desk, Store(settings.store), settings)
    desk.close()
    return folder


@dataclass
class Site:
    """A running review app of this test's own."""

    settings: Settings
    desk: Desk
    address: str
    server: uvicorn.Server
    thread: threading.Thread

    def user(self, user_id: str, role: UserRole = UserRole.REVIEWER, name: str = "") -> User:
        """Add somebody, or return them."""
        with self.desk.writing() as connection:
            known = people.user_of(connection, user_id)
            return known or people.add_user(
                connection, user_id, role, name=name or user_id.title(), added_by="test"
            )

    def log_in(self, context: BrowserContext, user: User) -> None:
        """Put a session of a user into a browser."""
        with self.desk.writing() as connection:
            session = sessions.start(connection, user, hours=8)
        context.add_cookies(
            [{"name": "callqa_session", "value": session.token, "url": self.address}]
        )

    def stop(self) -> None:
        """End the server."""
        self.server.should_exit = True
        self.thread.join(timeout=20)
        self.desk.close()


def serve(settings: Settings) -> Site:
    """Start the review app in a thread."""
    desk = desk_for(settings.store)
    services = Services(settings, Store(settings.store), desk, sound=build_sound_reader(settings))
    listener = socket.create_server(("127.0.0.1", 0))
    config = uvicorn.Config(create_app(services), log_level="warning", timeout_graceful_shutdown=1)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, args=([listener],), daemon=True)
    thread.start()
    return Site(settings, desk, f"http://127.0.0.1:{listener.getsockname()[1]}", server, thread)


@pytest.fixture
def settings(filled: Path, tmp_path: Path) -> Settings:
    for path in filled.iterdir():
        shutil.copy(path, tmp_path / path.name)
    return Settings(store=str(tmp_path / "calls.duckdb"), sound_folder=str(tmp_path / "sound"))


@pytest.fixture
def site(settings: Settings) -> Iterator[Site]:
    running = serve(settings)
    yield running
    running.stop()


@pytest.fixture
def context(chromium: Browser, site: Site) -> Iterator[BrowserContext]:
    """A browser window of a reviewer who is logged in."""
    with_them = chromium.new_context(base_url=site.address, viewport={"width": 1280, "height": 800})
    with_them.set_default_timeout(WAIT_MS)
    site.log_in(with_them, site.user("rui"))
    yield with_them
    with_them.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    """A page on which an error in a script, or anything that the policy blocks, fails the test."""
    opened = context.new_page()
    opened.on("pageerror", lambda error: pytest.fail(f"a script failed: {error}"))
    opened.on("console", lambda message: _check(message.type, message.text))
    return opened


def _check(kind: str, words: str) -> None:
    assert not (kind == "error" and "Content Security Policy" in words), words


def open_call(page: Page, call_id: str, query: str = "") -> None:
    """Open a call's page and wait until its scripts are there."""
    page.goto(f"/calls/{call_id}{query}")
    page.wait_for_selector("html[data-ready]", state="attached")


def until(page: Page, condition: str) -> None:
    """Wait until a JavaScript expression is true; asked from outside, as the policy has it."""
    for _ in range(WAIT_MS // 50):
        if page.evaluate(condition):
            return
        page.wait_for_timeout(50)
    pytest.fail(f"never came true: {condition}")
