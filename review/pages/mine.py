"""An agent's own pages: calls of theirs with a released review, and nothing else."""

from __future__ import annotations

from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from starlette.responses import Response

from pipeline.desk.disputes import disputes_on, last_day, why_not
from pipeline.desk.documents import scorecard_of
from pipeline.desk.notes import count_notes, notes_on
from pipeline.desk.released import count_released, released_review
from pipeline.desk.shown import released_card
from pipeline.desk.times import present
from pipeline.domain import Verdict
from pipeline.people import User
from review.call.view import Said, call_view
from review.context import AgentOnly, DeskOf, ServicesOf, SettingsOf, audited, page, visible_call
from review.mine.calls import my_calls, my_scores
from review.mine.trend import trend_of

router = APIRouter()

PER_PAGE = 15
GROUPS = (
    ("To work on", (Verdict.FAIL, Verdict.PARTIAL)),
    ("What went well", (Verdict.PASS,)),
    ("Did not apply or was not judged", (Verdict.NOT_APPLICABLE, Verdict.UNSCORED)),
)


READING = Said(
    kind=None,
    blind=True,
    blind_done=0,
    kept=None,
    human_score=None,
    history=(),
    names={},
    others=(),
)
"""The parts shared with the call page show what was said, nothing that the machine made of it."""


@router.get("/mine")
def mine(
    request: Request,
    viewer: AgentOnly,
    desk: DeskOf,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
) -> Response:
    """Show an agent their released calls, what waits for them, and their trend."""
    with desk.reading() as connection:
        total = count_released(connection, viewer.user)
        found = my_calls(connection, viewer.user, limit=PER_PAGE, offset=(number - 1) * PER_PAGE)
        scores = my_scores(connection, viewer.user) if number == 1 else ()
        notes = count_notes(connection, viewer.user)
    return page(
        request,
        viewer,
        "mine/list.html",
        calls=found,
        trend=trend_of(scores),
        mean=sum(item.score for item in scores) / len(scores) if scores else None,
        scored=len(scores),
        notes=notes,
        urlencode=urlencode,
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        total=total,
    )


@router.get("/mine/{call_id}")
def my_call(
    request: Request,
    viewer: AgentOnly,
    services: ServicesOf,
    settings: SettingsOf,
    call_id: str,
) -> Response:
    """Show an agent one of their calls as it was reviewed."""
    row = visible_call(request, viewer, call_id)
    scorecard = scorecard_of(services.desk, services.store, call_id)
    user: User = viewer.user
    with services.desk.reading() as connection:
        review = released_review(connection, user, call_id)
        if review is None or scorecard is None:
            raise HTTPException(404, "There is no such call, or it is not one that you may see.")
        card = released_card(connection, review, scorecard)
        notes = notes_on(connection, user, call_id)
        disputes = disputes_on(connection, user, call_id)
        closed = {
            item.criterion.id: why_not(settings, user, review, item.criterion.id, disputes)
            for item in card.verdicts
        }
    audited(request, viewer, "call.read", f"call:{call_id}")
    return page(
        request,
        viewer,
        "mine/call.html",
        shown=call_view(row, scorecard, READING, user, now=present()),
        card=card,
        groups=[(name, card.having(*kinds)) for name, kinds in GROUPS],
        notes=notes,
        disputes=disputes,
        closed=closed,
        until=last_day(review, settings),
    )
