"""``callqa models`` through the real command."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest
from pydantic import JsonValue

from models.card_reading import read_cards
from models.head_facts import heads_facts
from tests.unit.test_cli import HEAVY

CALLQA = (sys.executable, "-m", "flows.cli")
CODE = (
    "import sys; sys.argv = ['callqa', *sys.argv[1:]]; from flows.cli import main\n"
    "try: main()\n"
    "except SystemExit: pass\n"
    f"print([name for name in {HEAVY} if name in sys.modules], file=sys.stderr)"
)


def callqa(tmp_path: Path, *arguments: str, **environment: str) -> subprocess.CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("CALLQA_")}
    return subprocess.run(
        [*CALLQA, "models", *arguments],
        cwd=tmp_path,
        env={**kept, "CALLQA_WEIGHTS": str(tmp_path / "none"), **environment},
        capture_output=True,
        text=True,
        check=False,
    )


def shown(tmp_path: Path, *arguments: str, **environment: str) -> dict[str, JsonValue]:
    ran = callqa(tmp_path, "show", *arguments, "--json", **environment)
    assert ran.returncode == 0, ran.stderr
    found: dict[str, JsonValue] = json.loads(ran.stdout)
    return found


def test_the_list_needs_no_weights_no_store_and_no_heavy_library(tmp_path: Path) -> None:
    began = time.monotonic()
    ran = subprocess.run(
        [sys.executable, "-c", CODE, "models", "list"],
        cwd=tmp_path,
        env={**os.environ, "CALLQA_WEIGHTS": str(tmp_path / "none")},
        capture_output=True,
        text=True,
        check=True,
    )
    assert time.monotonic() - began < 10
    assert ran.stderr.strip() == "[]"
    assert all(card.head.name in ran.stdout for card in read_cards())
    assert "(whisper-tiny.en)" in ran.stdout and "(whisper-base)" not in ran.stdout
    assert not list(tmp_path.iterdir())


def test_the_list_is_json_for_machines(tmp_path: Path) -> None:
    ran = callqa(tmp_path, "list", "--json", CALLQA_ASR_MODEL="whisper-tiny.en")
    rows = {row["name"]: row for row in json.loads(ran.stdout)}
    keys = {"name", "role", "version", "source", "trained_on", "labels", "licence", "sha256"}
    assert all(keys <= set(row) for row in rows.values())
    assert rows["criteria"]["version"] == heads_facts().version
    assert "language model" in rows["criteria"]["labels"]
    assert rows["whisper-tiny.en"]["in_use"] and not rows["whisper-base"]["in_use"]
    assert rows["minilm-l6-v2"]["in_use"]


def test_a_recogniser_of_ones_own_has_no_card(tmp_path: Path) -> None:
    assert "which has no card" in callqa(tmp_path, "list", CALLQA_ASR_MODEL="/my/model").stdout
    assert "which has no card" not in callqa(tmp_path, "list").stdout


def test_without_a_name_the_judge_is_shown(tmp_path: Path) -> None:
    ran = callqa(tmp_path, "show")
    assert ran.returncode == 0 and ran.stdout.startswith("# The judge's heads\n")
    assert "<!--" not in ran.stdout and "---\nname:" not in ran.stdout
    assert "by a language model" in ran.stdout
    for name in heads_facts().heads:
        assert f"### {name}\n" in ran.stdout
        assert f"| {name} | head |" in ran.stdout, "what is in force is told of every criterion"


def test_a_criterion_is_shown_alone_and_says_whose_labels_it_learned_from(tmp_path: Path) -> None:
    ran = callqa(tmp_path, "show", "empathy")
    assert ran.stdout.startswith("### empathy\n")
    assert "Labels by a language model, not by people" in ran.stdout
    assert "| empathy | head |" in ran.stdout
    assert "greeting" not in ran.stdout


def test_any_other_model_has_a_card_and_no_thresholds(tmp_path: Path) -> None:
    ran = callqa(tmp_path, "show", "whisper-base", "--plain")
    assert ran.stdout.startswith("# Whisper base\n") and "In force" not in ran.stdout
    assert shown(tmp_path, "whisper-base")["in_force"] == []


def test_an_unknown_name_ends_with_1_and_the_names_that_there_are(tmp_path: Path) -> None:
    ran = callqa(tmp_path, "show", "sympathy")
    assert ran.returncode == 1 and ran.stdout == ""
    assert "'sympathy'" in ran.stderr and "Traceback" not in ran.stderr
    assert all(card.head.name in ran.stderr for card in read_cards())
    assert all(name in ran.stderr for name in heads_facts().heads)


def test_thresholds_are_those_of_the_users_settings(tmp_path: Path) -> None:
    (default,) = in_force(shown(tmp_path, "empathy"))
    assert default["set_by"] == "stated_error"
    assert default["threshold"] == heads_facts().heads["empathy"].probability.threshold(0.2)
    strict = shown(tmp_path, "empathy", CALLQA_STATED_ERROR="0.02")
    assert strict["stated_error"] == 0.02
    assert number(in_force(strict)[0]["threshold"]) > number(default["threshold"])
    own = in_force(shown(tmp_path, "empathy", CALLQA_WITHHOLD_UNDER='{"empathy": 0.9}'))
    assert own[0]["threshold"] == 0.9 and own[0]["set_by"] == "withhold_under"
    never = callqa(tmp_path, "show", "empathy", CALLQA_STATED_ERROR="1")
    assert "| empathy | head | never | 0% |" in never.stdout


def test_a_rubric_that_does_not_ask_is_told(tmp_path: Path) -> None:
    bundled = Path(__file__).parents[2] / "rubrics" / "support_v1.yaml"
    other = bundled.read_text(encoding="utf-8").replace("- id: empathy\n", "- id: sympathy\n")
    (tmp_path / "other.yaml").write_text(other, encoding="utf-8")
    ran = callqa(tmp_path, "show", "empathy", CALLQA_RUBRIC="other.yaml")
    assert "Your rubric does not ask this." in ran.stdout
    whole = callqa(tmp_path, "show", CALLQA_RUBRIC="other.yaml")
    assert "| sympathy | rule | under 0.50 | not known | not known |" in whole.stdout


def test_in_a_terminal_the_card_is_laid_out(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from rich.console import Console
    from typer.testing import CliRunner

    from flows.cli import models
    from flows.cli.app import app

    monkeypatch.chdir(tmp_path)
    console = Console(force_terminal=True, width=100, highlight=False)
    monkeypatch.setattr(models, "OUT", console)
    with console.capture() as captured:
        assert CliRunner().invoke(app, ["models", "show", "turns"]).exit_code == 0
    laid_out = captured.get()
    assert "The turn classifier" in laid_out and "# The turn classifier" not in laid_out
    assert "| ---" not in laid_out and "](" not in laid_out
    with console.capture() as captured:
        assert CliRunner().invoke(app, ["models", "show", "turns", "--plain"]).exit_code == 0
    assert captured.get().startswith("# The turn classifier\n")


def in_force(found: dict[str, JsonValue]) -> list[dict[str, JsonValue]]:
    rows = found["in_force"]
    assert isinstance(rows, list)
    return [row for row in rows if isinstance(row, dict)]


def number(value: JsonValue) -> float:
    assert isinstance(value, int | float)
    return value
