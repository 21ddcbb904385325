from __future__ import annotations

import json
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import main
from flows.cli.app import app
from flows.cli.console import visible
from flows.cli.demo import bundled_calls
from flows.cli.report import length_words, score_words

RUN = CliRunner()
HEAVY = ("torch", "transformers", "prefect", "faster_whisper", "spacy", "sklearn", "duckdb")


@pytest.fixture(autouse=True)
def in_an_empty_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)
    for name in ("CALLQA_STORE", "CALLQA_RUBRIC", "CALLQA_RETRIES"):
        monkeypatch.delenv(name, raising=False)


def run_main(monkeypatch: pytest.MonkeyPatch, arguments: Sequence[str]) -> int | str | None:
    """Run the command line as the console script does and return its exit code."""
    monkeypatch.setattr(sys, "argv", ["callqa", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def test_help_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from flows.cli.app import app; from typer.testing import CliRunner; "
        "assert CliRunner().invoke(app, ['score', '--help']).exit_code == 0; "
        f"print([name for name in {HEAVY} if name in sys.modules])"
    )
    began = time.monotonic()
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
    assert time.monotonic() - began < 10


def test_the_version_is_printed() -> None:
    result = RUN.invoke(app, ["--version"])
    assert result.exit_code == 0
    assert result.stdout.startswith("callqa ")


@pytest.mark.parametrize(
    "arguments",
    [
        ["score"],
        ["score", "a.wav", "--no-such-option"],
        ["export", "secrets"],
        ["export", "calls", "--format", "xml"],
        ["no-such-command"],
    ],
)
def test_wrong_usage_ends_with_2(arguments: list[str]) -> None:
    assert RUN.invoke(app, arguments).exit_code == 2


def test_an_error_is_said_in_words_and_ends_with_1(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, ["queue", "--store", "missing.duckdb"]) == 1
    err = capsys.readouterr().err
    assert "error:" in err and "missing.duckdb" in err
    assert "Traceback" not in err


def test_debug_shows_where_an_error_comes_from(monkeypatch: pytest.MonkeyPatch) -> None:
    from pipeline.errors import StoreError

    monkeypatch.setattr(sys, "argv", ["callqa", "queue", "--store", "missing.duckdb", "--debug"])
    with pytest.raises(StoreError):
        main()


def test_a_setting_that_makes_no_sense_is_named(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CALLQA_RETRIES", "often")
    assert run_main(monkeypatch, ["rubric", "check"]) == 1
    assert "CALLQA_RETRIES" in capsys.readouterr().err


def test_the_bundled_rubric_is_fine() -> None:
    result = RUN.invoke(app, ["rubric", "check", "--json"])
    assert result.exit_code == 0
    assert json.loads(result.stdout)["valid"] is True


def test_a_mistake_in_a_rubric_is_explained_with_file_and_line(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "mine.yaml").write_text("id: mine\nversion: one\n", encoding="utf-8")
    assert run_main(monkeypatch, ["rubric", "check", "mine.yaml", "--json"]) == 1
    captured = capsys.readouterr()
    assert "mine.yaml:2" in captured.err
    assert json.loads(captured.out)["mistakes"][0]["line"] >= 1


def test_json_of_weights_is_a_list_of_objects(tmp_path: Path) -> None:
    result = RUN.invoke(app, ["weights", "list", "--json", "--weights", str(tmp_path)])
    assert result.exit_code == 0
    listed = json.loads(result.stdout)
    assert {"name", "role", "source", "licence", "sha256"} <= set(listed[0])
    assert all(asset["state"] == "missing" for asset in listed)


def test_an_empty_weights_folder_does_not_verify(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    assert run_main(monkeypatch, ["weights", "verify", "--weights", str(tmp_path)]) == 1
    assert "callqa weights fetch" in capsys.readouterr().err


def test_control_characters_never_reach_the_terminal() -> None:
    assert visible("a\nb\x1b[31m") == "a\\nb\\x1b[31m"
    assert visible("größer “so”") == "größer “so”"


@pytest.mark.parametrize(
    ("duration_s", "words"), [(None, "-"), (0.2, "0:00"), (59.6, "1:00"), (3725, "62:05")]
)
def test_lengths_are_minutes_and_seconds(duration_s: float | None, words: str) -> None:
    assert length_words(duration_s) == words


def test_a_missing_score_is_never_a_number() -> None:
    assert "unscored" in score_words(None)
    assert "0" in score_words(0.0)


def test_the_bundled_calls_are_found() -> None:
    assert (bundled_calls() / "manifest.csv").is_file()
