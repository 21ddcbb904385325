from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Verdict
from pipeline.errors import InputError
from pipeline.labels import Label, read_labels


def written(path: Path, text: str) -> Path:
    path.write_text(text, encoding="utf-8")
    return path


def test_csv_as_the_template_has_it_is_read(tmp_path: Path) -> None:
    text = (
        "call_id,criterion,verdict,picked,question\n"
        "c1,parking,Pass,uncertain,Did the agent …?\n"
        "c2,parking,,random,Did the agent …?\n"
        "c3,parking,not applicable,random,Did the agent …?\n"
    )
    found = read_labels(written(tmp_path / "l.csv", text))
    assert found.blank == 1
    assert found.labels == (
        Label("c1", "parking", Verdict.PASS, "uncertain"),
        Label("c3", "parking", Verdict.NOT_APPLICABLE, "random"),
    )


def test_what_a_spreadsheet_makes_of_it_is_read_too(tmp_path: Path) -> None:
    text = "\ufeffcall_id;criterion;verdict\nc1;parking;FAIL\n"
    assert read_labels(written(tmp_path / "l.csv", text)).labels == (
        Label("c1", "parking", Verdict.FAIL),
    )


def test_jsonl_is_read_and_the_last_label_counts(tmp_path: Path) -> None:
    text = (
        '{"call_id": "c1", "verdicts": {"parking": "pass", "survey": "fail"}, "evidence": {}}\n\n'
        '{"call_id": "c1", "verdicts": {"parking": "fail"}}\n'
    )
    assert set(read_labels(written(tmp_path / "l.jsonl", text)).labels) == {
        Label("c1", "parking", Verdict.FAIL),
        Label("c1", "survey", Verdict.FAIL),
    }


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("l.csv", "call_id,verdict\nc1,pass\n", "found no column criterion"),
        (
            "l.csv",
            "call_id,criterion,verdict\nc1,x,yes\n",
            "line 2: expected one of pass, partial, fail, not_applicable, found",
        ),
        ("l.csv", "call_id,criterion,verdict\nc1,x,unscored\n", "line 2: expected one of pass"),
        ("l.csv", "call_id,criterion,verdict\n,x,pass\n", "line 2: expected a call_id"),
        (
            "l.csv",
            "call_id,criterion,verdict,picked\nc1,x,pass,randm\n",
            'picked: expected one of uncertain, random, found "randm"; did you mean "random"?',
        ),
        ("l.csv", "call_id,criterion,verdict\nc1,x,\n", "holds no labels: all 1 rows lack a"),
        ("l.csv", "", "found no column call_id"),
        ("l.jsonl", "", "holds no labels: expected a CSV file"),
        ("l.jsonl", '{"call_id": "c1"}\n', "line 1: expected a CSV file"),
        ("l.jsonl", "[1]\n", "line 1: expected a CSV file"),
        ("l.jsonl", "{\n", "line 1: not JSON"),
        ("l.jsonl", '{"call_id": "c1", "verdicts": {"x": 3}}\n', "expected one of pass, partial"),
    ],
)
def test_what_cannot_be_read_is_explained(
    tmp_path: Path, name: str, text: str, expected: str
) -> None:
    with pytest.raises(InputError) as caught:
        read_labels(written(tmp_path / name, text))
    assert expected in str(caught.value)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"lost\.csv: the labels cannot be read"):
        read_labels(tmp_path / "lost.csv")
