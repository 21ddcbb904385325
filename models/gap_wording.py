"""What a QA lead is told about the parts of a recording that were not understood."""

from __future__ import annotations

from collections.abc import Sequence

from models.audible import Audible, Missing
from pipeline.domain import Role, Sound
from pipeline.findings import clock

WHAT = {
    "dropout": "lost on the line: no sound, or sound full of holes",
    "noise": "covered by loud noise",
    "unheard": "not understood",
}
NEAR_S = 1.0
"""So close to an end of the recording a gap is named as its first or last seconds."""


def missing_in_words(missing: Sequence[Missing], audible: Audible) -> str:
    """Return a sentence about the gap that hides most, and how much more is missing.

    Args:
        missing: At least one gap.
        audible: The recording that they are in.
    """
    first = max(missing, key=lambda item: item.within_s)
    others = [item.gap for item in missing if item is not first]
    more_s = sum(gap.end_s - gap.start_s for gap in others)
    more = f"; {_more(more_s)} missing elsewhere" if others else ""
    return f"{_when(first.gap, audible)} {_verb(first.gap)} {WHAT[first.gap.kind]}{more}."


def _when(gap: Sound, audible: Audible) -> str:
    length = _seconds(gap.end_s - gap.start_s)
    whose = f"of {_side(gap, audible)}"
    begins, ends = gap.start_s <= NEAR_S, gap.end_s >= audible.duration_s - NEAR_S
    if begins and ends:
        return f"All {length} {whose}"
    if begins or ends:
        end = "first" if begins else "last"
        return f"The {end} {length.removeprefix('1 ')} {whose}"
    return f"{length.capitalize()} {whose} from {clock(gap.start_s)} on"


def _verb(gap: Sound) -> str:
    return "was" if _whole(gap.end_s - gap.start_s) == 1 else "were"


def _seconds(length_s: float) -> str:
    whole = _whole(length_s)
    return f"{whole} second" if whole == 1 else f"{whole} seconds"


def _more(length_s: float) -> str:
    count, _, unit = _seconds(length_s).partition(" ")
    return f"{count} more {unit} {'is' if count == '1' else 'are'}"


def _whole(length_s: float) -> int:
    return max(1, round(length_s))


def _side(gap: Sound, audible: Audible) -> str:
    if len({turn.channel for turn in audible.turns} | {gap.channel}) == 1:
        return "the recording"
    whose = audible.whose(gap.channel, sure=True) & {Role.AGENT, Role.CUSTOMER}
    return f"the {next(iter(whose))}'s channel" if len(whose) == 1 else "one channel"
