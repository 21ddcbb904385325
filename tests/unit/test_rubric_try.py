from __future__ import annotations

import csv
import json
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli import main
from flows.cli.app import app

RUN = CliRunner()
RUBRIC = """\
id: mine
version: 1
title: Mine
criteria:
  - id: survey
    question: Did the agent invite the customer to the survey?
    section: Service
    allowed: [pass, fail]
    otherwise: fail
    examples:
      - {verdict: pass, text: "Would you stay on for a short survey about this call?"}
      - {verdict: pass, text: "You'll get a feedback form with three questions."}
      - {verdict: pass, text: "Please tell us afterwards how we did."}
      - {verdict: pass, text: "May we ask you to rate our service?"}
      - {verdict: pass, text: "There is a survey at the end of the line."}
      - {verdict: fail, text: "May I ask for your date of birth?"}
  - id: parking
    question: Did the agent explain where to park?
    section: Service
    allowed: [pass, fail]
    examples:
      - {verdict: pass, text: "You can park behind the house."}
"""
INVITED = "Before you go, would you take part in a short survey about this call?"
LINES = {
    "yes-1": INVITED,
    "yes-2": "Please stay on the line for our survey, it has three questions.",
    "no-1": "The boiler is from nineteen ninety, so I will send an engineer.",
    "no-2": "Your refund was booked on Tuesday.",
    "copied": "Please tell us afterwards how we did.",
}


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "mine.yaml").write_text(RUBRIC, encoding="utf-8")
    with (tmp_path / "calls.jsonl").open("w", encoding="utf-8") as lines:
        for call_id, text in LINES.items():
            turns = [
                {"role": "customer", "text": "Hello, it is about my heating."},
                {"role": "agent", "text": f"Good morning. {text}"},
            ]
            lines.write(json.dumps({"call_id": call_id, "language": "en", "turns": turns}) + "\n")
    return tmp_path


def failed(monkeypatch: pytest.MonkeyPatch, *arguments: str) -> int | str | None:
    monkeypatch.setattr(sys, "argv", ["callqa", "rubric", "try", "mine.yaml", *arguments])
    with pytest.raises(SystemExit) as ended:
        main()
    return ended.value.code


def tried(*arguments: str) -> dict[str, dict]:  # type: ignore[type-arg]  # JSON of known form
    result = RUN.invoke(app, ["rubric", "try", "mine.yaml", *arguments, "--json"])
    assert result.exit_code == 0, result.output
    return {item["criterion"]: item for item in json.loads(result.stdout)["criteria"]}


def test_it_says_at_once_what_would_pass_and_fail_with_quotes(folder: Path) -> None:
    survey = tried("--calls", "calls.jsonl")["survey"]
    assert survey["counts"] == {"pass": 3, "fail": 2}
    calls = {call["call_id"]: call for call in survey["calls"]}
    assert calls["yes-1"]["quote"] == INVITED and calls["yes-1"]["turn"] == 1
    assert calls["no-1"]["is_closest"] and calls["no-1"]["quote"] in LINES["no-1"]
    assert [call["verdict"] for call in survey["calls"]] == ["pass"] * 3 + ["fail"] * 2
    assert survey["estimate"] is None


def test_the_tables_are_narrow_and_say_how_to_get_an_estimate(folder: Path) -> None:
    result = RUN.invoke(app, ["rubric", "try", "mine.yaml", "--calls", "calls.jsonl"])
    assert result.exit_code == 0
    assert max(len(line) for line in result.stdout.splitlines()) <= 100
    for words in ("surest pass", "surest fail", "least sure", "closest:", "Without labels"):
        assert words in result.stdout, words
    told = " ".join(result.stdout.split())
    assert "All examples are of pass, so no call can get another verdict" in told
    assert "Examples of this criterion are word for word in 1 of the calls (copied)" in told


def test_labels_give_an_estimate_without_the_calls_that_examples_were_taken_from(
    folder: Path,
) -> None:
    rows = ["call_id,criterion,verdict", "yes-1,survey,pass", "yes-2,survey,pass"]
    rows += ["no-1,survey,fail", "no-2,survey,pass", "copied,survey,pass"]
    (folder / "labels.csv").write_text("\n".join(rows) + "\n")
    survey = tried("--calls", "calls.jsonl", "--labels", "labels.csv")["survey"]
    assert (survey["estimate"]["right"], survey["estimate"]["labels"]) == (3, 4)
    assert "3 of 4 agree." in survey["estimate"]["words"][0]


def test_the_template_leaves_the_verdict_open_and_is_taken_back_as_labels(folder: Path) -> None:
    arguments = ["--calls", "calls.jsonl", "--criterion", "survey", "--template", "todo.csv"]
    tried(*arguments)
    with (folder / "todo.csv").open(encoding="utf-8", newline="") as stream:
        rows = list(csv.DictReader(stream))
    assert {row["call_id"] for row in rows} == set(LINES)
    assert {row["verdict"] for row in rows} == {""}
    assert {row["picked"] for row in rows} == {"uncertain"}
    with (folder / "done.csv").open("w", encoding="utf-8", newline="") as stream:
        writer = csv.DictWriter(stream, rows[0])
        writer.writeheader()
        for row in rows:
            verdict = "fail" if row["call_id"].startswith("no") else "pass"
            writer.writerow({**row, "verdict": verdict, "picked": "random"})
    done = tried("--calls", "calls.jsonl", "--criterion", "survey", "--labels", "done.csv")
    assert done["survey"]["estimate"]["right"] == 4


def test_a_template_never_overwrites_labels(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    (folder / "todo.csv").write_text("mine")
    assert failed(monkeypatch, "--calls", "calls.jsonl", "--template", "todo.csv") == 1
    assert "is there already" in capsys.readouterr().err
    assert (folder / "todo.csv").read_text() == "mine"


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (["--criterion", "surwey"], 'no criterion surwey; did you mean "survey"?'),
        (["--labels", "lost.csv"], "lost.csv: the labels cannot be read"),
        (["--labels", "strange.csv"], "1 labelled calls are not among those tried (c77)"),
        (["--labels", "other.csv"], "the rubric has no such criterion"),
    ],
)
def test_a_mistake_is_explained_before_the_work(
    folder: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    expected: str,
) -> None:
    (folder / "strange.csv").write_text("call_id,criterion,verdict\nc77,survey,pass\n")
    (folder / "other.csv").write_text("call_id,criterion,verdict\nyes-1,greeting,pass\n")
    assert failed(monkeypatch, "--calls", "calls.jsonl", *arguments) == 1
    captured = capsys.readouterr()
    assert expected in " ".join(captured.err.split())
    assert "Traceback" not in captured.err


@pytest.mark.parametrize("arguments", [[], ["--calls", "calls.jsonl", "--store", "s.duckdb"]])
def test_it_has_to_be_said_what_to_try_it_on(arguments: list[str]) -> None:
    assert RUN.invoke(app, ["rubric", "try", "mine.yaml", *arguments]).exit_code == 2


def test_a_rubric_in_which_all_is_trained_is_tried_only_by_name(
    folder: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from pipeline.rubric import bundled_rubric_path

    bundled = bundled_rubric_path().read_text(encoding="utf-8")
    (folder / "mine.yaml").write_text(bundled, encoding="utf-8")
    assert failed(monkeypatch, "--calls", "calls.jsonl") == 1
    assert "has a trained head already" in capsys.readouterr().err
    named = tried("--calls", "calls.jsonl", "--criterion", "greeting")
    assert named["greeting"]["judged_by"] == "trained head"


def test_several_files_may_follow_one_option(folder: Path) -> None:
    lines = (folder / "calls.jsonl").read_text().splitlines(keepends=True)
    (folder / "a.jsonl").write_text("".join(lines[:2]))
    (folder / "b.jsonl").write_text("".join(lines[2:4]))
    survey = tried("--criterion", "survey", "--calls", "a.jsonl", "b.jsonl")["survey"]
    assert sum(survey["counts"].values()) == 4


def test_its_help_starts_without_the_heavy_libraries() -> None:
    code = (
        "import sys; from flows.cli.app import app; from typer.testing import CliRunner; "
        "assert CliRunner().invoke(app, ['rubric', 'try', '--help']).exit_code == 0; "
        "print([n for n in ('torch', 'sklearn', 'prefect', 'duckdb') if n in sys.modules])"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert out.stdout.strip() == "[]"
