"""Turn criterion scores into one number for the call and one per section.

Pure functions: no clock, no files, no models. Everything the number depends on
is in the arguments, so any past score can be recomputed from the store.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from types import MappingProxyType

from pipeline.domain import CriterionScore, Verdict
from pipeline.errors import ScoringError
from pipeline.rubric import Criterion, Rubric

POINTS: Mapping[Verdict, float] = MappingProxyType(
    {Verdict.PASS: 1.0, Verdict.PARTIAL: 0.5, Verdict.FAIL: 0.0}
)
"""Share of a criterion's weight that a verdict earns; other verdicts leave the fraction."""


def overall_score(call_id: str, rubric: Rubric, scores: Sequence[CriterionScore]) -> float | None:
    """Return the weighted share of points earned, in percent.

    A criterion that did not apply or could not be judged leaves both sides of the fraction, so
    a call is penalised neither for what it had no chance to contain nor for what was not heard.
    A failed critical criterion zeroes the call.

    Args:
        call_id: Named in errors only.
        rubric: The rubric the scores were made with.
        scores: Exactly one score per criterion, in any order.

    Returns:
        A percentage in [0, 100], or None if no criterion that counts could be scored.

    Raises:
        ScoringError: A criterion is missing, repeated, or not in the rubric.
    """
    verdicts = verdicts_by_criterion(call_id, rubric, scores)
    if any(item.critical and verdicts[item.id] is Verdict.FAIL for item in rubric.criteria):
        return 0.0
    return _share(rubric.criteria, verdicts)


def section_scores(
    call_id: str, rubric: Rubric, scores: Sequence[CriterionScore]
) -> Mapping[str, float | None]:
    """Return the weighted share of points per section, in percent, in the rubric's order.

    A failed critical criterion does not zero its section: sections show where points were lost.
    None for a section in which nothing could be scored.

    Raises:
        ScoringError: A criterion is missing, repeated, or not in the rubric.
    """
    verdicts = verdicts_by_criterion(call_id, rubric, scores)
    sections = dict.fromkeys(item.section for item in rubric.criteria)
    return {
        section: _share([item for item in rubric.criteria if item.section == section], verdicts)
        for section in sections
    }


def verdicts_by_criterion(
    call_id: str, rubric: Rubric, scores: Sequence[CriterionScore]
) -> Mapping[str, Verdict]:
    """Return the verdicts by criterion id.

    Raises:
        ScoringError: A criterion is missing, repeated, or not in the rubric.
    """
    expected = sorted(item.id for item in rubric.criteria)
    given = sorted(score.criterion for score in scores)
    if given != expected:
        raise ScoringError(
            call_id,
            f"rubric {rubric.id} v{rubric.version} asks for one score each of "
            f"{', '.join(expected)}; got {', '.join(given) or 'none'}",
        )
    return {score.criterion: score.verdict for score in scores}


def _share(criteria: Sequence[Criterion], verdicts: Mapping[str, Verdict]) -> float | None:
    """Return the weighted share of points in percent; None if nothing of weight was scored."""
    applied = [item for item in criteria if verdicts[item.id] in POINTS]
    possible = sum(item.weight for item in applied)
    if possible == 0:
        return None
    return 100 * sum(item.weight * POINTS[verdicts[item.id]] for item in applied) / possible
