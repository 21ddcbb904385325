"""The page about rubrics says what the code does."""

from __future__ import annotations

import re
from pathlib import Path

import yaml
from pydantic import JsonValue

from pipeline.moves import MOVES
from pipeline.rubric import load_rubric, parse_rubric
from pipeline.rubric_check import CRITERION_KEYS, RUBRIC_KEYS
from pipeline.rule_reader import read_rule
from pipeline.scoring import overall_score
from tests.builders import scored

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "rubrics.md").read_text(encoding="utf-8")
BLOCKS = re.findall(r"```yaml\n(.*?)```", PAGE, re.DOTALL)


def test_every_move_is_listed_as_the_code_means_it() -> None:
    rows = re.findall(r"^\| (\w+) \| `(\w+)` \| (.*) \|$", PAGE, re.MULTILINE)
    assert rows == [(move.role.value, move.name, move.meaning) for move in MOVES]


def test_every_key_is_explained() -> None:
    for key in (*RUBRIC_KEYS, *CRITERION_KEYS):
        assert f"| `{key}` |" in PAGE, key
    for key in ("verdict", "when", "because", "show", "moves", "words", "roles", "at_least"):
        assert f"| `{key}` |" in PAGE, key
    for key in ("place", "before", "after", "since", "kinds", "pair", "open", "close", "holds"):
        assert key in PAGE, key


def test_the_example_is_a_rubric_and_scores_as_the_page_computes() -> None:
    rubric = parse_rubric(BLOCKS[0], "docs/rubrics.md")
    good = scored(greeting="partial", secrets="pass", parking="not_applicable")
    assert round(overall_score("c", rubric, good) or 0) == 83
    bad = scored(greeting="partial", secrets="fail", parking="not_applicable")
    assert overall_score("c", rubric, bad) == 0.0


def test_every_condition_on_the_page_can_be_read() -> None:
    conditions = [block for block in BLOCKS if block.startswith("when:")]
    assert len(conditions) == 3
    for block in conditions:
        case: JsonValue = {"verdict": "pass", "because": "So.", **yaml.safe_load(block)}
        last: JsonValue = {"verdict": "fail", "because": "Not so."}
        item = parse_rubric(BLOCKS[0], "docs/rubrics.md").criteria[0]
        assert read_rule({"cases": [case, last]}, item.allowed).mistakes == ()


def test_every_rubric_in_the_folder_is_valid_and_listed() -> None:
    readme = (ROOT / "rubrics" / "README.md").read_text(encoding="utf-8")
    for path in (ROOT / "rubrics").glob("*.yaml"):
        rubric = load_rubric(path)
        assert path.name == f"{rubric.id}_v{rubric.version}.yaml"
        assert f"({path.name})" in readme
