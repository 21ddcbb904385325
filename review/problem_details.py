"""Problems as programs read them: RFC 9457, ``application/problem+json``."""

from __future__ import annotations

from http import HTTPStatus

from fastapi.responses import JSONResponse
from pydantic import BaseModel, ConfigDict

MEDIA_TYPE = "application/problem+json"


class Problem(BaseModel):
    """Why a request was not answered."""

    model_config = ConfigDict(frozen=True, use_attribute_docstrings=True)

    type: str = "about:blank"
    """Nothing more specific than the status is to be said of its kind."""
    title: str
    """The status in words."""
    status: int
    detail: str
    """What happened and what to do."""


def problem_json(status_code: int, sentence: str) -> JSONResponse:
    """Return the answer that says what went wrong.

    Args:
        status_code: Of the answer.
        sentence: What happened and what to do; never words of a call.
    """
    title = HTTPStatus(status_code).phrase
    problem = Problem(title=title, status=status_code, detail=sentence)
    headers = {"www-authenticate": "Bearer"} if status_code == 401 else None
    return JSONResponse(problem.model_dump(), status_code, headers, MEDIA_TYPE)
