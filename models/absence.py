"""Whether a verdict rests on words that were said, or on none having been said.

Told from the criterion's rule and the verdict, never from the criterion's name. A verdict rests on
absence if its case asks for no word ("nothing else holds", "no hold was announced"), or if further
words could have earned a better one ("a greeting, but no name"): then what was not heard counts.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from pipeline.domain import Role, Verdict
from pipeline.logic import RuleOutcome
from pipeline.moves import ROLE_OF_MOVE
from pipeline.rubric import Criterion
from pipeline.rule import AllOf, Anchor, AnyOf, Case, Condition, Not, Pair, Place, Rule, Seen
from pipeline.rule_reader import read_rule

ORDER = (Verdict.FAIL, Verdict.PARTIAL, Verdict.NOT_APPLICABLE, Verdict.PASS)
"""From worst to best for the agent; not applicable costs nothing."""


@dataclass(frozen=True, slots=True)
class Absence:
    """What was not heard, and where it would have been said."""

    roles: frozenset[Role]
    """Whose words it would have been."""
    place: Place
    before: Anchor | None = None
    """It would have counted only before this point; None: anywhere in the place."""
    of_faults: bool = False
    """Nothing bad was heard, and so the verdict is the best one."""


@dataclass(frozen=True, slots=True)
class _Part:
    """A condition that asks for words, and whether it asks that there are none."""

    asks: Seen | Pair
    negated: bool


def absence(criterion: Criterion, verdict: Verdict, outcome: RuleOutcome | None) -> Absence | None:
    """Return what the absence is that a verdict rests on; None if it rests on words.

    Without a rule it rests on absence if it is what the criterion says that silence means; where it
    says nothing about that, if it is not a pass.

    Args:
        criterion: Its rule, roles and scope.
        verdict: What was decided, by whatever means.
        outcome: What the rule decided. A worse verdict than that was not found by words of the
            rule, but by all that a head saw and missed.
    """
    if criterion.rule is None:
        silence = criterion.otherwise
        if (verdict is Verdict.PASS) if silence is None else (verdict is not silence):
            return None
        return bare_absence(criterion, verdict)
    rule = read_rule(criterion.rule, criterion.allowed).rule
    if outcome is not None and ORDER.index(verdict) < ORDER.index(outcome.verdict):
        return bare_absence(criterion, verdict)
    cases = [at for at, case in enumerate(rule.cases) if case.verdict is verdict]
    if outcome is not None and outcome.verdict is verdict:
        cases = [at for at in cases if rule.cases[at].because == outcome.because][:1] or cases
    missed = [part for at in cases for part in _missed(rule, at)]
    return _absence(criterion, verdict, missed) if missed or not cases else None


def bare_absence(criterion: Criterion, verdict: Verdict) -> Absence:
    """Return the absence of anything from the criterion's roles in its place."""
    faults = verdict is Verdict.PASS
    return Absence(frozenset(criterion.roles), criterion.scope, of_faults=faults)


def _missed(rule: Rule, at: int) -> list[_Part]:
    """Return what would have changed the verdict of a case; nothing if it rests on words."""
    case, before = rule.cases[at], rule.cases[:at]
    own = list(_parts(case.when))
    better = [part for other in before if _better(other, case) for part in _said(other.when)]
    if any(not part.negated for part in own):
        later = [] if case.verdict is Verdict.PASS else [part for part in own if _is_since(part)]
        return better + later
    return [*better, *own] or [part for other in before for part in _said(other.when)]


def _absence(criterion: Criterion, verdict: Verdict, missed: list[_Part]) -> Absence:
    roles = {role for part in missed for role in _roles(part.asks)} or set(criterion.roles)
    seen = [part.asks for part in missed if isinstance(part.asks, Seen)]
    all_seen = len(seen) == len(missed)
    places = {item.place or criterion.scope for item in seen}
    anchors = {item.before for item in seen}
    return Absence(
        roles=frozenset(roles),
        place=places.pop() if all_seen and len(places) == 1 else criterion.scope,
        before=anchors.pop() if all_seen and len(anchors) == 1 else None,
        of_faults=verdict is Verdict.PASS,
    )


def _is_since(part: _Part) -> bool:
    """Return whether words count only after the last of others: later ones would undo them."""
    seen = part.asks
    anchors = (seen.after, seen.since) if isinstance(seen, Seen) else ()
    return any(anchor is not None and anchor.end == "last" for anchor in anchors)


def _better(one: Case, other: Case) -> bool:
    return ORDER.index(one.verdict) > ORDER.index(other.verdict)


def _said(condition: Condition | None) -> Iterator[_Part]:
    """Yield the parts that ask for words."""
    return (part for part in _parts(condition) if not part.negated)


def _parts(condition: Condition | None, *, negated: bool = False) -> Iterator[_Part]:
    if isinstance(condition, AllOf | AnyOf):
        for part in condition.parts:
            yield from _parts(part, negated=negated)
    elif isinstance(condition, Not):
        yield from _parts(condition.part, negated=not negated)
    elif condition is not None:
        yield _Part(condition, negated)


def _roles(asks: Seen | Pair) -> Iterable[Role]:
    moves = asks.moves if isinstance(asks, Seen) else (*asks.opens, *asks.closes)
    named = asks.roles if isinstance(asks, Seen) else ()
    return {*named, *(ROLE_OF_MOVE[name] for name in moves if name in ROLE_OF_MOVE)}
