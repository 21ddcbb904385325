"""One call on its way through a shard, and the words for what became of it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Literal

from flows.batch import Outcome
from pipeline import keys
from pipeline.domain import Call, Evaluation, Job, PlannedInput, Reason, Transcript
from pipeline.errors import InputError, StageError, StoreBusyError

Stage = Literal["plan", "read", "transcribe", "judge", "store"]
Status = Literal["scored", "failed", "duplicate"]
Passing = StageError | StoreBusyError | OSError

LASTING = (InputError, FileNotFoundError, PermissionError, IsADirectoryError, NotADirectoryError)
"""What will be just as bad in five seconds."""
PASSING = (StageError, StoreBusyError, OSError)
"""What may succeed when tried again."""


class CallInShard:
    """One call: what is known of it so far, and in the end exactly one outcome.

    Args:
        planned: The input it comes from.
        run_id: The run that works on it.
    """

    def __init__(self, planned: PlannedInput, run_id: str) -> None:
        self.planned = planned
        self.run_id = run_id
        self.call: Call | None = None
        """None until it has been read."""
        self.transcript: Transcript | None = None
        """Of a written call, from reading to judging; that of a recording stays in the store."""
        self.transcript_key = ""
        self.evaluation_key = ""
        self.admitted = False
        self.transcribed = False
        self.trouble: Passing | None = None
        """Why the last try of the present stage failed."""
        self.evaluation: Evaluation | None = None
        """From judging until it is stored."""
        self.duration_s: float | None = None
        self.outcome: Outcome | None = None
        self.announced = False

    @property
    def read(self) -> Call:
        """Return the call as it was read; asking before that is a bug."""
        assert self.call is not None, "asked for before it was read"
        return self.call

    def fail(self, stage: Stage, reason: str) -> None:
        """Settle the call as failed; the reason is for people."""
        self.settle(Outcome(job=self._job("failed", stage, reason=reason), fresh=False))

    def refuse(self, status: Status, reason: str) -> None:
        """Settle the call without scoring it, because of what it is."""
        self.settle(Outcome(job=self._job(status, "read", reason=reason), fresh=False))

    def know(self, silent: Job | None) -> None:
        """Settle the call as one that had been evaluated before.

        Args:
            silent: What was stored then if there was nothing to judge in it.
        """
        if silent is None:
            job = self._job("scored", "store", evaluation_key=self.evaluation_key)
        else:
            job = self._job(
                "failed",
                silent.stage,
                reason=silent.reason,
                evaluation_key=self.evaluation_key,
            )
        self.settle(Outcome(job=job, fresh=False))

    def outcome_of_judging(self) -> Outcome:
        """Return what its evaluation makes of the call.

        A call in which nobody was heard keeps its evaluation, all unscored, but counts as failed:
        somebody should find out why it was recorded.
        """
        assert self.evaluation is not None, "asked for before it was judged"
        silence = nothing_heard(self.evaluation, self.duration_s)
        if silence is not None:
            job = self._job("failed", "judge", reason=silence, evaluation_key=self.evaluation.key)
        else:
            job = self._job("scored", "store", evaluation_key=self.evaluation.key)
        return Outcome.of(job, self.evaluation, self.duration_s)

    def settle(self, outcome: Outcome) -> None:
        """Set the outcome and let go of what is no longer needed."""
        self.outcome = outcome
        self.trouble = None
        self.transcript = None
        self.evaluation = None

    def _job(
        self,
        status: Status,
        stage: Stage,
        *,
        reason: str | None = None,
        evaluation_key: str | None = None,
    ) -> Job:
        key = keys.job_key(
            source=self.planned.source,
            position=self.planned.position,
            status=status,
            stage=stage,
            reason=reason,
            evaluation_key=evaluation_key,
        )
        return Job(
            key=key,
            run_id=self.run_id,
            source=self.planned.source,
            call_id=self.planned.call_id,
            status=status,
            stage=stage,
            reason=reason,
            evaluation_key=evaluation_key,
            at=datetime.now(UTC),
        )


def nothing_heard(evaluation: Evaluation, duration_s: float | None) -> str | None:
    """Return the sentence for a call in which nobody spoke; None if somebody did."""
    if any(score.reason is not Reason.NO_SPEECH for score in evaluation.judgement.scores):
        return None
    return f"no speech was heard in this recording{_of_length(duration_s)}: nothing to judge"


def _of_length(duration_s: float | None) -> str:
    if duration_s is None:
        return ""
    if duration_s < 60:
        return f" of {duration_s:.1f} s"
    return f" of {timedelta(seconds=round(duration_s))} (h:mm:ss)"


def words_for(error: BaseException) -> str:
    """Return what went wrong in words for people; never transcript text, never a traceback."""
    if isinstance(error, StageError):
        return error.why
    if isinstance(error, FileNotFoundError):
        return f"there is no file {error.filename or ''}".strip()
    if isinstance(error, PermissionError):
        return f"no permission to read {error.filename or 'it'}"
    if isinstance(error, OSError) and not isinstance(error, StoreBusyError):
        return f"cannot be read: {error.strerror or error}"
    return str(error)
