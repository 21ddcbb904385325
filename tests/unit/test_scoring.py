from __future__ import annotations

import pytest

from pipeline.domain import Verdict
from pipeline.errors import ScoringError
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.scoring import overall_score, section_scores
from tests.builders import criterion, rubric, scored

RUBRIC = rubric()
"""``greeting`` (weight 1, Opening) and ``verification`` (weight 3, critical, Compliance)."""


def test_passes_everywhere_are_a_hundred_percent() -> None:
    assert overall_score("c1", RUBRIC, scored(greeting="pass", verification="pass")) == 100.0


def test_weights_count() -> None:
    assert overall_score("c1", RUBRIC, scored(greeting="fail", verification="pass")) == 75.0


def test_a_partial_earns_half_of_the_weight() -> None:
    assert overall_score("c1", RUBRIC, scored(greeting="partial", verification="pass")) == 87.5


@pytest.mark.parametrize("verdict", [Verdict.NOT_APPLICABLE, Verdict.UNSCORED])
def test_what_did_not_apply_or_was_not_judged_leaves_both_sides_of_the_fraction(
    verdict: Verdict,
) -> None:
    assert overall_score("c1", RUBRIC, scored(greeting="partial", verification=verdict)) == 50.0


def test_a_failed_critical_criterion_zeroes_the_call() -> None:
    assert overall_score("c1", RUBRIC, scored(greeting="pass", verification="fail")) == 0.0


def test_nothing_scored_is_no_score_rather_than_zero() -> None:
    scores = scored(greeting="unscored", verification="not_applicable")
    assert overall_score("c1", RUBRIC, scores) is None


def test_criteria_of_weight_zero_cannot_make_a_score() -> None:
    only_shown = rubric(criterion("greeting", weight=0))
    assert overall_score("c1", only_shown, scored(greeting="pass")) is None


def test_a_missing_criterion_is_named_in_the_error() -> None:
    with pytest.raises(ScoringError, match=r"call c1: .*greeting, verification; got greeting$"):
        overall_score("c1", RUBRIC, scored(greeting="pass"))


def test_a_repeated_criterion_is_refused() -> None:
    with pytest.raises(ScoringError, match="got greeting, greeting"):
        overall_score("c1", RUBRIC, scored(greeting="pass") * 2)


def test_a_criterion_that_is_not_in_the_rubric_is_refused() -> None:
    with pytest.raises(ScoringError, match="got greeting, smile"):
        section_scores("c1", RUBRIC, scored(greeting="pass", smile="pass"))


def test_sections_stand_in_the_rubrics_order_and_are_not_zeroed_by_a_critical_fail() -> None:
    two_in_one = rubric(
        criterion("b", section="Second", weight=1),
        criterion("a", section="First"),
        criterion("c", section="Second", weight=3, critical=True),
    )
    sections = section_scores("c1", two_in_one, scored(a="pass", b="pass", c="fail"))
    assert list(sections.items()) == [("Second", 25.0), ("First", 100.0)]


def test_a_section_in_which_nothing_was_scored_has_no_score() -> None:
    sections = section_scores("c1", RUBRIC, scored(greeting="unscored", verification="pass"))
    assert sections == {"Opening": None, "Compliance": 100.0}


def test_the_bundled_rubric_can_be_scored() -> None:
    bundled = load_rubric(bundled_rubric_path())
    passes = scored(**{item.id: "pass" for item in bundled.criteria})
    assert overall_score("c1", bundled, passes) == 100.0
    assert set(section_scores("c1", bundled, passes).values()) == {100.0}
