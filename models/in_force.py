"""From which probability on verdicts are given, for one user's settings and rubric.

What the judge will do, told beforehand: the same decisions as in ``models.judge`` (head, else rule,
else examples) and the same thresholds (``models.withholding``). How much that withholds is read off
the curve that was measured on held-out training calls and is kept with each head.
"""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from typing import Literal

from models.head_facts import HeadsFacts
from models.probability import ProbabilityFit
from models.withholding import Withholding
from pipeline.domain import Record
from pipeline.rubric import Criterion, Rubric


class Withheld(Record):
    """Share of a criterion's verdicts that are withheld; exact if both ends are equal."""

    least: float
    most: float


class InForce(Record):
    """What holds for one criterion."""

    criterion: str
    judged_by: Literal["head", "rule", "examples"]
    threshold: float
    """Fitted probability under which a verdict is withheld; 1: all are."""
    set_by: Literal["stated_error", "withhold_under", "no_head"]
    """``no_head``: ``models.withholding.UNTRAINED``."""
    withheld: Withheld | None
    """None: not known, because no head's held-out calls tell."""
    wrong: float | None
    """Share of the verdicts given that was wrong on held-out calls; None: not known exactly."""


def in_force(facts: HeadsFacts, rubric: Rubric, withhold: Withholding) -> tuple[InForce, ...]:
    """Return what holds for each criterion of a rubric, in its order."""
    return tuple(_of(criterion, facts, withhold) for criterion in rubric.criteria)


def mean_withheld(rows: Sequence[InForce]) -> Withheld | None:
    """Return the mean share over the criteria of which it is known; None if it is of none."""
    known = [row.withheld for row in rows if row.withheld is not None]
    if not known:
        return None
    return Withheld(
        least=round(statistics.mean(own.least for own in known), 4),
        most=round(statistics.mean(own.most for own in known), 4),
    )


def withheld_at(fit: ProbabilityFit, threshold: float) -> Withheld | None:
    """Return which share of held-out verdicts a threshold withholds.

    The curve knows it at its own thresholds; between two of them it lies between their shares.

    Args:
        fit: With its curve; without one nothing is known.
        threshold: Fitted probability. At 1 everything is withheld, for none reaches it.
    """
    if not fit.risk:
        return None
    if threshold >= 1:
        return Withheld(least=1.0, most=1.0)
    least = max((1 - p.coverage for p in fit.risk if p.threshold <= threshold), default=0.0)
    most = min((1 - p.coverage for p in fit.risk if p.threshold >= threshold), default=1.0)
    if any(p.threshold == threshold for p in fit.risk):
        most = least
    return Withheld(least=round(least, 4), most=round(most, 4))


def _of(criterion: Criterion, facts: HeadsFacts, withhold: Withholding) -> InForce:
    own = criterion.id in withhold.under
    head = facts.heads.get(criterion.id)
    if head is None or head.meaning_sha256 != criterion.meaning_sha256:
        return InForce(
            criterion=criterion.id,
            judged_by="examples" if criterion.rule is None else "rule",
            threshold=withhold.untrained(criterion.id),
            set_by="withhold_under" if own else "no_head",
            withheld=None,
            wrong=None,
        )
    threshold = withhold.threshold(criterion.id, head.probability)
    exact = [p.error for p in head.probability.risk if p.threshold == threshold]
    return InForce(
        criterion=criterion.id,
        judged_by="head",
        threshold=threshold,
        set_by="withhold_under" if own else "stated_error",
        withheld=withheld_at(head.probability, threshold),
        wrong=exact[0] if exact else None,
    )
