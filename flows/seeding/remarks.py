"""The words that made-up colleagues write: reasons, notes, comments, decisions."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from functools import lru_cache
from pathlib import Path

from pipeline.domain import Verdict

Words = Mapping[str, Sequence[str]]
USUAL = "See the rubric's examples."
"""Where a criterion or verdict has no words of its own."""


@lru_cache(maxsize=1)
def _all() -> Mapping[str, Mapping[str, Words]]:
    text = (Path(__file__).parent / "remarks.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def reason(criterion: str, verdict: Verdict, rng: random.Random) -> str:
    """Return why somebody gives a criterion a verdict."""
    return rng.choice(_all()["reasons"].get(criterion, {}).get(verdict.value) or (USUAL,))


def remark(kind: str, name: str, rng: random.Random, agent: str = "") -> str:
    """Return what somebody writes on another occasion.

    Args:
        kind: A table of ``remarks.toml``.
        name: A key in it; what is not there gets words that always fit.
        rng: Chooses.
        agent: The agent's full name.
    """
    words: Words = _all()[kind]  # type: ignore[assignment]  # only reasons are a level deeper
    return rng.choice(words.get(name) or (USUAL,)).format(agent=agent.split(" ")[0])
