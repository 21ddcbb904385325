"""The rule language: how moves, their order and their place decide a verdict.

A rule is a list of cases; the first whose condition holds gives the verdict, the last has no
condition. What each key means, with examples, is in ``docs/rubrics.md``. Rules are read in
``pipeline.rule_reader`` and applied in ``pipeline.logic``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.domain import Role, Verdict
from pipeline.mistakes import Mistake

Place: TypeAlias = Literal["opening", "closing", "whole_call"]
PLACES: tuple[Place, ...] = ("opening", "closing", "whole_call")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A point of the call: the first or last turn with one of these moves."""

    end: Literal["first", "last"]
    moves: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Seen:
    """Enough turns have one of the moves and one of the phrases, where both are asked for."""

    moves: tuple[str, ...]
    words: tuple[str, ...]
    roles: tuple[Role, ...]
    """Only for words; a move has its own role."""
    place: Place | None
    """None: the criterion's scope."""
    at_least: int
    kinds: tuple[tuple[str, tuple[str, ...]], ...]
    """Named sets of phrases; if given, kinds that occur are counted, not turns."""
    before: Anchor | None
    after: Anchor | None
    since: Anchor | None
    """Like ``after``, the turn itself included."""


@dataclass(frozen=True, slots=True)
class Pair:
    """Turns that open something and turns, later on, that close it."""

    opens: tuple[str, ...]
    closes: tuple[str, ...]
    every: bool
    """True: each opening is closed before the next one; False: at least one is."""


@dataclass(frozen=True, slots=True)
class AllOf:
    """Every part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class AnyOf:
    """At least one part holds."""

    parts: tuple[Condition, ...]


@dataclass(frozen=True, slots=True)
class Not:
    """The part does not hold."""

    part: Condition


Condition: TypeAlias = Seen | Pair | AllOf | AnyOf | Not


@dataclass(frozen=True, slots=True)
class Case:
    """One verdict and when it is given."""

    verdict: Verdict
    when: Condition | None
    """None: in all calls that no case above took."""
    because: str
    show: Seen | None
    """Turns to show as evidence; None: those that made ``when`` hold."""


@dataclass(frozen=True, slots=True)
class Rule:
    """Cases in the order in which they are tried."""

    cases: tuple[Case, ...]

    @property
    def moves(self) -> frozenset[str]:
        """Every move that a condition, an anchor or the evidence names."""
        conditions = [case.when for case in self.cases] + [case.show for case in self.cases]
        return frozenset(move for condition in conditions for move in _moves_of(condition))


def _moves_of(condition: Condition | None) -> tuple[str, ...]:
    match condition:
        case None:
            return ()
        case Seen():
            anchors = (condition.before, condition.after, condition.since)
            found = [move for anchor in anchors if anchor is not None for move in anchor.moves]
            return (*condition.moves, *found)
        case Pair():
            return condition.opens + condition.closes
        case AllOf() | AnyOf():
            return tuple(move for part in condition.parts for move in _moves_of(part))
        case Not():
            return _moves_of(condition.part)


@dataclass(frozen=True, slots=True)
class RuleReading:
    """A rule as read, and what is wrong with it; with mistakes, ``rule`` may lack parts."""

    rule: Rule
    mistakes: tuple[Mistake, ...]
