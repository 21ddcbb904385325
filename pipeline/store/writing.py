"""Insert records. Every function runs inside one transaction and leaves alone what is stored."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import datetime

import duckdb
import pyarrow as pa

from pipeline.domain import Call, Evaluation, Job, Transcript
from pipeline.errors import StoreError
from pipeline.peaks import Peaks
from pipeline.reviews import Correction, Review
from pipeline.rubric import Rubric
from pipeline.store.columns import TABLES, Row
from pipeline.store.queries import query
from pipeline.store.rows import (
    call_row,
    evaluation_row,
    evidence_rows,
    finding_rows,
    flag_rows,
    score_rows,
    transcript_row,
    turn_judgement_rows,
    turn_rows,
)

Connection = duckdb.DuckDBPyConnection


def stored_keys(
    connection: Connection, table: str, column: str, keys: Iterable[str]
) -> frozenset[str]:
    """Return those of the keys that a table holds.

    Args:
        connection: Inside a transaction.
        table: One of our tables, never a user's word.
        column: Its column that holds the keys.
        keys: Any number, any text.
    """
    sql = (
        f"SELECT DISTINCT {column} FROM {table} WHERE {column} IN (SELECT unnest($keys::VARCHAR[]))"
    )
    return frozenset(row[0] for row in connection.execute(sql, {"keys": list(keys)}).fetchall())


def add_transcripts(connection: Connection, pairs: Sequence[tuple[Call, Transcript]]) -> None:
    """Insert recordings, calls, transcripts and turns that are not there yet."""
    add_calls(connection, [call for call, _ in pairs])
    stored = stored_keys(
        connection, "transcripts", "key", (transcript.key for _, transcript in pairs)
    )
    new = {t.key: t for _, t in pairs if t.key not in stored}
    _insert(connection, "transcripts", (transcript_row(t) for t in new.values()))
    _insert(connection, "turns", (row for t in new.values() for row in turn_rows(t)))


def add_peaks(connection: Connection, peaks: Mapping[str, Peaks]) -> None:
    """Insert peaks, by the recording's SHA-256, that are not there yet."""
    stored = stored_keys(connection, "peaks", "recording_sha256", peaks)
    _insert(
        connection,
        "peaks",
        (
            {"recording_sha256": sha256, **found.model_dump()}
            for sha256, found in peaks.items()
            if sha256 not in stored
        ),
    )


def add_calls(connection: Connection, calls: Sequence[Call]) -> None:
    """Insert calls and recordings that are not there yet.

    A call that is there with other metadata or another recording gets one more revision.
    """
    stored = stored_keys(
        connection, "recordings", "sha256", (call.recording_sha256 for call in calls)
    )
    recordings = {
        c.recording_sha256: c for c in reversed(calls) if c.recording_sha256 not in stored
    }
    _insert(
        connection,
        "recordings",
        (
            {"sha256": sha256, "source": call.source, "size_bytes": call.size_bytes}
            for sha256, call in sorted(recordings.items())
        ),
    )
    revisions = _revisions(connection, [call.call_id for call in calls])
    _insert(connection, "calls", _changed_calls(calls, revisions))


def _revisions(connection: Connection, call_ids: list[str]) -> dict[str, tuple[int, Row]]:
    """Return the revision number of each stored call, and its columns."""
    found = connection.execute(query("calls_by_id"), {"call_ids": call_ids}).to_arrow_table()
    return {row["call_id"]: (row.pop("revision"), row) for row in found.to_pylist()}


def _changed_calls(calls: Sequence[Call], revisions: dict[str, tuple[int, Row]]) -> Iterator[Row]:
    for call in calls:
        row = call_row(call)
        revision, current = revisions.get(call.call_id, (0, None))
        if current is None or not _same_call(row, current):
            revisions[call.call_id] = (revision + 1, row)
            yield {**row, "revision": revision + 1}


def _same_call(row: Row, current: Row) -> bool:
    """Return whether metadata and recording agree; where the file was found does not count."""
    return all(value == current[name] for name, value in row.items() if name != "source")


def add_evaluations(
    connection: Connection, evaluations: Sequence[Evaluation], rubric: Rubric
) -> None:
    """Insert evaluations that are not there yet, with all that hangs on them.

    Raises:
        StoreError: The rubric's version is stored with other content, or an evaluation was made
            with another rubric.
    """
    for evaluation in evaluations:
        made_with = (evaluation.rubric, evaluation.rubric_version, evaluation.rubric_sha256)
        if made_with != (rubric.id, rubric.version, rubric.sha256):
            raise StoreError(
                f"call {evaluation.call_id}: made with rubric {made_with[0]} v{made_with[1]}, "
                f"not with this {rubric.id} v{rubric.version}"
            )
    stored = stored_keys(connection, "evaluations", "key", (e.key for e in evaluations))
    new = list({e.key: e for e in evaluations if e.key not in stored}.values())
    if not new:
        return
    first_used_at = min(evaluation.evaluated_at for evaluation in new)
    add_rubric(connection, rubric, first_used_at)
    _add_models(connection, new, first_used_at)
    _insert(connection, "evaluations", (evaluation_row(e) for e in new))
    for table, rows in (
        ("criterion_scores", score_rows),
        ("evidence", evidence_rows),
        ("turn_judgements", turn_judgement_rows),
        ("findings", finding_rows),
        ("flags", flag_rows),
    ):
        _insert(connection, table, (row for e in new for row in rows(e)))


def add_rubric(connection: Connection, rubric: Rubric, first_used_at: datetime) -> None:
    """Insert a rubric version if it is not there yet.

    Raises:
        StoreError: The version is there with other content.
    """
    if not knows_rubric(connection, rubric):
        row = {
            "rubric": rubric.id,
            "version": rubric.version,
            "sha256": rubric.sha256,
            "title": rubric.title,
            "content": rubric.model_dump_json(),
            "first_used_at": first_used_at,
        }
        _insert(connection, "rubric_versions", [row])


def knows_rubric(connection: Connection, rubric: Rubric) -> bool:
    """Return whether this rubric version is stored.

    Raises:
        StoreError: It is, with other content.
    """
    found = connection.execute(
        "SELECT sha256 FROM rubric_versions WHERE rubric = $id AND version = $version",
        {"id": rubric.id, "version": rubric.version},
    ).fetchone()
    if found is not None and found[0] != rubric.sha256:
        raise StoreError(
            f"rubric {rubric.id} v{rubric.version} is stored with other content: give the changed "
            f"rubric a new version ({rubric.version + 1})"
        )
    return found is not None


def _add_models(
    connection: Connection, evaluations: Sequence[Evaluation], first_used_at: datetime
) -> None:
    used = {pair for e in evaluations for pair in e.model_versions.items()}
    stored = connection.execute("SELECT model, version FROM model_versions").fetchall()
    _insert(
        connection,
        "model_versions",
        (
            {"model": model, "version": version, "first_used_at": first_used_at}
            for model, version in sorted(used - set(stored))
        ),
    )


def add_jobs(connection: Connection, jobs: Sequence[Job]) -> None:
    """Insert outcomes that are not there yet."""
    stored = stored_keys(connection, "jobs", "key", (job.key for job in jobs))
    new = {job.key: job for job in reversed(jobs) if job.key not in stored}
    _insert(
        connection,
        "jobs",
        (
            {**job.model_dump(exclude={"at"}), "happened_at": job.at}
            for job in reversed(new.values())
        ),
    )


def add_reviews(
    connection: Connection, reviews: Sequence[Review], corrections: Sequence[Correction]
) -> None:
    """Insert reviews, what they say, and corrections that are not there yet."""
    stored = stored_keys(connection, "reviews", "key", (review.key for review in reviews))
    new = {review.key: review for review in reviews if review.key not in stored}
    rows = [review.model_dump(exclude={"verdicts"}) for review in new.values()]
    _insert(connection, "reviews", rows)
    _insert(
        connection,
        "review_verdicts",
        (
            {"review_key": review.key, **said.model_dump()}
            for review in new.values()
            for said in review.verdicts
        ),
    )
    stored = stored_keys(connection, "corrections", "key", (c.key for c in corrections))
    changes = {c.key: c for c in corrections if c.key not in stored}
    _insert(connection, "corrections", (c.model_dump() for c in changes.values()))


def _insert(connection: Connection, table: str, rows: Iterable[Row]) -> None:
    """Insert rows into one table with one statement."""
    insert_table(connection, table, pa.Table.from_pylist(list(rows), schema=TABLES[table]))


def insert_table(connection: Connection, table: str, incoming: pa.Table) -> None:
    """Insert rows that are in Arrow already, and that nobody stored before, with one statement."""
    if incoming.num_rows:
        connection.register("incoming", incoming)
        connection.execute(f"INSERT INTO {table} BY NAME SELECT * FROM incoming")
        connection.unregister("incoming")
