"""The store: every method is one short unit of work that waits its turn and holds nothing after."""

from __future__ import annotations

import contextlib
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any, TypeVar

import duckdb
import pyarrow as pa
from pydantic import JsonValue

from pipeline.domain import Call, Evaluation, Job, Transcript
from pipeline.errors import InputError, StoreError
from pipeline.peaks import Peaks
from pipeline.reviews import Correction, Review
from pipeline.rubric import Rubric
from pipeline.store import bulk, reading, writing
from pipeline.store.backend import backend_for
from pipeline.store.queries import query
from pipeline.store.records import Counts, Extent, LatestKey, QueuedCall, RubricVersion, Scorecard

Answer = TypeVar("Answer")
EXPORTS = ("calls", "turns", "evaluations", "reviews", "corrections")
ROWS_PER_PIECE = 1000


class Store:
    """Results in a DuckDB file; implements ``pipeline.ports.CallStore``.

    Nothing is opened until a method is called, so a store can be passed on and pickled. A file
    that is not there yet counts as empty for whoever is about to write (``find_calls``,
    ``evaluated``, ``transcribed``, ``read_transcript``); whoever wants to look at results is told.

    Args:
        url: Path of the file; made on the first write.
        wait_s: How long to wait while another process has it open.

    Raises:
        StoreError: The URL names no known kind of store. From every method: the store cannot be
            opened, belongs to something else or to a newer callqa. ``StoreBusyError``: another
            process kept it for longer than ``wait_s``.
    """

    def __init__(self, url: str, wait_s: float = 60.0) -> None:
        self.url = url
        self.wait_s = wait_s
        self._backend = backend_for(url, wait_s)

    def exists(self) -> bool:
        """Return whether there is a store to read."""
        return self._backend.exists()

    def find_calls(self, *, call_ids: Iterable[str], sha256s: Iterable[str]) -> Mapping[str, str]:
        """Return ``{call_id: recording_sha256}`` of stored calls that match either list."""
        if not self.exists():
            return {}
        wanted = {"call_ids": list(call_ids), "sha256s": list(sha256s)}
        with self._reading() as connection:
            return dict(connection.execute(query("matching_calls"), wanted).fetchall())

    def transcribed(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of the transcript keys that are stored."""
        if not self.exists():
            return frozenset()
        with self._reading() as connection:
            return writing.stored_keys(connection, "transcripts", "key", keys)

    def evaluated(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of the evaluation keys that are stored."""
        if not self.exists():
            return frozenset()
        with self._reading() as connection:
            return writing.stored_keys(connection, "evaluations", "key", keys)

    def check_rubric(self, rubric: Rubric) -> None:
        """Do nothing if evaluations made with this rubric may be stored; asked before the work.

        Raises:
            StoreError: This rubric id and version is stored with other content.
        """
        if self.exists():
            with self._reading() as connection:
                writing.knows_rubric(connection, rubric)

    def read_transcript(self, key: str) -> Transcript | None:
        """Return a stored transcript, equal to what was written; None if there is none."""
        if not self.exists():
            return None
        with self._reading() as connection:
            return reading.transcript(connection, key)

    def read_peaks(self, recording_sha256: str) -> Peaks | None:
        """Return the peaks of a recording; None where none were made: they can be, from its sound.

        A store from before there were peaks has none.
        """
        with self._reading() as connection:
            return reading.peaks(connection, recording_sha256)

    def read_call(self, call_id: str) -> Call | None:
        """Return a call with its current metadata; None if there is none."""
        with self._reading() as connection:
            return reading.call(connection, call_id)

    def read_rubric(self, rubric_id: str, version: int) -> Rubric | None:
        """Return a rubric as it was when it was first used; None if it never was."""
        with self._reading() as connection:
            return bulk.rubric(connection, rubric_id, version)

    def rubric_versions(self) -> tuple[RubricVersion, ...]:
        """Return all rubric versions, by rubric, newest first; none where there is no store yet."""
        if not self.exists():
            return ()
        with self._reading() as connection:
            return reading.rubric_versions(connection)

    def read_evaluation(self, key: str) -> Evaluation | None:
        """Return a stored evaluation, equal to what was written; None if there is none."""
        with self._reading() as connection:
            return reading.evaluation(connection, key)

    def read_scorecard(self, call_id: str, rubric_id: str | None = None) -> Scorecard | None:
        """Return a call's current evaluation and what it rests on; None if it has none.

        Args:
            call_id: Which call.
            rubric_id: Which rubric; None: the one that the call was last evaluated with.
        """
        with self._reading() as connection:
            return reading.scorecard(connection, call_id, rubric_id)

    def read_scorecards(self, evaluation_keys: Sequence[str]) -> tuple[Scorecard, ...]:
        """Return what is needed to show these evaluations, in order; unknown keys are left out.

        One question per table, however many: some hundred at once are fastest, and fit in memory.
        """
        with self._reading() as connection:
            return bulk.scorecards(connection, evaluation_keys)

    def extent(self) -> Extent:
        """Return how far the store reaches; cheap enough to ask every second."""
        with self._reading() as connection:
            return reading.extent(connection)

    def latest_keys(self, since: datetime | None = None) -> tuple[LatestKey, ...]:
        """Return which evaluation to show of each call, of all or of those evaluated since."""
        with self._reading() as connection:
            return reading.latest_keys(connection, since)

    def queue(
        self, limit: int = 50, *, agent: str | None = None, team: str | None = None
    ) -> tuple[QueuedCall, ...]:
        """Return flagged calls that no one has reviewed, most urgent first.

        Critical fails come first, then low scores; calls drawn at random come last.
        """
        with self._reading() as connection:
            return reading.queue(connection, limit, agent, team)

    def counts(self) -> Counts:
        """Return how much is stored."""
        with self._reading() as connection:
            return reading.counts(connection)

    def jobs(self, *, run_id: str | None = None, status: str | None = None) -> tuple[Job, ...]:
        """Return what happened, oldest first; of all runs unless one is named."""
        with self._reading() as connection:
            return reading.jobs(connection, run_id, status)

    def export(self, what: str) -> Iterator[dict[str, JsonValue]]:
        """Yield rows in the fixed export formats (``docs/formats.md``), ordered.

        All rows are read at once (as Arrow, compact), so the store is free while they are written.

        Raises:
            InputError: There is no such export.
        """
        if what not in EXPORTS:
            raise InputError(f"cannot export {what!r}: choose one of {', '.join(EXPORTS)}")
        with self._reading() as connection:
            table = connection.execute(query(f"export_{what}")).to_arrow_table()
        return (
            {name: _plain(value) for name, value in row.items()}
            for piece in table.to_batches(max_chunksize=ROWS_PER_PIECE)
            for row in piece.to_pylist(maps_as_pydicts="strict")
        )

    def write_transcript(self, call: Call, transcript: Transcript) -> None:
        """Store recording, call, transcript and turns in one transaction; does nothing if stored.

        A stored call with other metadata gets a new revision; the old one stays.
        """
        self.write_transcripts([(call, transcript)])

    def write_transcripts(
        self,
        pairs: Sequence[tuple[Call, Transcript]],
        peaks: Mapping[str, Peaks] | None = None,
    ) -> None:
        """Do what ``write_transcript`` does for several calls, in one transaction.

        Args:
            pairs: Calls and their transcripts.
            peaks: By SHA-256 of the recording; stored with them, where none are stored.
        """
        if pairs:
            with self._writing() as connection:
                writing.add_transcripts(connection, pairs)
                writing.add_peaks(connection, peaks or {})

    def write_peaks(self, peaks: Mapping[str, Peaks]) -> None:
        """Store peaks by SHA-256 of the recording; does nothing where some are stored."""
        if peaks:
            with self._writing() as connection:
                writing.add_peaks(connection, peaks)

    def write_calls(self, calls: Sequence[Call]) -> None:
        """Store calls whose transcripts are there already; does nothing where nothing changed."""
        if calls:
            with self._writing() as connection:
                writing.add_calls(connection, calls)

    def write_evaluations(self, evaluations: Sequence[Evaluation], rubric: Rubric) -> None:
        """Store evaluations and all that hangs on them in one transaction; stored keys are skipped.

        Raises:
            StoreError: This rubric id and version is stored with other content, or is not the one
                that an evaluation was made with.
        """
        if evaluations:
            with self._writing() as connection:
                writing.add_evaluations(connection, evaluations, rubric)

    def write_bulk(
        self,
        calls: Sequence[Call],
        heard: Mapping[str, pa.Table],
        evaluations: Sequence[Evaluation],
        rubric: Rubric,
    ) -> None:
        """Store calls, transcripts and evaluations that are all new, in one transaction.

        Args:
            calls: Calls of which nothing is stored yet.
            heard: Rows of ``transcripts`` and ``turns`` (see ``pipeline.store.columns``) of these
                calls. They are not compared with what is stored: the keys must be new.
            evaluations: Of these calls.
            rubric: What they were evaluated with.

        Raises:
            StoreError: As ``write_evaluations``.
        """
        with self._writing() as connection:
            writing.add_calls(connection, calls)
            for table, rows in heard.items():
                writing.insert_table(connection, table, rows)
            writing.add_evaluations(connection, evaluations, rubric)

    def write_rubric(self, rubric: Rubric, at: datetime) -> None:
        """Store a rubric version before anything is scored with it; does nothing if it is there.

        Raises:
            StoreError: This rubric id and version is stored with other content.
        """
        with self._writing() as connection:
            writing.add_rubric(connection, rubric, at)

    def write_jobs(self, jobs: Sequence[Job]) -> None:
        """Store what happened; keys that are there are skipped."""
        if jobs:
            with self._writing() as connection:
                writing.add_jobs(connection, jobs)

    def write_reviews(
        self, reviews: Sequence[Review], corrections: Sequence[Correction] = ()
    ) -> None:
        """Store reviewers' passes and what was changed, in one transaction; known keys are skipped.

        A correction may belong to a review that is stored already, as one that takes back does.
        """
        if reviews or corrections:
            with self._writing() as connection:
                writing.add_reviews(connection, reviews, corrections)

    def ask(self, question: Callable[[duckdb.DuckDBPyConnection], Answer]) -> Answer:
        """Return what a question finds, such as those of ``pipeline.store.analysis``.

        Args:
            question: Reads, keeps no connection and returns no lazy rows.
        """
        with self._reading() as connection:
            return question(connection)

    def mark(self) -> str:
        """Return what changes with every write: the same mark, the same answers."""
        return self._backend.mark()

    def _reading(self) -> contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]:
        if not self.exists():
            raise StoreError(
                f"there is no store at {self.url}: score some calls first (callqa score …), "
                "or name another one with --store"
            )
        return self._backend.unit_of_work(read_only=True)

    def _writing(self) -> contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]:
        return self._backend.unit_of_work(read_only=False)


def _plain(value: Any) -> JsonValue:  # Any: whatever Arrow gives
    """Return a value as JSON has it; times in UTC."""
    if isinstance(value, datetime):
        return value.astimezone(UTC).isoformat()
    plain: JsonValue = value
    return plain
