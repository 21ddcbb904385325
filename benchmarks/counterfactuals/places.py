"""Towns and cities of other regions, one for one within a call (``places.yaml``)."""

from __future__ import annotations

import random
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

import yaml

from benchmarks.counterfactuals.turns import changed_turns
from pipeline.domain import Turn

PLACES = Path(__file__).parent / "places.yaml"


@dataclass(frozen=True, slots=True)
class Places:
    """Places in the calls, and those that can stand in their stead."""

    found: Mapping[str, tuple[str, ...]]
    """By call id; in lower case where the call writes them so."""
    regions: Mapping[str, tuple[str, ...]]


@cache
def places(path: Path = PLACES) -> Places:
    """Return both lists."""
    read = yaml.safe_load(path.read_text(encoding="utf-8"))
    return Places(
        {call_id: tuple(names) for call_id, names in read["found"].items()},
        {region: tuple(names) for region, names in read["regions"].items()},
    )


def moved(
    turns: Sequence[Turn], found: Sequence[str], region: Sequence[str], rng: random.Random
) -> tuple[Turn, ...]:
    """Return a call that happens elsewhere.

    Args:
        turns: Of one call, in order.
        found: The places in it, as written; case counts ("mobile" is a telephone).
        region: At least as many places.
        rng: Decides which takes whose stead.
    """
    instead = rng.sample(list(region), len(found))
    stead = {
        place: other.lower() if place.islower() else other
        for place, other in zip(found, instead, strict=True)
    }
    pattern = re.compile("|".join(rf"\b{re.escape(place)}\b" for place in found))
    return changed_turns(turns, lambda turn: pattern.sub(lambda m: stead[m[0]], turn.text))
