from __future__ import annotations

import random

from hypothesis import given
from hypothesis import strategies as st

from pipeline.domain import CriterionScore, Verdict
from pipeline.rubric import Rubric
from pipeline.scoring import overall_score, section_scores
from tests.builders import criterion, criterion_score, rubric

VERDICTS = st.sampled_from(Verdict)
WEIGHTS = st.floats(min_value=0.0, max_value=100.0, allow_nan=False)


@st.composite
def scored_rubrics(draw: st.DrawFn) -> tuple[Rubric, list[CriterionScore]]:
    """A rubric of one to eight criteria and a verdict for each."""
    many = draw(st.integers(1, 8))
    criteria = [
        criterion(
            f"c{at}",
            weight=draw(WEIGHTS),
            critical=draw(st.booleans()),
            section=draw(st.sampled_from(["Opening", "Care", "Outcome"])),
        )
        for at in range(many)
    ]
    scores = [criterion_score(item.id, draw(VERDICTS)) for item in criteria]
    return rubric(*criteria), scores


@given(scored_rubrics())
def test_scores_stay_in_bounds(case: tuple[Rubric, list[CriterionScore]]) -> None:
    asked, scores = case
    values = [overall_score("c", asked, scores), *section_scores("c", asked, scores).values()]
    assert all(value is None or 0.0 <= value <= 100.0 + 1e-9 for value in values)


@given(scored_rubrics(), st.randoms(use_true_random=False))
def test_the_order_of_scores_does_not_matter(
    case: tuple[Rubric, list[CriterionScore]], rng: random.Random
) -> None:
    asked, scores = case
    mixed = list(scores)
    rng.shuffle(mixed)
    assert overall_score("c", asked, mixed) == overall_score("c", asked, scores)
    assert section_scores("c", asked, mixed) == section_scores("c", asked, scores)


@given(scored_rubrics())
def test_a_better_verdict_never_lowers_the_score(
    case: tuple[Rubric, list[CriterionScore]],
) -> None:
    asked, scores = case
    better = [
        criterion_score(item.criterion, "pass")
        if item.verdict in (Verdict.FAIL, Verdict.PARTIAL)
        else item
        for item in scores
    ]
    before, after = overall_score("c", asked, scores), overall_score("c", asked, better)
    assert before is None or (after is not None and after >= before - 1e-9)


@given(scored_rubrics())
def test_leaving_out_what_did_not_count_changes_nothing(
    case: tuple[Rubric, list[CriterionScore]],
) -> None:
    asked, scores = case
    out = {item.criterion for item in scores if item.verdict is Verdict.NOT_APPLICABLE}
    kept = [item for item in asked.criteria if item.id not in out]
    if kept:
        rest = [item for item in scores if item.criterion not in out]
        assert overall_score("c", rubric(*kept), rest) == overall_score("c", asked, scores)
