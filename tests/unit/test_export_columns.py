"""Any list of records can be written as a file, and no cell of it is a formula."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Literal

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import Evidence, Record, Verdict
from pipeline.errors import InputError
from pipeline.export_columns import columns_of, rows_of
from pipeline.exports import FORMULA_STARTS, encoded


class Thing(Record):
    """One of everything."""

    name: str
    kind: Literal["one", "other"] = "one"
    verdict: Verdict = Verdict.PASS
    score: float | None = None
    count: int = 0
    yes: bool = True
    at: datetime | None = None
    evidence: tuple[Evidence, ...] = ()
    first: Evidence | None = None
    shares: Mapping[str, float | None] = {}
    teams: tuple[str, ...] = ()


FULL = Thing(
    name="Dana",
    score=1.5,
    at=datetime(2026, 3, 2, tzinfo=UTC),
    evidence=(Evidence(turn=1, quote="hello"),),
    first=Evidence(turn=2, quote="bye", start_s=1.0),
    shares={"a": 0.5, "b": None},
    teams=("North",),
)


def whole(things: list[Thing], form: Literal["csv", "jsonl", "parquet"]) -> bytes:
    return b"".join(encoded(rows_of(things), columns_of(Thing), form))


def test_every_format_says_what_the_records_say() -> None:
    things = [FULL, Thing(name="Eli")]
    lines = [json.loads(line) for line in whole(things, "jsonl").splitlines()]
    assert [Thing.model_validate(line) for line in lines] == things
    table = pq.read_table(io.BytesIO(whole(things, "parquet")))
    assert table.to_pylist(maps_as_pydicts="strict") == lines
    first, second = csv.DictReader(io.StringIO(whole(things, "csv").decode()))
    assert (first["verdict"], first["score"], second["score"]) == ("pass", "1.5", "")
    assert json.loads(first["evidence"])[0]["quote"] == "hello"


def test_fields_can_be_left_out() -> None:
    columns = columns_of(Thing, without=["evidence", "first"])
    (row,) = rows_of([FULL], without=["evidence", "first"])
    assert list(row) == columns.names
    assert "first" not in columns.names


def test_more_rows_than_a_piece_holds_are_all_written() -> None:
    things = [Thing(name=str(number)) for number in range(12_001)]
    for form in ("csv", "jsonl"):
        assert whole(things, form).decode().count("\n") == 12_001 + (form == "csv")
    assert pq.read_table(io.BytesIO(whole(things, "parquet"))).num_rows == 12_001


def test_a_field_that_no_column_can_hold_is_a_mistake_of_the_program() -> None:
    class Odd(Record):
        value: complex

    with pytest.raises(TypeError, match="complex"):
        columns_of(Odd)


def test_another_format_is_refused() -> None:
    with pytest.raises(InputError, match="jsonl, csv or parquet"):
        encoded([], pa.schema([]), "xlsx")  # type: ignore[arg-type]


def cell(column: str, value: str) -> str:
    content = b"".join(encoded([{column: value}], pa.schema([(column, pa.string())]), "csv"))
    (row,) = csv.DictReader(io.StringIO(content.decode(), newline=""))
    return row[column]


@pytest.mark.parametrize(
    "column", ["call_id", "agent", "team", "author", "reviewer", "sentence", "note", "name"]
)
@pytest.mark.parametrize(
    "value",
    [
        '=HYPERLINK("https://example.org?"&A1,"open")',
        "=1+1",
        "+1+cmd|' /C calc'!A0",
        "-1-1",
        "-cmd|' /C calc'!A0",
        "@SUM(A1:A9)",
        "\t=1+1",
        "\r=1+1",
        "\n=1+1",
        "\uff1d1+1",
    ],
)
def test_no_column_that_people_can_influence_holds_a_formula(column: str, value: str) -> None:
    assert cell(column, value) == f"'{value}"


@pytest.mark.parametrize("value", ["+49 170 5550123", "-17", "+1.5", "call-17", "a=b", ""])
def test_ids_that_are_numbers_stay_what_they_are(value: str) -> None:
    assert cell("call_id", value) == value


@given(st.text(st.characters(exclude_categories=["Cs", "Cc"])))
def test_whatever_the_text_it_is_no_formula_and_nothing_is_lost(value: str) -> None:
    for column in ("agent", "note"):
        written = cell(column, value)
        assert written in (value, f"'{value}")
        if written.startswith(FORMULA_STARTS):
            assert column == "agent"
            assert set(written[1:]) <= set("0123456789 .")
