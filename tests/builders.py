"""Builders with defaults: a test states only what matters to it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Literal

from pydantic import JsonValue

from pipeline.domain import (
    Call,
    CallMetadata,
    CriterionScore,
    Evaluation,
    Evidence,
    Finding,
    Flag,
    Judgement,
    Reason,
    Role,
    Sentiment,
    Sound,
    Transcript,
    Turn,
    TurnJudgement,
    Verdict,
    Word,
)
from pipeline.logic import TurnMoves
from pipeline.rubric import Criterion, Rubric, content_sha256

AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
"""When everything in the tests happens."""
RECORDING_SHA256 = "a" * 64
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER, "s": Role.SYSTEM, "u": Role.UNKNOWN}


def words(
    text: str, start_s: float = 0.0, end_s: float = 1.0, probability: float = 0.9
) -> tuple[Word, ...]:
    """Return the words of a text, spread evenly over a stretch of time."""
    parts = text.split()
    step_s = (end_s - start_s) / max(len(parts), 1)
    return tuple(
        Word(
            text=part,
            start_s=start_s + at * step_s,
            end_s=start_s + (at + 1) * step_s,
            probability=probability,
        )
        for at, part in enumerate(parts)
    )


def turn(
    index: int = 0,
    role: Role | str = Role.AGENT,
    text: str = "Good morning.",
    *,
    start_s: float | None = None,
    end_s: float | None = None,
    asr_confidence: float | None = None,
    channel: int | None = None,
) -> Turn:
    """Return a turn; with both times it also has words, without them it is a written one."""
    timed = start_s is not None and end_s is not None
    return Turn(
        index=index,
        role=Role(role),
        text=text,
        channel=channel,
        start_s=start_s,
        end_s=end_s,
        words=words(text, start_s or 0.0, end_s or 0.0) if timed else (),
        asr_confidence=0.9 if timed and asr_confidence is None else asr_confidence,
    )


def conversation(*lines: str) -> tuple[Turn, ...]:
    """Return written turns from lines such as ``a: Good morning`` (a, c, s or u)."""
    return tuple(
        turn(at, ROLES[line[0]], line.partition(":")[2].strip()) for at, line in enumerate(lines)
    )


def timed_conversation(*lines: str, turn_s: float = 2.0, gap_s: float = 0.5) -> tuple[Turn, ...]:
    """Return spoken turns that follow each other, each ``turn_s`` long, with gaps between."""
    return tuple(
        turn(
            at,
            ROLES[line[0]],
            line.partition(":")[2].strip(),
            start_s=at * (turn_s + gap_s),
            end_s=at * (turn_s + gap_s) + turn_s,
        )
        for at, line in enumerate(lines)
    )


def transcript(
    turns: Sequence[Turn] = (),
    *,
    key: str = "t" * 64,
    recording_sha256: str = RECORDING_SHA256,
    source: Literal["recording", "text"] = "text",
    language: str | None = "en",
    duration_s: float | None = None,
    channels: int | None = None,
    sounds: Sequence[Sound] = (),
) -> Transcript:
    """Return a transcript of the turns; a written one unless the source says otherwise."""
    return Transcript(
        key=key,
        recording_sha256=recording_sha256,
        source=source,
        asr_model="text" if source == "text" else "whisper-base@test",
        settings_hash="settings",
        language=language,
        language_probability=None if language is None else 0.99,
        duration_s=duration_s,
        channels=channels,
        turns=tuple(turns),
        sounds=tuple(sounds),
    )


def recorded(
    *turns: Turn, duration_s: float | None = None, sounds: Sequence[Sound] = ()
) -> Transcript:
    """Return a transcript of a two-channel recording."""
    end_s = max((item.end_s or 0.0 for item in turns), default=0.0)
    return transcript(
        turns,
        source="recording",
        duration_s=end_s if duration_s is None else duration_s,
        channels=2,
        sounds=sounds,
    )


def moves(**by_turn: Mapping[str, float] | Sequence[str]) -> tuple[TurnMoves, ...]:
    """Return moves per turn from ``t0=["greet"], t3={"rude": 0.7}``; a list means probability 1."""
    return tuple(
        TurnMoves(
            int(name[1:]),
            dict(given) if isinstance(given, Mapping) else dict.fromkeys(given, 1.0),
        )
        for name, given in by_turn.items()
    )


def turn_judgement(
    index: int = 0,
    moves: Sequence[str] = (),
    sentiment: Sentiment | str | None = None,
) -> TurnJudgement:
    """Return what a turn does and expresses, with probability 0.9."""
    return TurnJudgement(
        turn=index,
        moves=dict.fromkeys(moves, 0.9),
        sentiment=None if sentiment is None else Sentiment(sentiment),
        sentiment_probability=None if sentiment is None else 0.9,
    )


def criterion(
    id: str = "greeting",
    *,
    allowed: Sequence[Verdict | str] = ("pass", "partial", "fail", "not_applicable"),
    section: str = "Opening",
    roles: Sequence[Role | str] = (Role.AGENT,),
    scope: Literal["opening", "closing", "whole_call"] = "whole_call",
    weight: float = 1.0,
    critical: bool = False,
    rule: Mapping[str, JsonValue] | None = None,
) -> Criterion:
    """Return a criterion that allows every verdict."""
    return Criterion(
        id=id,
        question=f"Was {id} done well?",
        section=section,
        roles=tuple(map(Role, roles)),
        scope=scope,
        allowed=tuple(map(Verdict, allowed)),
        weight=weight,
        critical=critical,
        rule=rule,
    )


def rubric(*criteria: Criterion, id: str = "test", version: int = 1) -> Rubric:
    """Return a rubric of these criteria, or of ``greeting`` and a critical ``verification``."""
    draft = Rubric(
        id=id,
        version=version,
        title="Test rubric",
        criteria=criteria
        or (
            criterion("greeting"),
            criterion("verification", section="Compliance", weight=3, critical=True),
        ),
        sha256="",
    )
    return draft.model_copy(update={"sha256": content_sha256(draft)})


def criterion_score(
    criterion: str = "greeting",
    verdict: Verdict | str = Verdict.PASS,
    *,
    probability: float = 0.9,
    reason: Reason = Reason.MODEL_ABSTAINED,
    evidence: Sequence[Evidence] = (),
    explanation: str | None = None,
) -> CriterionScore:
    """Return a score; ``unscored`` gets the reason and no probability."""
    unscored = Verdict(verdict) is Verdict.UNSCORED
    return CriterionScore(
        criterion=criterion,
        verdict=Verdict(verdict),
        probability=None if unscored else probability,
        reason=reason if unscored else None,
        explanation=explanation,
        evidence=tuple(evidence),
    )


def scored(**verdicts: Verdict | str) -> tuple[CriterionScore, ...]:
    """Return one score per criterion from ``greeting="pass", verification="fail"``."""
    return tuple(criterion_score(name, verdict) for name, verdict in verdicts.items())


def judgement(
    scores: Sequence[CriterionScore] = (), turns: Sequence[TurnJudgement] = ()
) -> Judgement:
    """Return a judgement, of two passes for the default rubric unless scores are given."""
    return Judgement(
        scores=tuple(scores) or scored(greeting="pass", verification="pass"), turns=tuple(turns)
    )


def call(
    call_id: str = "c1",
    *,
    recording_sha256: str = RECORDING_SHA256,
    agent: str | None = "Dana",
    source: str | None = None,
) -> Call:
    """Return a call taken by Dana."""
    return Call(
        call_id=call_id,
        recording_sha256=recording_sha256,
        source=source or f"{call_id}.flac",
        metadata=CallMetadata(agent=agent, team="North", queue="billing", started_at=AT),
    )


def evaluation(
    call_id: str = "c1",
    *,
    key: str | None = None,
    score: float | None = 100.0,
    transcript_key: str = "t" * 64,
    rubric: str = "test",
    rubric_version: int = 1,
    judgement: Judgement | None = None,
    findings: Sequence[Finding] = (),
    flags: Sequence[Flag] = (),
    metrics: Mapping[str, float | None] | None = None,
    sentiment_end: Sentiment | None = Sentiment.NEUTRAL,
) -> Evaluation:
    """Return an evaluation of two passes."""
    return Evaluation(
        key=key or f"evaluation-of-{call_id}",
        call_id=call_id,
        transcript_key=transcript_key,
        rubric=rubric,
        rubric_version=rubric_version,
        rubric_sha256="b" * 64,
        model_versions={"moves": "moves-1"},
        settings_hash="settings",
        software_version="0.1.0",
        evaluated_at=AT,
        score=score,
        section_scores={"Opening": score},
        sentiment_start=Sentiment.NEUTRAL,
        sentiment_end=sentiment_end,
        sentiment_trend="steady",
        metrics={"silence_s": 1.5} if metrics is None else metrics,
        judgement=judgement
        or Judgement(scores=scored(greeting="pass", verification="pass"), turns=()),
        findings=tuple(findings),
        flags=tuple(flags),
    )
