"""The rubric: what is judged. Read from YAML, edited by QA leads."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from pydantic import Field, JsonValue

from pipeline.domain import Record, Role, Verdict


class Example(Record):
    """Words that would get this verdict."""

    verdict: Verdict
    text: str


class Criterion(Record):
    """One question of a rubric."""

    id: str
    question: str
    section: str
    roles: tuple[Role, ...] = (Role.AGENT,)
    """Whose turns can be evidence."""
    scope: Literal["opening", "closing", "whole_call"] = "whole_call"
    applies: str = "always"
    """When it applies, in words."""
    guidance: str = ""
    """How to decide, in words."""
    allowed: tuple[Verdict, ...]
    weight: float = 1.0
    critical: bool = False
    """A fail zeroes the call."""
    examples: tuple[Example, ...] = ()
    rule: Mapping[str, JsonValue] | None = None
    """Declarative rule over moves (see ``pipeline.logic``); None: judged by examples alone."""


class Rubric(Record):
    """A versioned set of criteria."""

    id: str
    version: int
    title: str
    languages: tuple[str, ...] = ("en",)
    """ISO 639-1 codes that it may be applied to."""
    criteria: tuple[Criterion, ...] = Field(min_length=1)
    sha256: str
    """Of the file's canonical content; set by the loader."""
