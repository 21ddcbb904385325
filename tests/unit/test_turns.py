from __future__ import annotations

import pytest

from pipeline.domain import Role, Word
from pipeline.turns import SpokenWord, build_turns

AGENT, CUSTOMER = 0, 1
ROLES = {AGENT: Role.AGENT, CUSTOMER: Role.CUSTOMER}


def said(
    speaker: int, text: str, start_s: float, word_s: float = 0.3, gap_s: float = 0.0
) -> list[SpokenWord]:
    """Return words that one speaker says one after the other."""
    step_s = word_s + gap_s
    return [
        SpokenWord(
            Word(
                text=word,
                start_s=start_s + at * step_s,
                end_s=start_s + at * step_s + word_s,
                probability=0.8,
            ),
            speaker,
            speaker,
        )
        for at, word in enumerate(text.split())
    ]


def texts(*words: list[SpokenWord]) -> list[tuple[str, str]]:
    turns = build_turns([word for part in words for word in part], ROLES)
    assert [turn.index for turn in turns] == list(range(len(turns)))
    return [(turn.role.value, turn.text) for turn in turns]


def test_no_words_give_no_turns() -> None:
    assert build_turns([], ROLES) == ()


def test_speakers_who_alternate_take_turns() -> None:
    assert texts(
        said(AGENT, "how can I help", 0),
        said(CUSTOMER, "my card is gone", 2),
        said(AGENT, "oh dear", 4),
    ) == [("agent", "how can I help"), ("customer", "my card is gone"), ("agent", "oh dear")]


def test_a_pause_for_breath_does_not_end_a_turn() -> None:
    assert texts(said(AGENT, "let me", 0), said(AGENT, "see", 2.0)) == [("agent", "let me see")]


def test_a_long_pause_ends_a_turn() -> None:
    assert texts(said(AGENT, "please hold", 0), said(AGENT, "thanks for holding", 30)) == [
        ("agent", "please hold"),
        ("agent", "thanks for holding"),
    ]


def test_an_answer_in_a_pause_ends_the_turn() -> None:
    assert texts(
        said(AGENT, "and your name", 0),
        said(CUSTOMER, "Ann", 1.1),
        said(AGENT, "thank you Ann", 1.5),
    ) == [("agent", "and your name"), ("customer", "Ann"), ("agent", "thank you Ann")]


def test_a_back_channel_stands_at_its_own_time_and_does_not_cut_the_turn() -> None:
    turns = build_turns(
        [*said(AGENT, "so what happens now is that we send you a new one", 0),
         *said(CUSTOMER, "mm-hm", 1.4)],
        ROLES,
    )  # fmt: skip
    assert [turn.role for turn in turns] == [Role.AGENT, Role.CUSTOMER]
    assert turns[1].start_s == pytest.approx(1.4)
    assert turns[0].end_s == pytest.approx(3.6)


def test_an_interruption_starts_where_it_starts() -> None:
    turns = build_turns(
        [*said(AGENT, "you would have to look at", 0), *said(CUSTOMER, "no I did that", 1.5)],
        ROLES,
    )
    assert [(turn.role.value, turn.start_s) for turn in turns] == [
        ("agent", 0.0),
        ("customer", 1.5),
    ]


def test_speakers_in_one_channel_may_follow_without_a_pause() -> None:
    assert texts(
        said(AGENT, "your name", 0), said(CUSTOMER, "Ann Lee", 0.6), said(AGENT, "right", 1.2)
    ) == [("agent", "your name"), ("customer", "Ann Lee"), ("agent", "right")]


def test_confidence_is_the_mean_word_probability_and_words_are_kept() -> None:
    words = said(AGENT, "one two", 0)
    sure = words[1].word.model_copy(update={"probability": 0.4})
    (turn,) = build_turns([words[0], SpokenWord(sure, AGENT, 0)], ROLES)
    assert turn.asr_confidence == pytest.approx(0.6)
    assert turn.words == (words[0].word, sure)
    assert turn.channel == 0


def test_a_speaker_without_a_role_is_unknown() -> None:
    (turn,) = build_turns(said(7, "hello", 0), ROLES)
    assert turn.role is Role.UNKNOWN
