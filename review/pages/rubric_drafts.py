"""Rubrics as they are written: drafts with live checking, try-outs, and publishing."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, Form, HTTPException, Request
from fastapi.responses import HTMLResponse, Response
from pydantic import JsonValue

from pipeline.desk import Desk
from pipeline.desk.rubric_drafts import (
    RubricDraft,
    begin_draft,
    discard_draft,
    publish,
    read_draft,
    save_draft,
)
from pipeline.desk.rubric_library import all_rubrics, highest_version, rubric_at, text_of
from pipeline.desk.tryout_calls import MOST, recent_calls
from pipeline.errors import InputError
from pipeline.rubric import parse_rubric
from pipeline.rubric_check import CheckedRubric, check_text
from pipeline.rubric_diff import compare
from review.context import DeskOf, Lead, ServicesOf, StoreOf, audited, back_to, page
from review.pages.rubrics import version_or_404
from review.rendering import environment
from review.security.viewer import Viewer
from review.services import Services
from review.tryouts import NO_JUDGE, TryOuts

router = APIRouter(prefix="/rubrics")

FILE = "draft"
EMPTY = """id: my_rubric
version: 1
title: What it is called
languages: [en]

criteria:
  - id: greeting
    question: Did the agent open the call properly?
    section: Opening
    scope: opening
    allowed: [pass, fail]
    examples:
      - {verdict: pass, text: "Good morning, Harwell House, Dana speaking."}
      - {verdict: fail, text: "Yeah?"}
"""
Content = Annotated[str, Form()]
SavedAt = Annotated[str, Form()]


@router.post("/drafts")
def begin(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    store: StoreOf,
    rubric: Annotated[str, Form()] = "",
    version: Annotated[int, Form()] = 0,
) -> Response:
    """Begin a draft with a version, or with a small example."""
    content, name, based_on = EMPTY, "my_rubric", None
    if rubric:
        base = version_or_404(desk, store, rubric, version)
        highest = highest_version(all_rubrics(desk, store), rubric) or version
        content = _next_version(text_of(desk, base), base.version, highest + 1)
        name, based_on = base.id, base.version
    with desk.writing() as connection:
        draft_id = begin_draft(connection, name, based_on, content, viewer.user.user_id)
        subject = f"rubric_draft:{draft_id}"
        audited(request, viewer, "rubric.draft_begun", subject, {"rubric": name}, connection)
    return back_to(f"/rubrics/drafts/{draft_id}")


@router.get("/drafts/{draft_id}")
def edit(
    request: Request, viewer: Lead, desk: DeskOf, services: ServicesOf, draft_id: str
) -> Response:
    """Show a draft for editing, with its mistakes."""
    return _editor(request, viewer, services, draft_or_404(desk, draft_id))


@router.post("/drafts/{draft_id}")
def save(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    services: ServicesOf,
    draft_id: str,
    content: Content = "",
    saved_at: SavedAt = "",
) -> Response:
    """Keep what was typed."""
    draft = draft_or_404(desk, draft_id)
    try:
        _keep(desk, draft, content, saved_at)
    except InputError as error:
        return _editor(request, viewer, services, draft, typed=content, problem=str(error))
    return back_to(f"/rubrics/drafts/{draft_id}", "Saved.")


@router.post("/drafts/{draft_id}/check")
def check(viewer: Lead, desk: DeskOf, draft_id: str, content: Content = "") -> Response:
    """Return the mistakes in what is being typed, as a part of the page; nothing is kept."""
    draft_or_404(desk, draft_id)
    checked = check_text(_lines(content), FILE)
    return HTMLResponse(environment().get_template("rubrics/problems.html").render(checked=checked))


@router.post("/drafts/{draft_id}/discard")
def discard(request: Request, viewer: Lead, desk: DeskOf, draft_id: str) -> Response:
    """Put a draft away."""
    draft_or_404(desk, draft_id)
    with desk.writing() as connection:
        discard_draft(connection, draft_id)
        subject = f"rubric_draft:{draft_id}"
        audited(request, viewer, "rubric.draft_discarded", subject, connection=connection)
    return back_to("/rubrics", "The draft was discarded.")


@router.post("/drafts/{draft_id}/publish")
def publish_draft(
    request: Request,
    viewer: Lead,
    services: ServicesOf,
    draft_id: str,
    content: Content = "",
    saved_at: SavedAt = "",
    reason: Annotated[str, Form()] = "",
) -> Response:
    """Make a draft the next version of its rubric."""
    desk = services.desk
    draft = draft_or_404(desk, draft_id)
    try:
        kept = _keep(desk, draft, content, saved_at)
        name = str(check_text(kept.content, FILE).content.get("id", kept.rubric))
        highest = highest_version(all_rubrics(desk, services.store), name)
        with desk.writing() as connection:
            made = publish(connection, kept, reason, viewer.user.user_id, highest)
            detail: dict[str, JsonValue] = {
                "version": made.version,
                "sha256": made.sha256,
                "reason": made.reason,
            }
            subject = f"rubric:{made.rubric}"
            audited(request, viewer, "rubric.published", subject, detail, connection)
    except InputError as error:
        latest = draft_or_404(desk, draft_id)
        return _editor(
            request, viewer, services, latest, typed=content, problem=str(error), reason=reason
        )
    request.app.state.keeper.hurry()
    told = f"Published {made.rubric} version {made.version}. Old scorecards keep their version."
    return back_to(f"/rubrics/{made.rubric}/{made.version}", told)


@router.post("/drafts/{draft_id}/tryouts")
def try_out(
    request: Request,
    viewer: Lead,
    services: ServicesOf,
    draft_id: str,
    content: Content = "",
    saved_at: SavedAt = "",
    calls: Annotated[int, Form(ge=1, le=MOST)] = 50,
) -> Response:
    """Begin to judge past calls by the draft."""
    desk = services.desk
    draft = draft_or_404(desk, draft_id)
    try:
        kept = _keep(desk, draft, content, saved_at)
        rubric = parse_rubric(kept.content, FILE)
        with desk.reading() as connection:
            call_ids = recent_calls(connection, viewer.user, rubric.id, calls)
        if not call_ids:
            raise InputError("there is no scored call to try it on yet (callqa score …)")
        if services.judge is None:
            raise InputError(NO_JUDGE)
    except InputError as error:
        latest = draft_or_404(desk, draft_id)
        return _editor(request, viewer, services, latest, typed=content, problem=str(error))
    tryout = tryouts_of(request).start(draft_id, rubric, call_ids, viewer.user.user_id)
    subject = f"rubric_draft:{draft_id}"
    audited(request, viewer, "rubric.tried_out", subject, {"calls": len(call_ids)})
    return back_to(f"/rubrics/tryouts/{tryout.tryout_id}")


def draft_or_404(desk: Desk, draft_id: str) -> RubricDraft:
    """Return a draft.

    Raises:
        HTTPException: 404; there is none.
    """
    with desk.reading() as connection:
        found = read_draft(connection, draft_id)
    if found is None:
        raise HTTPException(404, "There is no such draft.")
    return found


def tryouts_of(request: Request) -> TryOuts:
    """Return the try-outs of this process."""
    found: TryOuts = request.app.state.tryouts
    return found


def _keep(desk: Desk, draft: RubricDraft, content: str, saved_at: str) -> RubricDraft:
    """Keep what was typed and return the draft with it.

    Raises:
        InputError: Somebody saved it meanwhile, or it is no draft any more.
    """
    typed = _lines(content)
    if typed != draft.content and saved_at != draft.saved_at:
        raise InputError(
            "somebody saved this draft meanwhile, in another window perhaps. What you typed is "
            "still here: compare it with the draft in a new window, then save it again"
        )
    named = check_text(typed, FILE).content.get("id")
    name = named if isinstance(named, str) and named else draft.rubric
    with desk.writing() as connection:
        save_draft(connection, draft.draft_id, typed, name[:200])
        kept = read_draft(connection, draft.draft_id)
    assert kept is not None, "a draft is never deleted"
    return kept


def _editor(
    request: Request,
    viewer: Viewer,
    services: Services,
    draft: RubricDraft,
    *,
    typed: str | None = None,
    problem: str = "",
    reason: str = "",
) -> Response:
    content = draft.content if typed is None else _lines(typed)
    checked = check_text(content, FILE)
    base = None
    if draft.based_on is not None:
        base = rubric_at(services.desk, services.store, draft.rubric, draft.based_on)
    valid = None if checked.diagnostics else parse_rubric(content, FILE)
    return page(
        request,
        viewer,
        "rubrics/edit.html",
        400 if problem else 200,
        draft=draft,
        content=content,
        checked=checked,
        base=base,
        changes=compare(base, valid) if base and valid else (),
        valid=valid,
        problem=problem,
        reason=reason,
        tryouts=tryouts_of(request).of_draft(draft.draft_id),
        can_try=services.judge is not None,
        no_judge=NO_JUDGE,
        most=MOST,
        marked=_marked_lines(checked),
    )


def _marked_lines(checked: CheckedRubric) -> str:
    return " ".join(str(item.line) for item in checked.diagnostics)


def _lines(content: str) -> str:
    """Return text with the line ends of a file: forms send others."""
    return content.replace("\r\n", "\n").replace("\r", "\n")


def _next_version(text: str, version: int, following: int) -> str:
    """Return a rubric's text with another version, where it stands as usual."""
    return text.replace(f"\nversion: {version}\n", f"\nversion: {following}\n", 1)
