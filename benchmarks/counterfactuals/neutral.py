"""Edits that nobody's origin, sex or way of speaking has a part in: what is noise.

Punctuation is what a recogniser decides, and a reference number is as good as any other.
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from benchmarks.counterfactuals.turns import changed_turns, matched_case
from pipeline.domain import Role, Turn

DIGITS = ("one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
SAID = rf"(?:{'|'.join(DIGITS)}|zero|oh|nought|double)"
RUN = re.compile(rf"\b{SAID}(?:[ ,.\-]+(?:{SAID}|(?-i:[A-Z]))\b){{2,}}", re.I)
DIGIT = re.compile(rf"\b(?:{'|'.join(DIGITS)})\b", re.I)


def repunctuated(turns: Sequence[Turn], role: Role) -> tuple[Turn, ...]:
    """Return a call in which one role's turns are punctuated otherwise.

    A full stop at the end goes or comes, and the first comma goes; words and questions stay.
    """
    return changed_turns(turns, lambda turn: _repunctuated(turn.text), role)


def renumbered(turns: Sequence[Turn], rng: random.Random) -> tuple[Turn, ...]:
    """Return a call with other reference numbers: runs of three or more spoken digits.

    Each digit stands for the same other digit throughout, so that what is read back agrees.
    """
    others = list(DIGITS)
    rng.shuffle(others)
    stead = dict(zip(DIGITS, others, strict=True))

    def change(turn: Turn) -> str:
        return RUN.sub(
            lambda run: DIGIT.sub(lambda m: matched_case(m[0], stead[m[0].lower()]), run[0]),
            turn.text,
        )

    return changed_turns(turns, change)


def _repunctuated(text: str) -> str:
    changed = text.replace(", ", " ", 1)
    if changed.endswith(".") and not changed.endswith(".."):
        return changed[:-1]
    return changed + "." if changed[-1:].isalnum() else changed
