"""The queue: which calls wait for a person and why, who has which, and what comes next."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Annotated
from urllib.parse import parse_qsl

from fastapi import APIRouter, Form, Request
from pydantic import JsonValue
from starlette.responses import Response

from pipeline.desk import people
from pipeline.desk.assignments import assign, assignments_of, withdraw
from pipeline.desk.choices import choices
from pipeline.desk.claims import held, next_call, take_over
from pipeline.desk.filters import QueueFilters, read_filters
from pipeline.desk.goals import progress, week_of
from pipeline.desk.queue import QueueRow, queue_page, queue_rows
from pipeline.desk.views import delete_view, save_view, views_for
from pipeline.errors import InputError
from pipeline.people import User, UserRole, knows_random_slice, ranks_at_least
from review.context import (
    DeskOf,
    Lead,
    Reviewer,
    SettingsOf,
    audited,
    back_to,
    page,
    visible_call,
)
from review.files import FileFormat, records_file
from review.queue_view import SORT_WORDS, call_address, list_view, options, queue_address

router = APIRouter()

Words = Annotated[str, Form()]
Ticked = Annotated[list[str], Form(alias="call_id", default_factory=list)]


@router.get("/queue")
def show(
    request: Request,
    viewer: Reviewer,
    desk: DeskOf,
    after: str = "",
    before: str = "",
    form: FileFormat = None,
) -> Response:
    """Show a page of calls, or all that the filters find as a file."""
    read = read_filters(dict(request.query_params), viewer.user)
    now = datetime.now(UTC)
    if form is not None:
        audited(request, viewer, "queue.exported", "queue", {"view": read.filters.address()})
        without = () if knows_random_slice(viewer.user) else ("random_slice",)
        rows = queue_rows(desk, viewer.user, read.filters, now)
        return records_file("queue", form, rows, QueueRow, without=without)
    user_id = viewer.user.user_id
    with desk.reading() as connection:
        found = queue_page(
            connection,
            viewer.user,
            read.filters,
            now,
            after=_number(after),
            before=_number(before),
        )
        (mine,) = progress(connection, week_of(now.date()), now.date(), user_id) or (None,)
        there = choices(connection, viewer.user)
        return page(
            request,
            viewer,
            "queue/list.html",
            shown=list_view(read, found, assignments_of(connection, user_id), now.date()),
            choices=there,
            options=options(viewer.user, there),
            sorts=SORT_WORDS,
            views=views_for(connection, viewer.user),
            held=held(connection, user_id, now),
            mine=mine,
            is_lead=ranks_at_least(viewer.user, UserRole.LEAD),
            today=now.date(),
        )


@router.post("/queue/next")
def take_next(
    viewer: Reviewer,
    desk: DeskOf,
    settings: SettingsOf,
    view: Words = "",
    leaving: Words = "",
) -> Response:
    """Claim the next call of a view and go there."""
    filters = _filters(view, viewer.user)
    found = next_call(
        desk,
        viewer.user,
        filters,
        settings.claim_minutes,
        datetime.now(UTC),
        leaving=leaving or None,
    )
    if found is None:
        none = "No call of this view is left for you: others have them open, or all are done."
        return back_to(queue_address(filters), none)
    return back_to(call_address(found, filters))


@router.post("/queue/assign")
def give(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    call_ids: Ticked,
    user_id: Words = "",
    due_on: Words = "",
    view: Words = "",
) -> Response:
    """Give the ticked calls to somebody."""
    there = queue_address(_filters(view, viewer.user))
    try:
        due = _day(due_on)
        with desk.writing() as connection:
            reviewer = people.found_user(connection, user_id)
            made = assign(connection, viewer.user, call_ids, reviewer, due, datetime.now(UTC))
            about = {"to": reviewer.user_id, "due_on": due_on or None}
            for call_id in made.given:
                audited(request, viewer, "call.assigned", f"call:{call_id}", about, connection)
    except InputError as error:
        return back_to(there, f"Nothing was assigned: {error}.", "bad")
    left = len(made.reviewed) + len(made.hidden)
    told = f"{_calls(len(made.given))} assigned to {reviewer.name}"
    told += f"; {left} left out, reviewed already or not for them to see" if left else ""
    return back_to(there, f"{told}.", "done" if made.given else "bad")


@router.post("/queue/withdraw")
def take_back(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    call_ids: Ticked,
    view: Words = "",
) -> Response:
    """Take the ticked calls back from whoever they were assigned to."""
    there = queue_address(_filters(view, viewer.user))
    seen = [visible_call(request, viewer, call_id).call_id for call_id in call_ids]
    with desk.writing() as connection:
        taken = [call_id for call_id in seen if withdraw(connection, call_id, datetime.now(UTC))]
        for call_id in taken:
            audited(request, viewer, "call.withdrawn", f"call:{call_id}", connection=connection)
    return back_to(there, f"{_calls(len(taken))} taken back.", "done" if taken else "bad")


@router.post("/calls/{call_id}/take-over")
def take(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    settings: SettingsOf,
    call_id: str,
    view: Words = "",
) -> Response:
    """Claim a call that somebody else has open."""
    visible_call(request, viewer, call_id)
    user_id, minutes, now = viewer.user.user_id, settings.claim_minutes, datetime.now(UTC)
    with desk.writing() as connection:
        made = take_over(connection, user_id, call_id, minutes, now)
        about: dict[str, JsonValue] = {"from": [claim.user_id for claim in made.others]}
        audited(request, viewer, "call.taken_over", f"call:{call_id}", about, connection)
    there = call_address(call_id, _filters(view, viewer.user))
    if made.done:
        return back_to(there, "You have judged this call: it waits for a second person.", "bad")
    return back_to(there, "This call is yours now.")


@router.post("/queue/views")
def keep_view(
    viewer: Reviewer,
    desk: DeskOf,
    name: Words = "",
    shared: Words = "",
    view: Words = "",
) -> Response:
    """Keep a view under a name."""
    filters = _filters(view, viewer.user)
    now = datetime.now(UTC)
    try:
        with desk.writing() as connection:
            saved = save_view(connection, viewer.user, name, filters, shared=bool(shared), now=now)
    except InputError as error:
        return back_to(queue_address(filters), f"The view was not saved: {error}.", "bad")
    return back_to(queue_address(filters), f"Saved as {saved.name}.")


@router.post("/queue/views/{view_id}/delete")
def forget_view(viewer: Reviewer, desk: DeskOf, view_id: str, view: Words = "") -> Response:
    """Forget a saved view."""
    there = queue_address(_filters(view, viewer.user))
    try:
        with desk.writing() as connection:
            gone = delete_view(connection, viewer.user, view_id)
    except InputError as error:
        return back_to(there, f"Nothing was deleted: {error}.", "bad")
    return back_to(there, f"The view {gone.name} is deleted.")


def _filters(view: str, user: User) -> QueueFilters:
    return read_filters(dict(parse_qsl(view)), user).filters


def _number(typed: str) -> int | None:
    """Return the number of a call out of an address; None: there is none."""
    return int(typed) if typed.isascii() and typed.isdigit() and len(typed) < 19 else None


def _day(typed: str) -> date | None:
    """Return the day that was typed; None: nothing was.

    Raises:
        InputError: It is no day.
    """
    try:
        return date.fromisoformat(typed) if typed else None
    except ValueError as error:
        raise InputError(f"expected a day such as 2026-03-02, found {typed!r}") from error


def _calls(count: int) -> str:
    return "1 call" if count == 1 else f"{count} calls"
