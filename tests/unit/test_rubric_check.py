from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.rubric import bundled_rubric_path
from pipeline.rubric_check import check_rubric, check_text

GOOD = """\
id: small
version: 1
title: Small
languages: [en]
criteria:
  - id: greeting
    question: Did the agent greet the customer?
    section: Opening
    allowed: [pass, partial, fail]
    weight: 1.5
    critical: true
    examples:
      - verdict: pass
        text: Good morning.
    rule:
      cases:
        - verdict: pass
          when: {moves: greet}
          because: The agent greeted.
        - verdict: fail
          because: No greeting was heard.
"""


def told(text: str) -> list[str]:
    """The diagnostics of a text, without the file's name."""
    return [str(item).removeprefix("f.yaml:") for item in check_text(text, "f.yaml").diagnostics]


def replaced(old: str, new: str) -> list[str]:
    """The diagnostics after one change to a good rubric."""
    assert GOOD.count(old) >= 1
    return told(GOOD.replace(old, new, 1))


def test_a_good_rubric_has_no_diagnostics() -> None:
    assert told(GOOD) == []


def test_the_bundled_rubric_has_no_diagnostics() -> None:
    assert check_rubric(bundled_rubric_path()) == ()


def test_a_file_is_named_as_it_was_given(tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text("id: 3\n")
    assert {item.file for item in check_rubric(path)} == {str(path)}


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        ("title:", "tilte:", '3:1: tilte: unknown key "tilte"; did you mean "title"?'),
        ("title: Small", "title: ''", '3:8: title: expected text, found ""'),
        ("id: small", "id: My Rubric", "1:5: id: expected small letters, digits and _"),
        ("version: 1", "version: '1'", '2:10: version: expected a whole number from 1, found "'),
        (
            "version: 1",
            "version: true",
            "2:10: version: expected a whole number from 1, found true",
        ),
        ("[en]", "[english]", "4:13: languages 1: expected a two-letter language code"),
        ("[en]", "en", '4:12: languages: expected a list of language codes, found "en"'),
        ("question:", "qestion:", 'criterion greeting, qestion: unknown key "qestion"; did you'),
        ("partial,", "partal,", 'partal"; did you mean "partial"?'),
        ("partial,", "unscored,", "expected one of pass, partial, fail, not_applicable"),
        ("partial,", "pass,", '9:21: criterion greeting, allowed 2: "pass" is there twice'),
        ("[pass, partial, fail]", "[pass]", "expected at least two verdicts"),
        ("[pass, partial, fail]", "[]", "9:14: criterion greeting, allowed: expected a list of"),
        ("weight: 1.5", "weight: heavy", "10:13: criterion greeting, weight: expected a number"),
        ("weight: 1.5", "weight: -1", "expected a number from 0, found -1"),
        ("weight: 1.5", "weight: .nan", "expected a number from 0, found nan"),
        ("weight: 1.5", "weight: .inf", "expected a number from 0, found inf"),
        ("weight: 1.5", "weight: 0", "6:3: criteria: expected a weight above 0 for at least one"),
        ("critical: true", "critical: yess", 'expected true or false, found "yess"'),
        ("partial, fail]", "partial]", 'expected "fail" among the allowed verdicts'),
        ("verdict: pass", "verdict: good", "criterion greeting, examples 1, verdict: expected one"),
        ("text: Good morning.", "text:", "expected text, found nothing"),
        ("    section: Opening\n", "", '6:5: criterion greeting, section: expected the key "sec'),
        ("weight: 1.5", "question: Again?", 'the key "question" is there twice, first in line 7'),
        ("weight: 1.5", "scope: start", "expected one of opening, closing, whole_call"),
        ("weight: 1.5", "roles: [agnet]", 'found "agnet"; did you mean "agent"?'),
        ("weight: 1.5", "rule2: x", 'unknown key "rule2"; did you mean "rule"?'),
        ("moves: greet", "moves: great", 'unknown move "great"; did you mean "greet"?'),
        (
            "because: The agent greeted.",
            "because:",
            "expected a sentence for people, found nothing",
        ),
        ("when:", "wen:", 'unknown key "wen"'),
    ],
)
def test_a_mistake_is_placed_and_explained(old: str, new: str, expected: str) -> None:
    assert any(expected in line for line in replaced(old, new)), replaced(old, new)


def test_one_mistake_gives_one_diagnostic() -> None:
    assert len(replaced("weight: 1.5", "weight: heavy")) == 1
    assert len(replaced("moves: greet", "moves: great")) == 1
    assert len(replaced("id: small", "id: My Rubric")) == 1


def test_many_mistakes_are_told_at_once_in_the_order_of_the_file() -> None:
    bad = (
        GOOD.replace("version: 1", "version: 0")
        .replace("weight: 1.5", "weigth: 1.5")
        .replace("{moves: greet}", "{moves: great, at_least: 0}")
    )
    assert [line.split(":")[0] for line in told(bad)] == ["2", "10", "18", "18"]


def test_two_criteria_with_one_id_are_refused_at_the_second() -> None:
    twice = GOOD + GOOD[GOOD.index("  - id") :]
    assert told(twice) == [
        '22:9: criterion greeting, id: expected another id: criterion 1 is "greeting" too'
    ]


@pytest.mark.parametrize("criteria", ["criteria: []", "criteria:", "criteria: many"])
def test_a_rubric_without_criteria_is_refused(criteria: str) -> None:
    text = GOOD[: GOOD.index("criteria:")] + criteria
    assert told(text)[0].startswith("5:")
    assert "expected a list of criteria" in told(text)[0]


def test_a_criterion_without_rule_and_examples_has_nothing_to_judge_by() -> None:
    bare = GOOD[: GOOD.index("    examples:")]
    assert told(bare) == [
        '6:5: criterion greeting: expected "examples" or a "rule" to judge by, found neither'
    ]


BY_EXAMPLE = """\
id: small
version: 1
title: Small
criteria:
  - id: survey
    question: Was there a survey?
    section: Service
    allowed: [pass, fail]
    otherwise: fail
    examples:
      - {verdict: pass, text: Please take our survey.}
"""


def test_what_silence_means_may_be_said_where_examples_judge() -> None:
    assert told(BY_EXAMPLE) == []


@pytest.mark.parametrize(
    ("otherwise", "expected"),
    [
        ("partial", '9:16: criterion survey, otherwise: expected one of pass, fail, found "part'),
        ("unscored", "expected one of pass, fail, found"),
        ("[fail]", "expected one of pass, fail, found a list"),
        ("pass", 'otherwise: expected examples of another verdict than "pass" beside it'),
    ],
)
def test_silence_can_only_mean_an_allowed_verdict_that_others_are_examples_for(
    otherwise: str, expected: str
) -> None:
    (only,) = told(BY_EXAMPLE.replace("otherwise: fail", f"otherwise: {otherwise}"))
    assert expected in only


def test_a_rule_says_itself_what_silence_means() -> None:
    (only,) = replaced("    examples:", "    otherwise: fail\n    examples:")
    assert "12:5: criterion greeting, otherwise: expected no" in only


def test_a_criterion_that_is_no_mapping_is_counted() -> None:
    assert "criterion 2: expected a mapping with id" in told(GOOD + "  - hello\n")[0]


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("a: [1", "1:6"),
        ("id: a: b", "1:6"),
        ("id: a\n---\nid: b", "2:1"),
        ("id: \x00", "1:1"),
        ("\tid: a", "1:1"),
        ("[" * 3000, "1:1"),
        ("a: &a [*a]", "1:4"),
        ("a: *b", "1:4"),
    ],
)
def test_what_is_no_yaml_is_told_with_its_place(text: str, place: str) -> None:
    (line,) = told(text)
    assert line.startswith(f"{place}: file: expected YAML, found a mistake in its form"), line


@pytest.mark.parametrize("text", ["", "- a", "just words", "3"])
def test_what_is_no_mapping_is_told(text: str) -> None:
    (line,) = told(text)
    assert line.startswith("1:1: file: expected a mapping with id, version")


def test_an_anchor_bomb_is_refused_quickly() -> None:
    lines = ["a0: &a0 [x, x, x, x, x, x, x, x, x, x]"]
    lines += [f"a{n}: &a{n} [{', '.join([f'*a{n - 1}'] * 10)}]" for n in range(1, 12)]
    (line,) = told("\n".join(lines))
    assert "too many" in line


def test_tags_are_refused_and_never_built() -> None:
    assert any(
        "expected plain data" in line
        for line in replaced("title: Small", "title: !!python/object/apply:os.getcwd []")
    )


def test_keys_that_are_no_words_are_refused() -> None:
    assert any("expected a plain word as key" in line for line in told(GOOD + "? [a]\n: b\n"))


def test_anchors_may_be_used_for_what_is_said_twice() -> None:
    text = GOOD.replace("question: Did", "question: &q Did").replace(
        "section: Opening", "section: *q"
    )
    assert told(text) == []
