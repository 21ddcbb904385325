"""Coaching notes: what a lead tells an agent about one call, with the words it is about.

A note belongs to the agent who took the call when it was written. The agent sees it as soon as a
review of the call is released, and confirms once to have read it, with an answer if they like.
Nothing is deleted: a note that is taken back is no longer shown to the agent and stays on record.
"""

from __future__ import annotations

import secrets
from datetime import date

from pydantic import Field
from sqlalchemy import Connection

from pipeline.desk.calls import CallRow
from pipeline.desk.notes import find_note, today_utc
from pipeline.desk.queries import query
from pipeline.desk.times import now_text
from pipeline.desk.words import written
from pipeline.domain import Record, Transcript
from pipeline.errors import TalkError
from pipeline.people import User


class NewNote(Record):
    """A note as it is written."""

    body: str
    turn: int | None = Field(default=None, ge=0)
    quote: str | None = None
    """A verbatim part of the turn's text; None with a turn: all of it."""
    start_s: float | None = Field(default=None, ge=0, allow_inf_nan=False)
    """The second to listen to; None with a turn: where the turn begins."""
    due_on: date | None = None
    """By when the agent should have confirmed it."""


def write_note(
    connection: Connection, user: User, call: CallRow, transcript: Transcript, new: NewNote
) -> str:
    """Write a note on a call for its agent.

    Args:
        connection: In a transaction for writing.
        user: The lead who writes.
        call: A call that the lead may see.
        transcript: Of that call.
        new: What is written.

    Returns:
        The note's id.

    Raises:
        TalkError: Nothing is written, it is too long, the call names no agent, the quote is not
            in the turn, or the due date has passed.
    """
    if call.agent is None:
        raise TalkError(f"call {call.call_id} names no agent: nobody could read a note on it")
    placed = _placed(transcript, new)
    if new.due_on is not None and new.due_on < today_utc():
        raise TalkError(f"the due date {new.due_on} has passed: choose today or a later day")
    note_id = secrets.token_hex(8)
    connection.execute(
        query("note_add"),
        {
            "note_id": note_id,
            "call_id": call.call_id,
            "agent": call.agent,
            "author": user.user_id,
            "written_at": now_text(),
            "body": written(new.body, "a note"),
            "turn": placed.turn,
            "quote": placed.quote,
            "start_s": placed.start_s,
            "due_on": new.due_on.isoformat() if new.due_on else None,
        },
    )
    return note_id


def acknowledge(connection: Connection, user: User, note_id: str, answer: str = "") -> None:
    """Confirm, as the agent whom it is for, to have read a note.

    Raises:
        TalkError: There is no such note for this agent, it was taken back, or is confirmed
            already.
    """
    values = {
        "note_id": note_id,
        "agent": user.agent,
        "now": now_text(),
        "user_id": user.user_id,
        "answer": written(answer, "an answer") if answer.strip() else None,
    }
    if connection.execute(query("note_acknowledge"), values).rowcount == 1:
        return
    note = find_note(connection, user, note_id)
    if note is None:
        raise TalkError("there is no such note for you")
    raise TalkError("this note is confirmed already: an answer can be given once")


def withdraw_note(connection: Connection, user: User, note_id: str) -> None:
    """Take a note back: the agent no longer sees it, the history keeps it.

    Raises:
        TalkError: There is no such note that this lead may see, or it was taken back before.
    """
    if find_note(connection, user, note_id) is None:
        raise TalkError("there is no such note on a call that you may see")
    values = {"note_id": note_id, "now": now_text(), "user_id": user.user_id}
    if connection.execute(query("note_withdraw"), values).rowcount != 1:
        raise TalkError("this note was taken back before")


def _placed(transcript: Transcript, new: NewNote) -> NewNote:
    """Return a note with quote and second filled in from its turn."""
    if new.turn is None:
        if new.quote is not None:
            raise TalkError("a quote needs its turn: say which turn the words are from")
        return new
    turn = next((turn for turn in transcript.turns if turn.index == new.turn), None)
    if turn is None:
        raise TalkError(f"turn {new.turn} is not in the call: choose one of its turns")
    quote = (new.quote or turn.text).strip()
    if quote not in turn.text:
        raise TalkError(f"the quote is not in turn {new.turn}: copy words from that turn")
    start_s = turn.start_s if new.start_s is None else new.start_s
    return new.model_copy(update={"quote": quote, "start_s": start_s})
