"""``callqa serve`` and ``callqa users``, as processes of their own."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from pathlib import Path

import httpx2
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from pipeline.desk import desk_for, people, sessions
from pipeline.people import UserRole

RUN = CliRunner()
HEAVY = ("torch", "transformers", "prefect", "faster_whisper", "spacy", "sklearn")
STARTS_WITHIN_S = 60.0


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.startswith("CALLQA_")]:
        monkeypatch.delenv(name)


def callqa(*arguments: str) -> subprocess.Popen[str]:
    """Start the command line as a process."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.cli", *arguments], stderr=subprocess.PIPE, text=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip


def line_with(process: subprocess.Popen[str], words: str) -> str:
    """Return the first line on stderr with these words."""
    assert process.stderr is not None
    until = time.monotonic() + STARTS_WITHIN_S
    seen = []
    while time.monotonic() < until:
        line = process.stderr.readline()
        seen.append(line)
        if words in line:
            return line
        if not line and process.poll() is not None:
            break
    raise AssertionError(f"no line with {words!r} among {seen}")


@pytest.mark.parametrize("ending", [signal.SIGTERM, signal.SIGINT])
def test_it_says_where_it_is_offers_the_first_admin_and_ends_cleanly(
    ending: signal.Signals,
) -> None:
    process = callqa("serve", "--port", "0")
    try:
        address = re.search(r"http://127\.0\.0\.1:\d+", line_with(process, "callqa is at"))
        assert address is not None
        first = re.search(r"http://\S+/welcome/\S+", line_with(process, "/welcome/"))
        assert first is not None
        assert httpx2.get(f"{address[0]}/healthz").json() == {"status": "ok"}
        assert "first admin" in httpx2.get(first[0]).text
        process.send_signal(ending)
        assert process.stderr is not None
        assert process.stderr.read().strip() == "Stopped."
        assert process.wait(30) == 0
    finally:
        process.kill()
        process.communicate()


def test_it_does_not_open_itself_to_others_without_users() -> None:
    refused = RUN.invoke(app, ["serve", "--host", "0.0.0.0", "--port", "0"])
    assert refused.exit_code == 1
    assert "callqa users add NAME --role admin" in str(refused.exception)


def test_it_says_that_a_port_is_taken() -> None:
    import socket

    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        refused = RUN.invoke(app, ["serve", "--port", port])
    assert refused.exit_code == 1
    assert f"cannot listen at 127.0.0.1 port {port}" in str(refused.exception)


def test_it_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from flows.serving import services_for; from review.app import create_app; "
        "from pipeline.settings import Settings; create_app(services_for(Settings())); "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"


def test_users_are_added_changed_listed_and_shut_out() -> None:
    added = RUN.invoke(app, ["users", "add", "Grace", "--role", "reviewer", "--team", "Cards"])
    assert added.exit_code == 0
    assert re.search(r"http://127\.0\.0\.1:8470/welcome/\S{43}", added.output)
    RUN.invoke(app, ["users", "add", "root", "--role", "admin"])
    RUN.invoke(app, ["users", "set", "grace", "--role", "lead", "--goal", "20"])
    listed = RUN.invoke(app, ["users", "list"]).output
    assert "lead" in listed and "Cards" in listed and "no password set" in listed
    desk = desk_for("callqa.duckdb")
    with desk.writing() as connection:
        user = people.found_user(connection, "grace")
        token = sessions.start(connection, user, hours=1).token
    assert sessions.resume(desk, token) is not None
    assert RUN.invoke(app, ["users", "deactivate", "grace"]).exit_code == 0
    assert sessions.resume(desk, token) is None
    desk.close()


def test_the_only_admin_stays_one() -> None:
    RUN.invoke(app, ["users", "add", "root", "--role", "admin"])
    for arguments in (["deactivate", "root"], ["set", "root", "--role", UserRole.LEAD.value]):
        refused = RUN.invoke(app, ["users", *arguments])
        assert refused.exit_code == 1
        assert "the only admin" in str(refused.exception)


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (["add", "a b", "--role", "lead"], "cannot be a user name"),
        (["add", "dana", "--role", "agent"], "--agent NAME"),
        (["link", "nobody"], "there is no user"),
    ],
)
def test_what_makes_no_sense_is_said_in_words(arguments: list[str], words: str) -> None:
    refused = RUN.invoke(app, ["users", *arguments])
    assert refused.exit_code == 1
    assert words in str(refused.exception)
