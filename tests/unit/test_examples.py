from __future__ import annotations

import pytest

from models.examples import CLOSE, ExampleReader, Place, Resemblance, decided
from pipeline.domain import Role, Turn, Verdict
from pipeline.rubric import Criterion, Example
from tests.builders import conversation, criterion
from tests.judging import encoder

INVITED = (
    "Would you stay on the line for a short survey?",
    "We'd love to hear how we did, it's only three questions.",
    "You'll get a feedback form after this call.",
)
NOT_INVITED = ("Don't bother with the survey, nobody reads it.", "Can I ask you a question?")
SURVEY = criterion("survey", allowed=("pass", "fail")).model_copy(
    update={
        "question": "Did the agent invite the customer to the survey?",
        "examples": tuple(
            [Example(verdict=Verdict.PASS, text=text) for text in INVITED]
            + [Example(verdict=Verdict.FAIL, text=text) for text in NOT_INVITED]
        ),
    }
)
ABSENT_FAILS = SURVEY.model_copy(update={"otherwise": Verdict.FAIL})
SILENT = conversation("a: Your boiler is from nineteen ninety.", "c: It is cold.")


def read(asked: Criterion, turns: tuple[Turn, ...]) -> Resemblance | None:
    reader = ExampleReader(encoder())
    return reader.read(asked, turns, reader.sentences(turns))


def text_at(turns: tuple[Turn, ...], place: Place | None) -> str:
    assert place is not None
    return turns[place.turn].text[place.start : place.end]


def test_the_sentence_closest_to_an_example_decides_and_is_pointed_at() -> None:
    turns = conversation(
        "a: Hello.",
        "c: Hi, my parcel is late.",
        "a: It comes on Friday. Could you stay on the line for our quick survey?",
    )
    found = read(SURVEY, turns)
    assert found is not None
    assert found.verdict is Verdict.PASS
    assert found.is_close
    assert not found.by_absence
    assert text_at(turns, found.place).startswith("Could you stay")
    assert 0.5 < found.share < 1


def test_words_in_a_turn_without_punctuation_are_found_where_they_are() -> None:
    said = (
        "a: right so that is the boiler sorted and the engineer comes on friday between nine and "
        "eleven and he will ring before and oh could you stay on the line for our quick survey "
        "after this call it only takes a minute and then you are done for today thanks so much"
    )
    found = read(ABSENT_FAILS, conversation(said, "c: yes fine"))
    assert found is not None
    assert found.verdict is Verdict.PASS
    quote = text_at(conversation(said), found.place)
    assert "survey" in quote
    assert len(quote.split()) <= 24


def test_what_resembles_no_example_is_not_close() -> None:
    found = read(SURVEY, SILENT)
    assert found is not None
    assert not found.is_close


def test_silence_is_a_verdict_only_where_the_rubric_says_so() -> None:
    found = read(ABSENT_FAILS, SILENT)
    assert found is not None
    assert (found.verdict, found.is_close, found.by_absence) == (Verdict.FAIL, True, True)
    assert found.place is None
    assert found.share > 0.5
    assert "fail" in found.sentence


def test_an_absence_points_at_words_that_resemble_its_own_examples() -> None:
    turns = conversation("a: Please don't bother with that survey, nobody ever reads it.", "c: Ok.")
    odds = read(ABSENT_FAILS, turns)
    assert odds is not None
    if odds.by_absence:
        assert text_at(turns, odds.place) == turns[0].text


def test_the_verdict_for_silence_needs_no_examples_of_its_own() -> None:
    only_passes = ABSENT_FAILS.model_copy(update={"examples": ABSENT_FAILS.examples[:3]})
    found = read(only_passes, SILENT)
    assert found is not None
    assert found.verdict is Verdict.FAIL


def test_examples_for_silence_alone_judge_nothing() -> None:
    only_fails = ABSENT_FAILS.model_copy(update={"examples": ABSENT_FAILS.examples[3:]})
    assert read(only_fails, SILENT) is None


def test_only_the_roles_of_the_criterion_are_looked_at() -> None:
    turns = conversation("c: Would you stay on the line for a short survey?", "a: No.")
    found = read(SURVEY, turns)
    assert found is not None
    assert found.closest.turn == 1
    assert read(SURVEY.model_copy(update={"roles": (Role.SYSTEM,)}), turns) is None


def test_only_the_scope_of_the_criterion_is_looked_at() -> None:
    lines = ["a: Would you stay on for a short survey?", *("c: Ok.", "a: Fine.") * 10]
    closing = ABSENT_FAILS.model_copy(update={"scope": "closing"})
    everywhere, late = read(ABSENT_FAILS, conversation(*lines)), read(closing, conversation(*lines))
    assert everywhere is not None and late is not None
    assert (everywhere.verdict, late.verdict) == (Verdict.PASS, Verdict.FAIL)


@pytest.mark.parametrize("examples", [(), (Example(verdict=Verdict.PARTIAL, text="x"),)])
def test_without_a_usable_example_nothing_is_read(examples: tuple[Example, ...]) -> None:
    asked = SURVEY.model_copy(update={"examples": examples})
    assert read(asked, conversation("a: Would you stay on for a survey?")) is None


def test_a_call_without_words_is_not_read() -> None:
    assert read(ABSENT_FAILS, conversation("a: ", "c: Hello?")) is None


HERE, THERE = Place(0, 0, 1), Place(1, 0, 1)
THREE = criterion("x", allowed=("pass", "partial", "fail"))


def test_the_verdict_that_stands_out_most_wins_and_rivals_make_it_less_sure() -> None:
    looked_for = (Verdict.PASS, Verdict.PARTIAL)
    alone = decided(THREE, looked_for, {Verdict.PASS: (6.0, HERE), Verdict.PARTIAL: (0.0, THERE)})
    close = decided(THREE, looked_for, {Verdict.PASS: (6.0, HERE), Verdict.PARTIAL: (5.9, THERE)})
    assert alone.verdict is close.verdict is Verdict.PASS
    assert alone.place == HERE
    assert alone.share > 0.9
    assert 0.4 < close.share < 0.6


def test_just_at_the_bar_a_resemblance_is_as_likely_as_not() -> None:
    asked = THREE.model_copy(update={"otherwise": Verdict.FAIL})
    at, under = (
        decided(asked, (Verdict.PASS,), {Verdict.PASS: (CLOSE + shift, HERE)})
        for shift in (0.0, -0.001)
    )
    assert (at.verdict, under.verdict) == (Verdict.PASS, Verdict.FAIL)
    assert at.share == pytest.approx(0.5)
    assert under.share == pytest.approx(0.5, abs=0.001)
    assert under.place is None and under.closest == HERE
