"""Regional English and politeness, by word-level rules from ``wording.yaml``."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.counterfactuals.turns import changed_turns, matched_case
from pipeline.domain import Role, Turn

RULES = Path(__file__).parent / "wording.yaml"
START = r"(?:(?<![\w'-])|(?![\w']))"
END = r"(?:(?<![\w'])|(?![\w']))"
"""A match neither starts nor ends inside a word."""
GROUP = re.compile(r"\\(\d)")
PRONOUN = re.compile(r"I\b")
ADDRESS = "{address}"


@dataclass(frozen=True, slots=True)
class Example:
    """What a rule does to a phrase."""

    before: str
    after: str


@dataclass(frozen=True, slots=True)
class Rule:
    """One word or pattern and what it becomes."""

    find: re.Pattern[str]
    put: str
    mapped: Mapping[str, str]
    """In place of ``put``: by first group, or by the whole match."""
    rate: float
    """Share of the matches that are changed."""
    example: Example
    only: Role | None
    """Whose turns it is for; None: anybody's."""

    @property
    def needs_address(self) -> bool:
        """Whether one must know if the person spoken to is a man or a woman."""
        return ADDRESS in self.put


@dataclass(frozen=True, slots=True)
class Wording:
    """A way of speaking."""

    name: str
    source: str
    """What attests the rules."""
    rules: tuple[Rule, ...]


@cache
def wordings(path: Path = RULES) -> Mapping[str, Wording]:
    """Return all ways of speaking by name."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    macros = {f"{{{name}}}": text.strip() for name, text in read["macros"].items()}
    return {
        name: Wording(
            name, entry["source"].strip(), tuple(_rule(rule, macros) for rule in entry["rules"])
        )
        for name, entry in read["sets"].items()
    }


def _rule(entry: dict, macros: Mapping[str, str]) -> Rule:  # type: ignore[type-arg]  # known YAML
    pattern = entry["find"]
    for name, text in macros.items():
        pattern = pattern.replace(name, text)
    return Rule(
        find=re.compile(f"{START}(?:{pattern}){END}", re.IGNORECASE),
        put=entry.get("put", ""),
        mapped=entry.get("map", {}),
        rate=entry.get("rate", 1.0),
        example=Example(*entry["example"]),
        only=Role(entry["only"]) if "only" in entry else None,
    )


def reworded(
    turns: Sequence[Turn], role: Role, wording: Wording, rng: random.Random, address: str | None
) -> tuple[Turn, ...]:
    """Return a call in which one role speaks in another way.

    Args:
        turns: Of one call, in order.
        role: Whose turns are changed.
        wording: The rules, applied one after the other.
        rng: Decides for rules that do not always apply.
        address: "ma'am" or "sir", as the other person is addressed; None if unknown, and then
            rules that need it are left out.
    """
    fitting = [
        rule
        for rule in wording.rules
        if rule.only in (None, role) and (address is not None or not rule.needs_address)
    ]

    def change(turn: Turn) -> str:
        text = turn.text
        for rule in fitting:
            text = applied(rule, text, rng, address or "")
        return text

    return changed_turns(turns, change, role)


def applied(rule: Rule, text: str, rng: random.Random, address: str = "") -> str:
    """Return a text with one rule applied to a share of its matches."""

    def replacement(match: re.Match[str]) -> str:
        if rule.rate < 1 and rng.random() >= rule.rate:
            return match[0]
        if rule.mapped:
            key = (match[1] if match.lastindex else match[0]).lower()
            return matched_case(match[0], rule.mapped[key])
        return matched_case(match[0], _expanded(rule.put.replace(ADDRESS, address), match))

    return rule.find.sub(replacement, text)


def _expanded(put: str, match: re.Match[str]) -> str:
    """Return a template with its groups; one that opened a sentence loses its capital."""

    def group(number: re.Match[str]) -> str:
        at = int(number[1])
        text = match[at] or ""
        if match.start(at) == match.start() and not PRONOUN.match(text) and not text.isupper():
            text = text[:1].lower() + text[1:]
        return text

    return GROUP.sub(group, put)
