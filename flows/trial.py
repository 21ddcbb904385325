"""What a trial of criteria came to: the records that are shown or written as JSON."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

from pipeline.domain import CriterionScore, Record, Verdict
from pipeline.estimate import Estimate

ORDER = (Verdict.PASS, Verdict.PARTIAL, Verdict.NOT_APPLICABLE, Verdict.FAIL, Verdict.UNSCORED)
"""In which calls are listed."""
SHOWN = 3
"""Calls of each kind that people are shown: the surest of each verdict and the least sure."""


class TriedCall(Record):
    """What one call would get."""

    call_id: str
    verdict: Verdict
    probability: float | None = None
    """That the verdict is right; None when unscored."""
    explanation: str | None = None
    turn: int | None = None
    quote: str | None = None
    """What the verdict rests on, or for an absence what came closest."""
    is_closest: bool = False
    """Whether the quote is only what came closest."""


class TriedCriterion(Record):
    """What all calls would get on one criterion."""

    criterion: str
    question: str
    judged_by: str
    """``examples``, ``rule`` or ``trained head``."""
    counts: Mapping[Verdict, int]
    calls: tuple[TriedCall, ...]
    """From the surest pass over what is least sure to the surest fail; unscored ones last."""
    estimate: Estimate | None = None
    """None without labels for it."""
    warnings: tuple[str, ...] = ()

    def surest(self, verdict: Verdict) -> tuple[TriedCall, ...]:
        """Return the calls that get a verdict most certainly."""
        own = [call for call in self.calls if call.verdict is verdict]
        return tuple(sorted(own, key=lambda call: -(call.probability or 0.0))[:SHOWN])

    @property
    def least_sure(self) -> tuple[TriedCall, ...]:
        """The calls whose verdict is nearest to a toss-up."""
        judged = [call for call in self.calls if call.probability is not None]
        return tuple(sorted(judged, key=lambda call: call.probability or 0.0)[:SHOWN])


class Trial(Record):
    """All of it."""

    rubric: str
    rubric_version: int
    calls: int
    criteria: tuple[TriedCriterion, ...]
    warnings: tuple[str, ...] = ()


def tried_call(call_id: str, score: CriterionScore) -> TriedCall:
    """Return what to tell about one call's score."""
    evidence = score.evidence[0] if score.evidence else None
    return TriedCall(
        call_id=call_id,
        verdict=score.verdict,
        probability=score.probability,
        explanation=score.explanation,
        turn=None if evidence is None else evidence.turn,
        quote=None if evidence is None else evidence.quote,
    )


def ordered(calls: Sequence[TriedCall]) -> tuple[TriedCall, ...]:
    """Return the calls from the surest pass to the surest fail, unscored ones last."""

    def key(call: TriedCall) -> tuple[int, float, str]:
        sure = call.probability or 0.0
        rising = call.verdict in (Verdict.FAIL, Verdict.NOT_APPLICABLE)
        return ORDER.index(call.verdict), sure if rising else -sure, call.call_id

    return tuple(sorted(calls, key=key))
