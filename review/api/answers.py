"""The records that the API answers with: fields are added, never renamed."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Generic, Literal, TypeVar

from pipeline.desk.calls import CallRow
from pipeline.desk.queue import QueueRow
from pipeline.domain import (
    CallMetadata,
    CriterionScore,
    Finding,
    Flag,
    Record,
    Sentiment,
)
from pipeline.people import User, knows_random_slice
from pipeline.reviews import Correction, Review
from pipeline.store import Scorecard

Item = TypeVar("Item")


class Page(Record, Generic[Item]):
    """A part of a list."""

    items: tuple[Item, ...]
    next: str | None
    """What to ask for as ``after`` to get what follows; null: this is the end."""


class CallItem(Record):
    """One call. Where it is sealed, what the machine and reviewers said is null."""

    call_id: str
    agent: str | None
    team: str | None
    queue: str | None
    source: Literal["recording", "text"]
    rubric: str
    started_at: datetime | None
    duration_s: float | None
    sealed: bool
    """Waits for two blind reviews; until then nobody learns verdicts, score or flags."""
    score: float | None
    """The machine's, a percentage in [0, 100]."""
    critical_fail: bool | None
    sentiment_end: Sentiment | None
    reasons: tuple[str, ...]
    """Why it is in the queue, in words."""
    random_slice: bool | None
    """Drawn at random; null for who may not know."""
    reviewed: bool
    human_score: float | None
    """By the latest review."""
    reviewed_at: datetime | None

    @classmethod
    def of(cls, row: QueueRow) -> CallItem:
        """Return a row of the queue as programs get it."""
        same = {name: getattr(row, name) for name in cls.model_fields if hasattr(row, name)}
        return cls(**same, sealed=row.blind, critical_fail=row.critical)


class CallDetail(Record):
    """One call with what is known of it."""

    call_id: str
    rubric: str
    rubric_version: int
    evaluation_key: str
    evaluated_at: datetime
    source: Literal["recording", "text"]
    duration_s: float | None
    sealed: bool
    score: float | None
    critical_fail: bool | None
    metadata: CallMetadata

    @classmethod
    def of(cls, row: CallRow, card: Scorecard, *, sealed: bool) -> CallDetail:
        """Return a call as programs get it."""
        return cls(
            call_id=row.call_id,
            rubric=row.rubric,
            rubric_version=row.rubric_version,
            evaluation_key=row.evaluation_key,
            evaluated_at=row.evaluated_at,
            source=row.source,
            duration_s=row.duration_s,
            sealed=sealed,
            score=None if sealed else row.score,
            critical_fail=None if sealed else row.critical,
            metadata=card.call.metadata,
        )


class EvaluationDetail(Record):
    """A scorecard: what the machine says of a call."""

    key: str
    call_id: str
    rubric: str
    rubric_version: int
    model_versions: Mapping[str, str]
    software_version: str
    evaluated_at: datetime
    score: float | None
    section_scores: Mapping[str, float | None]
    sentiment_start: Sentiment | None
    sentiment_end: Sentiment | None
    metrics: Mapping[str, float | None]
    criteria: tuple[CriterionScore, ...]
    findings: tuple[Finding, ...]
    flags: tuple[Flag, ...]

    @classmethod
    def of(cls, card: Scorecard, user: User) -> EvaluationDetail:
        """Return a scorecard as a user may have it."""
        evaluation = card.evaluation
        same = {
            name: getattr(evaluation, name)
            for name in cls.model_fields
            if name not in ("criteria", "flags")
        }
        flags = tuple(
            flag
            for flag in evaluation.flags
            if flag.kind != "random_slice" or knows_random_slice(user)
        )
        return cls(**same, criteria=evaluation.judgement.scores, flags=flags)


class Evaluations(Record):
    """A call's scorecards."""

    current: EvaluationDetail
    earlier: tuple[str, ...]
    """Keys of the others, latest first."""


class Statements(Record):
    """What people said about a call, of earlier evaluations too, oldest first."""

    reviews: tuple[Review, ...]
    corrections: tuple[Correction, ...]
