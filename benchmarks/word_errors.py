"""Count word errors by role, as the acceptance script does.

Texts pass Whisper's English normaliser. Words given to the wrong role count as wrong. Announcements
(role ``system``) may be kept apart or left with the agent, whichever costs less.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any

import jiwer

from pipeline.domain import Role


@dataclass(frozen=True, slots=True)
class WordErrors:
    """Errors against the reference, and its words."""

    errors: int = 0
    words: int = 0

    def __add__(self, other: WordErrors) -> WordErrors:
        """Return both together."""
        return WordErrors(self.errors + other.errors, self.words + other.words)

    @property
    def rate(self) -> float:
        """Word error rate; 0 without words."""
        return self.errors / self.words if self.words else 0.0


def count(reference: Mapping[Role, str], heard: Mapping[Role, str]) -> WordErrors:
    """Return the errors of one call.

    Args:
        reference: What each role said.
        heard: What was recognised for each role.
    """
    said = {role: normalised(text) for role, text in reference.items()}
    found = {role: normalised(text) for role, text in heard.items()}
    announced, announcement = said.get(Role.SYSTEM, ""), found.get(Role.SYSTEM, "")
    agent, agent_found = said.get(Role.AGENT, ""), found.get(Role.AGENT, "")
    apart = _errors(agent, agent_found) + _errors(announced, announcement)
    together = _errors(f"{announced} {agent}".strip(), f"{announcement} {agent_found}".strip())
    customer = _errors(said.get(Role.CUSTOMER, ""), found.get(Role.CUSTOMER, ""))
    unknown = len(found.get(Role.UNKNOWN, "").split())
    words = sum(len(text.split()) for text in said.values())
    return WordErrors(min(apart, together) + customer + unknown, words)


def normalised(text: str) -> str:
    """Return a text as Whisper's English normaliser leaves it."""
    return str(_normaliser()(text))


@lru_cache(maxsize=1)
def _normaliser() -> Any:
    """The normaliser; Any: it publishes no types."""
    from whisper_normalizer.english import EnglishTextNormalizer

    return EnglishTextNormalizer()


def _errors(reference: str, found: str) -> int:
    if not reference:
        return len(found.split())
    counted = jiwer.process_words(reference, found)
    return int(counted.substitutions + counted.deletions + counted.insertions)
