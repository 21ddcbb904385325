"""What a batch is asked to do and what came of it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from flows.timing import Timings
from pipeline.domain import Evaluation, Flag, Job, Record
from pipeline.rubric import Rubric


class Outcome(Record):
    """What became of one input in this run."""

    job: Job
    fresh: bool
    """False: the store already held this evaluation, so nothing was done."""
    score: float | None = None
    """Percentage; None if it is not new, failed, or nothing could be scored."""
    duration_s: float | None = None
    flags: tuple[Flag, ...] = ()

    @classmethod
    def of(cls, job: Job, evaluation: Evaluation, duration_s: float | None) -> Outcome:
        """Return the outcome of a call that has just been scored."""
        return cls(
            job=job,
            fresh=True,
            score=evaluation.score,
            duration_s=duration_s,
            flags=evaluation.flags,
        )


class ShardReport(Record):
    """What became of the inputs of one shard, in their order, and where its time went."""

    outcomes: tuple[Outcome, ...]
    timings: Timings


class BatchReport(Record):
    """What became of every input of one run; nothing is dropped in silence."""

    run_id: str
    rubric: str
    rubric_version: int
    store: str
    skipped: Mapping[str, int]
    """How many files in folders were left alone, by ending: they are no recordings."""
    outcomes: tuple[Outcome, ...]
    timings: Timings

    @classmethod
    def of(
        cls,
        *,
        run_id: str,
        rubric: Rubric,
        store: str,
        skipped: Mapping[str, int],
        shards: Sequence[ShardReport],
        planned_s: float,
        total_s: float,
    ) -> BatchReport:
        """Return the sum of the shards.

        Args:
            run_id: The flow run's id.
            rubric: The rubric that was used.
            store: The store's URL.
            skipped: How many files in folders were left alone, by ending.
            shards: In the batch's order.
            planned_s: Seconds that finding the inputs took.
            total_s: Wall-clock seconds of the flow.
        """
        timings = Timings.sum_of([shard.timings for shard in shards])
        return cls(
            run_id=run_id,
            rubric=rubric.id,
            rubric_version=rubric.version,
            store=store,
            skipped=dict(skipped),
            outcomes=tuple(outcome for shard in shards for outcome in shard.outcomes),
            timings=timings.model_copy(
                update={"reading_s": timings.reading_s + planned_s, "total_s": total_s}
            ),
        )

    def since_process_start(self, start_up_s: float) -> BatchReport:
        """Return the report with the seconds that passed before the flow began."""
        total_s = self.timings.total_s + start_up_s
        timings = self.timings.model_copy(update={"start_up_s": start_up_s, "total_s": total_s})
        return self.model_copy(update={"timings": timings})

    def with_status(self, status: str) -> tuple[Outcome, ...]:
        """Return the outcomes whose job has this status, in the batch's order."""
        return tuple(outcome for outcome in self.outcomes if outcome.job.status == status)

    @property
    def scored(self) -> tuple[Outcome, ...]:
        """Return the calls that were scored in this run."""
        return tuple(outcome for outcome in self.with_status("scored") if outcome.fresh)

    @property
    def known(self) -> tuple[Outcome, ...]:
        """Return the calls that had been scored before."""
        return tuple(outcome for outcome in self.with_status("scored") if not outcome.fresh)

    @property
    def flagged(self) -> tuple[Outcome, ...]:
        """Return the newly scored calls that somebody should look at."""
        return tuple(outcome for outcome in self.scored if outcome.flags)

    @property
    def calls_per_s(self) -> float | None:
        """Return newly scored calls per second after start-up and loading; None without any."""
        working_s = self.timings.total_s - self.timings.start_up_s - self.timings.loading_s
        return len(self.scored) / working_s if self.scored and working_s > 0 else None

    @property
    def speed(self) -> float | None:
        """Return seconds of recording per second of transcription; None without recordings."""
        heard_s = sum(outcome.duration_s or 0.0 for outcome in self.scored)
        transcription_s = self.timings.transcription_s
        return heard_s / transcription_s if heard_s and transcription_s else None
