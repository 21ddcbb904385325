from __future__ import annotations

import pickle
from pathlib import Path

import pytest

from pipeline.domain import Role, Verdict
from pipeline.errors import RubricError
from pipeline.rubric import bundled_rubric_path, content_sha256, load_rubric, parse_rubric
from pipeline.rule_reader import read_rule

SMALL = """\
id: small
version: 1
title: Small
criteria:
  - id: greeting
    question: Did the agent greet the customer?
    section: Opening
    allowed: [pass, fail]
    examples:
      - {verdict: pass, text: Good morning.}
"""


def test_the_bundled_rubric_has_the_nine_criteria() -> None:
    assert [item.id for item in load_rubric(bundled_rubric_path()).criteria] == [
        "greeting",
        "empathy",
        "identity_verification",
        "sensitive_data",
        "prohibited_promises",
        "hold_etiquette",
        "professionalism",
        "resolution",
        "closing",
    ]


def test_every_bundled_criterion_is_complete() -> None:
    for item in load_rubric(bundled_rubric_path()).criteria:
        assert item.guidance, item.id
        assert item.applies, item.id
        assert item.rule is not None, item.id
        assert {example.verdict for example in item.examples} >= {Verdict.PASS, Verdict.FAIL}
        assert bool(item.failed) is item.critical, item.id


def test_every_bundled_rule_can_give_every_allowed_verdict() -> None:
    for item in load_rubric(bundled_rubric_path()).criteria:
        assert item.rule is not None
        cases = read_rule(item.rule, item.allowed).rule.cases
        assert {case.verdict for case in cases} == set(item.allowed), item.id


def test_a_criterion_left_short_gets_the_documented_defaults() -> None:
    (item,) = parse_rubric(SMALL, "small.yaml").criteria
    assert item.roles == (Role.AGENT,)
    assert item.scope == "whole_call"
    assert (item.weight, item.critical, item.rule) == (1.0, False, None)
    assert parse_rubric(SMALL, "small.yaml").languages == ("en",)


def test_layout_comments_and_order_of_keys_do_not_change_the_hash() -> None:
    lines = SMALL.splitlines()
    other = "\n".join(["# a comment", *lines[1:3], lines[0], "", *lines[3:]])
    assert parse_rubric(other, "x").sha256 == parse_rubric(SMALL, "y").sha256


def test_writing_a_default_out_does_not_change_the_hash() -> None:
    told = SMALL.replace("version: 1", "version: 1\nlanguages: [en]")
    assert parse_rubric(told, "x").sha256 == parse_rubric(SMALL, "x").sha256


OTHERWISE = SMALL.replace("examples:", "otherwise: fail\n    examples:")


def test_what_silence_means_is_read_and_is_nothing_if_not_said() -> None:
    assert parse_rubric(SMALL, "x").criteria[0].otherwise is None
    assert parse_rubric(OTHERWISE, "x").criteria[0].otherwise is Verdict.FAIL


def test_what_silence_means_is_part_of_the_meaning_only_where_it_is_said() -> None:
    silent, told = (parse_rubric(text, "x").criteria[0] for text in (SMALL, OTHERWISE))
    # As it was before the key was known: heads that were trained then still fit.
    assert silent.meaning_sha256 == (
        "615308eddbd5420e5945758e6385f6da672fa674c8211b46cf95c1863a70424d"
    )
    assert told.meaning_sha256 != silent.meaning_sha256


@pytest.mark.parametrize(
    ("old", "new"), [("greet the", "greet a"), ("[pass, fail]", "[pass, partial]"), (": 1", ": 2")]
)
def test_what_the_rubric_says_changes_the_hash(old: str, new: str) -> None:
    assert parse_rubric(SMALL.replace(old, new), "x").sha256 != parse_rubric(SMALL, "x").sha256


def test_the_hash_does_not_depend_on_itself() -> None:
    rubric = parse_rubric(SMALL, "x")
    assert content_sha256(rubric) == rubric.sha256


def test_a_file_that_is_not_there_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match=r"lost\.yaml: expected a rubric file, found none"):
        load_rubric(tmp_path / "lost.yaml")


def test_a_file_that_is_no_text_is_an_error_that_names_it(tmp_path: Path) -> None:
    path = tmp_path / "sound.yaml"
    path.write_bytes(b"\xff\xfe\x00fLaC")
    with pytest.raises(RubricError, match=r"sound\.yaml: the rubric cannot be read"):
        load_rubric(path)


def test_a_folder_is_an_error_that_names_it(tmp_path: Path) -> None:
    with pytest.raises(RubricError, match="the rubric cannot be read"):
        load_rubric(tmp_path)


def test_the_error_has_one_line_per_mistake_and_carries_them_through_pickling() -> None:
    bad = SMALL.replace("section", "sektion").replace("version: 1", "version: one")
    with pytest.raises(RubricError) as caught:
        parse_rubric(bad, "bad.yaml")
    error = pickle.loads(pickle.dumps(caught.value))
    assert str(error).splitlines() == [str(item) for item in error.diagnostics]
    assert [(item.line, item.column) for item in error.diagnostics] == [(2, 10), (5, 5), (7, 5)]
    assert str(error.diagnostics[0]).startswith("bad.yaml:2:10: version: expected a whole number")
