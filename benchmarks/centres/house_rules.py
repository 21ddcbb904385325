"""House rules: how a centre decides otherwise than the bundled rubric, from labels alone."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from models.training.labelled import LabelledCall
from pipeline.domain import Verdict
from pipeline.logic import places

APOLOGY = re.compile(r"\b(sorry|apolog\w*|pardon|regret\w*)\b", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class HouseRule:
    """How one criterion is decided in a house."""

    name: str
    criterion: str
    words: str
    decide: Callable[[LabelledCall], Verdict]


def _company(call: LabelledCall) -> Verdict:
    return Verdict.PASS if _has(call, "opening", "name_company") else Verdict.FAIL


def _further_help(call: LabelledCall) -> Verdict:
    return Verdict.PASS if _has(call, "closing", "further_help") else Verdict.FAIL


def _owed(call: LabelledCall) -> Verdict:
    return Verdict.PASS if call.verdicts["empathy"] is Verdict.PASS else Verdict.FAIL


def _no_apology(call: LabelledCall) -> Verdict:
    said = call.verdicts["empathy"]
    if said not in (Verdict.PASS, Verdict.PARTIAL):
        return said
    specific = (
        turn.text
        for turn, labels in zip(call.turns, call.turn_labels, strict=True)
        if "acknowledge_specific" in labels
    )
    return Verdict.PASS if any(not APOLOGY.search(text) for text in specific) else Verdict.FAIL


def _has(call: LabelledCall, place: str, move: str) -> bool:
    where: Mapping[str, frozenset[int]] = {str(k): v for k, v in places(call.turns).items()}
    return any(move in call.turn_labels[index] for index in where[place])


COMPANY = HouseRule(
    "company", "greeting", "The company's name in the opening decides: pass or fail.", _company
)
NO_APOLOGY = HouseRule(
    "no_apology",
    "empathy",
    "An apology alone never counts: somewhere the agent must acknowledge the customer's situation "
    "in a turn without one, else it is a fail.",
    _no_apology,
)
FURTHER_HELP = HouseRule(
    "further_help", "closing", "More help must be offered at the end: pass or fail.", _further_help
)
OWED = HouseRule(
    "owed",
    "empathy",
    "Empathy is owed on every call, and a stock phrase is none: pass or fail.",
    _owed,
)
PAIRS: Mapping[str, tuple[HouseRule, HouseRule]] = {
    "company and apology": (COMPANY, NO_APOLOGY),
    "further help and empathy always": (FURTHER_HELP, OWED),
}


def labels_of(call: LabelledCall, rules: tuple[HouseRule, ...]) -> Mapping[str, Verdict]:
    """Return a call's verdicts in a house with these rules."""
    return {**call.verdicts, **{rule.criterion: rule.decide(call) for rule in rules}}
