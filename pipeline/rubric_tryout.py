"""What another version of a rubric would change: verdicts and scores of calls judged by both."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain import CriterionScore, Judgement, Verdict
from pipeline.rubric import Criterion, Rubric
from pipeline.scoring import overall_score
from pipeline.store import Scorecard

SHOWN = 25
"""Calls listed per criterion."""


@dataclass(frozen=True, slots=True)
class TriedCall:
    """One call as its scorecard has it, and as the draft judges it."""

    call_id: str
    before: Mapping[str, Verdict]
    """By criterion; of criteria that the scorecard's rubric asks."""
    after: tuple[CriterionScore, ...]
    score_before: float | None
    score_after: float | None


@dataclass(frozen=True, slots=True)
class ChangedCall:
    """One call that would get another verdict."""

    call_id: str
    before: Verdict | None
    """None: it was not asked before."""
    after: Verdict
    probability: float | None
    explanation: str | None
    quote: str | None


@dataclass(frozen=True, slots=True)
class Flow:
    """How many calls go from one verdict to another."""

    before: Verdict | None
    after: Verdict
    calls: int


@dataclass(frozen=True, slots=True)
class CriterionChange:
    """What changes on one criterion."""

    criterion: Criterion
    judged: int
    same: int
    """Calls that keep their verdict."""
    flows: tuple[Flow, ...]
    """Of the others, the most frequent first."""
    calls: tuple[ChangedCall, ...]
    """At most ``SHOWN`` of the others, the surest first."""

    @property
    def is_new(self) -> bool:
        """Return whether no call was asked it before."""
        return bool(self.flows) and all(flow.before is None for flow in self.flows)


@dataclass(frozen=True, slots=True)
class TryOutResult:
    """What changes in all."""

    calls: int
    changed_calls: int
    """Calls with at least one other verdict on a criterion that was asked before."""
    mean_before: float | None
    """Mean score of the calls that have one both times."""
    mean_after: float | None
    criteria: tuple[CriterionChange, ...]
    gone: tuple[str, ...]
    """Criteria that are not asked any more."""


def tried_call(scorecard: Scorecard, draft: Rubric, judgement: Judgement) -> TriedCall:
    """Return a call as it was judged and as the draft judges it.

    Raises:
        ScoringError: The judgement lacks a criterion of the draft.
    """
    evaluation = scorecard.evaluation
    return TriedCall(
        call_id=scorecard.call.call_id,
        before={score.criterion: score.verdict for score in evaluation.judgement.scores},
        after=judgement.scores,
        score_before=evaluation.score,
        score_after=overall_score(scorecard.call.call_id, draft, judgement.scores),
    )


def result_of(draft: Rubric, calls: Sequence[TriedCall]) -> TryOutResult:
    """Return what changes, criterion by criterion in the draft's order."""
    both = [c for c in calls if c.score_before is not None and c.score_after is not None]
    asked_before = dict.fromkeys(name for call in calls for name in call.before)
    known = {criterion.id for criterion in draft.criteria}
    return TryOutResult(
        calls=len(calls),
        changed_calls=sum(_changes(call) for call in calls),
        mean_before=_mean([call.score_before for call in both]),
        mean_after=_mean([call.score_after for call in both]),
        criteria=tuple(_criterion(criterion, calls) for criterion in draft.criteria),
        gone=tuple(name for name in asked_before if name not in known),
    )


def _changes(call: TriedCall) -> bool:
    return any(call.before.get(s.criterion, s.verdict) is not s.verdict for s in call.after)


def _criterion(criterion: Criterion, calls: Sequence[TriedCall]) -> CriterionChange:
    pairs = [
        (call, score) for call in calls for score in call.after if score.criterion == criterion.id
    ]
    changed = [
        ChangedCall(
            call_id=call.call_id,
            before=call.before.get(criterion.id),
            after=score.verdict,
            probability=score.probability,
            explanation=score.explanation,
            quote=score.evidence[0].quote if score.evidence else None,
        )
        for call, score in pairs
        if call.before.get(criterion.id) is not score.verdict
    ]
    counted = Counter((item.before, item.after) for item in changed)
    return CriterionChange(
        criterion=criterion,
        judged=len(pairs),
        same=len(pairs) - len(changed),
        flows=tuple(Flow(*pair, number) for pair, number in counted.most_common()),
        calls=tuple(sorted(changed, key=lambda item: -(item.probability or 0.0))[:SHOWN]),
    )


def _mean(values: Sequence[float | None]) -> float | None:
    given = [value for value in values if value is not None]
    return sum(given) / len(given) if given else None
