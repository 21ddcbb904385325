"""Blind double review: which calls wait for whom, and where a lead settles differences."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import JsonValue
from starlette.responses import Response

from pipeline.desk import people
from pipeline.desk.blind import BlindStage, blind_state, settle
from pipeline.desk.calls import CallRow
from pipeline.desk.documents import scorecard_of
from pipeline.desk.pairs import Pair, agreement_so_far, count_pairs, pairs_for
from pipeline.desk.reviewing import Decided
from pipeline.desk.times import present
from pipeline.domain import Verdict
from pipeline.errors import ReviewError
from pipeline.store import Scorecard
from review.context import (
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
from review.pages.call import Fields
from review.rendering import path_part
from review.services import Services
from review.settling.view import Entered, compared

router = APIRouter()

PER_PAGE = 40
LABELS: Mapping[BlindStage, str] = {
    BlindStage.TO_SETTLE: "To settle",
    BlindStage.WAITS_FOR_SECOND: "Wait for the second",
    BlindStage.WAITS_FOR_FIRST: "Wait for the first",
    BlindStage.SETTLED: "Settled",
    BlindStage.AGREED: "Agreed at once",
}


@router.get("/blind", response_model=None)
def pairs(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    settings: SettingsOf,
    stage: BlindStage = BlindStage.TO_SETTLE,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    form: FileFormat = None,
) -> Response:
    """Show the calls drawn for blind double review, by how far they have come."""
    with desk.reading() as connection:
        if form is not None:
            rows = pairs_for(connection, viewer.user, stage, limit=MOST_IN_A_FILE)
            return records_file("double-reviews", form, rows, Pair)
        counts = count_pairs(connection, viewer.user)
        found = pairs_for(
            connection, viewer.user, stage, limit=PER_PAGE, offset=(number - 1) * PER_PAGE
        )
        whole, *by_criterion = agreement_so_far(connection, viewer.user)
        names = {user.user_id: user.name for user in people.users(connection)}
    return page(
        request,
        viewer,
        "blind/list.html",
        pairs=found,
        names=names,
        stage=stage,
        stages=BlindStage,
        tabs=[(item, LABELS[item], counts[item]) for item in LABELS],
        drawn=sum(counts.values()),
        whole=whole,
        by_criterion=by_criterion,
        needed=settings.needed_reviews,
        share=settings.blind_share,
        urlencode=urlencode,
        number=number,
        pages=max(1, -(-counts[stage] // PER_PAGE)),
        total=counts[stage],
    )


@router.get("/calls/{call_id}/blind")
def pair(request: Request, viewer: Lead, services: ServicesOf, call_id: str) -> Response:
    """Show two blind reviews of a call beside each other, once both are in."""
    row, scorecard = _found(request, viewer, services, call_id)
    audited(request, viewer, "call.read", f"call:{call_id}", {"page": "blind"})
    return _page(request, viewer, services, row, scorecard, {}, None)


@router.post("/calls/{call_id}/blind")
def settle_differences(
    request: Request, viewer: Lead, services: ServicesOf, call_id: str, fields: Fields
) -> Response:
    """Store a lead's verdicts on what two people judged differently."""
    row, scorecard = _found(request, viewer, services, call_id)
    entered = {
        criterion.id: Entered(
            fields.get(f"verdict-{criterion.id}", ""), fields.get(f"reason-{criterion.id}", "")
        )
        for criterion in scorecard.rubric.criteria
    }
    try:
        decided = _decided(entered)
        settle(services.desk, viewer.user, row, scorecard, decided, now=present())
    except ReviewError as error:
        return _page(request, viewer, services, row, scorecard, entered, error)
    subject = f"call:{call_id}"
    about: dict[str, JsonValue] = {"criteria": [*sorted(decided)]}
    audited(request, viewer, "blind.settled", subject, about)
    with services.desk.reading() as connection:
        state = blind_state(connection, row)
    left = len(state.open_differences) if state else 0
    if left:
        there = f"/calls/{path_part(call_id)}/blind"
        return back_to(there, f"Settled. {left} left to settle.")
    return back_to("/blind", f"Settled: {call_id}.")


def _decided(entered: Mapping[str, Entered]) -> dict[str, Decided]:
    """Return what was decided; a reason without a verdict is one that was forgotten.

    Raises:
        ReviewError: A verdict is none, or was forgotten.
    """
    decided, problems = {}, {}
    for criterion, item in entered.items():
        if item.verdict in set(Verdict):
            decided[criterion] = Decided(Verdict(item.verdict), item.reason)
        elif item.verdict or item.reason.strip():
            problems[criterion] = "Choose the verdict that holds."
    if problems:
        raise ReviewError("a verdict is missing", problems)
    return decided


def _page(
    request: Request,
    viewer: Viewer,
    services: Services,
    row: CallRow,
    scorecard: Scorecard,
    entered: Mapping[str, Entered],
    error: ReviewError | None,
) -> Response:
    with services.desk.reading() as connection:
        state = blind_state(connection, row)
        names = {user.user_id: user.name for user in people.users(connection)}
    if state is None:
        raise HTTPException(404, "This call was not drawn for blind double review.")
    problems = error.problems if error else {}
    return page(
        request,
        viewer,
        "blind/one.html",
        422 if error else 200,
        row=row,
        scorecard=scorecard,
        state=state,
        label=LABELS[state.stage],
        names=names,
        compared=compared(state, scorecard, names, entered, problems) if state.comparisons else (),
        left=len(state.open_differences),
        problem=error.message if error else "",
        has_sound=row.source == "recording",
    )


def _found(
    request: Request, viewer: Viewer, services: Services, call_id: str
) -> tuple[CallRow, Scorecard]:
    row = visible_call(request, viewer, call_id)
    scorecard = scorecard_of(services.desk, services.store, call_id)
    if scorecard is None:
        raise HTTPException(404, "This call has no scorecard any more.")
    return row, scorecard
