"""Every route of the app, found by asking the app, so that no later one is forgotten."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import cache
from typing import Any
from urllib.parse import quote

from fastapi.routing import APIRoute

from pipeline.desk import desk_for
from pipeline.settings import Settings
from pipeline.store import Store
from review.app import create_app
from review.services import Services

SAFE = ("GET", "HEAD")
PARAMETER = re.compile(r"{([a-z_]+)(?::[a-z]+)?}")


@dataclass(frozen=True, slots=True)
class Route:
    """One method of one path."""

    method: str
    path: str

    def address(self, **values: str) -> str:
        """Return the path with its parameters filled in; ``x1`` where no value is given."""
        return PARAMETER.sub(lambda found: quote(values.get(found[1], "x1"), safe=""), self.path)

    @property
    def parameters(self) -> frozenset[str]:
        """Return the names of the path's parameters."""
        return frozenset(PARAMETER.findall(self.path))

    def __str__(self) -> str:
        return f"{self.method} {self.path}"


@cache
def all_routes() -> tuple[Route, ...]:
    """Return every route; nothing is opened for that."""
    settings = Settings(store="never-made.duckdb")
    app = create_app(Services(settings, Store(settings.store), desk_for(settings.store)))
    found = {Route(method, path) for path, methods in _paths(app.routes) for method in methods}
    return tuple(sorted(found, key=str))


def unsafe_routes() -> tuple[Route, ...]:
    """Return the routes that change something."""
    return tuple(route for route in all_routes() if route.method not in SAFE)


def _paths(routes: Any) -> Iterator[tuple[str, frozenset[str]]]:
    """Yield paths and methods; FastAPI has no public type for an included router."""
    for route in routes:
        if isinstance(route, APIRoute):
            yield route.path, frozenset(route.methods or ())
        elif hasattr(route, "effective_route_contexts"):
            for context in route.effective_route_contexts():
                yield context.path, frozenset(context.methods or ())


def pick(values: Mapping[str, str], route: Route) -> str:
    """Return a route's address with those of the values that it takes."""
    return route.address(**{name: values[name] for name in route.parameters & values.keys()})
