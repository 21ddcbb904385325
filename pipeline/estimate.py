"""How well verdicts agree with a few labels, and how little a few labels can say.

The interval of a share is Wilson's score interval (Wilson 1927, doi:10.2307/2276774): it holds for
small counts too and never leaves 0 to 1.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.agreement import Agreement, Pair, agreement
from pipeline.domain import Record, Verdict

Z = 1.96
"""Standard deviations on each side of a 95 % interval."""
MORE = 20
"""So many further labels are weighed up: an hour's work."""
KAPPA_LABELS = 20
KAPPA_EACH = 5
"""Under so many labels, or so few of the second verdict, kappa jumps with every label."""

Picked: TypeAlias = Literal["uncertain", "random", ""]
"""Why a call was labelled: the machine was least sure of it, chance, or nobody wrote it down."""


@dataclass(frozen=True, slots=True)
class LabelledPair:
    """A label, the verdict given for the same call, and why the call was labelled."""

    pair: Pair
    picked: Picked = ""


class Estimate(Record):
    """How many verdicts are right, as far as labels tell."""

    labels: int
    """Labels whose call got a verdict."""
    right: int
    unscored: int
    """Labels whose call got none."""
    share: float | None = None
    """Of all calls tried; None if the labels cannot tell."""
    low: float | None = None
    """Ends of the 95 % interval."""
    high: float | None = None
    commonest: int = 0
    """How many would be right if the commonest label were given every time."""
    kappa: float | None = None
    """None with few labels; see ``KAPPA_LABELS``."""
    kappa_low: float | None = None
    kappa_high: float | None = None
    words: tuple[str, ...] = ()
    """All this in sentences."""


def wilson(right: float, count: float) -> tuple[float, float]:
    """Return the 95 % interval of a share.

    Args:
        right: Successes, at most ``count``.
        count: Trials, or the effective number of them, which need not be whole; without any the
            share can be anything.
    """
    if count == 0:
        return 0.0, 1.0
    share, spread = right / count, Z**2 / count
    middle = (share + spread / 2) / (1 + spread)
    half = Z * math.sqrt(share * (1 - share) / count + spread / (4 * count)) / (1 + spread)
    return max(0.0, middle - half), min(1.0, middle + half)


def estimate(labelled: Sequence[LabelledPair], tried: int) -> Estimate:
    """Return what labels say about the verdicts on all calls tried.

    Calls that were picked because the machine was least sure of them are harder than most. They
    count for themselves alone, those picked at random for all others (stratified estimate).

    Args:
        labelled: One per label; the verdict may be ``unscored``.
        tried: Calls that got a verdict, labelled or not.
    """
    judged = [item for item in labelled if item.pair.second is not Verdict.UNSCORED]
    unscored = len(labelled) - len(judged)
    hard = [_right(item) for item in judged if item.picked == "uncertain"]
    fair = [_right(item) for item in judged if item.picked != "uncertain"]
    labels = Counter(item.pair.first for item in judged)
    known = Estimate(
        labels=len(judged),
        right=sum(hard) + sum(fair),
        unscored=unscored,
        commonest=max(labels.values(), default=0),
    )
    if not fair:
        return known.model_copy(update={"words": tuple(_cannot_tell(len(hard), unscored))})
    weight = len(hard) / max(tried, len(judged))
    own = sum(hard) / len(hard) if hard else 0.0
    share, low, high = (
        weight * own + (1 - weight) * value
        for value in (sum(fair) / len(fair), *wilson(sum(fair), len(fair)))
    )
    kappa = _kappa([item.pair for item in judged if item.picked != "uncertain"])
    found = known.model_copy(
        update={
            "share": share,
            "low": low,
            "high": high,
            "kappa": kappa.kappa if kappa else None,
            "kappa_low": kappa.kappa_low if kappa else None,
            "kappa_high": kappa.kappa_high if kappa else None,
        }
    )
    said = _in_words(found, hard, fair, labels, weight)
    return found.model_copy(update={"words": tuple(said)})


def _right(item: LabelledPair) -> bool:
    return item.pair.first is item.pair.second


def _kappa(pairs: Sequence[Pair]) -> Agreement | None:
    """Return kappa with its interval if there are labels enough for it to mean something."""
    counts = Counter(pair.first for pair in pairs).most_common(2)
    if len(pairs) < KAPPA_LABELS or len(counts) < 2 or counts[1][1] < KAPPA_EACH:
        return None
    return agreement(pairs)


def _cannot_tell(hard: int, unscored: int) -> list[str]:
    if hard:
        return [
            f"All {hard} labels are of calls picked because the machine was least sure of them, so "
            "they say nothing about the others: label the ones picked at random too."
        ]
    if unscored:
        return [f"All {unscored} labelled calls were left unscored: there is nothing to compare."]
    return []


def _in_words(
    found: Estimate,
    hard: Sequence[bool],
    fair: Sequence[bool],
    labels: Counter[Verdict],
    weight: float,
) -> list[str]:
    assert found.low is not None and found.high is not None and found.share is not None
    said = [f"{found.right} of {found.labels} agree."]
    if hard:
        said = [
            f"{sum(fair)} of {len(fair)} picked at random agree, {sum(hard)} of {len(hard)} of "
            f"those that the machine was least sure of. Over all calls that is about "
            f"{_percent(found.share)}."
        ]
    said.append(
        f"With {len(fair)} {'label' if len(fair) == 1 else 'labels'}"
        f"{' picked at random' if hard else ''} the true share lies between "
        f"{_percent(found.low)} and {_percent(found.high)} (95 % interval)."
    )
    more = len(fair) + MORE
    # Two more of each kind: a few labels that all agree do not promise that the next ones will.
    cautious = (sum(fair) + 2) / (len(fair) + 4)
    low, high = wilson(round(more * cautious), more)
    now, then = (found.high - found.low) / 2, (1 - weight) * (high - low) / 2
    said.append(
        f"That is ±{_points(now)}; {MORE} more labels would narrow it to about ±{_points(then)}."
    )
    commonest = labels.most_common(1)[0][0].value.replace("_", " ")
    said.append(f"Saying {commonest} every time would agree with {found.commonest} of them.")
    if found.kappa is not None and found.kappa_low is not None and found.kappa_high is not None:
        said.append(
            f"Kappa {found.kappa:.2f} ({found.kappa_low:.2f} to {found.kappa_high:.2f}): "
            "1 is perfect, 0 what chance gives."
        )
    if found.unscored:
        said.append(f"{found.unscored} more labelled calls were left unscored.")
    return said


def _percent(share: float) -> str:
    return f"{100 * share:.0f} %"


def _points(half: float) -> str:
    return f"{100 * half:.0f} points"
