"""Where a made-up office works."""

from __future__ import annotations

from dataclasses import dataclass

from flows.seeding.truth import Truth, Truths
from pipeline.desk import Desk
from pipeline.desk.documents import scorecard_of
from pipeline.settings import Settings
from pipeline.store import Scorecard, Store


@dataclass(frozen=True, slots=True)
class Premises:
    """A store, its desk, and what is right about the calls in them."""

    desk: Desk
    """Has copies of all calls."""
    store: Store
    settings: Settings
    truths: Truths

    def card(self, call_id: str) -> tuple[Scorecard, Truth] | None:
        """Return a call's scorecard and what is right; None: not known, or not a made-up call."""
        card = scorecard_of(self.desk, self.store, call_id)
        truth = None if card is None else self.truths.of(card.call)
        return None if card is None or truth is None else (card, truth)
