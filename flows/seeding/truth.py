"""What is right about a made-up call: the labels of the call that it was told from.

A simulated reviewer reads here what a careful person would say, whatever the simulated machine
said.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from flows.seeding.material import LabelledCall
from pipeline.domain import Call, Verdict

MADE_UP = "made_up"
MADE_FROM = "made_from"
"""Names in ``CallMetadata.extra``: that a call is made up, and from which labelled call."""


@dataclass(frozen=True, slots=True)
class Truth:
    """The right answers for one call."""

    verdicts: Mapping[str, Verdict]
    """By criterion of the bundled rubric."""
    evidence: Mapping[str, tuple[int, ...]]
    """Turns that each verdict rests on; empty where it rests on absence."""


class Truths:
    """Knows what is right about every made-up call.

    Args:
        material: The labelled calls.
    """

    def __init__(self, material: Sequence[LabelledCall]) -> None:
        self._by_id = {call.call_id: Truth(call.verdicts, call.evidence) for call in material}

    def of(self, call: Call) -> Truth | None:
        """Return what is right about a call; None: it is not a made-up one, nobody knows."""
        if call.metadata.extra.get(MADE_UP) is not True:
            return None
        return self._by_id.get(str(call.metadata.extra.get(MADE_FROM)))
