from __future__ import annotations

import pytest

from models.absence import Absence, absence
from pipeline.domain import Role, Verdict
from pipeline.logic import RuleOutcome
from pipeline.rubric import Criterion
from tests.builders import criterion
from tests.judging import support_rubric

A, C = Role.AGENT, Role.CUSTOMER


def bundled(name: str) -> Criterion:
    return next(item for item in support_rubric().criteria if item.id == name)


def rests(name: str, verdict: str, because: str = "") -> Absence | None:
    """Return what a verdict of the bundled rubric rests on, if its rule says the same."""
    asked = bundled(name)
    cases = (asked.rule or {})["cases"]
    assert isinstance(cases, list)
    said = [str(case["because"]) for case in cases if isinstance(case, dict)]
    sentence = next((text for text in said if because and because in text), "")
    assert bool(sentence) is bool(because)
    outcome = RuleOutcome(Verdict(verdict), (), sentence) if because else None
    return absence(asked, Verdict(verdict), outcome)


@pytest.mark.parametrize(
    ("name", "verdict", "because"),
    [
        ("greeting", "pass", "and gave a name"),
        ("empathy", "pass", "own situation"),
        ("identity_verification", "pass", "two identifiers before"),
        ("sensitive_data", "fail", "to say a secret"),
        ("prohibited_promises", "fail", "outside their control"),
        ("hold_etiquette", "pass", "transfer was announced"),
        ("professionalism", "fail", "rude"),
        ("resolution", "pass", "offered another way"),
        ("closing", "pass", "polite goodbye"),
    ],
)
def test_what_was_done_rests_on_words(name: str, verdict: str, because: str) -> None:
    assert rests(name, verdict, because) is None


@pytest.mark.parametrize(
    ("name", "verdict", "because", "roles", "place"),
    [
        ("greeting", "fail", "Neither a greeting", {A}, "opening"),
        ("greeting", "partial", "gave no name", {A}, "opening"),
        ("empathy", "not_applicable", "no trouble", {C}, "whole_call"),
        ("empathy", "partial", "stock phrase", {A}, "whole_call"),
        ("empathy", "fail", "acknowledged none", {A}, "whole_call"),
        ("empathy", "fail", "brushed aside later", {A}, "whole_call"),
        ("identity_verification", "fail", "before the customer had", {A, C}, "whole_call"),
        ("identity_verification", "not_applicable", "Nothing about", {A}, "whole_call"),
        ("hold_etiquette", "partial", "did not acknowledge", {A}, "whole_call"),
        ("hold_etiquette", "not_applicable", "No hold", {A}, "whole_call"),
        ("resolution", "partial", "without another way", {A}, "whole_call"),
        ("resolution", "fail", "Neither a solution", {A}, "whole_call"),
        ("closing", "fail", "Neither an offer", {A}, "closing"),
        ("closing", "partial", "said no goodbye", {A}, "closing"),
    ],
)
def test_what_was_not_done_rests_on_absence(
    name: str, verdict: str, because: str, roles: set[Role], place: str
) -> None:
    found = rests(name, verdict, because)
    assert found is not None
    assert set(found.roles) == roles
    assert found.place == place
    assert not found.of_faults


@pytest.mark.parametrize("name", ["sensitive_data", "prohibited_promises", "professionalism"])
def test_nothing_bad_heard_rests_on_the_absence_of_faults(name: str) -> None:
    found = rests(name, "pass")
    assert found == Absence(frozenset({A}), "whole_call", of_faults=True)


def test_identifiers_would_have_counted_only_before_the_first_disclosure() -> None:
    found = rests("identity_verification", "fail")
    assert found is not None
    assert found.before is not None
    assert found.before.moves == ("disclose_account", "change_account")


def test_a_worse_verdict_than_the_rules_rests_on_what_was_missed() -> None:
    lenient = RuleOutcome(Verdict.PASS, (), "Nothing disrespectful was heard from the agent.")
    assert absence(bundled("professionalism"), Verdict.FAIL, lenient) is not None
    strict = RuleOutcome(Verdict.FAIL, (), "Neither a greeting nor a name was heard.")
    assert absence(bundled("greeting"), Verdict.PASS, strict) is None


def test_without_a_rule_only_a_pass_rests_on_words() -> None:
    asked = criterion("survey", roles=("agent",), scope="closing")
    assert absence(asked, Verdict.PASS, None) is None
    assert absence(asked, Verdict.FAIL, None) == Absence(frozenset({A}), "closing")


def test_what_silence_means_rests_on_absence_and_the_rest_on_examples() -> None:
    asked = criterion("no_jargon").model_copy(update={"otherwise": Verdict.PASS})
    assert absence(asked, Verdict.FAIL, None) is None
    found = absence(asked, Verdict.PASS, None)
    assert found == Absence(frozenset({A}), "whole_call", of_faults=True)
