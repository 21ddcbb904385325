"""House heads: what reviewers of one house change in the verdicts of the heads that it began with.

Chosen on simulated centres (benchmarks/learning.py): weighed edits learned most from ten to eighty
corrected calls and harmed least what reviewers did not change. Regressions and forests on the same
features need more calls, for they must learn anew what the edited head knows. The base data are not
learned from again: what they taught is kept in that head.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from models.features import own_features
from models.house.edits import WeighedEdits
from models.house.weighing import weigh
from models.moves import MOVE_NAMES
from models.probability import ProbabilityFit, fit_probability
from pipeline.domain import Verdict
from pipeline.rubric import Criterion

FOLDS = 5
"""Parts of the corrected calls; each is judged by edits of the others to fit the probability."""


@dataclass(frozen=True, slots=True)
class Basis:
    """What a house head sees of one criterion of a call."""

    shares: Mapping[Verdict, float]
    """Raw probability of each verdict by the head, or the rule, that is edited."""
    features: Mapping[str, float]
    """Of the call and of the criterion's rule."""

    @property
    def given(self) -> Verdict:
        """The verdict before any edit."""
        return max(self.shares, key=lambda verdict: self.shares[verdict])


@dataclass(frozen=True, slots=True)
class Lesson:
    """One corrected call."""

    call_id: str
    basis: Basis
    label: Verdict
    """What reviewers say."""
    weight: float = 1.0
    agent: str | None = None
    """Calls of one agent are never on both sides of a fold."""


@dataclass(frozen=True, slots=True)
class HouseHead:
    """A fitted house head of one criterion."""

    criterion: str
    edits: WeighedEdits
    probability: ProbabilityFit
    """Fitted on corrected calls that the edits judging them did not see."""
    meaning_sha256: str
    """``Criterion.meaning_sha256`` of what reviewers were asked."""
    heads: str
    """Version of the heads that it edits (``models.trained.heads_version``)."""
    lessons: int
    """Corrected calls that it learned from."""
    data_sha256: str
    """Of those calls and labels (``models.house.stored.lessons_sha256``)."""

    def fits(self, criterion: Criterion, heads: str) -> bool:
        """Return whether the criterion still asks the same, of heads that are still the same."""
        return self.meaning_sha256 == criterion.meaning_sha256 and self.heads == heads

    def probabilities(self, basis: Basis) -> Mapping[Verdict, float]:
        """Return the raw probability of each verdict; they sum to 1."""
        votes = self.edits.probabilities(basis.shares, basis.features)
        return {v: float(p) for v, p in zip(self.edits.verdicts, votes, strict=True)}


def fit_edits(criterion: Criterion, lessons: Sequence[Lesson]) -> WeighedEdits:
    """Return the weighed edits of a criterion; deterministic, whatever the order of the lessons.

    Args:
        criterion: Its rule says which moves may decide; without one all moves may.
        lessons: At least one; their labels are verdicts that the criterion allows.
    """
    ordered = sorted(lessons, key=lambda item: item.call_id)
    verdicts = criterion.allowed
    names = deciding(criterion, (item.basis.features for item in ordered))
    return weigh(
        [verdicts.index(item.basis.given) for item in ordered],
        feature_table(names, [item.basis for item in ordered]),
        names,
        [verdicts.index(item.label) for item in ordered],
        [item.weight for item in ordered],
        verdicts,
    )


def fit_probability_of(criterion: Criterion, lessons: Sequence[Lesson]) -> ProbabilityFit:
    """Return what the winning share means, from folds in which whole agents are left out."""
    ordered = sorted(lessons, key=lambda item: item.call_id)
    whose = [item.agent or item.call_id for item in ordered]
    fold_of = {name: at % FOLDS for at, name in enumerate(dict.fromkeys(whose))}
    raw: list[float] = []
    right: list[bool] = []
    for fold in range(FOLDS):
        seen = [x for x, who in zip(ordered, whose, strict=True) if fold_of[who] != fold]
        unseen = [x for x, who in zip(ordered, whose, strict=True) if fold_of[who] == fold]
        if not (seen and unseen):
            continue
        edits = fit_edits(criterion, seen)
        for item in unseen:
            votes = edits.probabilities(item.basis.shares, item.basis.features)
            best = int(votes.argmax())
            raw.append(float(votes[best]))
            right.append(edits.verdicts[best] is item.label)
    return fit_probability(raw, right)


def deciding(criterion: Criterion, rows: Iterable[Mapping[str, float]]) -> tuple[str, ...]:
    """Return the names of the features that may decide: how likely a move is, in which place.

    Moves that the rule names; all moves if it names none. Sorted.
    """
    known = {
        name
        for row in rows
        for name in row
        if name.partition(":")[0] in MOVE_NAMES and not name.endswith(":count")
    }
    is_own = own_features(criterion)
    own = {name for name in known if is_own(name)}
    return tuple(sorted(own or known))


def feature_table(names: Sequence[str], bases: Sequence[Basis]) -> NDArray[np.float32]:
    """Return float32, shape (calls, features)."""
    rows = [[basis.features.get(name, 0.0) for name in names] for basis in bases]
    return np.array(rows, dtype=np.float32).reshape(len(bases), len(names))
