"""Who talks like this: a small linear model over words and word pairs, for turns and sentences.

The weights (models/role_text.json) come from ``python -m models.role_training`` on written calls.
"""

from __future__ import annotations

import json
import math
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from pathlib import Path

from pipeline.domain import Role

WEIGHTS = Path(__file__).with_name("role_text.json")
ROLES = (Role.AGENT, Role.CUSTOMER, Role.SYSTEM)
TOKEN = re.compile(r"[a-z]+(?:'[a-z]+)?|\d+")
SENTENCE = re.compile(r"(?<=[.?!])\s+")


@dataclass(frozen=True, slots=True)
class RoleText:
    """Log-odds of each role for features of a text."""

    weights: Mapping[str, tuple[float, float, float]]
    """Feature to one weight per role, in the order of ``ROLES``."""
    bias: tuple[float, float, float]

    def log_probabilities(self, text: str, *, first: bool) -> tuple[float, float, float]:
        """Return the log-probability of each of ``ROLES``, roles being equally likely before.

        Args:
            text: A turn or a sentence.
            first: Whether the other side has said nothing yet.
        """
        totals = list(self.bias)
        for feature in features(text, first=first):
            for role, weight in enumerate(self.weights.get(feature, (0.0, 0.0, 0.0))):
                totals[role] += weight
        top = max(totals)
        norm = top + math.log(sum(math.exp(total - top) for total in totals))
        return totals[0] - norm, totals[1] - norm, totals[2] - norm


def features(text: str, *, first: bool) -> frozenset[str]:
    """Return words, word pairs, a rough length and the place of a text, for one vote each."""
    tokens = ["#" if token[0].isdigit() else token for token in TOKEN.findall(text.lower())]
    pairs = (f"{first} {second}" for first, second in pairwise(tokens))
    length = f"<{min(len(tokens).bit_length(), 6)}>"
    return frozenset([*tokens, *pairs, length, "<first>" if first else "<later>"])


def sentences(text: str) -> Iterator[str]:
    """Yield the sentences of a text, by its punctuation."""
    for sentence in SENTENCE.split(text):
        if sentence.strip():
            yield sentence.strip()


@lru_cache(maxsize=1)
def load_role_text(path: Path = WEIGHTS) -> RoleText:
    """Return the model that comes with the package."""
    content = json.loads(path.read_text(encoding="utf-8"))
    agent, customer, system = content["bias"]
    weights = {name: (a, c, s) for name, (a, c, s) in content["weights"].items()}
    return RoleText(weights, (agent, customer, system))
