"""One shard: a handful of calls taken from file to stored evaluation, stage by stage.

Plain Python: what Prefect does with it is in ``flows.score``. A stage goes over the calls that have
no outcome yet and have not passed it, so it can simply be run again after a passing failure, and a
shard after a crash: what is in the store is not done twice.

Every call ends with exactly one outcome. Bad input is an outcome at once; a passing failure
(``StageError``, a busy store, a read error) becomes one only when its retries are used up.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from flows.admission import Owners
from flows.batch import ShardReport
from flows.calls import LASTING, PASSING, CallInShard, Stage, words_for
from flows.progress import listener
from flows.timing import Stopwatch
from flows.wiring import Engines
from flows.work import evaluate_call, read_input, transcribe_recording
from pipeline import keys
from pipeline.domain import Call, CallMetadata, Job, PlannedInput
from pipeline.errors import StoreBusyError

WRITE_BATCH = 16
"""Calls per transaction: a crash loses at most the judging of so many, and it is done again."""


class PassingFailure(Exception):
    """Some calls failed in a stage in a way that may pass."""


class Shard:
    """The calls of one shard and what has become of them so far.

    Args:
        inputs: What to score; one outcome comes of each.
        engines: Where the work is done and kept.
        run_id: The run that this is part of.
    """

    def __init__(self, inputs: Sequence[PlannedInput], engines: Engines, run_id: str) -> None:
        self.engines = engines
        self.calls = [CallInShard(planned, run_id) for planned in inputs]
        self.stopwatch = Stopwatch()

    def read(self) -> None:
        """Open and hash every input, and settle what is unreadable, known, double or in conflict.

        Raises:
            PassingFailure: Some inputs could not be read now.
            StoreBusyError: The store stayed locked.
        """
        with self.stopwatch.measure("reading"):
            self._each("read", (c for c in self._open_calls() if c.call is None), self._read_one)
        self._admit([c for c in self._open_calls() if c.call is not None and not c.admitted])
        self._raise_trouble("read")

    def transcribe(self) -> None:
        """Turn recordings into stored transcripts, and store written calls.

        Raises:
            PassingFailure: Recognition failed for some calls, or the store stayed locked.
        """
        waiting = [c for c in self._open_calls() if not c.transcribed]
        with self.stopwatch.measure("storing"):
            stored = self.engines.store.transcribed([c.transcript_key for c in waiting])
        for call in waiting:
            call.transcribed = call.transcript_key in stored
        waiting = [c for c in waiting if not c.transcribed]
        for batch in _batches([c for c in waiting if c.transcript is not None]):
            self._store_written(batch)
        recordings = (c for c in waiting if c.transcript is None)
        self._each("transcribe", recordings, self._transcribe_one)
        self._raise_trouble("transcribe")

    def judge(self) -> None:
        """Judge transcripts and store the evaluations.

        Raises:
            PassingFailure: A model failed on some calls, or the store stayed locked.
        """
        waiting = list(self._open_calls())
        if waiting:
            with self.stopwatch.measure("loading"):
                self.engines.load_judge()
        for batch in _batches(waiting):
            self._judge_batch(batch)
        self._raise_trouble("judge")

    def give_up(self, stage: Stage) -> None:
        """Settle as failed the calls that had trouble in a stage; their retries are used up."""
        for call in list(self._open_calls()):
            if call.trouble is not None:
                call.fail(stage, words_for(call.trouble))
                self._announce(call)

    def report(self) -> ShardReport:
        """Store what happened to each input and return it.

        Raises:
            StoreBusyError: The store stayed locked.
        """
        outcomes = tuple(call.outcome for call in self.calls if call.outcome is not None)
        assert len(outcomes) == len(self.calls), "every call has an outcome"
        with self.stopwatch.measure("storing"):
            self.engines.store.write_jobs([outcome.job for outcome in outcomes])
        return ShardReport(outcomes=outcomes, timings=self.stopwatch.timings(total_s=0.0))

    def _open_calls(self) -> Iterator[CallInShard]:
        """Yield the calls that have no outcome yet, in the shard's order."""
        return (call for call in self.calls if call.outcome is None)

    def _read_one(self, call: CallInShard) -> None:
        planned = call.planned
        if planned.problem is not None:
            call.fail("plan", planned.problem)
            return
        listener().stage(planned.call_id, "read")
        found = read_input(planned, self.engines)
        call.call, call.transcript = found.call, found.transcript
        call.transcript_key = found.transcript_key
        rubric = self.engines.rubric
        call.evaluation_key = keys.evaluation_key(
            found.transcript_key,
            rubric_id=rubric.id,
            rubric_version=rubric.version,
            rubric_sha256=rubric.sha256,
            model_versions=self.engines.judge.versions,
        )

    def _admit(self, calls: Sequence[CallInShard]) -> None:
        """Settle duplicates, conflicts and calls that have been evaluated before."""
        with self.stopwatch.measure("storing"):
            stored = self.engines.store.find_calls(
                call_ids=[c.planned.call_id for c in calls],
                sha256s=[c.read.recording_sha256 for c in calls],
            )
            evaluated = self.engines.store.evaluated([c.evaluation_key for c in calls])
            silent = self._known_silent(evaluated)
        owners = Owners(stored)
        for call in calls:
            call.admitted = True
            refusal = owners.claim(call.read)
            if refusal is not None:
                call.refuse(refusal.status, refusal.reason)
            elif call.evaluation_key in evaluated:
                call.know(silent.get(call.evaluation_key))
            self._announce(call)
        self._update_metadata([c.read for c in calls if c.evaluation_key in evaluated])

    def _known_silent(self, evaluated: frozenset[str]) -> dict[str, Job]:
        """Return the outcomes of calls without speech, by the key of their evaluation."""
        if not evaluated:
            return {}
        return {
            job.evaluation_key: job
            for job in self.engines.store.jobs(status="failed")
            if job.evaluation_key in evaluated
        }

    def _update_metadata(self, calls: Sequence[Call]) -> None:
        """Store what a manifest says anew about calls that need no other work."""
        told = [call for call in calls if call.metadata != CallMetadata()]
        with self.stopwatch.measure("storing"):
            self.engines.store.write_calls(told)

    def _store_written(self, batch: Sequence[CallInShard]) -> None:
        pairs = [(c.read, c.transcript) for c in batch if c.transcript is not None]
        try:
            with self.stopwatch.measure("storing"):
                self.engines.store.write_transcripts(pairs)
        except StoreBusyError as error:
            for call in batch:
                call.trouble = error
            return
        for call in batch:
            call.transcribed, call.trouble = True, None

    def _transcribe_one(self, call: CallInShard) -> None:
        listener().stage(call.planned.call_id, "transcribe")
        with self.stopwatch.measure("loading"):
            self.engines.load_transcriber()
        with self.stopwatch.measure("transcription"):
            heard = transcribe_recording(call.planned, call.read, self.engines)
        with self.stopwatch.measure("storing"):
            self.engines.store.write_transcripts(
                [(call.read, heard.transcript)], {call.read.recording_sha256: heard.peaks}
            )
        call.transcribed = True

    def _judge_batch(self, batch: Sequence[CallInShard]) -> None:
        self._each("judge", batch, self._judge_one)
        judged = [call for call in batch if call.evaluation is not None]
        outcomes = [(call, call.outcome_of_judging()) for call in judged]
        try:
            with self.stopwatch.measure("storing"):
                # The job first: when the call is seen again, it says that there was no speech.
                self.engines.store.write_jobs(
                    [outcome.job for _, outcome in outcomes if outcome.job.status == "failed"]
                )
                self.engines.store.write_evaluations(
                    [call.evaluation for call in judged if call.evaluation is not None],
                    self.engines.rubric,
                )
        except StoreBusyError as error:
            for call in judged:
                call.trouble = error
            return
        for call, outcome in outcomes:
            call.settle(outcome)
            self._announce(call)

    def _judge_one(self, call: CallInShard) -> None:
        """Make the evaluation of what the store holds of a call."""
        listener().stage(call.planned.call_id, "judge")
        transcript = call.transcript
        if transcript is None:
            with self.stopwatch.measure("storing"):
                transcript = self.engines.store.read_transcript(call.transcript_key)
        assert transcript is not None, "it was stored in the stage before"
        call.duration_s = transcript.duration_s
        with self.stopwatch.measure("judging"):
            call.evaluation = evaluate_call(call.read, transcript, self.engines)

    def _each(
        self, stage: Stage, calls: Iterable[CallInShard], step: Callable[[CallInShard], None]
    ) -> None:
        """Take one step with each call; what goes wrong with one stays with it."""
        for call in list(calls):
            try:
                step(call)
            except LASTING as error:
                call.fail(stage, words_for(error))
            except PASSING as error:
                call.trouble = error
            else:
                call.trouble = None
            self._announce(call)

    def _raise_trouble(self, stage: Stage) -> None:
        troubles = [call.trouble for call in self._open_calls() if call.trouble is not None]
        if troubles:
            raise PassingFailure(
                f"stage {stage}: {len(troubles)} of {len(self.calls)} calls had trouble, the first "
                f"of them so: {words_for(troubles[0])}"
            )

    @staticmethod
    def _announce(call: CallInShard) -> None:
        """Tell the listener of an outcome, once."""
        if call.outcome is not None and not call.announced:
            call.announced = True
            listener().settled(call.outcome.job)


def _batches(calls: Sequence[CallInShard]) -> Iterator[Sequence[CallInShard]]:
    for start in range(0, len(calls), WRITE_BATCH):
        yield calls[start : start + WRITE_BATCH]
