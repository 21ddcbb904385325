"""docs/formats.md tells the truth: its examples are read, and nothing stored is left out."""

from __future__ import annotations

import io
import json
import re
from pathlib import Path

import duckdb
import pytest

from pipeline.domain import PlannedInput
from pipeline.exports import COLUMNS
from pipeline.manifest import parse_manifest
from pipeline.store import migrations
from pipeline.transcripts import read_transcript

PAGE = (Path(__file__).parents[2] / "docs" / "formats.md").read_text(encoding="utf-8")
EXAMPLES: list[tuple[str, str]] = [
    (form, text) for form, text in re.findall(r"```(\w*)\n(.*?)```", PAGE, re.DOTALL)
]


def starting(start: str) -> str:
    (found,) = [text for _, text in EXAMPLES if text.startswith(start)]
    return found


@pytest.mark.parametrize(
    ("name", "start"),
    [("a.json", '{"call_id": "chat-7"'), ("a.vtt", "WEBVTT"), ("a.txt", "[0:00]")],
)
def test_the_transcript_examples_are_read(name: str, start: str) -> None:
    planned = PlannedInput(source=name, call_id="a", kind="transcript")
    _, transcript = read_transcript(planned, io.BytesIO(starting(start).encode()))
    assert [turn.role.value for turn in transcript.turns] == ["agent", "customer"]
    assert transcript.turns[0].text == "Good morning, this is Dana."
    assert transcript.turns[0].start_s is not None


def test_the_manifest_example_is_read() -> None:
    first, second = parse_manifest(starting("path,call_id").encode(), "calls.csv")
    assert (first.problem, second.problem) == (None, None)
    assert (first.call_id, first.metadata.csat, second.metadata.agent) == ("call-17", 4.5, "Eli")


@pytest.mark.parametrize("what", ["calls", "turns", "evaluations"])
def test_the_export_examples_have_the_columns_of_the_export(what: str) -> None:
    rows = [json.loads(text) for form, text in EXAMPLES if form == "json"]
    assert COLUMNS[what].names in [list(row) for row in rows]


@pytest.mark.parametrize("what", ["reviews", "corrections"])
def test_the_columns_of_the_other_exports_are_listed(what: str) -> None:
    assert ", ".join(COLUMNS[what].names) in re.sub(r"\s+", " ", PAGE)


def test_every_table_and_view_is_described() -> None:
    with duckdb.connect() as connection:
        migrations.apply(connection, "memory")
        found = connection.execute(
            "SELECT table_name FROM duckdb_tables() UNION "
            "SELECT view_name FROM duckdb_views() WHERE NOT internal"
        ).fetchall()
    assert [name for (name,) in found if f"`{name}`" not in PAGE] == []
