"""The review app: routes, who may use them, and what every answer carries."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import Depends, FastAPI
from fastapi.responses import RedirectResponse, Response
from starlette.concurrency import run_in_threadpool
from starlette.middleware import Middleware
from starlette.middleware.gzip import GZipMiddleware
from starlette.staticfiles import StaticFiles
from starlette.types import Scope

from pipeline.desk.keeping import Keeper
from pipeline.people import UserRole
from review import problems
from review.context import CurrentViewer
from review.pages import ROUTERS
from review.paths import WholeSegments
from review.rendering import STATIC
from review.security import csrf
from review.security.gate import Gate
from review.security.headers import SecurityHeaders
from review.security.origin import KnownHost, Peer
from review.security.size import SizeLimit
from review.services import Services
from review.tryouts import TryOuts
from review.uploads import Uploads

GZIP_LEVEL = 4
FOREVER = "public, max-age=31536000, immutable"
A_WHILE = "public, max-age=300"


class StaticFolder(StaticFiles):
    """Our own files; under an address that names their content they never change."""

    async def get_response(self, path: str, scope: Scope) -> Response:
        """Return the file with how long it may be kept."""
        response = await super().get_response(path, scope)
        if response.status_code in (200, 206, 304):
            named = b"v=" in scope.get("query_string", b"")
            response.headers["cache-control"] = FOREVER if named else A_WHILE
        return response


def create_app(services: Services) -> FastAPI:
    """Return the app; nothing is opened or started until it is served.

    Args:
        services: What it works with.
    """
    app = FastAPI(
        title="callqa",
        docs_url=None,
        redoc_url=None,
        openapi_url=None,
        lifespan=_keep,
        dependencies=[Depends(csrf.check)],
        middleware=[
            Middleware(SecurityHeaders),
            Middleware(WholeSegments),
            Middleware(GZipMiddleware, compresslevel=GZIP_LEVEL),
            Middleware(KnownHost, settings=services.settings),
            Middleware(Peer, settings=services.settings),
            Middleware(Gate, services=services, answer=problems.answer),
            Middleware(SizeLimit, answer=problems.answer),
        ],
    )
    app.state.services = services
    app.state.tryouts = TryOuts(services)
    app.state.uploads = Uploads()
    app.state.keeper = Keeper(services.store, services.desk, services.settings)
    problems.register(app)
    app.add_api_route("/healthz", healthz, methods=["GET"])
    app.add_api_route("/", start, methods=["GET"])
    for router in ROUTERS:
        app.include_router(router)
    app.mount("/static", StaticFolder(directory=STATIC), name="static")
    app.state.paths = frozenset(
        getattr(route, "path", "") for router in ROUTERS for route in router.routes
    )
    return app


@asynccontextmanager
async def _keep(app: FastAPI) -> AsyncIterator[None]:
    """Keep desk and store together while the app is served."""
    keeper: Keeper = app.state.keeper
    keeper.start()
    try:
        yield
    finally:
        await run_in_threadpool(keeper.stop)


def healthz() -> dict[str, str]:
    """Say that the app answers; says nothing about what is kept."""
    return {"status": "ok"}


def start(viewer: CurrentViewer) -> Response:
    """Lead to the page that somebody works with."""
    agent = viewer.user.role is UserRole.AGENT
    return RedirectResponse("/mine" if agent else "/queue", 303)
