"""Why a call is in the queue, in words."""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.domain import Flag
from pipeline.people import User, knows_random_slice

RANDOM = "random_slice"
UNEXPLAINED = "For review"
"""What a reviewer reads of a call without a flag. Unsure verdicts are not told apart from calls
drawn at random, else whatever has no other reason was drawn at random."""
UNFLAGGED = "Nothing was flagged"


@dataclass(frozen=True, slots=True)
class Why:
    """What speaks for looking at a call."""

    flags: tuple[Flag, ...]
    uncertain: int
    """Verdicts that were given with little probability."""
    blind: bool
    """Two people still have to judge it without knowing any of this."""
    blind_done: int
    reviewed: bool


def reasons(why: Why, user: User) -> tuple[str, ...]:
    """Return the reasons that a user may know, the gravest first; at least one sentence.

    Args:
        why: All that speaks for looking at the call.
        user: Only leads may know what was drawn at random.
    """
    if why.blind:
        return (f"Blind double review: {why.blind_done} of 2 done",)
    knows = knows_random_slice(user)
    flagged = [flag.sentence for flag in why.flags if flag.kind != RANDOM]
    drawn = [flag.sentence for flag in why.flags if flag.kind == RANDOM]
    unsure = [_unsure(why.uncertain)] if why.uncertain and (flagged or knows) else []
    told = [*flagged, *unsure, *(drawn if knows else ())]
    if told:
        return tuple(told)
    return (UNFLAGGED,) if knows or why.reviewed else (UNEXPLAINED,)


def _unsure(count: int) -> str:
    return "1 verdict is unsure" if count == 1 else f"{count} verdicts are unsure"
