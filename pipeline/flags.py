"""Flags: why a call is in the queue, each as a sentence that a QA lead understands."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Sequence

from pipeline.domain import (
    Call,
    CriterionScore,
    Finding,
    Flag,
    Reason,
    Role,
    Sentiment,
    Transcript,
    Verdict,
)
from pipeline.rubric import Criterion, Rubric
from pipeline.settings import Settings

REASONS = {
    Reason.LOW_ASR_CONFIDENCE: "the recording was too hard to understand",
    Reason.NO_AGENT_CHANNEL: "it could not be told who the agent is",
    Reason.MODEL_ABSTAINED: "the models were not sure enough",
    Reason.LANGUAGE_NOT_COVERED: "the rubric does not cover the language",
    Reason.NO_SPEECH: "no speech was heard",
    Reason.ERROR: "an error occurred",
}
"""What each reason for an unscored criterion means to people."""


def find_flags(
    call: Call,
    transcript: Transcript,
    rubric: Rubric,
    scores: Sequence[CriterionScore],
    *,
    score: float | None,
    sentiment_end: Sentiment | None,
    findings: Sequence[Finding],
    settings: Settings,
) -> tuple[Flag, ...]:
    """Return the flags of one call, the gravest first; the random slice is last.

    Args:
        call: Its id decides about the random slice.
        transcript: What was scored.
        rubric: What it was scored by.
        scores: One per criterion of the rubric.
        score: The overall score in [0, 100].
        sentiment_end: How the customer left.
        findings: Each kind becomes one flag.
        settings: Limits, share and seed of the random slice.
    """
    by_criterion = {item.criterion: item for item in scores}
    failed = [
        item
        for item in rubric.criteria
        if item.critical and by_criterion[item.id].verdict is Verdict.FAIL
    ]
    flags = [Flag(kind="critical_fail", sentence=_failed(item)) for item in failed]
    if score is not None and score < settings.low_score and not failed:
        flags.append(
            Flag(
                kind="low_score",
                sentence=f"Scored {score:.0f} %, under the limit of {settings.low_score:.0f} %",
            )
        )
    flags += _unscored(rubric, scores)
    if sentiment_end is Sentiment.NEGATIVE:
        flags.append(
            Flag(kind="negative_ending", sentence="The customer was unhappy at the end of the call")
        )
    flags += _low_asr_confidence(transcript, settings)
    flags += _found(findings)
    flags += _random_slice(call, settings)
    return tuple(flags)


def is_drawn(call_id: str, *, share: float, seed: int) -> bool:
    """Return whether a call is in the random slice.

    Each call is drawn on its own, with probability ``share``, from a hash of seed and id: the
    same calls on every machine and in every run, that share of every agent's calls in the long
    run, and no call's chance depends on its score or on other calls.

    Args:
        call_id: The call.
        share: In [0, 1].
        seed: Another seed draws another slice.
    """
    digest = hashlib.sha256(f"{seed}\0{call_id}".encode()).digest()
    return int.from_bytes(digest[:8]) < share * 2**64


def _failed(criterion: Criterion) -> str:
    if criterion.failed:
        return f"{criterion.failed.rstrip('.')} (critical)"
    return f'Failed "{criterion.question}" (critical)'


def _unscored(rubric: Rubric, scores: Sequence[CriterionScore]) -> Iterator[Flag]:
    """Yield one flag per reason, naming the criteria."""
    by_reason: dict[Reason, list[str]] = {}
    for item in scores:
        if item.verdict is Verdict.UNSCORED:
            by_reason.setdefault(item.reason or Reason.ERROR, []).append(item.criterion)
    for reason, names in by_reason.items():
        many = len(rubric.criteria)
        what = "Nothing" if len(names) == many else f"{len(names)} of {many} criteria"
        listed = "" if len(names) == many else f" ({', '.join(names)})"
        could = "could be scored" if len(names) == many else "could not be scored"
        yield Flag(kind="unscored", sentence=f"{what} {could}{listed}: {REASONS[reason]}")


def _found(findings: Sequence[Finding]) -> Iterator[Flag]:
    """Yield one flag per kind of finding: the first one's sentence, and how many more there are."""
    by_kind: dict[str, list[Finding]] = {}
    for finding in findings:
        by_kind.setdefault(finding.kind, []).append(finding)
    for first, *more in by_kind.values():
        again = f" (and {len(more)} more of this kind)" if more else ""
        yield Flag(kind="finding", sentence=f"{first.sentence}{again}")


def asr_confidence(transcript: Transcript) -> float | None:
    """Return the mean word probability of what people said; None for written calls.

    Turns without words count as many as their text has.
    """
    heard = [
        (turn.asr_confidence, max(1, len(turn.words) or len(turn.text.split())))
        for turn in transcript.turns
        if turn.asr_confidence is not None and turn.role is not Role.SYSTEM
    ]
    total = sum(count for _, count in heard)
    return sum(value * count for value, count in heard) / total if total else None


def _low_asr_confidence(transcript: Transcript, settings: Settings) -> Iterator[Flag]:
    confidence = asr_confidence(transcript)
    if confidence is not None and confidence < settings.low_asr_confidence:
        yield Flag(
            kind="low_asr_confidence",
            sentence="The recording was hard to understand "
            f"(mean word confidence {confidence:.2f}); check against the sound",
        )


def _random_slice(call: Call, settings: Settings) -> Iterator[Flag]:
    share = settings.random_slice
    if is_drawn(call.call_id, share=share, seed=settings.random_seed):
        whose = f"{call.metadata.agent}'s calls" if call.metadata.agent else "the calls"
        yield Flag(
            kind="random_slice",
            sentence=f"Drawn at random ({100 * share:g} % of {whose}) to check the scores of all",
            inclusion_probability=share,
        )
