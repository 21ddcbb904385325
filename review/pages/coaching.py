"""Coaching notes: what leads tell agents about calls, and who has read it."""

from __future__ import annotations

from datetime import date
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Form, HTTPException, Query, Request
from starlette.responses import Response

from pipeline.desk.coaching import NewNote, acknowledge, withdraw_note, write_note
from pipeline.desk.documents import scorecard_of
from pipeline.desk.notes import (
    Note,
    NoteState,
    agents_with_notes,
    count_notes,
    find_note,
    notes_for,
    today_utc,
)
from pipeline.errors import TalkError
from review.context import (
    AgentOnly,
    DeskOf,
    Lead,
    ServicesOf,
    audited,
    back_to,
    page,
    visible_call,
)
from review.files import MOST_IN_A_FILE, FileFormat, records_file
from review.rendering import path_part

router = APIRouter()

PER_PAGE = 40
NO_NOTE = "There is no such note, or it is not one that you may see."
LABELS = {
    NoteState.OPEN: "Open",
    NoteState.OVERDUE: "Overdue",
    NoteState.HELD: "Not shown yet",
    NoteState.ACKNOWLEDGED: "Confirmed",
    NoteState.WITHDRAWN: "Taken back",
}
Words = Annotated[str, Form()]


@router.get("/coaching", response_model=None)
def coaching(
    request: Request,
    viewer: Lead,
    desk: DeskOf,
    agent: str = "",
    state: NoteState | None = None,
    number: Annotated[int, Query(alias="page", ge=1, le=100_000)] = 1,
    form: FileFormat = None,
) -> Response:
    """Show all notes, by how far they have come and by agent."""
    whose = agent or None
    with desk.reading() as connection:
        if form is not None:
            rows = notes_for(
                connection, viewer.user, agent=whose, state=state, limit=MOST_IN_A_FILE
            )
            return records_file("coaching", form, rows, Note)
        counts = count_notes(connection, viewer.user, whose)
        found = notes_for(
            connection,
            viewer.user,
            agent=whose,
            state=state,
            limit=PER_PAGE,
            offset=(number - 1) * PER_PAGE,
        )
        agents = agents_with_notes(connection, viewer.user)
    by_state = counts.model_dump()
    total = by_state[state] if state else sum(by_state.values())
    return page(
        request,
        viewer,
        "coaching/list.html",
        notes=found,
        agents=agents,
        agent=agent,
        state=state,
        tabs=[(None, "All", sum(by_state.values()))]
        + [(item, LABELS[item], by_state[item]) for item in LABELS],
        labels=LABELS,
        query={name: value for name, value in (("agent", agent), ("state", state)) if value},
        urlencode=urlencode,
        number=number,
        pages=max(1, -(-total // PER_PAGE)),
        total=total,
    )


@router.post("/calls/{call_id}/notes")
def write(
    request: Request,
    viewer: Lead,
    services: ServicesOf,
    call_id: str,
    body: Words = "",
    turn: Words = "",
    quote: Words = "",
    start_s: Words = "",
    due_on: Words = "",
    back: Words = "",
) -> Response:
    """Write a note on a call."""
    call = visible_call(request, viewer, call_id)
    scorecard = scorecard_of(services.desk, services.store, call_id)
    if scorecard is None:
        raise HTTPException(404, "This call has no scorecard any more.")
    there = f"{back or f'/calls/{path_part(call_id)}'}#notes"
    try:
        new = _new_note(body, turn, quote, start_s, due_on)
        with services.desk.writing() as connection:
            note_id = write_note(connection, viewer.user, call, scorecard.transcript, new)
            about = {"note": note_id}
            audited(request, viewer, "note.written", f"call:{call_id}", about, connection)
    except TalkError as error:
        return back_to(there, f"Not saved: {error}.", "bad")
    return back_to(there, f"Saved: a note for {call.agent}.")


@router.post("/notes/{note_id}/acknowledge")
def confirm(
    request: Request, viewer: AgentOnly, desk: DeskOf, note_id: str, answer: Words = ""
) -> Response:
    """Confirm, as an agent, to have read a note."""
    with desk.reading() as connection:
        note = find_note(connection, viewer.user, note_id)
    if note is None:
        raise HTTPException(404, NO_NOTE)
    there = f"/mine/{path_part(note.call_id)}#notes"
    try:
        with desk.writing() as connection:
            acknowledge(connection, viewer.user, note_id, answer)
            subject, about = f"call:{note.call_id}", {"note": note_id}
            audited(request, viewer, "note.acknowledged", subject, about, connection)
    except TalkError as error:
        return back_to(there, f"Not saved: {error}.", "bad")
    return back_to(there, "Confirmed. Your lead sees it.")


@router.post("/notes/{note_id}/withdraw")
def withdraw(
    request: Request, viewer: Lead, desk: DeskOf, note_id: str, back: Words = ""
) -> Response:
    """Take a note back."""
    with desk.reading() as connection:
        note = find_note(connection, viewer.user, note_id)
    if note is None:
        raise HTTPException(404, NO_NOTE)
    there = back or f"/calls/{path_part(note.call_id)}#notes"
    try:
        with desk.writing() as connection:
            withdraw_note(connection, viewer.user, note_id)
            subject, about = f"call:{note.call_id}", {"note": note_id}
            audited(request, viewer, "note.withdrawn", subject, about, connection)
    except TalkError as error:
        return back_to(there, f"Nothing changed: {error}.", "bad")
    return back_to(there, "Taken back: the agent no longer sees it.")


def _new_note(body: str, turn: str, quote: str, start_s: str, due_on: str) -> NewNote:
    """Return what a form says.

    Raises:
        TalkError: A number or a date is none.
    """
    try:
        return NewNote(
            body=body,
            turn=int(turn) if turn.strip() else None,
            quote=quote.strip() or None,
            start_s=float(start_s) if start_s.strip() else None,
            due_on=date.fromisoformat(due_on) if due_on.strip() else None,
        )
    except ValueError as error:
        raise TalkError(
            "the turn is a number, the second is a number, the due date is a day such as "
            f"{today_utc()}"
        ) from error
