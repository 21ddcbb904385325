from __future__ import annotations

import pytest

from pipeline.domain import Sentiment, TurnJudgement
from pipeline.sentiment import SentimentCourse, sentiment_course
from tests.builders import conversation, turn_judgement

NEGATIVE, NEUTRAL, POSITIVE = Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE
LETTERS = {"-": NEGATIVE, "0": NEUTRAL, "+": POSITIVE, "?": None}


def course(letters: str) -> SentimentCourse:
    """The course of a call in which only the customer speaks, one letter per turn."""
    turns = conversation(*("c: words" for _ in letters))
    return sentiment_course(
        turns, [turn_judgement(at, sentiment=LETTERS[letter]) for at, letter in enumerate(letters)]
    )


@pytest.mark.parametrize(
    ("letters", "expected"),
    [
        ("---+++", SentimentCourse(NEGATIVE, POSITIVE, "improved")),
        ("+00-", SentimentCourse(POSITIVE, NEGATIVE, "worsened")),
        ("000000", SentimentCourse(NEUTRAL, NEUTRAL, "steady")),
        ("-0-0-0", SentimentCourse(NEGATIVE, NEGATIVE, "steady")),
        ("+-00", SentimentCourse(NEUTRAL, NEUTRAL, "steady")),
        ("00+", SentimentCourse(NEUTRAL, POSITIVE, "improved")),
        ("-+", SentimentCourse(NEGATIVE, POSITIVE, "improved")),
    ],
)
def test_first_and_last_third_lean_the_way_that_prevails(
    letters: str, expected: SentimentCourse
) -> None:
    assert course(letters) == expected


def test_a_single_judged_turn_has_no_trend() -> None:
    assert course("-") == SentimentCourse(NEGATIVE, NEGATIVE, None)


def test_turns_that_were_not_judged_are_not_taken_as_neutral() -> None:
    assert course("??-??+") == SentimentCourse(NEGATIVE, POSITIVE, "improved")


def test_without_any_judged_turn_nothing_is_said() -> None:
    nothing = SentimentCourse(None, None, None)
    assert course("???") == nothing
    assert sentiment_course((), ()) == nothing


def test_only_the_customers_turns_count() -> None:
    turns = conversation("a: dreadful", "c: fine", "a: awful", "s: dreadful")
    judged = [turn_judgement(at, sentiment="negative") for at in (0, 2, 3)]
    judged.append(TurnJudgement(turn=1, sentiment=POSITIVE))
    assert sentiment_course(turns, judged) == SentimentCourse(POSITIVE, POSITIVE, None)
