"""The true pass rate of many calls, of which people reviewed the flagged ones and a random few.

Reviews go where the flags are, and flagged calls are worse than others, so the share that passed
among the reviewed calls says more about the flags than about the calls. Here each reviewed call
stands for as many calls as it took to draw one like it:

- Flagged calls are a stratum for each gravest flag. Of one stratum the reviewed calls stand for
  all of it: assumed is that among calls with the same gravest flag it does not depend on the
  outcome which ones were reviewed so far. Nothing is assumed where all of them were reviewed.
- Of the calls that nothing flagged only those of the random slice count, each with the weight
  1 / inclusion probability, brought to the known size of the stratum (Horvitz & Thompson 1952,
  doi:10.1080/01621459.1952.10483446, in the ratio form of Hájek 1971). A call that was opened for
  another reason, such as a search, stands for itself alone: it counts in the naive share only.
- The rate is the mean of the strata, weighted by their known sizes (Cochran 1977, Sampling
  Techniques, 3rd ed., chapter 5).

The interval: Wilson's per stratum (Wilson 1927, doi:10.2307/2276774), with the effective number of
reviews for unequal weights (Kish 1965) and the finite population correction (Cochran 1977, 2.6),
put together by the method of variance estimates recovery (Zou & Donner 2008,
doi:10.1002/sim.3095). It stays within 0 to 1, and none or all passed does not make it a point.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from pipeline.estimate import wilson

MIN_REVIEWS = 20
"""Under so many reviews that count no figure is given: its interval would span half the range."""

GRAVEST_FIRST = (
    "critical_fail",
    "low_score",
    "unscored",
    "negative_ending",
    "low_asr_confidence",
    "finding",
)
"""Kinds of flags in the order of ``pipeline.flags.find_flags``."""
CERTAIN = 1e12
"""Effective number of reviews where every call was reviewed and nothing is left to chance."""


@dataclass(frozen=True, slots=True)
class Cell:
    """Calls of one group that are alike in all that the estimate needs to know, counted."""

    flag: str | None
    """Kind of the gravest flag other than the random slice; None: nothing flagged these calls."""
    inclusion_probability: float | None
    """With which each was drawn into the random slice; None: these were not drawn."""
    calls: int
    """All that have a score, reviewed or not."""
    reviewed: int
    passed: int
    """Of the reviewed ones."""


@dataclass(frozen=True, slots=True)
class Share:
    """A share with the ends of its 95 % interval, all in [0, 1]."""

    value: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class PassRate:
    """What reviews say about all calls of a group."""

    calls: int
    reviews: int
    """Reviewed calls of all kinds."""
    counted: int
    """Those that stand for others too: flagged, or drawn at random."""
    naive: Share | None
    """Share that passed among the reviewed calls, as if they were all drawn at random."""
    true: Share | None
    """The estimate over all calls; None: see ``missing``."""
    missing: str
    """Why there is no estimate, in words for people; empty if there is one."""

    @property
    def needed(self) -> int:
        """How many reviews that count an estimate needs."""
        return MIN_REVIEWS


@dataclass(frozen=True, slots=True)
class _Stratum:
    """Calls that the same reviewed calls stand for."""

    calls: int
    share: float
    effective: float
    """Reviews drawn with equal chances from endlessly many calls that would tell as much."""


def true_pass_rate(cells: Iterable[Cell], *, min_reviews: int = MIN_REVIEWS) -> PassRate:
    """Return the pass rate over all calls with its 95 % interval, next to the naive one.

    Args:
        cells: Each call of the group in exactly one of them.
        min_reviews: Reviews that count, below which no estimate is given.
    """
    known = tuple(cells)
    flagged = [cell for cell in known if cell.flag is not None]
    unflagged = [cell for cell in known if cell.flag is None]
    drawn = [cell for cell in unflagged if cell.inclusion_probability]
    reviews = _reviewed(known)
    counted = _reviewed((*flagged, *drawn))
    rest = sum(cell.calls for cell in unflagged)
    missing = _missing(counted, min_reviews, rest, _reviewed(drawn))
    if not missing and flagged and not _reviewed(flagged):
        missing = "no flagged call has been reviewed yet"
    return PassRate(
        calls=sum(cell.calls for cell in known),
        reviews=reviews,
        counted=counted,
        naive=_naive(sum(cell.passed for cell in known), reviews),
        true=None if missing else _together([*_flagged(flagged), *_unflagged(drawn, rest)]),
        missing=missing,
    )


def _missing(counted: int, needed: int, unflagged: int, drawn: int) -> str:
    if counted < needed:
        return f"not enough reviews yet ({counted} of {needed})"
    if unflagged and not drawn:
        return "no call of the random slice that nothing flagged has been reviewed yet"
    return ""


def _naive(passed: int, reviews: int) -> Share | None:
    return Share(passed / reviews, *wilson(passed, reviews)) if reviews else None


def _flagged(cells: Sequence[Cell]) -> list[_Stratum]:
    """Return a stratum for each gravest flag.

    A flag of which no call was reviewed joins the next graver one that has reviews, or else the
    next that is less grave (collapsed strata, Cochran 1977, 5A.12): the queue is worked from the
    top, so its neighbour above is what is known best of those that are most like it.
    """
    groups: list[list[Cell]] = []
    for _, own in groupby(sorted(cells, key=_gravity), key=_gravity):
        members = list(own)
        if groups and not (_reviewed(members) and _reviewed(groups[-1])):
            groups[-1] += members
        else:
            groups.append(members)
    return [_stratum(members) for members in groups]


def _gravity(cell: Cell) -> tuple[int, str]:
    kind = cell.flag or ""
    known = GRAVEST_FIRST.index(kind) if kind in GRAVEST_FIRST else len(GRAVEST_FIRST)
    return known, kind


def _reviewed(cells: Iterable[Cell]) -> int:
    return sum(cell.reviewed for cell in cells)


def _stratum(cells: Sequence[Cell]) -> _Stratum:
    """Return a stratum in which each reviewed call stands for equally many."""
    calls, reviewed = sum(cell.calls for cell in cells), _reviewed(cells)
    share = sum(cell.passed for cell in cells) / reviewed
    left = 1 - reviewed / calls
    return _Stratum(calls, share, reviewed / left if left > 0 else CERTAIN)


def _unflagged(drawn: Sequence[Cell], calls: int) -> list[_Stratum]:
    """Return the stratum of calls that nothing flagged, known from the random slice alone."""
    seen = [(cell, 1 / cell.inclusion_probability) for cell in drawn if cell.inclusion_probability]
    total = sum(cell.reviewed * weight for cell, weight in seen)
    if not total:
        return []
    share = sum(cell.passed * weight for cell, weight in seen) / total
    # Each weight is the number of calls that a reviewed one stands for: itself at least.
    stands_for = [(cell.reviewed, max(1.0, calls * weight / total)) for cell, weight in seen]
    spread = sum(count * weight * (weight - 1) for count, weight in stands_for)
    return [_Stratum(calls, share, calls**2 / spread if spread > 0 else CERTAIN)]


def _together(strata: Sequence[_Stratum]) -> Share:
    calls = sum(own.calls for own in strata)
    value, below, above = 0.0, 0.0, 0.0
    for own in strata:
        weight = own.calls / calls
        low, high = wilson(own.share * own.effective, own.effective)
        value += weight * own.share
        below += (weight * (own.share - low)) ** 2
        above += (weight * (high - own.share)) ** 2
    return Share(value, max(0.0, value - math.sqrt(below)), min(1.0, value + math.sqrt(above)))
