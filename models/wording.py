"""What the judge tells people: why there is a verdict, or why there is none."""

from __future__ import annotations

from pipeline.domain import CriterionScore, Reason, Verdict
from pipeline.logic import RuleOutcome
from pipeline.rubric import Criterion


def unscored(criterion: Criterion, reason: Reason, sentence: str) -> CriterionScore:
    """Return a score that says why there is none."""
    return CriterionScore(
        criterion=criterion.id, verdict=Verdict.UNSCORED, reason=reason, explanation=sentence
    )


def explained(verdict: Verdict, rule: RuleOutcome | None) -> str:
    """Return why a head gave its verdict, beside what the rule says."""
    if rule is None:
        return f"Calls that sound like this one were judged {in_words(verdict)}."
    if rule.verdict is verdict:
        return rule.because
    return (
        f"Calls that sound like this one were judged {in_words(verdict)}; "
        f"the rule alone would say {in_words(rule.verdict)}."
    )


def in_words(verdict: Verdict) -> str:
    """Return the verdict as people write it."""
    return verdict.value.replace("_", " ")
