"""Many scorecards at once: one question per table, however many calls.

Every function runs inside one transaction.
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from typing import Any

import duckdb
import pyarrow as pa

from pipeline.domain import Call, CallMetadata, Evaluation, Transcript
from pipeline.errors import StoreError
from pipeline.rubric import Rubric
from pipeline.store.records import Scorecard

Connection = duckdb.DuckDBPyConnection
Row = dict[str, Any]
"""Values as Arrow gives them, hence ``Any``."""


def evaluations(connection: Connection, keys: Sequence[str]) -> Mapping[str, Evaluation]:
    """Return stored evaluations with all that hangs on them, by key; unknown keys are left out."""
    found = _rows(connection, "SELECT * FROM evaluations WHERE key IN", keys)
    parts = {name: _parts(connection, name, keys) for name in _PARTS}
    scores = _scores(connection, keys)
    return {
        row["key"]: Evaluation.model_validate(
            {
                **row,
                **{name: dict(row[name]) for name in _MAPS},
                "judgement": {
                    "scores": scores[row["key"]],
                    "turns": [
                        {**judged, "moves": dict(judged["moves"])}
                        for judged in parts["turn_judgements"][row["key"]]
                    ],
                },
                "findings": parts["findings"][row["key"]],
                "flags": parts["flags"][row["key"]],
            }
        )
        for row in found
    }


def transcripts(connection: Connection, keys: Sequence[str]) -> Mapping[str, Transcript]:
    """Return stored transcripts by key; unknown keys are left out."""
    found = _rows(connection, "SELECT * FROM transcripts WHERE key IN", keys)
    turns: dict[str, list[Row]] = defaultdict(list)
    question = "SELECT * EXCLUDE (turn), turn AS index FROM turns WHERE transcript_key IN"
    for row in _rows(connection, question, keys):
        turns[row.pop("transcript_key")].append(row)
    return {
        row["key"]: Transcript.model_validate(
            {**row, "turns": sorted(turns[row["key"]], key=lambda turn: int(turn["index"]))}
        )
        for row in found
    }


def calls(connection: Connection, call_ids: Sequence[str]) -> Mapping[str, Call]:
    """Return calls with their current metadata, by id; unknown ids are left out."""
    question = (
        "SELECT c.*, r.size_bytes FROM current_calls c "
        "LEFT JOIN recordings r ON r.sha256 = c.recording_sha256 WHERE c.call_id IN"
    )
    return {row["call_id"]: _call(row) for row in _rows(connection, question, call_ids)}


def scorecards(connection: Connection, keys: Sequence[str]) -> tuple[Scorecard, ...]:
    """Return what is needed to show the calls of these evaluations, in the order of the keys.

    Raises:
        StoreError: Something that an evaluation rests on is gone.
    """
    judged = evaluations(connection, keys)
    heard = transcripts(connection, [item.transcript_key for item in judged.values()])
    known = calls(connection, [item.call_id for item in judged.values()])
    versions = {(item.rubric, item.rubric_version) for item in judged.values()}
    asked = {(name, version): rubric(connection, name, version) for name, version in versions}
    found = []
    for key in keys:
        if key not in judged:
            continue
        item = judged[key]
        call, transcript = known.get(item.call_id), heard.get(item.transcript_key)
        of = asked[item.rubric, item.rubric_version]
        if call is None or transcript is None or of is None:
            raise StoreError(
                "a call has an evaluation but not all that it rests on: restore a backup"
            )
        found.append(Scorecard(call=call, transcript=transcript, evaluation=item, rubric=of))
    return tuple(found)


def rubric(connection: Connection, rubric_id: str, version: int) -> Rubric | None:
    """Return a rubric as it was when it was first used; None if it never was."""
    found = connection.execute(
        "SELECT content FROM rubric_versions WHERE rubric = $id AND version = $version",
        {"id": rubric_id, "version": version},
    ).fetchone()
    return None if found is None else Rubric.model_validate_json(found[0])


_MAPS = ("model_versions", "section_scores", "metrics")
_PARTS = ("turn_judgements", "findings", "flags")


def _rows(connection: Connection, question: str, keys: Iterable[str]) -> list[Row]:
    """Return the rows whose column, the last but one word of the question, is one of the keys.

    The keys travel as a table: as a parameter DuckDB 1.5 takes longer over them than over the rows.
    """
    connection.register("wanted", pa.table({"key": pa.array(list(keys), pa.string())}))
    found: list[Row] = connection.execute(f"{question} (FROM wanted)").to_arrow_table().to_pylist()
    connection.unregister("wanted")
    return found


def _parts(connection: Connection, table: str, keys: Sequence[str]) -> Mapping[str, list[Row]]:
    """Return the rows of one of the evaluations' tables by evaluation, in their order."""
    grouped: dict[str, list[Row]] = defaultdict(list)
    found = _rows(connection, f"SELECT * FROM {table} WHERE evaluation_key IN", keys)
    for row in sorted(found, key=lambda item: int(item.pop("position"))):
        grouped[row.pop("evaluation_key")].append(row)
    return grouped


def _scores(connection: Connection, keys: Sequence[str]) -> Mapping[str, list[Row]]:
    scores = _parts(connection, "criterion_scores", keys)
    for rows in scores.values():
        for row in rows:
            row["evidence"] = []
    found = _rows(connection, "SELECT * FROM evidence WHERE evaluation_key IN", keys)
    for row in sorted(found, key=lambda item: int(item["position"])):
        names = ("turn", "quote", "start_s", "end_s")
        score = scores[row["evaluation_key"]][row["criterion_position"]]
        score["evidence"].append({name: row[name] for name in names})
    return scores


def _call(row: Row) -> Call:
    fields = {name: row[name] for name in CallMetadata.model_fields if name != "extra"}
    return Call(
        call_id=row["call_id"],
        recording_sha256=row["recording_sha256"],
        source=row["source"],
        size_bytes=row["size_bytes"],
        metadata=CallMetadata.model_validate({**fields, "extra": json.loads(row["extra"])}),
    )
