"""Find runs of digits in what was said, as numerals or in words ("double four", "forty-one").

What counts is which digits a listener would write down: "forty one double oh" are 4, 1, 0, 0.
Amounts and decimals ("$45.20", "12%") and codes with letters ("B12") are no part of a run.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

UNITS = {
    **{"zero": "0", "oh": "0", "o": "0", "nought": "0", "naught": "0"},
    **{"one": "1", "two": "2", "three": "3", "four": "4", "five": "5"},
    **{"six": "6", "seven": "7", "eight": "8", "nine": "9"},
}
TEENS = {
    **{"ten": "10", "eleven": "11", "twelve": "12", "thirteen": "13", "fourteen": "14"},
    **{"fifteen": "15", "sixteen": "16", "seventeen": "17", "eighteen": "18", "nineteen": "19"},
}
TENS = {
    **{"twenty": "2", "thirty": "3", "forty": "4", "fifty": "5"},
    **{"sixty": "6", "seventy": "7", "eighty": "8", "ninety": "9"},
}
ZEROS = {"hundred": "00", "thousand": "000"}
REPEATS = {"double": 2, "triple": 3, "treble": 3}
FILLERS = frozenset("um uh er erm ah then and dash hyphen space next so".split())
MAX_FILLERS = 2
"""More words that are no digits end a run."""

_NUMERAL = re.compile(r"\d[\d,-]*(?<=\d)")
_TOKEN = re.compile(r"\S+")
_EDGES = ".,;:!?\"'()…-\u2013\u2014"


@dataclass(frozen=True, slots=True)
class DigitToken:
    """One word of a run."""

    start: int
    """Offset of its first character in the text."""
    end: int
    digits: str
    """What it adds to the run; may be empty, as for "double"."""


@dataclass(frozen=True, slots=True)
class DigitRun:
    """Digits said one after the other."""

    tokens: tuple[DigitToken, ...]

    @property
    def start(self) -> int:
        """Offset of the first character."""
        return self.tokens[0].start

    @property
    def end(self) -> int:
        """Offset after the last character."""
        return self.tokens[-1].end

    @property
    def digits(self) -> str:
        """All digits."""
        return "".join(token.digits for token in self.tokens)


def digit_runs(text: str) -> tuple[DigitRun, ...]:
    """Return the runs of digits of a text, in order."""
    runs: list[list[_Number]] = [[]]
    fillers = 0
    for match in _TOKEN.finditer(text):
        word = match.group().strip(_EDGES).casefold()
        start = match.start() + match.group().casefold().find(word)
        parts = _number_parts(word)
        if parts:
            runs[-1].append(_Number(start, start + len(word), parts))
            fillers = 0
        elif word in FILLERS and fillers < MAX_FILLERS:
            fillers += 1
        else:
            runs.append([])
            fillers = 0
    spelled = (DigitRun(_spelled(run)) for run in runs if run)
    return tuple(run for run in spelled if run.digits)


@dataclass(frozen=True, slots=True)
class _Number:
    """A word that is a number, and its parts: "forty-four" has two."""

    start: int
    end: int
    parts: tuple[str, ...]


def _number_parts(word: str) -> tuple[str, ...]:
    """Return the parts of a word if all of them are numbers, else nothing."""
    if _NUMERAL.fullmatch(word):
        return (re.sub(r"\D", "", word),)
    parts = tuple(word.split("-"))
    known = (UNITS, TEENS, TENS, ZEROS, REPEATS)
    return parts if all(any(part in names for names in known) for part in parts) else ()


def _spelled(numbers: Sequence[_Number]) -> tuple[DigitToken, ...]:
    """Return the numbers with the digits they add; a unit after tens takes the zero's place."""
    pieces: list[str] = []
    owners: list[int] = []
    before = ""
    for at, number in enumerate(numbers):
        for part in number.parts:
            if before in TENS and part in UNITS and UNITS[part] != "0":
                pieces[-1] = pieces[-1][:-1]
            pieces.append(_written(part) * REPEATS.get(before, 1))
            owners.append(at)
            before = part
    return tuple(
        DigitToken(
            number.start,
            number.end,
            "".join(piece for piece, owner in zip(pieces, owners, strict=True) if owner == at),
        )
        for at, number in enumerate(numbers)
    )


def _written(part: str) -> str:
    """Return one part of a number as digits; "double" and the like add none themselves."""
    if part in REPEATS:
        return ""
    if part in TENS:
        return TENS[part] + "0"
    return UNITS.get(part) or TEENS.get(part) or ZEROS.get(part) or part
