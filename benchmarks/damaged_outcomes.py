"""What became of the verdicts and words of a damaged recording, beside the undamaged one's."""

from __future__ import annotations

import re
from collections.abc import Iterable

from pipeline.domain import Record, Transcript, Verdict
from pipeline.findings import MISSING_KINDS

SAME_WORD_S = 0.6
"""A word is the one of the undamaged recording if it is the same and begins this close to it."""


class Outcomes(Record):
    """Verdicts on damaged recordings; criteria without one on either recording are left out."""

    wrongly_lowered: int = 0
    """Given as fail, partial or not applicable, and another one on the undamaged recording."""
    wrongly_passed: int = 0
    """Given as pass, and another one on the undamaged recording."""
    rightly_withheld: int = 0
    """Withheld, and what would have been said differs from the undamaged recording's verdict."""
    needlessly_withheld: int = 0
    """Withheld, and what would have been said is that verdict."""
    rightly_given: int = 0

    def __add__(self, other: Outcomes) -> Outcomes:
        """Return the sum."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Outcomes(**{name: mine[name] + theirs[name] for name in mine})


class Words(Record):
    """How far the words of damaged recordings can be believed."""

    words: int = 0
    right: int = 0
    in_gaps: int = 0
    """Said where callqa reports that nothing was understood."""
    right_in_gaps: int = 0

    def __add__(self, other: Words) -> Words:
        """Return the sum."""
        mine, theirs = self.model_dump(), other.model_dump()
        return Words(**{name: mine[name] + theirs[name] for name in mine})


def outcome(true: Verdict, would: Verdict, *, withheld: bool) -> Outcomes:
    """Return what became of one verdict.

    Args:
        true: On the undamaged recording.
        would: On the damaged one, had nothing been withheld for what was not heard.
        withheld: Whether it was.
    """
    if Verdict.UNSCORED in (true, would):
        return Outcomes()
    same = true is would
    if withheld:
        return Outcomes(rightly_withheld=int(not same), needlessly_withheld=int(same))
    if same:
        return Outcomes(rightly_given=1)
    passed = would is Verdict.PASS
    return Outcomes(wrongly_passed=int(passed), wrongly_lowered=int(not passed))


def total(outcomes: Iterable[Outcomes]) -> Outcomes:
    """Return the sum of outcomes."""
    return sum(outcomes, Outcomes())


def believed(whole: Transcript, heard: Transcript) -> Words:
    """Return how many words of a damaged recording are those of the undamaged one.

    Args:
        whole: What was heard of the undamaged recording.
        heard: Of the damaged one, on the same clock.
    """
    same = [(_plain(w.text), t.channel, w.start_s) for t in whole.turns for w in t.words]
    gaps = [item for item in heard.sounds if item.kind in MISSING_KINDS]
    found = Words()
    for turn in heard.turns:
        own = [gap for gap in gaps if gap.channel == turn.channel]
        for word in turn.words:
            begun = [
                at_s for text, at, at_s in same if (text, at) == (_plain(word.text), turn.channel)
            ]
            right = any(abs(at_s - word.start_s) < SAME_WORD_S for at_s in begun)
            middle_s = (word.start_s + word.end_s) / 2
            inside = any(gap.start_s <= middle_s <= gap.end_s for gap in own)
            found += Words(words=1, right=right, in_gaps=inside, right_in_gaps=right and inside)
    return found


def _plain(text: str) -> str:
    return re.sub(r"[^a-z0-9']", "", text.lower())
