"""The API: calls, scorecards, reviews and figures for programs. Read-only, as JSON."""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal

from fastapi import APIRouter, HTTPException, Query, Request
from pydantic import BaseModel, ConfigDict, Field

from pipeline.desk import Desk
from pipeline.desk.blind import open_blind
from pipeline.desk.calls import CallRow
from pipeline.desk.documents import scorecard_of
from pipeline.desk.filters import read_filters
from pipeline.desk.queue import queue_page
from pipeline.desk.said_lists import (
    MOST,
    ListedCorrection,
    ListedReview,
    Place,
    list_corrections,
    list_reviews,
)
from pipeline.desk.statements import corrections_of, reviews_of
from pipeline.desk.times import present
from pipeline.store import Scorecard, Store
from review.api.answers import (
    CallDetail,
    CallItem,
    EvaluationDetail,
    Evaluations,
    Page,
    Statements,
)
from review.context import (
    DeskOf,
    Lead,
    Reviewer,
    ServicesOf,
    SettingsOf,
    StoreOf,
    audited,
    visible_call,
)
from review.figures.agreement_rows import AgreementRow, agreement_rows
from review.figures.asking import figures_of, rubrics_of, said_of
from review.figures.filters import Filters, filters_of, scope_of
from review.figures.groups import agent_summaries
from review.figures.kinds import GroupRow, group_row
from review.problem_details import Problem
from review.security.viewer import Viewer
from review.services import Services

PROBLEMS: dict[int | str, dict[str, object]] = {
    code: {"model": Problem, "description": means}
    for code, means in {
        401: "No token, or one that is not known",
        403: "The role does not suffice, or the call is sealed",
        404: "There is no such call, or it is not one that you may see",
        422: "A parameter makes no sense",
    }.items()
}
router = APIRouter(prefix="/api/v1", responses=PROBLEMS)
SEALED = "This call waits for two blind reviews: until then nobody learns what was judged."


class CallsQuery(BaseModel):
    """What calls are asked for: the filters of the queue."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    reviewed: Literal["any", "waiting", "yes", "no"] = "any"
    """waiting: flagged or uncertain, and not reviewed yet."""
    agent: str = ""
    team: str = ""
    since: date | None = Field(default=None, alias="from")
    """First day, in UTC."""
    until: date | None = Field(default=None, alias="to")
    """Last day, in UTC."""
    criterion: str = ""
    """Together with verdict."""
    verdict: str = ""
    flag: str = ""
    """Such as critical_fail, low_score, unscored."""
    reviewer: str = ""
    score_min: float | None = None
    score_max: float | None = None
    q: str = ""
    """Words that were said."""
    sort: str = "newest"
    """newest, oldest, urgency, score, -score, longest or shortest."""
    after: int | None = None
    """The next of the page before."""


class PeriodQuery(BaseModel):
    """Which scorecards figures are made from."""

    model_config = ConfigDict(extra="forbid", use_attribute_docstrings=True)

    rubric: str = ""
    """Without: the one with most scorecards."""
    since: date | None = Field(default=None, alias="from")
    """First day; without: four weeks, for agreement twelve, up to the last."""
    until: date | None = Field(default=None, alias="to")
    team: str = ""


Most = Annotated[int, Query(ge=1, le=MOST, description="At most so many.")]
After = Annotated[str, Query(description="The next of the page before.", max_length=200)]


@router.get("/calls")
def calls(viewer: Reviewer, desk: DeskOf, asked: Annotated[CallsQuery, Query()]) -> Page[CallItem]:
    """List calls that you may see, with the filters of the queue."""
    given = asked.model_dump(mode="json", by_alias=True, exclude={"after"}, exclude_none=True)
    read = read_filters({name: str(value) for name, value in given.items()}, viewer.user)
    if read.problems:
        raise HTTPException(422, "; ".join(read.problems))
    with desk.reading() as connection:
        found = queue_page(connection, viewer.user, read.filters, present(), after=asked.after)
    items = tuple(CallItem.of(row) for row in found.rows)
    return Page(items=items, next=None if found.after is None else str(found.after))


@router.get("/calls/{call_id}")
def call(request: Request, viewer: Reviewer, services: ServicesOf, call_id: str) -> CallDetail:
    """Return a call with what is known of it."""
    row, card, sealed = _read(request, viewer, services, call_id)
    return CallDetail.of(row, card, sealed=sealed)


@router.get("/calls/{call_id}/evaluations")
def evaluations(
    request: Request, viewer: Reviewer, services: ServicesOf, call_id: str
) -> Evaluations:
    """Return a call's scorecard: verdicts, evidence, and what they were made with."""
    _, card, sealed = _read(request, viewer, services, call_id)
    _refuse(sealed)
    return Evaluations(current=EvaluationDetail.of(card, viewer.user), earlier=card.earlier)


@router.get("/calls/{call_id}/reviews")
def call_reviews(
    request: Request, viewer: Reviewer, services: ServicesOf, call_id: str
) -> Statements:
    """Return what people said about a call."""
    _, _, sealed = _read(request, viewer, services, call_id)
    _refuse(sealed)
    with services.desk.reading() as connection:
        return Statements(
            reviews=reviews_of(connection, call_id), corrections=corrections_of(connection, call_id)
        )


@router.get("/reviews")
def reviews(viewer: Lead, desk: DeskOf, limit: Most = 100, after: After = "") -> Page[ListedReview]:
    """List reviews, the latest first."""
    with desk.reading() as connection:
        found, place = list_reviews(connection, viewer.user, limit, _place(after))
    return Page(items=found, next=None if place is None else str(place))


@router.get("/corrections")
def corrections(
    viewer: Lead, desk: DeskOf, limit: Most = 100, after: After = ""
) -> Page[ListedCorrection]:
    """List corrections, the latest first."""
    with desk.reading() as connection:
        found, place = list_corrections(connection, viewer.user, limit, _place(after))
    return Page(items=found, next=None if place is None else str(place))


@router.get("/agreement")
def agreement(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    store: StoreOf,
    settings: SettingsOf,
    asked: Annotated[PeriodQuery, Query()],
) -> tuple[AgreementRow, ...]:
    """Return how far machine and reviewers agree, by criterion."""
    filters = _filters(request, asked, store, 84)
    if filters is None:
        return ()
    scope = scope_of(filters, viewer, desk, settings)
    said = said_of(request, store, scope, settings.needed_reviews)
    return agreement_rows(said, settings.needed_reviews)


@router.get("/agents")
def agents(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    store: StoreOf,
    settings: SettingsOf,
    asked: Annotated[PeriodQuery, Query()],
) -> tuple[GroupRow, ...]:
    """Return how each agent does, with intervals, against team and period before."""
    filters = _filters(request, asked, store, 28)
    if filters is None:
        return ()
    figures = figures_of(request, store, scope_of(filters, viewer, desk, settings))
    found = agent_summaries(figures, settings.needed_reviews)
    return tuple(group_row(own) for own in found if filters.team in ("", own.team))


def _filters(request: Request, asked: PeriodQuery, store: Store, days: int) -> Filters | None:
    """Return the period; None if no call is evaluated yet.

    Raises:
        HTTPException: 422; it makes no sense.
    """
    given = asked.model_dump(mode="json", by_alias=True, exclude_none=True)
    filters = filters_of(given, rubrics_of(request, store), days=days)
    if filters is not None and filters.problem:
        raise HTTPException(422, filters.problem)
    return filters


def _read(
    request: Request, viewer: Viewer, services: Services, call_id: str
) -> tuple[CallRow, Scorecard, bool]:
    """Return a call, its scorecard and whether it is sealed; the reading is on record.

    Raises:
        HTTPException: 404; there is none, or they may not see it.
    """
    row = visible_call(request, viewer, call_id)
    card = scorecard_of(services.desk, services.store, call_id)
    if card is None:
        raise HTTPException(404, "There is no such call, or it is not one that you may see.")
    audited(request, viewer, "call.read", f"call:{call_id}", {"via": "api"})
    return row, card, _sealed(services.desk, call_id)


def _sealed(desk: Desk, call_id: str) -> bool:
    with desk.reading() as connection:
        return call_id in open_blind(connection, [call_id])


def _refuse(sealed: bool) -> None:
    if sealed:
        raise HTTPException(403, SEALED)


def _place(after: str) -> Place | None:
    place = Place.read(after) if after else None
    if after and place is None:
        raise HTTPException(422, "after: expected the next of the page before")
    return place
