from __future__ import annotations

import pytest

from models.examples import ExampleReader, Resemblance
from pipeline.domain import Role, Turn, Verdict
from pipeline.rubric import Criterion, Example
from tests.builders import conversation, criterion
from tests.judging import encoder

SURVEY = criterion("survey", allowed=("pass", "fail")).model_copy(
    update={
        "question": "Did the agent invite the customer to the survey?",
        "examples": (
            Example(verdict=Verdict.PASS, text="Would you stay on the line for a short survey?"),
            Example(verdict=Verdict.FAIL, text="Don't bother with the survey, nobody reads it."),
        ),
    }
)


def read(asked: Criterion, turns: tuple[Turn, ...]) -> Resemblance | None:
    reader = ExampleReader(encoder())
    return reader.read(asked, turns, reader.sentences(turns))


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
    assert turns[found.turn].text[found.start : found.end].startswith("Could you stay")
    assert 0.5 < found.share < 1


def test_what_resembles_no_example_is_not_close() -> None:
    found = read(SURVEY, conversation("a: Your boiler is from nineteen ninety.", "c: It is cold."))
    assert found is not None
    assert not found.is_close


def test_only_the_roles_of_the_criterion_are_looked_at() -> None:
    turns = conversation("c: Would you stay on the line for a short survey?", "a: No.")
    found = read(SURVEY, turns)
    assert found is not None
    assert found.turn == 1
    assert read(SURVEY.model_copy(update={"roles": (Role.SYSTEM,)}), turns) is None


@pytest.mark.parametrize("examples", [(), (Example(verdict=Verdict.PARTIAL, text="x"),)])
def test_without_a_usable_example_nothing_is_read(examples: tuple[Example, ...]) -> None:
    asked = SURVEY.model_copy(update={"examples": examples})
    assert read(asked, conversation("a: Would you stay on for a survey?")) is None
