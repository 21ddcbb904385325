"""Make the pictures of the review app in docs/images/review, light and dark.

Run: make screenshots. It scores the bundled recordings and makes up calls, people and reviews in a
temporary store, serves the review app on it, and photographs every page in Chromium.
"""

from __future__ import annotations

import argparse
import contextlib
import io
import socket
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import uvicorn
from PIL import Image
from playwright.sync_api import Browser, Page, sync_playwright
from sqlalchemy import text

from flows.serving import services_for
from pipeline.desk import Desk, people, sessions
from pipeline.desk.keeping import Keeper
from pipeline.people import UserRole
from pipeline.settings import Settings
from review.app import create_app

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images" / "review"
CHROMIUM = ("/usr/bin/chromium", "/usr/bin/chromium-browser")
ARGUMENTS = ("--no-sandbox", "--disable-gpu", "--disable-background-networking")
RECORDED = "d2-07"
UNTIL = "2026-11-24"
LAPTOP, DESKTOP, TABLET = (1280, 800), (1920, 1080), (820, 1180)
THEMES = ("light", "dark")


@dataclass(frozen=True, slots=True)
class Shot:
    """One picture."""

    name: str
    path: str
    role: UserRole | None
    """Who looks; None: nobody is logged in."""
    size: tuple[int, int] = LAPTOP
    keys: tuple[str, ...] = ()
    """Pressed before the picture is taken."""
    themes: tuple[str, ...] = THEMES


ADMIN, LEAD, REVIEWER, AGENT = UserRole.ADMIN, UserRole.LEAD, UserRole.REVIEWER, UserRole.AGENT


def shots(found: dict[str, str]) -> tuple[Shot, ...]:
    """Return what to photograph.

    Args:
        found: Ids of calls and names of people that the pages are about.
    """
    call, agent, team = f"/calls/{RECORDED}", found["agent"], found["team"]
    return (
        Shot("login", "/login", None),
        Shot("queue", "/queue", LEAD),
        Shot("queue-wide", "/queue", LEAD, DESKTOP, themes=("light",)),
        Shot("queue-tablet", "/queue", REVIEWER, TABLET, themes=("light",)),
        Shot("queue-progress", "/queue/progress", LEAD),
        Shot("call", call, REVIEWER),
        Shot("call-wide", call, REVIEWER, DESKTOP),
        Shot("call-tablet", call, REVIEWER, TABLET, themes=("light",)),
        Shot("call-keys", call, REVIEWER, keys=("?",)),
        Shot("call-blind", f"/calls/{found['sealed']}", REVIEWER, themes=("light",)),
        Shot("call-chat", f"/calls/{found['chat']}", REVIEWER, themes=("light",)),
        Shot("call-report", f"/calls/{found['reviewed']}/report", LEAD, themes=("light",)),
        Shot("settlement", f"/calls/{found['to_settle']}/blind", LEAD),
        Shot("blind", "/blind", LEAD),
        Shot("agreement", "/agreement", LEAD),
        Shot("agents", "/agents", LEAD),
        Shot("agent", f"/agents/{agent}", LEAD),
        Shot("teams", "/teams", LEAD),
        Shot("team", f"/teams/{team}", LEAD),
        Shot("coaching", "/coaching", LEAD),
        Shot("disputes", "/disputes", LEAD),
        Shot("releases", "/releases", LEAD),
        Shot("mine", "/mine", AGENT),
        Shot("mine-call", f"/mine/{found['released']}", AGENT),
        Shot("rubrics", "/rubrics", LEAD),
        Shot("rubric", "/rubrics/support/1", LEAD, themes=("light",)),
        Shot("outcomes", "/outcomes", LEAD, themes=("light",)),
        Shot("exports", "/exports", LEAD, themes=("light",)),
        Shot("people", "/people", ADMIN),
        Shot("audit", "/audit", ADMIN),
        Shot("hooks", "/hooks", ADMIN, themes=("light",)),
        Shot("account", "/account", REVIEWER, themes=("light",)),
        Shot("api", "/api/docs", LEAD, themes=("light",)),
    )


def main() -> None:
    """Make every picture, or those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--store", type=Path, help="a store to photograph; default: made up anew")
    parser.add_argument("--out", type=Path, default=IMAGES)
    parser.add_argument("--only", nargs="*", default=[], help="names of pictures")
    args = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        store = args.store or made_up(Path(folder) / "pictures.duckdb")
        settings = Settings(store=str(store), port=0)
        with served(settings) as (address, desk), sync_playwright() as playwright:
            browser = playwright.chromium.launch(
                executable_path=next(path for path in CHROMIUM if Path(path).exists()),
                args=list(ARGUMENTS),
            )
            args.out.mkdir(parents=True, exist_ok=True)
            found = subjects(desk)
            agent = found["released_to"]
            for shot in shots(found):
                if not args.only or shot.name in args.only:
                    photograph(browser, address, desk, settings, shot, args.out, agent)
            browser.close()


def made_up(store: Path) -> Path:
    """Return a store with the bundled recordings, made-up calls, people and reviews."""
    callqa = str(Path(sys.executable).parent / "callqa")
    seed = ("seed", "--calls", "1500", "--reviews", "0.25", "--users", "--until", UNTIL, "--add")
    for command in (("demo",), seed):
        subprocess.run([callqa, *command, "--store", str(store)], cwd=ROOT, check=True)
    return store


@contextlib.contextmanager
def served(settings: Settings) -> Iterator[tuple[str, Desk]]:
    """Yield the address of the review app and its desk, brought up to date."""
    services = services_for(settings)
    Keeper(services.store, services.desk, settings).round()
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        port = listener.getsockname()[1]
        config = uvicorn.Config(create_app(services), log_config=None, access_log=False)
        server = uvicorn.Server(config)
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        while not server.started:
            time.sleep(0.05)
        yield f"http://127.0.0.1:{port}", services.desk
        server.should_exit = True
        thread.join(timeout=20)


def subjects(desk: Desk) -> dict[str, str]:
    """Return the ids and names that pages are photographed with."""
    questions = {
        "agent": "SELECT agent FROM calls WHERE agent IS NOT NULL GROUP BY agent "
        "ORDER BY count(*) DESC, agent LIMIT 1",
        "team": "SELECT team FROM calls WHERE team IS NOT NULL GROUP BY team "
        "ORDER BY count(*) DESC, team LIMIT 1",
        "sealed": "SELECT call_id FROM calls WHERE sealed = 1 ORDER BY urgency DESC LIMIT 1",
        "chat": "SELECT call_id FROM calls WHERE source = 'text' AND flagged = 1 AND blind = 0 "
        "ORDER BY urgency DESC LIMIT 1",
        "reviewed": "SELECT call_id FROM corrections GROUP BY call_id "
        "ORDER BY count(*) DESC, call_id LIMIT 1",
        "to_settle": "SELECT call_id FROM calls WHERE blind = 1 AND reviewed = 1 "
        "ORDER BY urgency DESC LIMIT 1",
        "released": "SELECT r.call_id FROM releases r JOIN calls c ON c.call_id = r.call_id "
        "JOIN users u ON u.agent = c.agent GROUP BY u.user_id, r.call_id "
        "ORDER BY count(*) OVER (PARTITION BY u.user_id) DESC, r.call_id LIMIT 1",
        "released_to": "SELECT u.user_id FROM releases r JOIN calls c ON c.call_id = r.call_id "
        "JOIN users u ON u.agent = c.agent GROUP BY u.user_id ORDER BY count(*) DESC, u.user_id",
    }
    with desk.reading() as connection:
        return {
            name: str(connection.execute(text(question)).scalars().first())
            for name, question in questions.items()
        }


def photograph(
    browser: Browser,
    address: str,
    desk: Desk,
    settings: Settings,
    shot: Shot,
    out: Path,
    agent: str,
) -> None:
    """Take one picture in each of its themes."""
    width, height = shot.size
    for theme in shot.themes:
        context = browser.new_context(
            viewport={"width": width, "height": height},
            color_scheme="dark" if theme == "dark" else "light",
            reduced_motion="reduce",
        )
        if shot.role is not None:
            token = session_of(desk, settings, shot.role, agent)
            context.add_cookies([{"name": "callqa_session", "value": token, "url": address}])
        page = context.new_page()
        page.goto(address + shot.path, wait_until="load")
        for key in shot.keys:
            page.keyboard.press(key)
        settle(page)
        small(page.screenshot()).save(out / f"{shot.name}-{theme}.png", optimize=True)
        print(f"{shot.name}-{theme}: {page.title()}")  # noqa: T201
        context.close()


def small(png: bytes) -> Image.Image:
    """Return a picture with as many colours as a page of ours needs, a third of the bytes."""
    return Image.open(io.BytesIO(png)).convert("RGB").quantize(128, dither=Image.Dither.NONE)


def settle(page: Page) -> None:
    """Wait until nothing moves any more."""
    page.wait_for_timeout(1200)


def session_of(desk: Desk, settings: Settings, role: UserRole, agent: str) -> str:
    """Return the token of a new session of somebody with a role; of agents, of this one."""
    with desk.writing() as connection:
        known = [user for user in people.users(connection) if user.role is role and user.active]
        known.sort(key=lambda user: (user.user_id != agent, user.teams, user.user_id))
        return sessions.start(connection, known[0], hours=settings.session_hours).token


if __name__ == "__main__":
    main()
