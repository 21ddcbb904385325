"""Rows of the store as the records that they were. Every function runs inside one transaction."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any

import duckdb

from pipeline.domain import Call, CallMetadata, Evaluation, Job, Transcript
from pipeline.errors import StoreError
from pipeline.peaks import Peaks
from pipeline.rubric import Rubric
from pipeline.store.queries import query
from pipeline.store.records import Counts, QueuedCall, Scorecard

Connection = duckdb.DuckDBPyConnection
Parameters = Mapping[str, str | int | list[str] | None]


def rows(
    connection: Connection, sql: str, parameters: Parameters | None = None
) -> list[dict[str, Any]]:
    """Return all rows of a question; values as Arrow gives them, hence ``Any``."""
    answer = connection.execute(sql, dict(parameters or {})).to_arrow_table()
    found: list[dict[str, Any]] = answer.to_pylist()
    return found


def transcript(connection: Connection, key: str) -> Transcript | None:
    """Return a stored transcript; None if there is none."""
    found = rows(connection, "SELECT * FROM transcripts WHERE key = $key", {"key": key})
    if not found:
        return None
    turns = rows(
        connection,
        "SELECT * EXCLUDE (transcript_key, turn), turn AS index FROM turns "
        "WHERE transcript_key = $key ORDER BY turn",
        {"key": key},
    )
    return Transcript.model_validate({**found[0], "turns": turns})


def peaks(connection: Connection, recording_sha256: str) -> Peaks | None:
    """Return the stored peaks of a recording; None if there are none."""
    found = rows(
        connection,
        "SELECT * EXCLUDE (recording_sha256) FROM peaks WHERE recording_sha256 = $sha256 LIMIT 1",
        {"sha256": recording_sha256},
    )
    return Peaks.model_validate(found[0]) if found else None


def call(connection: Connection, call_id: str) -> Call | None:
    """Return a call with its current metadata; None if there is none."""
    found = rows(connection, query("call"), {"call_id": call_id})
    if not found:
        return None
    row = found[0]
    fields = {name: row[name] for name in CallMetadata.model_fields if name != "extra"}
    return Call(
        call_id=call_id,
        recording_sha256=row["recording_sha256"],
        source=row["source"],
        size_bytes=row["size_bytes"],
        metadata=CallMetadata.model_validate({**fields, "extra": json.loads(row["extra"])}),
    )


def rubric(connection: Connection, rubric_id: str, version: int) -> Rubric | None:
    """Return a rubric as it was when it was first used; None if it never was."""
    found = connection.execute(
        "SELECT content FROM rubric_versions WHERE rubric = $id AND version = $version",
        {"id": rubric_id, "version": version},
    ).fetchone()
    return None if found is None else Rubric.model_validate_json(found[0])


def evaluation(connection: Connection, key: str) -> Evaluation | None:
    """Return a stored evaluation with all that hangs on it; None if there is none."""
    found = rows(connection, "SELECT * FROM evaluations WHERE key = $key", {"key": key})
    if not found:
        return None
    row = found[0]
    maps = {name: dict(row[name]) for name in ("model_versions", "section_scores", "metrics")}
    judgement = {
        "scores": _scores(connection, key),
        "turns": [
            {**judged, "moves": dict(judged["moves"])}
            for judged in _parts(connection, "turn_judgements", key)
        ],
    }
    return Evaluation.model_validate(
        {
            **row,
            **maps,
            "judgement": judgement,
            "findings": list(_parts(connection, "findings", key)),
            "flags": list(_parts(connection, "flags", key)),
        }
    )


def _scores(connection: Connection, key: str) -> list[dict[str, Any]]:
    scores = [{**row, "evidence": []} for row in _parts(connection, "criterion_scores", key)]
    found = rows(
        connection,
        "SELECT * FROM evidence WHERE evaluation_key = $key ORDER BY criterion_position, position",
        {"key": key},
    )
    for row in found:
        names = ("turn", "quote", "start_s", "end_s")
        scores[row["criterion_position"]]["evidence"].append({name: row[name] for name in names})
    return scores


def _parts(connection: Connection, table: str, key: str) -> Iterator[dict[str, Any]]:
    """Yield the rows of one of an evaluation's tables, in their order."""
    yield from rows(
        connection,
        f"SELECT * EXCLUDE (evaluation_key, position) FROM {table} "
        "WHERE evaluation_key = $key ORDER BY position",
        {"key": key},
    )


def scorecard(connection: Connection, call_id: str, rubric_id: str | None) -> Scorecard | None:
    """Return what is needed to show a call; None if it has no evaluation.

    Raises:
        StoreError: Something that the evaluation rests on is gone.
    """
    keys = connection.execute(
        query("current_keys"), {"call_id": call_id, "rubric": rubric_id}
    ).fetchall()
    if not keys or not keys[0][1]:
        return None
    shown = evaluation(connection, keys[0][0])
    known = call(connection, call_id)
    heard = transcript(connection, shown.transcript_key) if shown else None
    asked = rubric(connection, shown.rubric, shown.rubric_version) if shown else None
    if shown is None or known is None or heard is None or asked is None:
        raise StoreError("a call has an evaluation but not all that it rests on: restore a backup")
    return Scorecard(
        call=known,
        transcript=heard,
        evaluation=shown,
        rubric=asked,
        earlier=tuple(key for key, _ in keys[1:]),
    )


def queue(
    connection: Connection, limit: int, agent: str | None, team: str | None
) -> tuple[QueuedCall, ...]:
    """Return the most urgent calls to review, most urgent first."""
    found = rows(connection, query("queue"), {"limit": limit, "agent": agent, "team": team})
    return tuple(QueuedCall.model_validate(row) for row in found)


def jobs(connection: Connection, run_id: str | None, status: str | None) -> tuple[Job, ...]:
    """Return what happened, oldest first."""
    found = rows(connection, query("jobs"), {"run_id": run_id, "status": status})
    return tuple(Job.model_validate(row) for row in found)


def counts(connection: Connection) -> Counts:
    """Return how much is stored."""
    return Counts.model_validate(rows(connection, query("counts"))[0])
