"""When a verdict is not given because it is too likely to be wrong."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from models.probability import ProbabilityFit

UNTRAINED = 0.5
"""A criterion with nothing but a rule or examples was never trained, and few would keep a stated
error: its verdicts are given once they are likelier right than wrong, with their probability."""


@dataclass(frozen=True, slots=True)
class Withholding:
    """How wrong given verdicts may be, and thresholds of one's own."""

    stated_error: float
    """Share of given verdicts that may be wrong, as held-out calls tell it; 1: never withhold."""
    under: Mapping[str, float] = field(default_factory=dict)
    """Fitted probability by criterion id; the stated error does not count for these."""

    def threshold(self, criterion: str, fit: ProbabilityFit) -> float:
        """Return the fitted probability under which a verdict of the criterion is withheld."""
        own = self.under.get(criterion)
        return fit.threshold(self.stated_error) if own is None else own

    def untrained(self, criterion: str) -> float:
        """Return the same for a criterion that is judged by its rule or examples alone."""
        return self.under.get(criterion, UNTRAINED)

    def __str__(self) -> str:
        """Return it for provenance: what changes the text changes verdicts."""
        own = "".join(f", {name} from {value:g}" for name, value in sorted(self.under.items()))
        return f"errors to {self.stated_error:g}{own}"
