"""Serve the review app: what it works with, where it listens, how it ends."""

from __future__ import annotations

import signal
import socket
from collections.abc import Callable

import uvicorn

from flows.wiring import engines, open_store
from models.sound_reader import build_sound_reader
from pipeline.desk import Desk, desk_for, links, people
from pipeline.errors import InputError
from pipeline.ports import Judge
from pipeline.settings import Settings
from review.app import create_app
from review.security.origin import is_loopback
from review.services import Services

BACKLOG = 256
LAST_REQUESTS_S = 10
"""How long requests that are being answered may take when the server is told to end."""


def services_for(settings: Settings) -> Services:
    """Return what the review app works with; no model is loaded and nothing opened yet."""

    def judge() -> Judge:
        return engines(settings).judge

    return Services(
        settings=settings,
        store=open_store(settings),
        desk=open_desk(settings),
        judge=judge,
        sound=build_sound_reader(settings),
    )


def open_desk(settings: Settings) -> Desk:
    """Return the desk that the settings name; it is made at the first use.

    Raises:
        StoreError: The setting makes no sense.
    """
    return desk_for(settings.store, settings.desk)


def serve(settings: Settings, announce: Callable[[str, str | None], None]) -> None:
    """Serve the review app until Ctrl-C or SIGTERM.

    Args:
        settings: Where to listen, among others.
        announce: Told, once it answers, its address and, where there are no users, the address
            with which the first admin is made.

    Raises:
        InputError: It would be open to other machines and there are no users; or the port is
            taken.
    """
    services = services_for(settings)
    with services.desk.reading() as connection:
        nobody = not people.has_users(connection)
    if nobody and not is_loopback(settings.host):
        raise InputError(
            f"expected users before the review app is opened to other machines at {settings.host}, "
            "found none: run `callqa users add NAME --role admin` first, or leave out --host"
        )
    with _listener(settings) as listener:
        address = _address(settings, listener)
        first = _first_link(services) if nobody and not settings.proxy_user_header else None
        server = _Server(
            uvicorn.Config(
                create_app(services),
                log_config=None,
                access_log=False,
                server_header=False,
                proxy_headers=False,  # review/security/origin.py decides whom to believe
                timeout_graceful_shutdown=LAST_REQUESTS_S,
                ws="none",
            ),
            lambda: announce(address, None if first is None else f"{address}/welcome/{first}"),
        )
        before = signal.signal(signal.SIGTERM, lambda *_: None)  # uvicorn raises it once more
        try:
            server.run([listener])
        except KeyboardInterrupt:
            pass
        finally:
            signal.signal(signal.SIGTERM, before)
            services.desk.close()


class _Server(uvicorn.Server):
    """Says so when it answers."""

    def __init__(self, config: uvicorn.Config, ready: Callable[[], None]) -> None:
        super().__init__(config)
        self._ready = ready

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        await super().startup(sockets)
        if not self.should_exit:
            self._ready()


def address_of(settings: Settings) -> str:
    """Return the address under which people reach the review app, as far as settings say."""
    if settings.public_url is not None:
        return settings.public_url.rstrip("/")
    host = f"[{settings.host}]" if ":" in settings.host else settings.host
    return f"http://{host}:{settings.port}"


def _address(settings: Settings, listener: socket.socket) -> str:
    port = int(listener.getsockname()[1])
    return address_of(settings.model_copy(update={"port": port}))


def _listener(settings: Settings) -> socket.socket:
    """Return a socket that listens.

    Raises:
        InputError: The address is not this machine's, or the port is taken.
    """
    family = socket.AF_INET6 if ":" in settings.host else socket.AF_INET
    try:
        return socket.create_server((settings.host, settings.port), family=family, backlog=BACKLOG)
    except OSError as error:
        raise InputError(
            f"cannot listen at {settings.host} port {settings.port}: {error.strerror or error}. "
            "Choose another with --port, or end what uses it"
        ) from error


def _first_link(services: Services) -> str:
    with services.desk.writing() as connection:
        return links.make(connection, "first_admin", None)
