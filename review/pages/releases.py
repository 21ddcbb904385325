"""Releases: which reviews agents get to see, one by one or many at once."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, Query, Request
from starlette.responses import Response

from pipeline.desk import Desk
from pipeline.desk.releases import (
    Released,
    Waiting,
    agents_waiting,
    count_waiting,
    release,
    waiting,
)
from pipeline.errors import TalkError
from review.context import DeskOf, Lead, Viewer, audited, back_to, page, visible_call
from review.files import MOST_IN_A_FILE, FileFormat, records_file
from review.rendering import path_part

router = APIRouter()

PER_PAGE = 50


@router.get("/releases", response_model=None)
def releases(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    agent: str = "",
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    form: FileFormat = None,
) -> Response:
    """Show finished reviews that their agents do not see yet."""
    whose = agent or None
    with desk.reading() as connection:
        if form is not None:
            rows = waiting(connection, viewer.user, agent=whose, limit=MOST_IN_A_FILE)
            return records_file("releases", form, rows, Waiting)
        total = count_waiting(connection, viewer.user, whose)
        found = waiting(
            connection, viewer.user, agent=whose, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
        )
        agents = agents_waiting(connection, viewer.user)
    return page(
        request,
        viewer,
        "releases/list.html",
        reviews=found,
        agents=agents,
        agent=agent,
        query={"agent": agent} if agent else {},
        urlencode=urlencode,
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        total=total,
    )


@router.post("/releases")
def release_many(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    call_id: Annotated[list[str], Form()] = [],  # noqa: B006 - FastAPI copies it
    back: Annotated[str, Form()] = "/releases",
) -> Response:
    """Release the reviews of the calls that were ticked."""
    try:
        done = _release(request, viewer, desk, call_id)
    except TalkError as error:
        return back_to(back, f"Nothing released: {error}.", "bad")
    return back_to(back, _told(done))


@router.post("/calls/{call_id}/release")
def release_one(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    call_id: str,
    back: Annotated[str, Form()] = "",
) -> Response:
    """Release the review of one call."""
    visible_call(request, viewer, call_id)
    there = f"{back or f'/calls/{path_part(call_id)}'}#release"
    try:
        done = _release(request, viewer, desk, [call_id])
    except TalkError as error:
        return back_to(there, f"Not released: {error}.", "bad")
    if not done.calls:
        message = "Nothing to release: it is released already, or no review is finished."
        return back_to(there, message, "bad")
    return back_to(there, "Released: the agent can see the review now.")


def _release(request: Request, viewer: Viewer, desk: Desk, call_ids: list[str]) -> Released:
    with desk.writing() as connection:
        done = release(connection, viewer.user, call_ids)
        for call_id in done.calls:
            audited(request, viewer, "review.released", f"call:{call_id}", None, connection)
    return done


def _told(done: Released) -> str:
    count = len(done.calls)
    told = f"Released: {count} review{'' if count == 1 else 's'}."
    if done.already:
        told += f" {done.already} had nothing left to release."
    return told
