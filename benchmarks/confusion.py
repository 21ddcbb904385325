"""Labels against what was said, counted: which is taken for which, macro F1, recall, precision."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from enum import StrEnum
from typing import TypeAlias

Pairs: TypeAlias = Sequence[tuple[StrEnum, StrEnum]]
"""Each the label and what was said in its place."""


def confusion(pairs: Pairs) -> Mapping[str, Mapping[str, int]]:
    """Return how often each label was taken for what: by label, then by what was said."""
    count = Counter((str(label), str(said)) for label, said in pairs)
    labels = sorted({label for label, _ in count})
    said = sorted({said for _, said in count})
    return {
        label: {name: count[label, name] for name in said if count[label, name]} for label in labels
    }


def macro_f1(pairs: Pairs) -> float | None:
    """Return the mean F1 over the values that occur as labels; None without pairs.

    Every value counts the same, rare ones too. What is said but never labelled has no F1 of its
    own; it counts as a miss of the label.
    """
    scores = []
    for label in {label for label, _ in pairs}:
        both = sum(truth is label and said is label for truth, said in pairs)
        either = sum((truth is label) + (said is label) for truth, said in pairs)
        scores.append(2 * both / either)
    return sum(scores) / len(scores) if scores else None


def recall(pairs: Pairs, value: StrEnum) -> float | None:
    """Return the share of labels of this value that were found; None if there are none."""
    found = [said is value for truth, said in pairs if truth is value]
    return sum(found) / len(found) if found else None


def precision(pairs: Pairs, value: StrEnum) -> float | None:
    """Return how often it was right to say this value; None if it was never said."""
    right = [truth is value for truth, said in pairs if said is value]
    return sum(right) / len(right) if right else None
