"""The rubric: what is judged. Read from YAML, edited by QA leads."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Literal

from pydantic import Field, JsonValue

from pipeline.domain import Record, Role, Verdict
from pipeline.errors import RubricError
from pipeline.keys import text_sha256
from pipeline.rubric_check import check_text


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
    failed: str = ""
    """What a fail means, as a sentence for the queue; without it, the question is quoted."""
    examples: tuple[Example, ...] = ()
    otherwise: Verdict | None = None
    """What it means if nothing in the call resembles the other verdicts' examples; None: nothing,
    the criterion stays unscored."""
    rule: Mapping[str, JsonValue] | None = None
    """Declarative rule over moves (see ``pipeline.logic``); None: judged by examples alone."""

    @property
    def meaning_sha256(self) -> str:
        """SHA-256 of what decides a verdict: a head trained for another meaning does not apply.

        Weight, section, guidance, examples and what a fail is called may change freely.
        """
        parts = {"question", "roles", "scope", "applies", "allowed", "rule"}
        if self.otherwise is not None:
            parts.add("otherwise")
        return text_sha256(self.model_dump(mode="json", include=parts))


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


def bundled_rubric_path() -> Path:
    """Return the path of the rubric that comes with callqa."""
    return Path(__file__).parent.parent / "rubrics" / "support_v1.yaml"


def load_rubric(path: Path) -> Rubric:
    """Return the rubric in a YAML file.

    Raises:
        RubricError: The file cannot be read, or is no valid rubric; then the error says line by
            line what is wrong, and carries the diagnostics.
    """
    try:
        text = path.read_text(encoding="utf-8")
    except FileNotFoundError as error:
        raise RubricError(f"{path}: expected a rubric file, found none") from error
    except (OSError, UnicodeDecodeError) as error:
        raise RubricError(f"{path}: the rubric cannot be read: {error}") from error
    return parse_rubric(text, str(path))


def parse_rubric(text: str, file: str) -> Rubric:
    """Return the rubric in the text of a YAML file.

    Args:
        text: YAML.
        file: Its name, for the error.

    Raises:
        RubricError: It is no valid rubric.
    """
    checked = check_text(text, file)
    if checked.diagnostics:
        message = "\n".join(str(item) for item in checked.diagnostics)
        raise RubricError(message, checked.diagnostics)
    rubric = Rubric.model_validate({**checked.content, "sha256": ""})
    return rubric.model_copy(update={"sha256": content_sha256(rubric)})


def content_sha256(rubric: Rubric) -> str:
    """Return the SHA-256 of what a rubric says, whatever the order of keys, layout and comments.

    Values that equal their defaults are left out, so that a field that a later version of
    callqa adds does not change the hash of rubrics that do not use it.
    """
    return text_sha256(rubric.model_dump(mode="json", exclude={"sha256"}, exclude_defaults=True))
