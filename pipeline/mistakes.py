"""Mistakes in a YAML file, and how to word them: expected, found, did you mean."""

from __future__ import annotations

import difflib
from collections.abc import Iterable
from dataclasses import dataclass
from typing import TypeAlias

from pydantic import JsonValue

Path: TypeAlias = tuple[str | int, ...]
"""Keys and list positions from the top of a document to a value."""


@dataclass(frozen=True, slots=True)
class Mistake:
    """Something wrong at one place of a document."""

    path: Path
    """Where; if nothing is there, the mistake is that it is missing."""
    message: str
    """What was expected and what was found."""
    at_key: bool = False
    """True: the key is at fault, not its value."""


def did_you_mean(found: object, known: Iterable[str]) -> str:
    """Return ``; did you mean "…"?`` if something known is spelled alike, else an empty string."""
    close = difflib.get_close_matches(str(found).lower(), list(known), n=1, cutoff=0.6)
    return f'; did you mean "{close[0]}"?' if close else ""


def found(value: JsonValue) -> str:
    """Return a value as an error message names it."""
    if value is None:
        return "nothing"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, dict):
        return "a mapping"
    if isinstance(value, list):
        return "a list" if value else "an empty list"
    if isinstance(value, int | float):
        return str(value)
    text = str(value)
    return f'"{text}"' if len(text) <= 60 else f'"{text[:57]}..."'


def one_of(value: JsonValue, known: Iterable[str]) -> str:
    """Return ``expected one of …, found …; did you mean "…"?``."""
    names = list(known)
    return f"expected one of {', '.join(names)}, found {found(value)}{did_you_mean(value, names)}"
