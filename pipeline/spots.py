"""Places of secrets in a conversation."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal, TypeAlias

Kind: TypeAlias = Literal["card_number", "security_code", "pin", "password", "social_security"]


@dataclass(frozen=True, slots=True)
class Spot:
    """A secret in a text."""

    turn: int
    start: int
    """Offset of its first character in the turn's text."""
    end: int
    kind: Kind
