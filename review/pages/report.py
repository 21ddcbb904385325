"""A call on paper: one sheet to print or to keep as a PDF."""

from __future__ import annotations

from fastapi import APIRouter, HTTPException, Request
from fastapi.responses import Response
from sqlalchemy import Connection

from pipeline.desk import people
from pipeline.desk.answers import score_with
from pipeline.desk.blind import open_blind
from pipeline.desk.documents import scorecard_of
from pipeline.desk.notes import notes_on
from pipeline.desk.released import released_review
from pipeline.desk.shown import released_card
from pipeline.desk.statements import corrections_of, human_verdicts, reviews_of
from pipeline.desk.times import present
from pipeline.people import User, UserRole
from pipeline.store import Scorecard
from review.context import CurrentViewer, ServicesOf, audited, page, visible_call
from review.report.view import Report, Words, full_report, released_report, sealed_report

router = APIRouter()
GONE = "There is no such call, or it is not one that you may see."


@router.get("/calls/{call_id}/report")
def report(request: Request, viewer: CurrentViewer, services: ServicesOf, call_id: str) -> Response:
    """Show a call as it is printed: to agents as it was released, to others with all of it."""
    row = visible_call(request, viewer, call_id)
    card = scorecard_of(services.desk, services.store, call_id)
    if card is None:
        raise HTTPException(404, GONE)
    with services.desk.reading() as connection:
        if viewer.user.role is UserRole.AGENT:
            found = _for_agent(connection, viewer.user, card)
        elif open_blind(connection, [call_id]):
            found = sealed_report()
        else:
            found = full_report(card, _words(connection, viewer.user, card), viewer.user)
    audited(request, viewer, "call.read", f"call:{call_id}", {"as": "report"})
    return page(
        request,
        viewer,
        "report/page.html",
        row=row,
        card=card,
        report=found,
        printed_at=present(),
        back=f"/{'mine' if viewer.user.role is UserRole.AGENT else 'calls'}",
    )


def _for_agent(connection: Connection, user: User, card: Scorecard) -> Report:
    call_id = card.call.call_id
    released = released_review(connection, user, call_id)
    if released is None:
        raise HTTPException(404, GONE)
    return released_report(
        released_card(connection, released, card), notes_on(connection, user, call_id)
    )


def _words(connection: Connection, user: User, card: Scorecard) -> Words:
    call_id, evaluation = card.call.call_id, card.evaluation
    reviews, corrections = reviews_of(connection, call_id), corrections_of(connection, call_id)
    standing = human_verdicts(reviews, corrections, evaluation.key)
    said = {name: word.verdict for name, word in standing.items()}
    score = score_with(call_id, card.rubric, evaluation.judgement.scores, said) if said else None
    return Words(
        reviews=reviews,
        corrections=corrections,
        standing=standing,
        names={known.user_id: known.name for known in people.users(connection)},
        human_score=score,
        notes=notes_on(connection, user, call_id),
    )
