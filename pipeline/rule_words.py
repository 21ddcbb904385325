"""A rule in words, for people who decide whether it is right: a case is a tree of conditions."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from pipeline.domain import Role, Verdict
from pipeline.moves import MOVES
from pipeline.rubric import Criterion
from pipeline.rule import AllOf, Anchor, AnyOf, Condition, Not, Pair, Place, Seen
from pipeline.rule_reader import read_rule

PLACE_WORDS: Mapping[Place, str] = {
    "opening": "in the opening",
    "closing": "in the closing",
    "whole_call": "anywhere in the call",
}
MEANING = {move.name: f"{move.role.value}: the turn {move.meaning}" for move in MOVES}
"""What each move means, to be looked up beside the words."""


@dataclass(frozen=True, slots=True)
class Words:
    """A condition: a sentence, or one that goes on with parts."""

    text: str
    parts: tuple[Words, ...] = ()


@dataclass(frozen=True, slots=True)
class CaseWords:
    """When a verdict is given."""

    verdict: Verdict
    when: Words
    because: str
    """What the scorecard then says."""


def rule_words(criterion: Criterion) -> tuple[CaseWords, ...]:
    """Return the cases of a criterion's rule in the order in which they are tried; none without."""
    if criterion.rule is None:
        return ()
    rule = read_rule(criterion.rule, criterion.allowed).rule
    return tuple(
        CaseWords(
            case.verdict,
            Words("in all other calls") if case.when is None else _condition(case.when, criterion),
            case.because,
        )
        for case in rule.cases
    )


def moves_of(criterion: Criterion) -> tuple[str, ...]:
    """Return the moves that a criterion's rule speaks of, by name."""
    if criterion.rule is None:
        return ()
    return tuple(sorted(read_rule(criterion.rule, criterion.allowed).rule.moves))


def _condition(condition: Condition, criterion: Criterion) -> Words:
    match condition:
        case AllOf():
            return Words("all of these hold:", _parts(condition.parts, criterion))
        case AnyOf():
            return Words("at least one of these holds:", _parts(condition.parts, criterion))
        case Not(part=Seen() as seen):
            return Words(f"it is not so that {_seen(seen, criterion)}")
        case Not():
            return Words("it is not so that", _parts((condition.part,), criterion))
        case Pair():
            return Words(_pair(condition))
        case Seen():
            return Words(_seen(condition, criterion))


def _parts(parts: Iterable[Condition], criterion: Criterion) -> tuple[Words, ...]:
    return tuple(_condition(part, criterion) for part in parts)


def _seen(seen: Seen, criterion: Criterion) -> str:
    told = [_who(seen, criterion)]
    if seen.moves:
        told.append(f"with {_moves(seen.moves)}")
    if seen.words:
        told.append(f"saying {_quoted(seen.words)}")
    told.append(PLACE_WORDS[seen.place or criterion.scope])
    for word, anchor in (("before", seen.before), ("after", seen.after), ("from", seen.since)):
        if anchor is not None:
            told.append(f"{word} {_anchor(anchor)}" + (" on" if word == "from" else ""))
    if seen.kinds:
        kinds = "; ".join(f"{name} ({_quoted(phrases)})" for name, phrases in seen.kinds)
        told.append(f"that together name at least {seen.at_least} of: {kinds}")
    return " ".join(told)


def _who(seen: Seen, criterion: Criterion) -> str:
    """Return how many turns of whom; a move says itself whose it is."""
    roles = seen.roles or (() if seen.moves else criterion.roles)
    whose = "".join(f"{role.value} " for role in roles) if len(roles) == 1 else ""
    count = 1 if seen.kinds else seen.at_least
    if seen.kinds:
        there = f"there are {whose}turns"
    elif count == 1:
        article = "an" if whose.startswith(("a", "u")) else "a"
        there = f"there is {article} {whose}turn"
    else:
        there = f"there are at least {count} {whose}turns"
    return there + (f" of {_listed(_names(roles), 'or')}" if len(roles) > 1 else "")


def _pair(pair: Pair) -> str:
    each = "every turn" if pair.every else "at least one turn"
    return (
        f"there is a turn with {_moves(pair.opens)}, and {each} of that kind is followed by one "
        f"with {_moves(pair.closes)} before the next"
    )


def _anchor(anchor: Anchor) -> str:
    return f"the {anchor.end} turn with {_moves(anchor.moves)}"


def _moves(names: Iterable[str]) -> str:
    return _listed([name.replace("_", " ") for name in names], "or")


def _quoted(phrases: Iterable[str]) -> str:
    return _listed([f"“{phrase}”" for phrase in phrases], "or")


def _names(roles: Iterable[Role]) -> list[str]:
    return [role.value for role in roles]


def _listed(words: list[str], last: str) -> str:
    if len(words) < 2:
        return "".join(words)
    return f"{', '.join(words[:-1])} {last} {words[-1]}"
