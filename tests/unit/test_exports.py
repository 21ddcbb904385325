"""Exports have the columns and the order that others rely on, in every format."""

from __future__ import annotations

import csv
import io
import json
import subprocess
import sys
from collections.abc import Sequence
from pathlib import Path

import pyarrow.parquet as pq
import pytest
from pydantic import JsonValue

from pipeline.domain import Evidence, Flag, Verdict
from pipeline.errors import InputError
from pipeline.exports import COLUMNS, Format, write_export
from pipeline.reviews import Correction, Review
from pipeline.store import EXPORTS, Store
from tests.stored import RUBRIC, call_of, evaluation_of, job_of, later, score_call, transcript_of

Row = dict[str, JsonValue]
LOW = Flag(kind="low_score", sentence="The score is 20 of 100.")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "calls.duckdb"))


@pytest.fixture
def filled(store: Store) -> Store:
    """Two calls scored, one reviewed, one transcribed, one failed."""
    for name in ("c2", "c1"):
        call = call_of(name)
        score_call(store, call, evaluation_of(call, flags=[LOW] if name == "c1" else []))
    store.write_transcript(call_of("c3"), transcript_of(call_of("c3")))
    store.write_jobs(
        [job_of("c0"), job_of("c1", status="failed"), job_of("c9", status="duplicate")]
    )
    key = evaluation_of(call_of("c1")).key
    review = Review(
        key="r1",
        call_id="c1",
        evaluation_key=key,
        reviewer="ana",
        finished_at=later(1),
        note="=1+1",
    )
    correction = Correction(
        key="k1",
        review_key="r1",
        call_id="c1",
        evaluation_key=key,
        criterion="greeting",
        verdict=Verdict.FAIL,
        evidence=(Evidence(turn=1, quote="broken"),),
        reason="No name.",
        author="ana",
        made_at=later(1),
    )
    store.write_reviews([review], [correction])
    return store


def written(rows: Sequence[Row], what: str, form: Format) -> bytes:
    stream = io.BytesIO()
    assert write_export(rows, what, form, stream) == len(rows)
    return stream.getvalue()


def test_calls_are_listed_with_those_that_failed(filled: Store) -> None:
    rows = list(filled.export("calls"))
    assert [(row["call_id"], row["status"], row["score"]) for row in rows] == [
        ("c0", "failed", None),
        ("c1", "scored", 75.0),
        ("c2", "scored", 75.0),
        ("c3", "transcribed", None),
    ]
    assert rows[1] == {
        "call_id": "c1",
        "score": 75.0,
        "flags": [
            {
                "kind": "low_score",
                "sentence": "The score is 20 of 100.",
                "inclusion_probability": None,
            }
        ],
        "sentiment_start": "negative",
        "sentiment_end": "neutral",
        "duration_s": 4.5,
        "metrics": {"talk_ratio": 0.1 + 0.2, "hold_s": None},
        "status": "scored",
    }
    assert (rows[0]["flags"], rows[0]["metrics"]) == ([], {})


def test_a_call_in_which_nobody_was_heard_is_listed_as_failed(filled: Store) -> None:
    key = evaluation_of(call_of("c2")).key
    filled.write_jobs([job_of("c2").model_copy(update={"evaluation_key": key})])
    status = {row["call_id"]: row["status"] for row in filled.export("calls")}
    assert (status["c1"], status["c2"]) == ("scored", "failed")


def test_turns_carry_the_sentiment_of_the_current_evaluation(filled: Store) -> None:
    new = evaluation_of(call_of("c1"), models={"moves": "9"}, evaluated_at=later(1))
    filled.write_evaluations([new], RUBRIC)
    rows = list(filled.export("turns"))
    assert [(row["call_id"], row["turn"]) for row in rows] == [
        ("c1", 0),
        ("c1", 1),
        ("c2", 0),
        ("c2", 1),
    ]
    assert rows[1] == {
        "call_id": "c1",
        "turn": 1,
        "role": "customer",
        "channel": None,
        "start_s": 2.5,
        "end_s": 4.5,
        "text": "It's broken!",
        "asr_confidence": 0.9,
        "sentiment": "negative",
        "sentiment_probability": 0.8,
    }


def test_evaluations_come_in_the_rubrics_order_with_evidence_and_provenance(filled: Store) -> None:
    rows = list(filled.export("evaluations"))
    assert [(row["call_id"], row["criterion"]) for row in rows] == [
        (call, criterion) for call in ("c1", "c2") for criterion in ("greeting", "verification")
    ]
    assert rows[0] == {
        "call_id": "c1",
        "rubric": "test",
        "rubric_version": 1,
        "criterion": "greeting",
        "verdict": "pass",
        "probability": 0.9,
        "reason": None,
        "evidence": [{"turn": 0, "quote": "this is Dana", "start_s": 0.4, "end_s": 1.25}],
        "model_version": "moves=moves-1; sentiment=sentiment-2",
        "evaluated_at": "2026-03-02T09:30:00+00:00",
    }
    assert (rows[1]["verdict"], rows[1]["reason"]) == ("unscored", "model_abstained")
    assert (rows[1]["probability"], rows[1]["evidence"]) == (None, [])


def test_only_the_current_evaluation_is_exported(filled: Store) -> None:
    new = evaluation_of(call_of("c1"), models={"moves": "9"}, evaluated_at=later(1), score=10.0)
    filled.write_evaluations([new], RUBRIC)
    rows = list(filled.export("evaluations"))
    versions = {row["call_id"]: row["model_version"] for row in rows}
    assert versions == {"c1": "moves=9", "c2": "moves=moves-1; sentiment=sentiment-2"}
    assert [row["score"] for row in filled.export("calls")] == [None, 10.0, 75.0, None]


def test_reviews_and_corrections_say_who_when_and_why(filled: Store) -> None:
    (review,) = filled.export("reviews")
    assert (review["reviewer"], review["finished_at"]) == ("ana", "2026-03-02T10:30:00+00:00")
    (correction,) = filled.export("corrections")
    assert (correction["machine_verdict"], correction["verdict"]) == ("pass", "fail")
    assert (correction["reason"], correction["stands"]) == ("No name.", True)
    assert correction["evidence"] == [
        {"turn": 1, "quote": "broken", "start_s": None, "end_s": None}
    ]


@pytest.mark.parametrize("what", EXPORTS)
def test_every_export_has_exactly_its_columns(filled: Store, what: str) -> None:
    assert all(list(row) == COLUMNS[what].names for row in filled.export(what))


@pytest.mark.parametrize("what", EXPORTS)
def test_jsonl_and_parquet_say_the_same(filled: Store, what: str) -> None:
    rows = list(filled.export(what))
    lines = written(rows, what, "jsonl").decode().splitlines()
    assert [json.loads(line) for line in lines] == rows
    table = pq.read_table(io.BytesIO(written(rows, what, "parquet")))
    assert table.to_pylist(maps_as_pydicts="strict") == rows


def test_csv_holds_nested_values_as_json_and_defuses_formulas(filled: Store) -> None:
    content = written(list(filled.export("evaluations")), "evaluations", "csv").decode()
    first, *_ = csv.DictReader(io.StringIO(content))
    assert json.loads(first["evidence"])[0]["quote"] == "this is Dana"
    assert (first["probability"], first["reason"]) == ("0.9", "")
    (review,) = csv.DictReader(
        io.StringIO(written(list(filled.export("reviews")), "reviews", "csv").decode())
    )
    assert review["note"] == "'=1+1"


@pytest.mark.parametrize("form", ["jsonl", "csv", "parquet"])
def test_an_empty_export_is_a_valid_file(form: Format) -> None:
    content = written([], "calls", form)
    if form == "parquet":
        assert pq.read_table(io.BytesIO(content)).schema.names == COLUMNS["calls"].names
    elif form == "csv":
        assert content.decode().strip().split(",") == COLUMNS["calls"].names
    else:
        assert content == b""


def test_a_file_appears_whole_or_not_at_all(filled: Store, tmp_path: Path) -> None:
    out = tmp_path / "calls.jsonl"
    assert write_export(filled.export("calls"), "calls", "jsonl", out) == 4
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4

    def breaks_off() -> Sequence[Row]:
        raise InputError("no more")

    before = sorted(tmp_path.iterdir())
    with pytest.raises(InputError, match="no more"):
        write_export((row for row in breaks_off()), "calls", "jsonl", out)
    assert sorted(tmp_path.iterdir()) == before
    assert len(out.read_text(encoding="utf-8").splitlines()) == 4


def test_a_place_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"cannot write .*/lost/calls.csv: No such file"):
        write_export([], "calls", "csv", tmp_path / "lost" / "calls.csv")


def test_what_cannot_be_exported_is_said(filled: Store) -> None:
    with pytest.raises(InputError, match=r"cannot export 'users': choose one of calls, turns"):
        filled.export("users")
    with pytest.raises(InputError, match="cannot export 'users'"):
        write_export([], "users", "csv", io.BytesIO())


def test_parquet_can_be_written_to_a_pipe() -> None:
    code = (
        "import sys; from pipeline.exports import write_export; "
        "write_export([], 'turns', 'parquet', sys.stdout.buffer)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, check=True)
    assert pq.read_table(io.BytesIO(done.stdout)).num_rows == 0
