"""What the files of trained heads say about themselves, without loading a single weight.

Only the header of each safetensors file is read, so a command can print it at once, and heads that
this version of callqa cannot judge with can still be looked at.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pydantic import TypeAdapter, ValidationError

from models.probability import ProbabilityFit
from models.trained import HEADS_FILE, TURNS_FILE, Made, bundled_heads, heads_version
from pipeline.domain import Role, Verdict
from pipeline.errors import PrerequisiteError


@dataclass(frozen=True, slots=True)
class HeadFacts:
    """One criterion's head."""

    verdicts: tuple[Verdict, ...]
    """Those that it can give."""
    features: tuple[str, ...]
    meaning_sha256: str
    """``Criterion.meaning_sha256`` of what it was trained to decide."""
    probability: ProbabilityFit
    """With its curve of error against coverage on held-out training calls."""


@dataclass(frozen=True, slots=True)
class HeadsFacts:
    """Both files of a judge."""

    version: str
    """``models.trained.heads_version``, as evaluations store it."""
    heads: Mapping[str, HeadFacts]
    """By criterion id, sorted."""
    rule: ProbabilityFit
    examples: ProbabilityFit
    labels: Mapping[Role, tuple[str, ...]]
    """What the turn classifier can say of each role's turns."""
    made: Made | None
    """What they were trained on; None: they do not say."""


def heads_facts(folder: Path | None = None) -> HeadsFacts:
    """Return what is stored with the heads of a folder.

    Args:
        folder: None: those that come with callqa.

    Raises:
        PrerequisiteError: A file is missing or was not written by ``models.trained``.
    """
    folder = folder or bundled_heads()
    try:
        about = json.loads(_metadata(folder / HEADS_FILE)["about"])
        labels = json.loads(_metadata(folder / TURNS_FILE)["labels"])
        return HeadsFacts(
            version=heads_version(folder),
            heads={name: _read(HeadFacts, own) for name, own in sorted(about["heads"].items())},
            rule=_read(ProbabilityFit, about["rule"]),
            examples=_read(ProbabilityFit, about["examples"]),
            labels={Role(role): tuple(names) for role, names in labels.items()},
            made=_read(Made, about["made"]) if about.get("made") else None,
        )
    except (KeyError, ValueError, ValidationError) as error:
        raise PrerequisiteError(
            f"the trained heads in {folder} do not say what they are "
            f"({type(error).__name__}: {error}); `python -m models.training` makes them anew"
        ) from error


def _metadata(path: Path) -> Mapping[str, str]:
    from safetensors import SafetensorError, safe_open

    if not path.is_file():
        raise PrerequisiteError(f"expected trained heads at {path}, found none")
    try:
        with safe_open(path, framework="np") as stored:
            return stored.metadata() or {}
    except SafetensorError as error:
        raise ValueError(f"{path.name}: {error}") from error


def _read(
    kind: type[Any], facts: object
) -> Any:  # Any: pydantic builds whichever kind is asked for
    return TypeAdapter(kind).validate_python(facts)
