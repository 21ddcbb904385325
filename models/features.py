"""What a criterion head sees of a call: how likely each move is, where, and in which order.

Every feature has a name, so that a head can list what it used and a person can read it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from models.moves import MOVE_NAMES, TurnProbabilities
from pipeline.domain import Role, Turn, Verdict
from pipeline.logic import decide, places
from pipeline.rubric import Criterion
from pipeline.rule_reader import read_rule

RULE_THRESHOLDS = (0.2, 0.3, 0.4, 0.5, 0.6, 0.7)
"""The rule is asked once per threshold; the share of votes says how sure it is."""
DISCLOSURE_THRESHOLDS = (0.3, 0.5, 0.7)

Rows = NDArray[np.float32]


def call_features(turns: Sequence[Turn], found: TurnProbabilities) -> Mapping[str, float]:
    """Return the features that all criteria share.

    Args:
        turns: All turns of the call, at least one.
        found: From the turn classifier, for the same turns.
    """
    features: dict[str, float] = {}
    where = {name: sorted(indices) for name, indices in places(turns).items()}
    for name in found.names:
        column = found.of(name)
        features[f"{name}:count"] = float(np.log1p(column.sum()))
        for place, indices in where.items():
            features[f"{name}:{place}"] = _most(column[indices])
    features |= _shape(turns)
    features |= _greeting_and_closing(features)
    features |= _identity(found)
    features |= _care(found)
    features |= _hold(found)
    return features


def rule_features(
    criterion: Criterion, turns: Sequence[Turn], found: TurnProbabilities
) -> Mapping[str, float]:
    """Return the share of thresholds at which the criterion's rule gives each verdict.

    Empty if the criterion has no rule.
    """
    if criterion.rule is None:
        return {}
    moves = found.moves(min(RULE_THRESHOLDS))
    votes = {verdict: 0.0 for verdict in criterion.allowed}
    features: dict[str, float] = {}
    for threshold in RULE_THRESHOLDS:
        verdict = decide(criterion, turns, moves, threshold).verdict
        votes[verdict] += 1 / len(RULE_THRESHOLDS)
        for other in criterion.allowed:
            features[f"rule@{threshold}={other}"] = float(other is verdict)
    return features | {f"rule={verdict}": share for verdict, share in votes.items()}


def own_features(criterion: Criterion) -> Callable[[str], bool]:
    """Return whether a feature is the criterion's own, by its name.

    Its own are its rule's answers, the moves that the rule names, the grounds of its verdicts, and
    all features of order and place. What other moves say of the tone of the call is not.
    """
    rule = criterion.rule
    named = read_rule(rule, criterion.allowed).rule.moves if rule is not None else frozenset()

    def is_own(name: str) -> bool:
        label = name.partition(":")[0]
        if label in MOVE_NAMES:
            return label in named
        ground_of, equals, _ = label.partition("=")
        if equals and not ground_of.startswith("rule"):
            return ground_of == criterion.id
        return True

    return is_own


def rule_shares(criterion: Criterion, features: Mapping[str, float]) -> Mapping[Verdict, float]:
    """Return the shares of ``rule_features`` by verdict; empty if there is no rule."""
    return {
        verdict: features[f"rule={verdict}"]
        for verdict in criterion.allowed
        if f"rule={verdict}" in features
    }


def _most(values: Rows) -> float:
    return float(values.max()) if len(values) else 0.0


def _shape(turns: Sequence[Turn]) -> dict[str, float]:
    """Return how long the call is and who speaks first and last."""
    roles = [turn.role for turn in turns]
    words = sum(len(turn.text.split()) for turn in turns if turn.role is Role.AGENT)
    return {
        "turns": float(np.log1p(len(turns))),
        "agent_words_per_turn": float(np.log1p(words / max(1, roles.count(Role.AGENT)))),
        "customer_last": float(roles[-1] is Role.CUSTOMER),
        "system_last": float(roles[-1] is Role.SYSTEM),
        "agent_last": float(roles[-1] is Role.AGENT),
    }


def _greeting_and_closing(features: Mapping[str, float]) -> dict[str, float]:
    named = max(features["name_self:opening"], features["name_company:opening"])
    greeted = features["greet:opening"]
    helped, goodbye = features["further_help:closing"], features["goodbye:closing"]
    return {
        "opening:named": named,
        "opening:both": greeted * named,
        "opening:one": greeted + named - 2 * greeted * named,
        "closing:both": helped * goodbye,
        "closing:one": helped + goodbye - 2 * helped * goodbye,
    }


def _identity(found: TurnProbabilities) -> dict[str, float]:
    """Return identifiers given and asked for before the first disclosure or change."""
    told = np.maximum(found.of("disclose_account"), found.of("change_account"))
    given, asked = found.of("give_identifier"), found.of("ask_identifier")
    still_private = np.cumprod(1 - told)
    first = told * np.concatenate([[1.0], still_private[:-1]])
    features = {
        "told": float(1 - still_private[-1]),
        "given_before_told": float(first @ (np.cumsum(given) - given)),
        "asked_before_told": float(first @ (np.cumsum(asked) - asked)),
    }
    for threshold in DISCLOSURE_THRESHOLDS:
        hits = np.flatnonzero(told >= threshold)
        end = int(hits[0]) if len(hits) else len(told)
        features[f"told@{threshold}"] = float(len(hits) > 0)
        features[f"given_before@{threshold}"] = float(given[:end].sum())
        features[f"asked_before@{threshold}"] = float(asked[:end].sum())
        features[f"confirmed_before@{threshold}"] = _most(found.of("confirm_identity")[:end])
    return features


def _care(found: TurnProbabilities) -> dict[str, float]:
    """Return acknowledgement, and rudeness before and after it."""
    warm = found.of("acknowledge_specific")
    cold = np.maximum(found.of("rude"), found.of("dismiss"))
    trouble = np.maximum(found.of("state_trouble"), found.of("upset"))
    later = np.maximum.accumulate(cold[::-1])[::-1]
    earlier = np.maximum.accumulate(trouble)
    ordered = np.sort(cold)
    return {
        "cold_after_warm": _most(warm * later),
        "warm_after_trouble": _most(warm * earlier),
        "cold": float(ordered[-1]),
        "cold_second": float(ordered[-2]) if len(ordered) > 1 else 0.0,
        "warm_less_cold": float(warm.sum() - cold.sum()),
    }


def _hold(found: TurnProbabilities) -> dict[str, float]:
    """Return holds that were announced and returned from, and those that were not."""
    announced, returned = found.of("announce_hold"), found.of("return_hold")
    after = np.concatenate([np.maximum.accumulate(returned[::-1])[::-1][1:], [0.0]])
    before = np.concatenate([[0.0], np.maximum.accumulate(announced)[:-1]])
    return {
        "hold:returned": _most(announced * after),
        "hold:never_returned": _most(announced * (1 - after)),
        "hold:unannounced": _most(returned * (1 - before)),
    }
