"""The page of one call: hear it, read it, judge it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Annotated
from urllib.parse import parse_qsl, quote

from fastapi import APIRouter, Depends, HTTPException, Request
from pydantic import Field
from starlette.responses import JSONResponse, RedirectResponse, Response

from pipeline.desk.calls import CallRow
from pipeline.desk.claims import claim, holders, next_call
from pipeline.desk.documents import scorecard_of
from pipeline.desk.drafts import Draft, read_draft, save_draft
from pipeline.desk.filters import read_filters
from pipeline.desk.reviewing import SubmittedReview, revoke, submit
from pipeline.desk.talk import talk_on
from pipeline.desk.times import present
from pipeline.domain import Record
from pipeline.errors import InputError, ReviewError
from pipeline.people import UserRole, ranks_at_least
from pipeline.store import Scorecard
from review.call.answers import draft_from_form
from review.call.view import call_view, said_about
from review.context import (
    CurrentViewer,
    DeskOf,
    Reviewer,
    ServicesOf,
    SettingsOf,
    Viewer,
    audited,
    back_to,
    page,
    visible_call,
)
from review.rendering import path_part
from review.services import Services

router = APIRouter()


async def form_fields(request: Request) -> Mapping[str, str]:
    """Return the fields of a form; files are left out."""
    form = await request.form()
    return {name: value for name, value in form.items() if isinstance(value, str)}


Fields = Annotated[Mapping[str, str], Depends(form_fields)]


class SentDraft(Record):
    """A draft as the page sends it while somebody works."""

    draft: Draft
    evaluation_key: str
    seen: datetime | None = Field(default=None)
    """When the draft was last saved, as far as this page knows; None: it knows of none."""
    over: bool = False
    """Keep it whatever another window has saved."""


@router.get("/calls/{call_id}")
def show(
    request: Request, viewer: CurrentViewer, services: ServicesOf, call_id: str, view: str = ""
) -> Response:
    """Show a call to somebody who may judge it; agents are led to their own page of it."""
    if viewer.user.role is UserRole.AGENT:
        return RedirectResponse(f"/mine/{path_part(call_id)}", 303)
    row, scorecard = _call(request, viewer, services, call_id)
    with services.desk.writing() as connection:
        minutes = services.settings.claim_minutes
        claim(connection, viewer.user.user_id, call_id, minutes, present())
        audited(request, viewer, "call.read", f"call:{call_id}", connection=connection)
    return _page(request, viewer, services, row, scorecard, view)


@router.put("/calls/{call_id}/draft")
def keep_draft(
    request: Request,
    viewer: Reviewer,
    desk: DeskOf,
    settings: SettingsOf,
    call_id: str,
    sent: SentDraft,
) -> Response:
    """Keep what was entered so far, unless another window has kept something newer."""
    row = visible_call(request, viewer, call_id)
    now = present()
    user_id = viewer.user.user_id
    with desk.writing() as connection:
        kept = read_draft(connection, call_id, user_id)
        if row.evaluation_key != sent.evaluation_key:
            return JSONResponse({"problem": "This call was scored again meanwhile."}, 409)
        if kept is not None and not sent.over and (sent.seen is None or kept.saved_at > sent.seen):
            return JSONResponse({"problem": "Another window has saved a newer draft."}, 409)
        if kept is None and not sent.over and sent.seen is not None:
            return JSONResponse({"problem": "This review was submitted elsewhere."}, 409)
        save_draft(connection, call_id, user_id, sent.evaluation_key, sent.draft, now)
        claim(connection, user_id, call_id, settings.claim_minutes, now)
    return JSONResponse({"saved_at": now.isoformat()})


@router.post("/calls/{call_id}/review")
def submit_review(
    request: Request, viewer: Reviewer, services: ServicesOf, call_id: str, fields: Fields
) -> Response:
    """Take in a review; the next page is the next call of the view it came from."""
    row, scorecard = _call(request, viewer, services, call_id)
    view = fields.get("view", "")
    entered = Draft()
    try:
        entered = draft_from_form(fields, scorecard.rubric)
        made = submit(
            services.desk,
            viewer.user,
            scorecard,
            entered,
            started_at=_opened_at(fields),
            now=present(),
            partial=fields.get("partial") == "1",
        )
    except ReviewError as error:
        return _page(request, viewer, services, row, scorecard, view, entered, error)
    except InputError as error:
        raise HTTPException(400, str(error)) from error
    return back_to(_next(viewer, services, view), _told(made, call_id))


@router.post("/corrections/{key}/revoke")
def revoke_correction(
    request: Request, viewer: Reviewer, desk: DeskOf, key: str, fields: Fields
) -> Response:
    """Take a correction back."""
    call_id = fields.get("call_id", "")
    visible_call(request, viewer, call_id)
    address = _address(call_id, fields.get("view", ""))
    try:
        revoke(desk, viewer.user, call_id, key, fields.get("reason", ""), now=present())
    except ReviewError as error:
        return back_to(f"{address}#history", error.message, "bad")
    return back_to(f"{address}#history", "The correction was taken back.")


def _call(
    request: Request, viewer: Viewer, services: Services, call_id: str
) -> tuple[CallRow, Scorecard]:
    row = visible_call(request, viewer, call_id)
    scorecard = scorecard_of(services.desk, services.store, call_id)
    if scorecard is None:
        raise HTTPException(404, "This call has no scorecard any more.")
    return row, scorecard


def _page(
    request: Request,
    viewer: Viewer,
    services: Services,
    row: CallRow,
    scorecard: Scorecard,
    view: str,
    entered: Draft | None = None,
    error: ReviewError | None = None,
) -> Response:
    now = present()
    with services.desk.reading() as connection:
        others = tuple(
            item
            for item in holders(connection, row.call_id, now)
            if item.user_id != viewer.user.user_id
        )
        talk = talk_on(connection, viewer.user, row)
        said = said_about(connection, row, scorecard, viewer.user, others)
    shown = call_view(
        row,
        scorecard,
        said,
        viewer.user,
        now=now,
        entered=entered,
        problems=error.problems if error else None,
    )
    return page(
        request,
        viewer,
        "call/page.html",
        422 if error else 200,
        shown=shown,
        talk=talk,
        view=view,
        problem=error.message if error else "",
        may_take_over=ranks_at_least(viewer.user, UserRole.LEAD),
        address=_address(row.call_id, view),
    )


def _next(viewer: Viewer, services: Services, view: str) -> str:
    """Return the address of the next call of a view, now claimed; of the view if none is left."""
    filters = read_filters(dict(parse_qsl(view)), viewer.user).filters
    minutes = services.settings.claim_minutes
    found = next_call(services.desk, viewer.user, filters, minutes, present())
    if found is None:
        return f"/queue?{view}" if view else "/queue"
    return _address(found, view)


def _told(made: SubmittedReview, call_id: str) -> str:
    agreed = sum(1 for said in made.review.verdicts if said.agrees)
    parts = [f"{len(made.review.verdicts)} answered"]
    if agreed:
        parts.append(f"{agreed} agreed with")
    if made.corrections:
        parts.append(f"{len(made.corrections)} corrected")
    return f"Review of {call_id} is saved: {', '.join(parts)}."


def _address(call_id: str, view: str) -> str:
    """Return the address of a call's page within a view of the queue."""
    return f"/calls/{path_part(call_id)}" + (f"?view={quote(view, safe='')}" if view else "")


def _opened_at(fields: Mapping[str, str]) -> datetime:
    try:
        told = datetime.fromisoformat(fields.get("opened_at", ""))
    except ValueError:
        return present()
    return told if told.tzinfo else told.replace(tzinfo=UTC)
