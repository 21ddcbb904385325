from __future__ import annotations

import pytest

from pipeline.spoken_digits import digit_runs


@pytest.mark.parametrize(
    ("text", "digits"),
    [
        ("4111 1111 1111 1111", "4111111111111111"),
        ("4111-1111-1111-1111", "4111111111111111"),
        ("It's 12, 34.", "1234"),
        ("four oh nine nought", "4090"),
        ("double four triple seven", "44777"),
        ("double oh", "00"),
        ("forty four", "44"),
        ("forty-four", "44"),
        ("forty oh one", "4001"),
        ("twelve ninety nine", "1299"),
        ("nine hundred", "900"),
        ("One, two; um, three", "123"),
        ("eighty-seven", "87"),
    ],
)
def test_digits_are_those_a_listener_would_write_down(text: str, digits: str) -> None:
    assert [run.digits for run in digit_runs(text)] == [digits]


@pytest.mark.parametrize(
    "text", ["", "no numbers", "B12", "$45", "12%", "12.5", "someone", "double", "tone"]
)
def test_what_is_no_run_of_digits(text: str) -> None:
    assert digit_runs(text) == ()


def test_other_words_end_a_run() -> None:
    text = "one two please three"
    assert [text[run.start : run.end] for run in digit_runs(text)] == ["one two", "three"]


def test_a_few_hesitations_do_not_end_a_run_and_many_do() -> None:
    assert len(digit_runs("one um, uh two")) == 1
    assert len(digit_runs("one um uh er two")) == 2


def test_a_run_starts_and_ends_with_digits() -> None:
    text = "So, um, (four two) um and that's it"
    (run,) = digit_runs(text)
    assert text[run.start : run.end] == "four two"
