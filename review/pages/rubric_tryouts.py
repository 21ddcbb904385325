"""Try-outs of drafts: how far one is, and what would change."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response

from review.context import Lead, audited, back_to, page
from review.pages.rubric_drafts import tryouts_of
from review.tryouts import TryOut

router = APIRouter(prefix="/rubrics/tryouts")


@router.get("/{tryout_id}")
def show(request: Request, viewer: Lead, tryout_id: str) -> Response:
    """Show a try-out; asked again every second while it runs."""
    tryout = _tryout_or_404(request, tryout_id)
    part = request.headers.get("hx-target") == "tryout"
    template = "rubrics/tryout_part.html" if part else "rubrics/tryout.html"
    return page(request, viewer, template, tryout=tryout)


@router.post("/{tryout_id}/cancel")
def cancel(request: Request, viewer: Lead, tryout_id: str) -> Response:
    """Stop a try-out after the call that it is at."""
    tryout = _tryout_or_404(request, tryout_id)
    tryout.cancelled.set()
    audited(request, viewer, "rubric.tryout_cancelled", f"rubric_draft:{tryout.draft_id}")
    return back_to(f"/rubrics/tryouts/{tryout_id}", "It stops after the call that it is at.")


def _tryout_or_404(request: Request, tryout_id: str) -> TryOut:
    found = tryouts_of(request).get(tryout_id)
    if found is None:
        raise HTTPException(
            404,
            "There is no such try-out any more: they are kept until the server stops. "
            "Go to the draft under Rubrics and begin another one.",
        )
    return found
