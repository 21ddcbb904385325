"""Rows of the store as the records that they were. Every function runs inside one transaction."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

import duckdb

from pipeline.domain import Call, Evaluation, Job, Transcript
from pipeline.peaks import Peaks
from pipeline.store import bulk
from pipeline.store.queries import query
from pipeline.store.records import Counts, Extent, LatestKey, QueuedCall, RubricVersion, Scorecard

Connection = duckdb.DuckDBPyConnection
Parameters = Mapping[str, str | int | float | datetime | list[str] | None]


def rows(
    connection: Connection, sql: str, parameters: Parameters | None = None
) -> list[dict[str, Any]]:
    """Return all rows of a question; values as Arrow gives them, hence ``Any``."""
    answer = connection.execute(sql, dict(parameters or {})).to_arrow_table()
    found: list[dict[str, Any]] = answer.to_pylist()
    return found


def transcript(connection: Connection, key: str) -> Transcript | None:
    """Return a stored transcript; None if there is none."""
    return bulk.transcripts(connection, [key]).get(key)


def call(connection: Connection, call_id: str) -> Call | None:
    """Return a call with its current metadata; None if there is none."""
    return bulk.calls(connection, [call_id]).get(call_id)


def rubric_versions(connection: Connection) -> tuple[RubricVersion, ...]:
    """Return all rubric versions, by rubric, newest first."""
    found = rows(connection, query("rubric_versions"))
    return tuple(RubricVersion.model_validate(row) for row in found)


def evaluation(connection: Connection, key: str) -> Evaluation | None:
    """Return a stored evaluation with all that hangs on it; None if there is none."""
    return bulk.evaluations(connection, [key]).get(key)


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
    (shown,) = bulk.scorecards(connection, [keys[0][0]])
    return shown.model_copy(update={"earlier": tuple(key for key, _ in keys[1:])})


def peaks(connection: Connection, recording_sha256: str) -> Peaks | None:
    """Return the stored peaks of a recording; None if there are none."""
    found = rows(
        connection,
        "SELECT * EXCLUDE (recording_sha256) FROM peaks WHERE recording_sha256 = $sha256 LIMIT 1",
        {"sha256": recording_sha256},
    )
    return Peaks.model_validate(found[0]) if found else None


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


def extent(connection: Connection) -> Extent:
    """Return how far the store reaches."""
    return Extent.model_validate(rows(connection, query("extent"))[0])


def latest_keys(connection: Connection, since: datetime | None) -> tuple[LatestKey, ...]:
    """Return which evaluation to show of each call, of all calls or of those evaluated since."""
    found = rows(connection, query("latest_keys"), {"since": since})
    return tuple(LatestKey(**row) for row in found)
