"""What the store answers with, beyond the domain's own records."""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from pipeline.domain import Call, Evaluation, Flag, Record, Transcript
from pipeline.rubric import Rubric


class Scorecard(Record):
    """Everything needed to show one call's current evaluation."""

    call: Call
    transcript: Transcript
    evaluation: Evaluation
    rubric: Rubric
    """As it was when the evaluation was made."""
    earlier: tuple[str, ...] = ()
    """Keys of the call's other evaluations, latest first."""


class QueuedCall(Record):
    """One call that someone should look at, and why."""

    position: int
    """1 is the most urgent in the whole queue."""
    call_id: str
    rubric: str
    rubric_version: int
    evaluation_key: str
    evaluated_at: datetime
    score: float | None
    agent: str | None
    team: str | None
    queue: str | None
    started_at: datetime | None
    flags: tuple[Flag, ...]


class Counts(Record):
    """How much is in a store."""

    calls: int
    """Distinct call ids with a transcript."""
    recordings: int
    transcripts: int
    turns: int
    evaluations: int
    """All of them, superseded ones too."""
    scored_calls: int
    flagged_calls: int
    """Waiting in the review queue."""
    failed_calls: int
    """Failed, and without any evaluation."""
    reviews: int
    corrections: int
    jobs: int


class RubricVersion(Record):
    """One version of a rubric that the store knows."""

    rubric: str
    version: int
    sha256: str
    title: str
    first_used_at: datetime
    """Or published, where that was earlier."""
    evaluations: int


class Extent(Record):
    """How far a store reaches: two extents that differ say that something came in between."""

    evaluations: int
    revisions: int
    """Of calls: one more for every call, and for every change of what is known about one."""
    latest: datetime | None
    """When the last evaluation was made."""


class LatestKey(NamedTuple):
    """Which evaluation of a call to show."""

    call_id: str
    evaluation_key: str
    revision: int
    """Of the call's metadata."""
    evaluated_at: datetime
