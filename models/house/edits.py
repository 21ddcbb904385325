"""Edits of a judge's verdicts: what reviewers change, as simple rules, each weighed by its odds.

An edit says "a pass becomes a fail where ``name_company:opening`` is under 0.5", or "a partial
becomes a fail", or nothing at all. All edits of that kind that the corrected calls tell apart are
weighed against each other by Bayes' rule: how many corrected calls they get right, against how many
other edits of the same kind would have been as good a guess. The verdict is their weighted vote
(Bayesian model averaging, Hoeting et al. 1999, doi:10.1214/ss/1009212519). With few corrections the
edit "nothing" outweighs the others, so that what reviewers do not change stays as it is.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from pipeline.domain import Verdict

ANY = -1
"""Stands for any verdict, and for no condition."""


@dataclass(frozen=True, slots=True)
class Step:
    """Changes one verdict, or any, into another where a condition holds."""

    source: int
    """Position of the verdict that is changed; ``ANY``."""
    target: int
    feature: int = ANY
    """Position of the feature that decides; ``ANY``: it always holds."""
    threshold: float = 0.0
    above: bool = True
    """Whether the feature must reach the threshold, or be under it."""


@dataclass(frozen=True, slots=True)
class Edit:
    """Stages one after the other; in each, the first step that fits a call changes its verdict."""

    stages: tuple[tuple[Step, ...], ...] = ()

    def applied(
        self, verdicts: NDArray[np.int8], features: NDArray[np.float32]
    ) -> NDArray[np.int8]:
        """Return the verdicts after the edit.

        Args:
            verdicts: int8, shape (calls,): positions.
            features: float32, shape (calls, features).
        """
        said = verdicts
        for stage in self.stages:
            before, said = said, said.copy()
            for step in reversed(stage):
                fits = (
                    np.ones(len(before), dtype=bool)
                    if step.source == ANY
                    else (before == step.source)
                )
                if step.feature != ANY:
                    reached = features[:, step.feature] >= np.float32(step.threshold)
                    fits &= reached if step.above else ~reached
                said[fits] = step.target
        return said

    def then(self, other: Edit) -> Edit:
        """Return this edit followed by another."""
        return Edit((*self.stages, *other.stages))


@dataclass(frozen=True, slots=True)
class WeighedEdits:
    """Edits with their odds, and how often even the right one is wrong."""

    verdicts: tuple[Verdict, ...]
    """What positions stand for."""
    features: tuple[str, ...]
    edits: tuple[Edit, ...]
    weights: NDArray[np.float32]
    """float32, shape (edits,); they sum to 1, the likeliest first."""
    errors: NDArray[np.float32]
    """float32, shape (edits,): expected share of verdicts that each still gets wrong."""

    def probabilities(
        self, shares: Mapping[Verdict, float], features: Mapping[str, float]
    ) -> NDArray[np.float64]:
        """Return float64, shape (verdicts,): the probability of each verdict.

        Args:
            shares: What the edited judge says; a verdict that it does not know has none.
            features: Of the call; one that is missing counts as 0.
        """
        row = np.array([[features.get(name, 0.0) for name in self.features]], dtype=np.float32)
        found: NDArray[np.float64] = self.votes([self.best(shares)], row)[0]
        return found

    def votes(self, given: Sequence[int], table: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return float64, shape (calls, verdicts): the same for several calls.

        Args:
            given: Position of the verdict that the edited judge gives, per call.
            table: float32, shape (calls, features).
        """
        before = np.array(given, dtype=np.int8)
        said = np.array([edit.applied(before, table) for edit in self.edits])
        return voted(said, self.weights, self.errors, len(self.verdicts))

    def best(self, shares: Mapping[Verdict, float]) -> int:
        """Return the position of the verdict that the edited judge gives."""
        return int(np.argmax([shares.get(verdict, 0.0) for verdict in self.verdicts]))

    def in_words(self, least: float = 0.05) -> tuple[str, ...]:
        """Return the edits with at least this weight as sentences, the likeliest first."""
        return tuple(
            f"{weight:.0%}: {self._sentence(edit)}"
            for edit, weight in zip(self.edits, self.weights, strict=True)
            if weight >= least
        )

    def _sentence(self, edit: Edit) -> str:
        if not edit.stages:
            return "nothing changes"
        return "; then ".join(
            ", ".join(self._words(step) for step in stage) for stage in edit.stages
        )

    def _words(self, step: Step) -> str:
        what = "every verdict" if step.source == ANY else str(self.verdicts[step.source])
        where = ""
        if step.feature != ANY:
            reach = "at least" if step.above else "under"
            where = f" where {self.features[step.feature]} is {reach} {step.threshold:.2g}"
        return f"{what} becomes {self.verdicts[step.target]}{where}"


def voted(
    said: NDArray[np.integer],
    weights: NDArray[np.floating],
    errors: NDArray[np.floating],
    verdicts: int,
) -> NDArray[np.float64]:
    """Return float64, shape (calls, verdicts): the weighted vote of edits.

    Args:
        said: shape (edits, calls): positions of verdicts.
        weights: shape (edits,), summing to 1.
        errors: shape (edits,): what each leaves for the verdicts that it does not give.
        verdicts: How many there are.
    """
    rest = np.asarray(errors, dtype=np.float64) / max(1, verdicts - 1)
    own = np.asarray(weights, dtype=np.float64) * (1 - errors - rest)
    floor = float(np.asarray(weights, dtype=np.float64) @ rest)
    columns = [own @ (said == at) + floor for at in range(verdicts)]
    table: NDArray[np.float64] = np.stack(columns, axis=1)
    total: NDArray[np.float64] = table / table.sum(axis=1, keepdims=True)
    return total
