"""A rubric that was kept as content can be edited as a file again, and read as words."""

from __future__ import annotations

import pytest

from pipeline.rubric import bundled_rubric_path, load_rubric, parse_rubric
from pipeline.rubric_yaml import rubric_yaml
from pipeline.rule_words import MEANING, Words, moves_of, rule_words
from tests.builders import criterion, rubric


def test_the_bundled_rubric_written_as_yaml_reads_back_as_the_same_content() -> None:
    bundled = load_rubric(bundled_rubric_path())
    text = rubric_yaml(bundled)
    assert parse_rubric(text, "draft").sha256 == bundled.sha256
    assert len(text.splitlines()) < 600


@pytest.mark.parametrize(
    "words",
    [
        "yes",
        "1",
        "a: b # c",
        "- x",
        "two\nlines\n",
        "x" * 300,
        "word " * 60 + "end",
        "{a}",
        "<ü>\u2028",
        " leads",
    ],
)
def test_whatever_the_words_they_come_back(words: str) -> None:
    asked = criterion(rule={"cases": [{"verdict": "pass", "because": words}]})
    made = rubric(asked.model_copy(update={"question": words, "guidance": words}))
    assert parse_rubric(rubric_yaml(made), "draft").criteria == made.criteria


def flat(words: Words) -> str:
    return " ".join([words.text, *(flat(part) for part in words.parts)])


def told(when: object, scope: str = "whole_call") -> str:
    cases = [{"verdict": "fail", "when": when, "because": "a"}, {"verdict": "pass", "because": "b"}]
    asked = criterion(scope=scope, rule={"cases": cases})  # type: ignore[arg-type, dict-item]
    first, last = rule_words(asked)
    assert last.when.text == "in all other calls"
    return flat(first.when)


def test_conditions_say_what_is_looked_for_where_and_how_often() -> None:
    assert told({"moves": "greet"}, "opening") == "there is a turn with greet in the opening"
    assert told({"moves": ["rude", "dismiss"], "at_least": 2}) == (
        "there are at least 2 turns with rude or dismiss anywhere in the call"
    )
    assert told({"words": "thank you", "place": "closing"}) == (
        "there is an agent turn saying “thank you” in the closing"
    )
    assert told({"not": {"moves": "upset"}}).startswith("it is not so that there is a turn")
    before = {"moves": "give_identifier", "before": {"first": ["disclose_account"]}}
    assert told(before).endswith("before the first turn with disclose account")
    assert told({"moves": "rude", "since": {"last": "solve"}}).endswith(
        "from the last turn with solve on"
    )
    both = told({"all": [{"moves": "greet"}, {"any": [{"moves": "rude"}, {"moves": "solve"}]}]})
    assert both.startswith("all of these hold: there is a turn with greet")
    assert "at least one of these holds:" in both
    assert "every turn of that kind is followed" in told(
        {"pair": {"open": "announce_hold", "close": "return_hold"}}
    )
    kinds = {"moves": "ask_identifier", "at_least": 2, "kinds": {"a name": ["name"], "a date": "b"}}
    assert "together name at least 2 of: a name (“name”); a date (“b”)" in told(kinds)


def test_every_rule_of_the_bundled_rubric_has_words_and_known_moves() -> None:
    for asked in load_rubric(bundled_rubric_path()).criteria:
        cases = rule_words(asked)
        assert len(cases) > 1
        assert all(flat(case.when) and case.because for case in cases)
        assert set(moves_of(asked)) <= set(MEANING)


def test_a_criterion_judged_by_examples_has_no_rule_to_tell() -> None:
    assert rule_words(criterion()) == ()
    assert moves_of(criterion()) == ()
