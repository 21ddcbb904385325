"""Leads tell agents about calls; agents confirm to have read it."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest

from pipeline.desk.coaching import NewNote, acknowledge, withdraw_note, write_note
from pipeline.desk.notes import (
    Note,
    NoteState,
    agents_with_notes,
    count_notes,
    find_note,
    notes_for,
    notes_on,
    today_utc,
)
from pipeline.desk.talk import counts_for, talk_history
from pipeline.desk.times import as_of, present
from pipeline.errors import TalkError
from pipeline.people import User
from tests.desks import Office, person
from tests.talking import ADMIN, DANA, LEAD, agent, lead_of, released, reviewed_office

BODY = "Say what happens next before you hang up."


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return reviewed_office(tmp_path)


def noted(desk: Office, call_id: str = "c1", **fields: object) -> str:
    new = NewNote.model_validate({"body": BODY, **fields})
    with desk.desk.writing() as connection:
        row, card = desk.row(call_id), desk.card(call_id)
        return write_note(connection, LEAD, row, card.transcript, new)


def seen(desk: Office, user: User, note_id: str) -> Note | None:
    with desk.desk.reading() as connection:
        return find_note(connection, user, note_id)


def state(desk: Office, note_id: str) -> NoteState:
    note = seen(desk, ADMIN, note_id)
    assert note is not None
    return note.state


def confirm(desk: Office, user: User, note_id: str, answer: str = "") -> None:
    with desk.desk.writing() as connection:
        acknowledge(connection, user, note_id, answer)


def test_a_note_keeps_the_words_it_is_about_and_the_second(desk: Office) -> None:
    note = seen(desk, LEAD, noted(desk, turn=0, quote="this is Dana", start_s=0.4))
    assert note is not None
    assert (note.quote, note.start_s, note.agent, note.author) == ("this is Dana", 0.4, DANA, "lea")


def test_a_turn_alone_stands_for_all_its_words_from_its_beginning(desk: Office) -> None:
    turn = desk.card().transcript.turns[1]
    note = seen(desk, LEAD, noted(desk, turn=1))
    assert note is not None
    assert (note.quote, note.start_s) == (turn.text, turn.start_s)


@pytest.mark.parametrize(
    ("fields", "why"),
    [
        ({"body": "  "}, "needs words"),
        ({"body": "x" * 4001}, "4000 characters"),
        ({"turn": 0, "quote": "never said"}, "not in turn 0"),
        ({"turn": 99}, "not in the call"),
        ({"quote": "this is Dana"}, "needs its turn"),
        ({"due_on": today_utc() - timedelta(days=1)}, "has passed"),
    ],
)
def test_a_note_that_cannot_be_is_refused_with_what_to_do(
    desk: Office, fields: dict[str, object], why: str
) -> None:
    with pytest.raises(TalkError, match=why):
        noted(desk, **fields)  # type: ignore[arg-type]  # fields of any type


def test_nobody_could_read_a_note_on_a_call_without_an_agent(desk: Office) -> None:
    desk.score("c2")
    desk.copy()
    with pytest.raises(TalkError, match="names no agent"):
        noted(desk, "c2")


def test_an_agent_sees_a_note_when_a_review_of_the_call_is_released(desk: Office) -> None:
    note_id = noted(desk)
    assert seen(desk, agent(), note_id) is None
    assert state(desk, note_id) is NoteState.HELD
    released(desk)
    assert seen(desk, agent(), note_id) is not None
    assert state(desk, note_id) is NoteState.OPEN


def test_a_note_is_overdue_the_day_after_its_due_date(desk: Office) -> None:
    released(desk)
    note_id = noted(desk, due_on=today_utc())
    assert state(desk, note_id) is NoteState.OPEN
    with as_of(present() + timedelta(days=1)):
        assert state(desk, note_id) is NoteState.OVERDUE
        with desk.desk.reading() as connection:
            assert count_notes(connection, LEAD).overdue == 1
            assert counts_for(connection, agent()).notes == 1


def test_the_agent_confirms_once_and_may_answer(desk: Office) -> None:
    released(desk)
    note_id = noted(desk)
    confirm(desk, agent(), note_id, "I will.")
    note = seen(desk, LEAD, note_id)
    assert note is not None
    assert (note.state, note.answer) == (NoteState.ACKNOWLEDGED, "I will.")
    with pytest.raises(TalkError, match="confirmed already"):
        confirm(desk, agent(), note_id, "Once more.")


@pytest.mark.parametrize("user", [agent("Eve Roe"), LEAD, person("ana")], ids=lambda u: u.user_id)
def test_nobody_else_confirms_a_note(desk: Office, user: User) -> None:
    released(desk)
    note_id = noted(desk)
    with pytest.raises(TalkError):
        confirm(desk, user, note_id)
    assert state(desk, note_id) is NoteState.OPEN


def test_a_note_that_the_agent_cannot_see_cannot_be_confirmed(desk: Office) -> None:
    note_id = noted(desk)
    with pytest.raises(TalkError, match="no such note"):
        confirm(desk, agent(), note_id)


def test_a_note_taken_back_is_gone_for_the_agent_and_stays_on_record(desk: Office) -> None:
    released(desk)
    note_id = noted(desk)
    with desk.desk.writing() as connection:
        withdraw_note(connection, LEAD, note_id)
    assert seen(desk, agent(), note_id) is None
    assert state(desk, note_id) is NoteState.WITHDRAWN
    with pytest.raises(TalkError, match="no such note"):
        confirm(desk, agent(), note_id)
    with desk.desk.reading() as connection:
        told = [(entry.what, entry.detail) for entry in talk_history(connection, "c1")]
    assert told[-2:] == [("note.written", BODY), ("note.withdrawn", BODY)]
    with desk.desk.writing() as connection, pytest.raises(TalkError, match="before"):
        withdraw_note(connection, LEAD, note_id)


def test_leads_see_notes_of_their_teams_only(desk: Office) -> None:
    note_id = noted(desk)
    assert seen(desk, lead_of("north"), note_id) is not None
    assert seen(desk, lead_of("south"), note_id) is None
    with desk.desk.writing() as connection, pytest.raises(TalkError, match="no such note"):
        withdraw_note(connection, lead_of("south"), note_id)


def test_notes_are_listed_by_state_and_by_agent(desk: Office) -> None:
    desk.score("c2", agent="Eve Roe", team="south")
    desk.copy()
    mine, others = noted(desk), noted(desk, "c2")
    released(desk)
    with desk.desk.reading() as connection:
        assert [n.note_id for n in notes_for(connection, LEAD, state=NoteState.OPEN)] == [mine]
        assert [n.note_id for n in notes_for(connection, LEAD, agent="Eve Roe")] == [others]
        assert agents_with_notes(connection, LEAD) == (DANA, "Eve Roe")
        assert agents_with_notes(connection, lead_of("south")) == ("Eve Roe",)
        assert notes_on(connection, agent("Eve Roe"), "c1") == ()
        counts = count_notes(connection, LEAD)
    assert (counts.open, counts.held, counts.due) == (1, 1, 1)
