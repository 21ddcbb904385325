"""Customers and agents under names of another origin or sex, the same throughout a call.

Who is named in the calls stands in ``people.yaml``, which names take their place in ``names.yaml``.
"""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias

import yaml

from benchmarks.counterfactuals.turns import changed_turns, matched_case
from pipeline.domain import Turn

HERE = Path(__file__).parent
Sex: TypeAlias = Literal["f", "m"]
SEXES: tuple[Sex, Sex] = ("f", "m")
TITLES = {"mr": "Ms", "mister": "Miss", "mrs": "Mr", "ms": "Mr", "miss": "Mr"}
BETWEEN = r"[\s,.\-]+"
"""What stands between letters that are spelled out."""


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody who speaks in a call, as far as the call names them."""

    first: str | None = None
    last: str | None = None
    sex: Sex | None = None
    also: Mapping[str, str] = field(default_factory=dict)
    """Other forms of the name, and what they become: ``{first}``, ``{last}``, ``{f}``."""
    swap: Mapping[int, Mapping[str, str]] = field(default_factory=dict)
    """By turn, words about them and those of the other sex."""
    fixed: bool = False
    """Whether the call makes their sex part of its story."""


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who is named in a call."""

    agents: tuple[Person, ...] = ()
    customer: Person | None = None


@dataclass(frozen=True, slots=True)
class Name:
    """What somebody is called instead."""

    first: str
    last: str
    sex: Sex


@dataclass(frozen=True, slots=True)
class Names:
    """Names that are common among people of one origin."""

    first: Mapping[Sex, tuple[str, ...]]
    last: tuple[str, ...]


@cache
def speakers(path: Path = HERE / "people.yaml") -> Mapping[str, Speakers]:
    """Return who is named, by call id."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        call_id: Speakers(
            tuple(Person(**entry) for entry in found.get("agents", ())),
            Person(**found["customer"]) if "customer" in found else None,
        )
        for call_id, found in read.items()
    }


@cache
def origins(path: Path = HERE / "names.yaml") -> Mapping[str, Names]:
    """Return names by origin."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return {
        origin: Names({sex: tuple(found[sex]) for sex in SEXES}, tuple(found["last"]))
        for origin, found in read.items()
    }


def drawn(
    names: Names, sex: Sex, count: int, taken: str, rng: random.Random, skip: int = 0
) -> tuple[Name, ...]:
    """Return different names for people of one call.

    Args:
        names: To draw from.
        sex: Of all of them.
        count: How many.
        taken: The text of the call: names in it are not drawn.
        rng: The same state draws the same names.
        skip: As many draws are passed over, for a second draw that shares no name with the first.
    """
    words = set(re.findall(r"[\w'-]+", taken.lower()))
    first = [name for name in names.first[sex] if name.lower() not in words]
    last = [name for name in names.last if name.lower() not in words]
    rng.shuffle(first)
    rng.shuffle(last)
    places = range(skip, skip + count)
    return tuple(Name(first[at % len(first)], last[at % len(last)], sex) for at in places)


def renamed(turns: Sequence[Turn], person: Person, name: Name) -> tuple[Turn, ...]:
    """Return a call in which one person has another name.

    Spelled-out names, titles and words about the person's sex change with it.
    """
    other_sex = person.sex is not None and person.sex != name.sex

    def change(turn: Turn) -> str:
        text = turn.text
        if other_sex:
            text = _with_title(text, person)
            for word, instead in person.swap.get(turn.index, {}).items():
                text = _replaced(text, word, instead)
        for form, instead in person.also.items():
            put = instead.format(first=name.first, last=name.last, f=name.first[0])
            text = _replaced(text, form, put)
        for own, put in ((person.first, name.first), (person.last, name.last)):
            if own is not None:
                text = _respelled(_replaced(text, own, put), own, put)
        return text

    return changed_turns(turns, change)


def _with_title(text: str, person: Person) -> str:
    """Return a text with the other sex's title before the surname."""
    if person.last is None:
        return text
    first = rf"(?:{re.escape(person.first)}\s+)?" if person.first else ""
    pattern = rf"\b({'|'.join(TITLES)})\b(?=\.?\s+{first}{re.escape(person.last)}\b)"
    return re.sub(
        pattern,
        lambda match: _as_written(match[0], TITLES[match[0].lower()]),
        text,
        flags=re.IGNORECASE,
    )


def _replaced(text: str, word: str, instead: str) -> str:
    """Return a text with one word replaced, in lower case where it was in lower case."""
    pattern = rf"(?<![\w-]){re.escape(word)}(?![\w-])"
    return re.sub(pattern, lambda match: _as_written(match[0], instead), text, flags=re.IGNORECASE)


def _as_written(match: str, instead: str) -> str:
    return instead.lower() if match.islower() else matched_case(match, instead)


def _respelled(text: str, word: str, instead: str) -> str:
    """Return a text in which a name that is spelled letter by letter is another's."""
    letters = re.sub(r"[^a-z]", "", word.lower())
    parts = []
    at = 0
    while at < len(letters):
        letter = letters[at]
        if letters[at : at + 2] == letter * 2:
            parts.append(rf"(?:{letter}{BETWEEN}{letter}|double[\s-]{letter})")
            at += 2
        else:
            parts.append(letter)
            at += 1

    def respelled(match: re.Match[str]) -> str:
        between = re.search(BETWEEN, match[0])
        spelled = (between[0] if between else " ").join(re.sub(r"[^A-Za-z]", "", instead))
        return spelled.upper() if match[0][0].isupper() else spelled.lower()

    return re.sub(rf"\b{BETWEEN.join(parts)}\b", respelled, text, flags=re.IGNORECASE)
