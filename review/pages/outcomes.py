"""Outcomes: satisfaction, first-contact resolution and handling time, from a CSV file."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, Request, UploadFile
from fastapi.responses import Response

from pipeline.desk import Desk
from pipeline.desk.outcomes import (
    MOST_BYTES,
    TITLES,
    OutcomeFile,
    ToldOutcome,
    keep_outcomes,
    outcome_counts,
    read_outcomes,
    told_outcomes,
    unknown_calls,
)
from pipeline.errors import InputError
from pipeline.people import may_see, visible_teams
from review.context import DeskOf, Lead, audited, back_to, page
from review.files import FileFormat, records_file
from review.security.viewer import Viewer
from review.uploads import Uploads

router = APIRouter(prefix="/outcomes")

HERE = "/outcomes"
SHOWN = 20
PROBLEMS_SHOWN = 100


@router.get("")
def outcomes(request: Request, viewer: Lead, desk: DeskOf, form: FileFormat = None) -> Response:
    """Show what was told so far, and the form that takes more."""
    if form is not None:
        with desk.reading() as connection:
            told = told_outcomes(connection)
        whole = visible_teams(viewer.user) is None
        seen = [o for o in told if whole or may_see(viewer.user, o.agent, o.team, False)]
        audited(request, viewer, "export.made", "export:outcomes", {"format": form})
        return records_file("outcomes", form, seen, ToldOutcome)
    return _start(request, viewer, desk)


@router.post("")
def upload(request: Request, viewer: Lead, desk: DeskOf, file: UploadFile) -> Response:
    """Show what a file says before anything is kept."""
    content = file.file.read(MOST_BYTES + 1)
    try:
        read = read_outcomes(content)
        if not read.outcomes and not read.problems:
            raise InputError("the file has a heading and no figures below it")
    except InputError as error:
        return _start(request, viewer, desk, str(error))
    return _preview(request, viewer, desk, read, content)


@router.post("/keep")
def keep(
    request: Request, viewer: Lead, desk: DeskOf, token: Annotated[str, Form()] = ""
) -> Response:
    """Keep the figures of a file that was shown."""
    content = _uploads(request).take(viewer.user.user_id, token)
    if content is None:
        return back_to(HERE, "The file is no longer at hand: send it again.", "bad")
    read = read_outcomes(content)
    with desk.writing() as connection:
        count = keep_outcomes(connection, read.outcomes, viewer.user.user_id)
        detail = {"figures": count, "problems": len(read.problems)}
        audited(request, viewer, "outcomes.kept", "outcomes", detail, connection)
    return back_to(HERE, f"Kept {count} figures.")


def _start(request: Request, viewer: Viewer, desk: Desk, problem: str = "") -> Response:
    with desk.reading() as connection:
        counts = outcome_counts(connection)
    return page(
        request,
        viewer,
        "outcomes/list.html",
        400 if problem else 200,
        counts=counts,
        titles=TITLES,
        problem=problem,
    )


def _preview(
    request: Request, viewer: Viewer, desk: Desk, read: OutcomeFile, content: bytes
) -> Response:
    call_ids = list(dict.fromkeys(outcome.call_id for outcome in read.outcomes))
    with desk.reading() as connection:
        unknown = unknown_calls(connection, call_ids)
    return page(
        request,
        viewer,
        "outcomes/preview.html",
        read=read,
        titles=TITLES,
        counts={name: sum(o.name == name for o in read.outcomes) for name in TITLES},
        calls=len(call_ids),
        unknown=unknown,
        first=read.outcomes[:SHOWN],
        problems=read.problems[:PROBLEMS_SHOWN],
        token=_uploads(request).put(viewer.user.user_id, content) if read.outcomes else "",
    )


def _uploads(request: Request) -> Uploads:
    found: Uploads = request.app.state.uploads
    return found
