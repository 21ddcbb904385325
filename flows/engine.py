"""Prefect made ready: quiet, offline, and with a server to talk to.

``PREFECT_API_URL`` (or a Prefect profile that sets it) names a running server; without it a server
of our own is started for as long as this process lives. Prefect's own temporary server writes to
our terminal and outlives a killed parent; ours does neither (see docs/decisions/0020-prefect.md).
"""

from __future__ import annotations

import atexit
import os
import socket
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from pipeline.errors import PrerequisiteError

QUIET = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_CONFIG_PATH": str(Path(__file__).with_name("prefect_logging.yml")),
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "PREFECT_CLI_COLORS": "false",
}
"""No analytics (they need a network), and no log line on the terminal; the API still gets them."""

SERVER_ONLY = {
    "PREFECT_UI_ENABLED": "false",
    "PREFECT_SERVER_UI_ENABLED": "false",
    "PREFECT__SERVER_EPHEMERAL": "1",
    "PREFECT__SERVER_FINAL": "1",
    "PREFECT_SERVER_SERVICES_SCHEDULER_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_LATE_RUNS_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_FOREMAN_ENABLED": "false",
    "PREFECT_SERVER_SERVICES_TRIGGERS_ENABLED": "false",
    # A module of the user's working folder must never stand in for one of Python's.
    "PYTHONSAFEPATH": "1",
}
"""What a server that nobody looks at can do without."""

START_LIMIT_S = 120.0
"""The first start on a machine creates Prefect's database: 5 s when idle, over 30 s when busy."""
STOP_LIMIT_S = 10.0
DRAIN_LIMIT_S = 5.0


@dataclass(slots=True)
class LocalServer:
    """A Prefect server in a child process, stopped by closing its standard input."""

    process: subprocess.Popen[bytes]
    port: int
    log: Path

    @property
    def url(self) -> str:
        """Return the address of its API."""
        return f"http://127.0.0.1:{self.port}/api"

    def stop(self) -> None:
        """Let it finish what it is writing and end; kill it if that takes too long."""
        if self.process.stdin is not None:
            self.process.stdin.close()
        try:
            self.process.wait(timeout=STOP_LIMIT_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


_started: dict[int, LocalServer] = {}
"""The server of this process, by process id; a forked child must not take it for its own."""


def quieten() -> None:
    """Set what keeps Prefect silent and offline. Call before the first import of Prefect."""
    for name, value in QUIET.items():
        os.environ.setdefault(name, value)


def start() -> None:
    """Begin to start a local server if one is needed, without waiting for it.

    Starting takes seconds in another process, time in which this one can plan and load.
    """
    quieten()
    if os.getpid() in _started or _configured_url() is not None:
        return
    server = _launch(_home() / "callqa-server.log")
    _started[os.getpid()] = server
    atexit.register(stop)
    _point_prefect_at(server.url)


def stop() -> None:
    """Send what Prefect still holds, then stop the server that this process started, if any."""
    server = _started.pop(os.getpid(), None)
    if server is None:
        return
    if "prefect.flow_engine" in sys.modules:
        from prefect.events.worker import EventsWorker
        from prefect.logging.handlers import APILogWorker

        EventsWorker.drain_all(timeout=DRAIN_LIMIT_S)
        APILogWorker.drain_all(timeout=DRAIN_LIMIT_S)
    server.stop()


def ready() -> str:
    """Return the address of Prefect's API once it answers.

    Raises:
        PrerequisiteError: It does not answer; the message says what to do.
    """
    start()
    server = _started.get(os.getpid())
    url = server.url if server else _configured_url()
    assert url is not None
    deadline = time.monotonic() + (START_LIMIT_S if server else 10.0)
    while not _answers(url):
        if server is not None and server.process.poll() is not None:
            raise PrerequisiteError(
                f"Prefect's local server stopped with status {server.process.returncode} while "
                f"starting; {server.log} says why. Another PREFECT_HOME gives it a fresh database"
            )
        if time.monotonic() > deadline:
            raise PrerequisiteError(
                f"no Prefect server answers at {url}. Start it (prefect server start), or unset "
                "PREFECT_API_URL to use a local one"
                if server is None
                else f"Prefect's local server did not start within {START_LIMIT_S:.0f} s; "
                f"{server.log} says why"
            )
        time.sleep(0.1)
    return url


def is_local() -> bool:
    """Return whether the server is one that this process started."""
    return os.getpid() in _started


def _configured_url() -> str | None:
    """Return the API address that the user configured for Prefect, None if there is none."""
    from prefect.settings import get_current_settings

    url = get_current_settings().api.url
    return None if url is None else str(url)


def _home() -> Path:
    from prefect.settings import get_current_settings

    home = Path(get_current_settings().home)
    home.mkdir(parents=True, exist_ok=True)
    return home


def _point_prefect_at(url: str) -> None:
    """Make every thread of this process, and its children, talk to this server."""
    from prefect.context import refresh_global_settings_context

    os.environ["PREFECT_API_URL"] = url
    refresh_global_settings_context()


def _launch(log: Path) -> LocalServer:
    port = _free_port()
    with log.open("wb") as sink:
        process = _spawn(port, sink)
    return LocalServer(process, port, log)


def _spawn(port: int, sink: IO[bytes]) -> subprocess.Popen[bytes]:
    """Start the server in a session of its own, so that Ctrl-C reaches us and not it."""
    return subprocess.Popen(
        [sys.executable, "-m", "flows.local_server", str(port)],
        stdin=subprocess.PIPE,
        stdout=sink,
        stderr=sink,
        env={**os.environ, **SERVER_ONLY},
        start_new_session=True,
    )


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def _answers(url: str) -> bool:
    """Return whether a Prefect API is healthy at this address."""
    import httpx

    try:
        return httpx.get(f"{url.rstrip('/')}/health", timeout=5.0).status_code == 200
    except httpx.HTTPError:
        return False
