"""Tell a labelled call in other words: other names, other numbers, the same sense.

A place where a name or number stands is a slot; what a slot says is the same throughout a call.
Words and turns keep their number, so that labels and word times still fit.
"""

from __future__ import annotations

import random
import re
import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import accumulate, groupby
from pathlib import Path
from typing import Literal

from flows.seeding.material import LabelledCall
from pipeline.domain import Role
from pipeline.spoken_digits import digit_runs

Kind = Literal["female", "male", "surnames", "digit", "spoken"]
DIGITS = "zero one two three four five six seven eight nine".split()
MIN_SPOKEN_RUN = 3
"""Fewer digit words in a row may be no number: "one of those two"."""
LONGEST_NUMBER = 12
"""A call with more digits in a row keeps its numbers: other digits could make a card number."""
_NUMBER_WORDS = frozenset([*DIGITS, "oh", "double", "triple", "treble"])
_CORE = re.compile(r"(\W*)(.*?)((?:['\u2019]s)?\W*)", re.DOTALL)
_LONG_NUMBER = re.compile(r"\d(?:[\d-]{2,9})\d")


@dataclass(frozen=True, slots=True)
class Slot:
    """One word that may be exchanged."""

    word: int
    """Index among all words of the call."""
    turn: int
    kind: Kind
    before: str
    name: str
    """The word itself, without what stands around it."""
    after: str


@dataclass(frozen=True, slots=True)
class Wording:
    """A labelled call cut into words."""

    words: tuple[str, ...]
    """Of all turns, in order; a turn's text is its words with one space between."""
    bounds: tuple[tuple[int, int], ...]
    """First and last word (exclusive) of each turn."""
    slots: tuple[Slot, ...]
    agent: str | None
    """The given name by which the agent introduces themselves, lower case."""


@lru_cache(maxsize=1)
def name_lists() -> Mapping[Kind, tuple[str, ...]]:
    """Return the names that may be exchanged for one another, by kind."""
    text = (Path(__file__).parent / "names.toml").read_text(encoding="utf-8")
    lists: Mapping[Kind, str] = tomllib.loads(text)  # type: ignore[assignment]  # our own file
    return {kind: tuple(names.split()) for kind, names in lists.items()}


def wording_of(call: LabelledCall) -> Wording:
    """Return a labelled call cut into words, with its slots."""
    by_turn = [turn.text.split() for turn in call.turns]
    ends = list(accumulate(len(words) for words in by_turn))
    bounds = tuple(zip([0, *ends], ends, strict=False))
    slots = (
        slot
        for (first, _), turn, words in zip(bounds, call.turns, by_turn, strict=True)
        for slot in _slots(words, first, turn.index)
    )
    kept = _harmless(slots, call)
    return Wording(
        words=tuple(word for words in by_turn for word in words),
        bounds=bounds,
        slots=kept,
        agent=_agent(call, kept),
    )


def told(
    wording: Wording, rng: random.Random, agent: str | None
) -> tuple[list[str], frozenset[int]]:
    """Return all words with other names and numbers, and the turns that changed.

    Args:
        wording: The labelled call's.
        rng: Chooses.
        agent: The given name that the agent says; None: any.
    """
    words = list(wording.words)
    taken: dict[str, str] = {}
    if wording.agent is not None and agent is not None:
        taken[wording.agent] = agent
    digits = [*range(1, 10)]
    rng.shuffle(digits)
    lists = name_lists()
    for slot in wording.slots:
        if slot.kind == "digit":
            new = "".join(str(digits[int(c) - 1]) if c in "123456789" else c for c in slot.name)
        elif slot.kind == "spoken":
            new = DIGITS[digits[DIGITS.index(slot.name.lower()) - 1]]
        else:
            known = slot.name.lower()
            if known not in taken:
                taken[known] = rng.choice(lists[slot.kind])
            new = taken[known]
        words[slot.word] = f"{slot.before}{_like(new, slot.name)}{slot.after}"
    return words, frozenset(slot.turn for slot in wording.slots)


def _harmless(slots: Iterable[Slot], call: LabelledCall) -> tuple[Slot, ...]:
    """Return the slots, without those for numbers where a card number could come about."""
    runs = (run for turn in call.turns for run in digit_runs(turn.text))
    if all(len(run.digits) <= LONGEST_NUMBER for run in runs):
        return tuple(slots)
    return tuple(slot for slot in slots if slot.kind not in ("spoken", "digit"))


def _like(new: str, old: str) -> str:
    return new.lower() if old.islower() else new.capitalize() if old.istitle() else new


@lru_cache(maxsize=1)
def _kinds() -> Mapping[str, Kind]:
    return {name.lower(): kind for kind, names in name_lists().items() for name in names}


def _slots(words: Sequence[str], first: int, turn: int) -> list[Slot]:
    """Return the slots of one turn."""
    parts = [_parts(word) for word in words]
    found: list[Slot] = []
    for is_number, run in groupby(enumerate(parts), lambda p: p[1][1].lower() in _NUMBER_WORDS):
        stretch = list(run)
        for index, (before, core, after) in stretch:
            kind: Kind | None
            if is_number:
                long = len(stretch) >= MIN_SPOKEN_RUN and core.lower() in DIGITS[1:]
                kind = "spoken" if long else None
            else:
                kind = "digit" if _LONG_NUMBER.fullmatch(core) else _kinds().get(core.lower())
            if kind is not None:
                found.append(Slot(first + index, turn, kind, before, core, after))
    return found


def _parts(word: str) -> tuple[str, str, str]:
    match = _CORE.fullmatch(word)
    assert match is not None, "every part of the pattern may be empty"
    before, core, after = match.groups()
    return before, core, after


def _agent(call: LabelledCall, slots: Sequence[Slot]) -> str | None:
    naming = {
        turn.index
        for turn in call.turns
        if turn.role is Role.AGENT and "name_self" in call.moves.get(turn.index, ())
    }
    given = (slot for slot in slots if slot.turn in naming and slot.kind in ("female", "male"))
    return next((slot.name.lower() for slot in given), None)
