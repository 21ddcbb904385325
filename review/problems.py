"""What is answered when something is wrong: what happened, and what to do."""

from __future__ import annotations

import logging
from typing import cast

from fastapi import FastAPI, Request
from fastapi.exceptions import RequestValidationError
from fastapi.responses import Response
from starlette.exceptions import HTTPException

from pipeline.errors import CallQAError, InputError, StoreBusyError
from review.context import page
from review.problem_details import problem_json
from review.security.gate import ask_to_log_in, wants_json
from review.security.headers import add_to

LOG = logging.getLogger(__name__)
TITLES = {
    400: "That did not work",
    401: "Who are you?",
    403: "This is not open to you",
    404: "There is nothing here",
    405: "That cannot be done here",
    409: "Somebody else was quicker",
    413: "That is too large",
    422: "Something is missing or has the wrong form",
    429: "Too many tries",
    503: "Busy",
}
SENTENCES = {
    404: "The address leads nowhere. It may be mistyped, or what it named is no longer there.",
    405: "This address does not take this kind of request. Go back and use the page's own buttons.",
}
BUSY_S = "5"


def answer(request: Request, status_code: int, sentence: str) -> Response:
    """Return the page about a problem, or for programs the same as JSON.

    Args:
        request: The request.
        status_code: Of the answer.
        sentence: What happened and what to do; never words of a call.
    """
    if wants_json(request):
        return problem_json(status_code, sentence)
    title = TITLES.get(status_code, "Something went wrong")
    viewer = getattr(request.state, "viewer", None)
    return page(
        request,
        viewer,
        "problem.html",
        status_code,
        title=title,
        sentence=sentence,
        code=status_code,
    )


def register(app: FastAPI) -> None:
    """Have the app answer problems this way."""
    app.add_exception_handler(HTTPException, _http)
    app.add_exception_handler(RequestValidationError, _invalid)
    app.add_exception_handler(CallQAError, _ours)
    app.add_exception_handler(Exception, _unexpected)


def _http(request: Request, error: Exception) -> Response:
    known = cast(HTTPException, error)  # registered for nothing else
    if known.status_code == 401:
        return ask_to_log_in(request)
    plain = known.detail in ("Not Found", "Method Not Allowed")
    sentence = SENTENCES.get(known.status_code, known.detail) if plain else known.detail
    response = answer(request, known.status_code, str(sentence))
    response.headers.update(known.headers or {})
    return response


def _invalid(request: Request, error: Exception) -> Response:
    mistakes = cast(RequestValidationError, error).errors()
    found = "; ".join(f"{mistake['loc'][-1]}: {mistake['msg']}" for mistake in mistakes[:5])
    return answer(request, 422, f"{found}. Go back and correct it.")


def _ours(request: Request, error: Exception) -> Response:
    if isinstance(error, InputError):
        return answer(request, 400, f"{error}.")
    if isinstance(error, StoreBusyError):
        response = answer(request, 503, f"{error}. Nothing was changed.")
        response.headers["retry-after"] = BUSY_S
        return response
    LOG.error("%s %s: %s", request.method, request.url.path, error)
    return answer(request, 500, f"{error}.")


def _unexpected(request: Request, error: Exception) -> Response:
    LOG.error("%s %s failed: %s", request.method, request.url.path, type(error).__name__)
    response = answer(
        request,
        500,
        "This is a fault of the review app, not of yours. Try again; if it stays, tell whoever "
        "runs it what you did and when. The log has the details.",
    )
    add_to(response.headers, https=request.url.scheme == "https")  # outside all middleware
    return response
