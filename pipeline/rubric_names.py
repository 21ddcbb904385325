"""Rubrics by name: ``support@2`` is a version in the store, ``support`` its newest one there."""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from pipeline.errors import RubricError
from pipeline.rubric import Rubric
from pipeline.store import Store

_NAME = re.compile(r"([a-z][a-z0-9_]*)(?:@([1-9][0-9]{0,8}))?")


@dataclass(frozen=True, slots=True)
class RubricName:
    """Which rubric in a store."""

    rubric: str
    version: int | None
    """None: the newest."""

    def __str__(self) -> str:
        return self.rubric if self.version is None else f"{self.rubric}@{self.version}"


def stored_name(given: Path | None) -> RubricName | None:
    """Return the name of a rubric in the store; None where a file is meant.

    A file that is there is meant, whatever its name.
    """
    match = None if given is None else _NAME.fullmatch(str(given))
    if given is None or match is None or given.is_file():
        return None
    return RubricName(match[1], None if match[2] is None else int(match[2]))


def stored_rubric(store: Store, name: RubricName) -> Rubric:
    """Return a rubric that calls were scored with or that was published in the review app.

    Raises:
        RubricError: The store has no such rubric; says what there is, and that no file has its
            name.
        StoreError: The store cannot be opened.
    """
    known = store.rubric_versions()
    versions = [item.version for item in known if item.rubric == name.rubric]
    wanted = max(versions, default=0) if name.version is None else name.version
    found = store.read_rubric(name.rubric, wanted) if wanted in versions else None
    if found is None:
        there = ", ".join(f"{item.rubric}@{item.version}" for item in known) or "none"
        raise RubricError(
            f"{name}: expected a rubric file or a rubric in the store {store.url}, found neither "
            f"(rubrics in the store: {there})"
        )
    return found
