"""Builders of what goes into a store: calls, transcripts and evaluations that fit together."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta

from pipeline.domain import (
    Call,
    CallMetadata,
    CriterionScore,
    Evaluation,
    Evidence,
    Finding,
    Flag,
    Job,
    Judgement,
    Sentiment,
    Sound,
    Transcript,
    TurnJudgement,
)
from pipeline.keys import evaluation_key, text_sha256, transcript_key
from pipeline.rubric import Rubric
from pipeline.store import Store
from tests.builders import AT, criterion_score, judgement, rubric, timed_conversation

RUBRIC = rubric()


def call_of(call_id: str = "c1", *, size_bytes: int | None = 1000, **metadata: object) -> Call:
    """Return a call of its own recording; metadata by field name."""
    return Call(
        call_id=call_id,
        recording_sha256=text_sha256(call_id),
        source=f"/calls/{call_id}.wav",
        size_bytes=size_bytes,
        metadata=CallMetadata.model_validate(metadata),
    )


def transcript_of(call: Call, *lines: str, asr_model: str = "whisper-base@test") -> Transcript:
    """Return a call's transcript; two turns unless lines are given."""
    turns = timed_conversation(*(lines or ("a: Good morning, this is Dana.", "c: It's broken!")))
    return Transcript(
        key=transcript_key(call.recording_sha256, asr_model, "settings"),
        recording_sha256=call.recording_sha256,
        source="recording",
        asr_model=asr_model,
        settings_hash="settings",
        language="en",
        language_probability=0.987654321,
        duration_s=turns[-1].end_s,
        channels=2,
        turns=turns,
        sounds=(Sound(kind="music", channel=None, start_s=0.1, end_s=0.2),),
    )


def full_judgement() -> Judgement:
    """Return a judgement with evidence, moves and sentiment."""
    quote = Evidence(turn=0, quote="this is Dana", start_s=0.4, end_s=1.25)
    return Judgement(
        scores=(
            criterion_score("greeting", "pass", evidence=(quote,), explanation="Both parts."),
            criterion_score("verification", "unscored"),
        ),
        turns=(
            TurnJudgement(turn=0, moves={"greet": 0.91, "name_self": 1 / 3}),
            TurnJudgement(turn=1, sentiment=Sentiment.NEGATIVE, sentiment_probability=0.8),
        ),
    )


def evaluation_of(
    call: Call,
    *,
    of: Rubric = RUBRIC,
    models: Mapping[str, str] | None = None,
    score: float | None = 75.0,
    evaluated_at: datetime = AT,
    scores: Sequence[CriterionScore] = (),
    flags: Sequence[Flag] = (),
    findings: Sequence[Finding] = (),
) -> Evaluation:
    """Return an evaluation of a call's transcript with a key of its own."""
    transcript = transcript_key(call.recording_sha256, "whisper-base@test", "settings")
    versions = dict(models or {"moves": "moves-1", "sentiment": "sentiment-2"})
    return Evaluation(
        key=evaluation_key(
            transcript,
            rubric_id=of.id,
            rubric_version=of.version,
            rubric_sha256=of.sha256,
            model_versions=versions,
        ),
        call_id=call.call_id,
        transcript_key=transcript,
        rubric=of.id,
        rubric_version=of.version,
        rubric_sha256=of.sha256,
        model_versions=versions,
        settings_hash="settings",
        software_version="0.1.0",
        evaluated_at=evaluated_at,
        score=score,
        section_scores={"Opening": score, "Compliance": None},
        sentiment_start=Sentiment.NEGATIVE,
        sentiment_end=Sentiment.NEUTRAL,
        sentiment_trend="improved",
        metrics={"talk_ratio": 0.1 + 0.2, "hold_s": None},
        judgement=judgement(scores) if scores else full_judgement(),
        findings=tuple(findings),
        flags=tuple(flags),
    )


def job_of(
    call_id: str = "c1",
    *,
    key: str | None = None,
    run_id: str = "run-1",
    status: str = "failed",
    stage: str = "read",
    reason: str | None = "It is empty.",
    at: datetime = AT,
) -> Job:
    """Return an outcome; a failure to read unless it is said otherwise."""
    return Job.model_validate(
        {
            "key": key or f"{run_id}-{call_id}-{status}",
            "run_id": run_id,
            "source": f"/calls/{call_id}.wav",
            "call_id": call_id,
            "status": status,
            "stage": stage,
            "reason": reason,
            "at": at,
        }
    )


def score_call(store: Store, call: Call, *evaluations: Evaluation, of: Rubric = RUBRIC) -> None:
    """Write a call, its transcript and its evaluations (one, unless they are given)."""
    store.write_transcript(call, transcript_of(call))
    store.write_evaluations(evaluations or (evaluation_of(call),), of)


def later(hours: float) -> datetime:
    """Return a moment some hours after everything else."""
    return AT + timedelta(hours=hours)
