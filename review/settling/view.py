"""What the page of a blind double review shows, put together from the desk."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.desk.blind import BlindState, Difference
from pipeline.domain import CriterionScore, Evidence, Verdict
from pipeline.reviews import ReviewVerdict
from pipeline.rubric import Criterion
from pipeline.store import Scorecard


@dataclass(frozen=True, slots=True)
class Opinion:
    """What one side says about a criterion."""

    who: str
    verdict: Verdict | None
    """None: nothing."""
    reason: str | None
    evidence: tuple[Evidence, ...]
    probability: float | None = None
    """The machine's."""


@dataclass(frozen=True, slots=True)
class Choice:
    """A verdict that can be settled on."""

    verdict: Verdict
    chosen: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """One criterion as two people and the machine judged it."""

    criterion: Criterion
    opinions: tuple[Opinion, ...]
    """The first reviewer's, the second's, the machine's."""
    differs: bool
    settled: ReviewVerdict | None
    choices: tuple[Choice, ...]
    reason: str
    """As entered."""
    problem: str


@dataclass(frozen=True, slots=True)
class Entered:
    """What a lead entered about one criterion, whether or not it can be stored."""

    verdict: str = ""
    reason: str = ""


def compared(
    state: BlindState,
    scorecard: Scorecard,
    names: Mapping[str, str],
    entered: Mapping[str, Entered],
    problems: Mapping[str, str],
) -> tuple[Compared, ...]:
    """Return all criteria, those that are to be settled first, else in the rubric's order.

    Args:
        state: With both reviews in; of another nothing is returned.
        scorecard: Of the same evaluation.
        names: Of users, by id.
        entered: By criterion.
        problems: What is wrong with it, by criterion.
    """
    criteria = {criterion.id: criterion for criterion in scorecard.rubric.criteria}
    machine = {score.criterion: score for score in scorecard.evaluation.judgement.scores}
    who = [names.get(review.reviewer, review.reviewer) for review in state.reviews]
    found = [
        _compared(
            criteria[item.criterion],
            item,
            machine[item.criterion],
            who,
            entered.get(item.criterion, Entered()),
            problems.get(item.criterion, ""),
        )
        for item in state.comparisons
        if item.criterion in criteria
    ]
    return tuple(sorted(found, key=lambda item: not (item.differs and item.settled is None)))


def _compared(
    criterion: Criterion,
    item: Difference,
    machine: CriterionScore,
    who: Sequence[str],
    entered: Entered,
    problem: str,
) -> Compared:
    first, second = who
    return Compared(
        criterion=criterion,
        opinions=(
            _opinion(first, item.first),
            _opinion(second, item.second),
            Opinion(
                who="Machine",
                verdict=machine.verdict,
                reason=machine.explanation,
                evidence=machine.evidence,
                probability=machine.probability,
            ),
        ),
        differs=item.differs,
        settled=item.settled,
        choices=tuple(
            Choice(verdict, entered.verdict == verdict.value) for verdict in criterion.allowed
        ),
        reason=entered.reason,
        problem=problem,
    )


def _opinion(who: str, said: ReviewVerdict | None) -> Opinion:
    if said is None:
        return Opinion(who, None, None, ())
    return Opinion(who, said.verdict, said.reason, said.evidence or ())
