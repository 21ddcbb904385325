"""Whether a reviewer is strict or lenient: against colleagues on the same calls, and the machine.

The mean signed difference of points (1 for pass, 0.5 for partial, 0 for fail): below zero is
strict. Criteria of one call hang together, so each call counts once, with its mean, and chance is
judged over calls (the call is the cluster; Cochran 1977, chapter 9).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from typing import NamedTuple

from pipeline.comparing import Figure, mean, moments
from pipeline.domain import Verdict
from pipeline.scoring import POINTS

MIN_CALLS = 20
"""Under so many calls judged by both, nobody is called strict or lenient."""


class Opinion(NamedTuple):
    """What one judge says about one criterion of one call."""

    judge: str
    call_id: str
    criterion: str
    verdict: Verdict


@dataclass(frozen=True, slots=True)
class Leaning:
    """How one reviewer's points differ from those that others gave for the same."""

    reviewer: str
    calls: int
    """On which at least one criterion was given points by both."""
    verdicts: int
    points: Figure | None
    """Mean difference in [-1, 1]; None without support: fewer than ``MIN_CALLS`` calls."""

    @property
    def word(self) -> str:
        """``strict`` or ``lenient`` where the interval leaves out zero."""
        if self.points is None:
            return f"not enough calls yet ({self.calls} of {MIN_CALLS})"
        if not self.points.differs:
            return "no difference seen"
        return "strict" if self.points.value < 0 else "lenient"


def leanings(
    opinions: Iterable[Opinion], others: Iterable[Opinion], *, min_calls: int = MIN_CALLS
) -> tuple[Leaning, ...]:
    """Return one per judge in ``opinions`` who shares a criterion of a call with another, by name.

    Verdicts without points (not applicable, unscored) are left out on both sides.

    Args:
        opinions: Of the reviewers in question.
        others: Whom to compare with: the same opinions, for colleagues (nobody is compared with
            themselves), or the machine's. Several on one criterion count with their mean.
        min_calls: Calls in common below which no figure is given.
    """
    given: defaultdict[tuple[str, str], dict[str, float]] = defaultdict(dict)
    for judge, call_id, criterion, verdict in others:
        if verdict in POINTS:
            given[call_id, criterion][judge] = POINTS[verdict]
    apart: defaultdict[str, defaultdict[str, list[float]]] = defaultdict(lambda: defaultdict(list))
    for judge, call_id, criterion, verdict in opinions:
        own = given.get((call_id, criterion))
        if verdict not in POINTS or not own:
            continue
        rest = [points for other, points in own.items() if other != judge]
        if rest:
            apart[judge][call_id].append(POINTS[verdict] - sum(rest) / len(rest))
    return tuple(_leaning(judge, apart[judge].values(), min_calls) for judge in sorted(apart))


def _leaning(judge: str, calls: Iterable[list[float]], min_calls: int) -> Leaning:
    known = list(calls)
    points = mean(moments([sum(own) / len(own) for own in known]))
    supported = points if len(known) >= min_calls else None
    return Leaning(judge, len(known), sum(len(own) for own in known), supported)
