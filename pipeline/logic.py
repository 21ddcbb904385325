"""Decide a criterion from the moves of a call, by its declarative rule.

Pure: the verdict follows from the rule, the turns, the moves' probabilities and the threshold.
The language is ``pipeline.rule``, explained in ``docs/rubrics.md``.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain import Role, Turn, Verdict
from pipeline.errors import RubricError
from pipeline.moves import ROLE_OF_MOVE
from pipeline.rubric import Criterion
from pipeline.rule import AllOf, Anchor, AnyOf, Condition, Not, Pair, Place, Seen
from pipeline.rule_reader import read_rule

OPENING_AGENT_TURNS = 3
"""The opening ends with the agent's third turn (guideline of the bundled rubric)."""
CLOSING_SHARE = 1 / 3
CLOSING_TURNS = 8
"""The closing is the last third of the turns, at least eight of them. On the labelled training
calls any number from 4 to 14 gives the same agreement."""


@dataclass(frozen=True, slots=True)
class TurnMoves:
    """What one turn does."""

    turn: int
    probabilities: Mapping[str, float]
    """Probability of each move; one that is not named has probability 0."""


@dataclass(frozen=True, slots=True)
class RuleOutcome:
    """What a rule decided."""

    verdict: Verdict
    turns: tuple[int, ...]
    """The turns it rests on, in order; empty if it rests on absence."""
    because: str


def decide(
    criterion: Criterion,
    turns: Sequence[Turn],
    moves: Sequence[TurnMoves],
    threshold: float | Mapping[str, float] = 0.5,
) -> RuleOutcome:
    """Return the verdict of the first case of the criterion's rule that holds.

    Args:
        criterion: One that has a rule.
        turns: All turns of the call, in order.
        moves: In any order; turns without an entry have no move.
        threshold: From this probability on a turn has a move; a mapping names it by move and
            0.5 counts for moves that it does not name.

    Raises:
        RubricError: The criterion has no rule, or one that ``callqa rubric check`` would refuse.
    """
    if criterion.rule is None:
        raise RubricError(f"criterion {criterion.id}: expected a rule, found none")
    reading = read_rule(criterion.rule, criterion.allowed)
    if reading.mistakes:
        raise RubricError(f"criterion {criterion.id}: {reading.mistakes[0].message}")
    view = _view(criterion, turns, moves, threshold)
    for case in reading.rule.cases:
        seen = view.hold(case.when) if case.when is not None else ()
        if seen is None:
            continue
        shown = seen if case.show is None else view.matching(case.show)
        roles = {turn.index: turn.role for turn in turns}
        evidence = sorted({index for index in shown if roles[index] in criterion.roles})
        return RuleOutcome(case.verdict, tuple(evidence), case.because)
    raise RubricError(f"criterion {criterion.id}: no case of the rule holds")


def places(turns: Sequence[Turn]) -> Mapping[Place, frozenset[int]]:
    """Return the turn indices of the opening, the closing and the whole call."""
    agent = [turn.index for turn in turns if turn.role is Role.AGENT]
    opening_end = agent[:OPENING_AGENT_TURNS][-1] if agent else -1
    closing = max(CLOSING_TURNS, math.ceil(len(turns) * CLOSING_SHARE))
    return {
        "opening": frozenset(turn.index for turn in turns if turn.index <= opening_end),
        "closing": frozenset(turn.index for turn in turns[-closing:]),
        "whole_call": frozenset(turn.index for turn in turns),
    }


def _view(
    criterion: Criterion,
    turns: Sequence[Turn],
    moves: Sequence[TurnMoves],
    threshold: float | Mapping[str, float],
) -> _View:
    """Return the call as a rule sees it: moves that are likely enough, on turns of their role."""
    roles = {turn.index: turn.role for turn in turns}
    having: dict[str, set[int]] = {name: set() for name in ROLE_OF_MOVE}
    for entry in moves:
        for name, probability in entry.probabilities.items():
            least = threshold if isinstance(threshold, float | int) else threshold.get(name, 0.5)
            if probability >= least and roles.get(entry.turn) is ROLE_OF_MOVE.get(name):
                having[name].add(entry.turn)
    return _View(criterion, tuple(turns), having, places(turns))


def _says(text: str, phrases: Iterable[str]) -> bool:
    """Return whether one of the phrases is in the text as whole words, whatever the case."""
    alternatives = "|".join(re.escape(phrase) for phrase in phrases)
    return re.search(rf"(?<!\w)(?:{alternatives})(?!\w)", text.casefold()) is not None


@dataclass(frozen=True, slots=True)
class _View:
    """A call as a rule sees it."""

    criterion: Criterion
    turns: tuple[Turn, ...]
    having: Mapping[str, set[int]]
    """Turns by move."""
    places: Mapping[Place, frozenset[int]]

    def hold(self, condition: Condition) -> tuple[int, ...] | None:
        """Return the turns that make the condition hold (none for an absence), or None."""
        if isinstance(condition, AllOf):
            parts = [self.hold(part) for part in condition.parts]
            held = [part for part in parts if part is not None]
            return _joined(held) if len(held) == len(parts) else None
        if isinstance(condition, AnyOf):
            held = [part for part in map(self.hold, condition.parts) if part is not None]
            return _joined(held) if held else None
        if isinstance(condition, Not):
            return () if self.hold(condition.part) is None else None
        if isinstance(condition, Pair):
            return self.paired(condition)
        found = self.matching(condition)
        return found if self.count(condition, found) >= condition.at_least else None

    def with_any(self, moves: Iterable[str]) -> set[int]:
        return set().union(*(self.having[name] for name in moves))

    def matching(self, seen: Seen) -> tuple[int, ...]:
        """Return the turns that have what is asked for, where and when it is asked for."""
        found = set(self.places[seen.place or self.criterion.scope])
        if seen.moves:
            found &= self.with_any(seen.moves)
        roles = seen.roles or (() if seen.moves else self.criterion.roles)
        for turn in self.turns:
            wrong_role = bool(roles) and turn.role not in roles
            if wrong_role or (seen.words and not _says(turn.text, seen.words)):
                found.discard(turn.index)
        if seen.before is not None:
            point = self.point(seen.before)
            found = {index for index in found if point is not None and index < point}
        if seen.after is not None:
            point = self.point(seen.after)
            found = {index for index in found if point is not None and index > point}
        if seen.since is not None:
            point = self.point(seen.since)
            found = {index for index in found if point is not None and index >= point}
        return tuple(sorted(found))

    def point(self, anchor: Anchor) -> int | None:
        """Return the turn that an anchor names, None if it does not occur."""
        found = self.with_any(anchor.moves)
        if not found:
            return None
        return min(found) if anchor.end == "first" else max(found)

    def count(self, seen: Seen, found: tuple[int, ...]) -> int:
        """Return how many turns were found or, where kinds are named, how many kinds in them."""
        if not seen.kinds:
            return len(found)
        texts = [turn.text for turn in self.turns if turn.index in found]
        return sum(any(_says(text, phrases) for text in texts) for _, phrases in seen.kinds)

    def paired(self, pair: Pair) -> tuple[int, ...] | None:
        """Return opening and closing turns if every (or some) opening is closed before the next."""
        opens = sorted(self.with_any(pair.opens))
        closes = sorted(self.with_any(pair.closes))
        shown: list[int] = []
        for start, stop in zip(opens, (*opens, math.inf)[1:], strict=True):
            closing = next((index for index in closes if start < index <= stop), None)
            if closing is not None:
                shown += [start, closing]
            elif pair.every:
                return None
        return tuple(shown) or None


def _joined(parts: Iterable[tuple[int, ...]]) -> tuple[int, ...]:
    return tuple(sorted({index for part in parts for index in part}))
