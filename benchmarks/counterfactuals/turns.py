"""What all changes share: turns with other words, and the letter case that they had."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from pipeline.domain import Role, Turn


def changed_turns(
    turns: Sequence[Turn], change: Callable[[Turn], str], role: Role | None = None
) -> tuple[Turn, ...]:
    """Return the turns with changed texts.

    Args:
        turns: Of one call, in order.
        change: Returns the new text of a turn.
        role: Only turns of this role are changed; None: of all roles.
    """
    return tuple(
        turn.model_copy(update={"text": change(turn)}) if role in (None, turn.role) else turn
        for turn in turns
    )


def matched_case(pattern: str, text: str) -> str:
    """Return a text in the letter case of what it replaces.

    Lower case stays lower case, a capital at the start stays one, capitals throughout stay so.
    """
    if len(pattern) > 1 and pattern.isupper():
        return text.upper()
    if pattern[:1].isupper():
        return text[:1].upper() + text[1:]
    return text


def words_in(turns: Sequence[Turn]) -> int:
    """Return the number of words of a call."""
    return sum(len(turn.text.split()) for turn in turns)
