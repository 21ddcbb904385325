"""Disputes: agents object to a verdict, leads decide."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from pipeline.desk.deciding import reject, uphold
from pipeline.desk.disputes import (
    Dispute,
    DisputeState,
    count_disputes,
    disputes_for,
    find_dispute,
    open_dispute,
    withdraw_dispute,
)
from pipeline.desk.documents import scorecard_of
from pipeline.desk.released import released_review
from pipeline.desk.shown import released_card
from pipeline.domain import Verdict
from pipeline.errors import ReviewError, TalkError
from pipeline.store import Scorecard
from review.context import (
    AgentOnly,
    DeskOf,
    Lead,
    ServicesOf,
    SettingsOf,
    Viewer,
    audited,
    back_to,
    page,
    visible_call,
)
from review.files import MOST_IN_A_FILE, FileFormat, records_file
from review.rendering import path_part
from review.services import Services

router = APIRouter()

PER_PAGE = 40
NO_DISPUTE = "There is no such dispute, or it is not one that you may see."
LABELS = {
    DisputeState.OPEN: "To decide",
    DisputeState.UPHELD: "Upheld",
    DisputeState.REJECTED: "Rejected",
    DisputeState.WITHDRAWN: "Taken back",
}
Words = Annotated[str, Form()]


@router.get("/disputes", response_model=None)
def disputes(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    state: DisputeState = DisputeState.OPEN,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    form: FileFormat = None,
) -> Response:
    """Show disputes: those to decide first, by their due date."""
    with desk.reading() as connection:
        if form is not None:
            rows = disputes_for(connection, viewer.user, state, limit=MOST_IN_A_FILE)
            return records_file("disputes", form, rows, Dispute)
        counts = count_disputes(connection, viewer.user)
        found = disputes_for(
            connection, viewer.user, state, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
        )
    by_state = counts.model_dump()
    return page(
        request,
        viewer,
        "disputes/list.html",
        disputes=found,
        state=state,
        counts=counts,
        tabs=[(item, LABELS[item], by_state[item]) for item in LABELS],
        urlencode=urlencode,
        number=number,
        pages=max(1, -(-by_state[state] // PER_PAGE)),
        total=by_state[state],
    )


@router.get("/disputes/{dispute_id}")
def dispute(request: Request, viewer: Lead, services: ServicesOf, dispute_id: str) -> Response:
    """Show one dispute with what the verdict rests on, to decide it."""
    return _page(request, viewer, services, dispute_id)


@router.post("/disputes/{dispute_id}/decide")
def decide(
    request: Request,
    viewer: Lead,
    services: ServicesOf,
    dispute_id: str,
    decision: Words = "",
    verdict: Words = "",
    words: Words = "",
) -> Response:
    """Uphold a dispute with another verdict, or reject it."""
    found, scorecard = _found(viewer, services, dispute_id)
    try:
        if decision not in ("uphold", "reject"):
            raise TalkError("choose whether the verdict changes or stands")
        with services.desk.writing() as connection:
            if decision == "reject":
                reject(connection, viewer.user, dispute_id, words)
            else:
                chosen = _verdict(verdict)
                uphold(connection, viewer.user, scorecard, dispute_id, chosen, words)
            action = "dispute.upheld" if decision == "uphold" else "dispute.rejected"
            about = {"dispute": dispute_id, "criterion": found.criterion}
            audited(request, viewer, action, f"call:{found.call_id}", about, connection)
    except (TalkError, ReviewError) as error:
        problems = "; ".join(getattr(error, "problems", {}).values())
        told = f"{error}: {problems}" if problems else f"{error}"
        return _page(request, viewer, services, dispute_id, told, (decision, verdict, words))
    told = "upheld: the score changed" if decision == "uphold" else "rejected: the verdict stands"
    return back_to("/disputes", f"Dispute {told}.")


@router.post("/calls/{call_id}/disputes")
def open_one(
    request: Request,
    viewer: AgentOnly,
    services: ServicesOf,
    settings: SettingsOf,
    call_id: str,
    criterion: Words = "",
    comment: Words = "",
) -> Response:
    """Dispute, as an agent, one criterion of a released review."""
    visible_call(request, viewer, call_id)
    scorecard = _scorecard(services, call_id)
    there = f"/mine/{path_part(call_id)}#criterion-{path_part(criterion)}"
    try:
        with services.desk.writing() as connection:
            review = released_review(connection, viewer.user, call_id)
            if review is None:
                raise HTTPException(404, "No review of this call is released.")
            card = released_card(connection, review, scorecard)
            dispute_id = open_dispute(connection, settings, viewer.user, card, criterion, comment)
            about = {"dispute": dispute_id, "criterion": criterion}
            audited(request, viewer, "dispute.opened", f"call:{call_id}", about, connection)
    except TalkError as error:
        return back_to(there, f"Not sent: {error}.", "bad")
    return back_to(there, "Sent: a lead will decide your dispute.")


@router.post("/disputes/{dispute_id}/withdraw")
def withdraw(request: Request, viewer: AgentOnly, desk: DeskOf, dispute_id: str) -> Response:
    """Take one's own dispute back."""
    with desk.reading() as connection:
        found = find_dispute(connection, viewer.user, dispute_id)
    if found is None:
        raise HTTPException(404, NO_DISPUTE)
    there = f"/mine/{path_part(found.call_id)}#criterion-{path_part(found.criterion)}"
    try:
        with desk.writing() as connection:
            withdraw_dispute(connection, viewer.user, dispute_id)
            subject, about = f"call:{found.call_id}", {"dispute": dispute_id}
            audited(request, viewer, "dispute.withdrawn", subject, about, connection)
    except TalkError as error:
        return back_to(there, f"Nothing changed: {error}.", "bad")
    return back_to(there, "Your dispute is taken back.")


def _page(
    request: Request,
    viewer: Viewer,
    services: Services,
    dispute_id: str,
    problem: str = "",
    entered: tuple[str, str, str] = ("", "", ""),
) -> Response:
    found, scorecard = _found(viewer, services, dispute_id)
    with services.desk.reading() as connection:
        review = released_review(connection, viewer.user, found.call_id)
        card = released_card(connection, review, scorecard) if review else None
    audited(request, viewer, "call.read", f"call:{found.call_id}", {"dispute": dispute_id})
    return page(
        request,
        viewer,
        "disputes/one.html",
        422 if problem else 200,
        dispute=found,
        shown=card.of(found.criterion) if card else None,
        has_sound=scorecard.transcript.source == "recording",
        machine=next(
            (
                score
                for score in scorecard.evaluation.judgement.scores
                if score.criterion == found.criterion
            ),
            None,
        ),
        labels=LABELS,
        problem=problem,
        entered=entered,
    )


def _found(viewer: Viewer, services: Services, dispute_id: str) -> tuple[Dispute, Scorecard]:
    with services.desk.reading() as connection:
        found = find_dispute(connection, viewer.user, dispute_id)
    if found is None:
        raise HTTPException(404, NO_DISPUTE)
    return found, _scorecard(services, found.call_id)


def _scorecard(services: Services, call_id: str) -> Scorecard:
    found = scorecard_of(services.desk, services.store, call_id)
    if found is None:
        raise HTTPException(404, "This call has no scorecard any more.")
    return found


def _verdict(text: str) -> Verdict:
    try:
        return Verdict(text)
    except ValueError as error:
        raise TalkError("choose the verdict that holds from now on") from error
