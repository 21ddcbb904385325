"""A review app on an empty store, and people who are logged in to it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any, Protocol

import pytest
from argon2 import PasswordHasher
from fastapi import FastAPI
from starlette.testclient import TestClient

from pipeline.desk import Desk, desk_for, people, sessions
from pipeline.desk.passwords import Passwords
from pipeline.people import User, UserRole
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.services import Services

ADDRESS = "http://localhost"
CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""The same algorithm at a cost that lets tests try a thousand passwords."""


class Browser(TestClient):
    """A browser of somebody who is logged in; sends the CSRF token with every request.

    Take it from ``headers`` to be a browser that was lured here: ``del browser.headers[...]``.
    """

    def __init__(self, app: FastAPI, user: User, session: sessions.Session) -> None:
        super().__init__(app, base_url=ADDRESS, follow_redirects=False)
        self.user = user
        self.session = session
        self.cookies.set("callqa_session", session.token)
        self.headers["X-CSRF-Token"] = session.csrf_token

    @property
    def csrf_token(self) -> str:
        """Return the token that a form of this session carries in its field csrf_token."""
        return self.session.csrf_token


class ClientAs(Protocol):
    """Makes a user with a role and logs them in; fields as ``pipeline.desk.people.add_user``."""

    def __call__(self, role: UserRole | str, user_id: str = "", **fields: Any) -> Browser: ...


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=str(tmp_path / "calls.duckdb"))


@pytest.fixture
def store(settings: Settings) -> Store:
    return Store(settings.store)


@pytest.fixture
def desk(settings: Settings) -> Iterator[Desk]:
    found = desk_for(settings.store)
    yield found
    found.close()


@pytest.fixture
def services(settings: Settings, store: Store, desk: Desk) -> Services:
    return Services(settings, store, desk, passwords=Passwords(CHEAP))


@pytest.fixture
def app(services: Services) -> FastAPI:
    return create_app(services)


@pytest.fixture
def stranger(app: FastAPI) -> TestClient:
    """Somebody who is not logged in."""
    return TestClient(app, base_url=ADDRESS, follow_redirects=False)


@pytest.fixture
def client_as(app: FastAPI, desk: Desk, settings: Settings) -> ClientAs:
    return client_maker(app, desk, settings)


def client_maker(app: FastAPI, desk: Desk, settings: Settings) -> ClientAs:
    """Return what makes logged-in browsers for an app."""

    def make(role: UserRole | str, user_id: str = "", **fields: Any) -> Browser:
        known = UserRole(role)
        if known is UserRole.AGENT:
            fields.setdefault("agent", "Dana Fox")
        with desk.writing() as connection:
            name = user_id or known.value
            user = people.user_of(connection, name) or people.add_user(
                connection, name, known, added_by="test", **fields
            )
            session = sessions.start(connection, user, hours=settings.session_hours)
        return Browser(app, user, session)

    return make
