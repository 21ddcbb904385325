"""Whether a reviewer is strict or lenient: against colleagues on the same calls, and the machine.

The mean signed difference of points (1 for pass, 0.5 for partial, 0 for fail): below zero is
strict. Criteria of one call hang together, so each call counts once, with its mean, and chance is
judged over calls (the call is the cluster; Cochran 1977, chapter 9). The differences themselves
come from the store (``agreement_leaning.sql``).
"""

from __future__ import annotations

from dataclasses import dataclass

from pipeline.comparing import Figure, Moments, mean

MIN_CALLS = 20
"""Under so many calls judged by both, nobody is called strict or lenient."""


@dataclass(frozen=True, slots=True)
class Leaning:
    """How one reviewer's points differ from those that others gave for the same."""

    reviewer: str
    calls: int
    """On which at least one criterion was given points by both."""
    verdicts: int
    needed: int
    """So many calls a figure needs."""
    points: Figure | None
    """Mean difference in [-1, 1]; None without support."""

    @property
    def words(self) -> str:
        """``strict`` or ``lenient`` where the interval leaves out zero, or why not."""
        if self.points is None:
            return f"not enough reviews yet ({self.calls} of {self.needed})"
        if not self.points.differs:
            return "no difference seen"
        return "strict" if self.points.value < 0 else "lenient"


def leaning(reviewer: str, calls: Moments, verdicts: int, *, min_calls: int = MIN_CALLS) -> Leaning:
    """Return how a reviewer leans.

    Args:
        reviewer: Whose points they are.
        calls: Of the differences, one for each call: own points minus those of others.
        verdicts: On how many criteria of these calls.
        min_calls: Below so many calls no figure is given.
    """
    supported = mean(calls) if calls.count >= max(2, min_calls) else None
    return Leaning(reviewer, calls.count, verdicts, max(2, min_calls), supported)
