"""Between words and turns nothing is lost, doubled or moved."""

from __future__ import annotations

from collections import Counter

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Role, Word
from pipeline.turns import SpokenWord, build_turns

ROLES = {0: Role.AGENT, 1: Role.CUSTOMER, 2: Role.SYSTEM}


@st.composite
def spoken_words(draw: st.DrawFn) -> list[SpokenWord]:
    """Words of up to four speakers, in any order, overlapping as they like."""
    count = draw(st.integers(0, 40))
    words = []
    for number in range(count):
        start_s = draw(st.integers(0, 400)) / 10
        length_s = draw(st.integers(0, 30)) / 10
        speaker = draw(st.integers(0, 3))
        word = Word(text=f"w{number}", start_s=start_s, end_s=start_s + length_s, probability=0.5)
        words.append(SpokenWord(word, speaker, draw(st.sampled_from([0, 1, None]))))
    return words


@given(spoken_words())
def test_every_word_is_in_exactly_one_turn(words: list[SpokenWord]) -> None:
    turns = build_turns(words, ROLES)
    assert Counter(word.text for turn in turns for word in turn.words) == Counter(
        spoken.word.text for spoken in words
    )
    assert all(turn.text == " ".join(word.text for word in turn.words) for turn in turns)


@given(spoken_words())
def test_every_speaker_keeps_the_order_of_words(words: list[SpokenWord]) -> None:
    speaker_of = {spoken.word.text: spoken.speaker for spoken in words}
    heard = [word.text for turn in build_turns(words, ROLES) for word in turn.words]
    ordered = sorted(words, key=lambda spoken: spoken.word.start_s)
    for speaker in set(speaker_of.values()):
        assert [text for text in heard if speaker_of[text] == speaker] == [
            spoken.word.text for spoken in ordered if spoken.speaker == speaker
        ]


@given(spoken_words())
def test_turns_hold_one_speaker_and_come_in_order(words: list[SpokenWord]) -> None:
    role_of = {spoken.word.text: ROLES.get(spoken.speaker, Role.UNKNOWN) for spoken in words}
    turns = build_turns(words, ROLES)
    assert [turn.index for turn in turns] == list(range(len(turns)))
    starts = [turn.start_s or 0.0 for turn in turns]
    assert starts == sorted(starts)
    for turn in turns:
        assert {role_of[word.text] for word in turn.words} == {turn.role}
        assert turn.start_s == min(word.start_s for word in turn.words)
        assert turn.end_s == max(word.end_s for word in turn.words)


@given(spoken_words(), st.randoms())
def test_the_order_in_which_words_arrive_does_not_matter(
    words: list[SpokenWord], random: object
) -> None:
    apart = {spoken.word.start_s: spoken for spoken in words}.values()
    assert build_turns(apart, ROLES) == build_turns(list(apart)[::-1], ROLES)
