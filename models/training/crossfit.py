"""Fit the whole judge so that nothing is trusted on data it has seen.

Heads learn from moves that a classifier predicted without having seen the call's domain group;
probabilities are fitted on verdicts of heads that had not seen the group either.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass

from models.encoder import Encoder
from models.examples import ExampleReader, SpokenSentences
from models.features import call_features, own_features, rule_features, rule_shares
from models.heads import FittedHead, fit_head
from models.moves import LabelledTurns, TurnClassifier, TurnProbabilities, fit_turns
from models.probability import ProbabilityFit, fit_probability
from models.trained import TrainedJudge
from models.training.labelled import LabelledCall, labels_by_role
from models.turn_features import TurnFeatures, turn_features
from pipeline.domain import Verdict
from pipeline.rubric import Criterion, Rubric

Progress = Callable[[str], None]
EXAMPLE_STEP = 4
"""Every so many calls, read by example: two numbers are fitted, and reading takes long."""
MOST_FOLDS = 6
"""Groups are left out in at most so many sets; a head then misses a sixth of the calls."""


@dataclass(frozen=True, slots=True)
class Prepared:
    """A labelled call, encoded."""

    call: LabelledCall
    features: TurnFeatures
    sentences: SpokenSentences


@dataclass(frozen=True, slots=True)
class HeldOut:
    """What a head said about calls of groups that it had not seen."""

    raw: tuple[float, ...]
    right: tuple[bool, ...]


def prepare(calls: Sequence[LabelledCall], encoder: Encoder) -> tuple[Prepared, ...]:
    """Return the calls with their turns encoded, each call as the judge would encode it."""
    reader = ExampleReader(encoder)
    return tuple(
        Prepared(
            call,
            turn_features(call.turns, encoder.read([turn.text for turn in call.turns])),
            reader.sentences(call.turns),
        )
        for call in calls
    )


def left_out_together(groups: Sequence[str]) -> tuple[frozenset[str], ...]:
    """Return which groups are left out at once: each of them in exactly one of the sets.

    At most ``MOST_FOLDS`` sets, so that training takes no longer with more groups.
    """
    names = sorted(set(groups))
    folds = min(len(names), MOST_FOLDS)
    return tuple(frozenset(names[first::folds]) for first in range(folds))


def fit_turn_classifier(calls: Sequence[Prepared]) -> TurnClassifier:
    """Return a turn classifier fitted on all turns of the calls."""
    labels = labels_by_role([item.call for item in calls])
    return fit_turns([LabelledTurns(c.features, c.call.turn_labels) for c in calls], labels)


def predicted_unseen(calls: Sequence[Prepared], say: Progress) -> Mapping[str, TurnProbabilities]:
    """Return turn probabilities by call id, each from a classifier that never saw its group."""
    found: dict[str, TurnProbabilities] = {}
    for left_out in left_out_together([item.call.group for item in calls]):
        say(f"moves without {', '.join(sorted(left_out))}")
        classifier = fit_turn_classifier([c for c in calls if c.call.group not in left_out])
        for item in calls:
            if item.call.group in left_out:
                found[item.call.call_id] = classifier.predict(item.features)
    return found


def fit_judge(
    calls: Sequence[Prepared], rubric: Rubric, encoder: Encoder, say: Progress
) -> TrainedJudge:
    """Return a judge trained on all the calls; deterministic.

    Args:
        calls: At least two domain groups.
        rubric: Its criteria are learned, as far as the calls have verdicts for them.
        encoder: For the examples of criteria.
        say: Told what is being done.
    """
    unseen = predicted_unseen(calls, say)
    shared = {c.call.call_id: call_features(c.call.turns, unseen[c.call.call_id]) for c in calls}
    heads: dict[str, FittedHead] = {}
    votes: list[HeldOut] = []
    for criterion in rubric.criteria:
        labelled = [c for c in calls if criterion.id in c.call.verdicts]
        verdicts = [c.call.verdicts[criterion.id] for c in labelled]
        if len(set(verdicts)) < 2:
            continue
        say(f"head of {criterion.id}")
        own = [rule_features(criterion, c.call.turns, unseen[c.call.call_id]) for c in labelled]
        rows = [{**shared[c.call.call_id], **rule} for c, rule in zip(labelled, own, strict=True)]
        is_own = own_features(criterion)
        held_out = _held_out([c.call.group for c in labelled], rows, verdicts, is_own)
        fit = fit_probability(held_out.raw, held_out.right)
        head = fit_head(rows, verdicts, is_own)
        heads[criterion.id] = FittedHead(head, fit, criterion.meaning_sha256)
        votes.append(_rule_votes(criterion, own, verdicts))
    say("examples")
    by_example = _by_example(calls[::EXAMPLE_STEP], rubric, ExampleReader(encoder))
    say("moves, final")
    return TrainedJudge(
        turns=fit_turn_classifier(calls),
        heads=heads,
        rule=_pooled(votes),
        examples=_pooled([by_example]),
    )


def _held_out(
    groups: Sequence[str],
    rows: Sequence[Mapping[str, float]],
    verdicts: Sequence[Verdict],
    is_own: Callable[[str], bool],
) -> HeldOut:
    """Return what heads say about each group when trained on the others."""
    raw: list[float] = []
    right: list[bool] = []
    for left_out in left_out_together(groups):
        seen = [index for index, group in enumerate(groups) if group not in left_out]
        if len({verdicts[index] for index in seen}) < 2:
            continue
        head = fit_head(
            [rows[index] for index in seen], [verdicts[index] for index in seen], is_own
        )
        for index, group in enumerate(groups):
            if group in left_out:
                shares = head.probabilities(rows[index])
                best = max(shares, key=lambda verdict: shares[verdict])
                raw.append(shares[best])
                right.append(best is verdicts[index])
    return HeldOut(tuple(raw), tuple(right))


def _rule_votes(
    criterion: Criterion, rows: Sequence[Mapping[str, float]], verdicts: Sequence[Verdict]
) -> HeldOut:
    """Return the share of votes of the winning verdict, and whether it was right."""
    raw: list[float] = []
    right: list[bool] = []
    for row, verdict in zip(rows, verdicts, strict=True):
        shares = rule_shares(criterion, row)
        if shares:
            best = max(shares, key=lambda name: shares[name])
            raw.append(shares[best])
            right.append(best is verdict)
    return HeldOut(tuple(raw), tuple(right))


def _by_example(calls: Sequence[Prepared], rubric: Rubric, reader: ExampleReader) -> HeldOut:
    """Return how the criteria's examples alone would have judged the calls."""
    raw: list[float] = []
    right: list[bool] = []
    for item in calls:
        for criterion in rubric.criteria:
            found = reader.read(criterion, item.call.turns, item.sentences)
            if found is not None and found.is_close and criterion.id in item.call.verdicts:
                raw.append(found.share)
                right.append(found.verdict is item.call.verdicts[criterion.id])
    return HeldOut(tuple(raw), tuple(right))


def _pooled(parts: Sequence[HeldOut]) -> ProbabilityFit:
    raw = [p for part in parts for p in part.raw]
    right = [bool(r) for part in parts for r in part.right]
    return fit_probability(raw, right)
