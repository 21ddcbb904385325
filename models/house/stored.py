"""How house heads are stored: one safetensors file each, the same bytes for the same lessons."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from models.house.edits import Edit, Step, WeighedEdits
from models.house.heads import HouseHead, Lesson, fit_edits, fit_probability_of
from models.probability import ProbabilityFit, RiskPoint
from pipeline.domain import Verdict
from pipeline.errors import PrerequisiteError
from pipeline.keys import text_sha256
from pipeline.rubric import Criterion

HOUSE_FILE = "house.safetensors"
FORM = 1
"""Raised when files of the earlier form can no longer be read."""


def fit_house_head(criterion: Criterion, lessons: Sequence[Lesson], heads: str) -> HouseHead:
    """Return the house head of a criterion; the same lessons give the same bytes.

    Args:
        criterion: What reviewers were asked.
        lessons: At least one, of calls that are not held out.
        heads: Version of the heads that made the lessons' bases.
    """
    return HouseHead(
        criterion=criterion.id,
        edits=fit_edits(criterion, lessons),
        probability=fit_probability_of(criterion, lessons),
        meaning_sha256=criterion.meaning_sha256,
        heads=heads,
        lessons=len(lessons),
        data_sha256=lessons_sha256(lessons),
    )


def lessons_sha256(lessons: Sequence[Lesson]) -> str:
    """Return the hash of which calls were learned from, with which labels and weights."""
    ordered = sorted(lessons, key=lambda item: item.call_id)
    return text_sha256([[x.call_id, x.label.value, round(x.weight, 9)] for x in ordered])


def house_bytes(head: HouseHead) -> bytes:
    """Return the file of a house head."""
    from safetensors.numpy import save

    rows = [
        (edit, stage, step.source, step.target, step.feature, step.above)
        for edit, own in enumerate(head.edits.edits)
        for stage, steps in enumerate(own.stages)
        for step in steps
    ]
    thresholds = [
        step.threshold for own in head.edits.edits for steps in own.stages for step in steps
    ]
    arrays: dict[str, NDArray[np.generic]] = {
        "weights": head.edits.weights,
        "errors": head.edits.errors,
        "steps": np.array(rows, dtype=np.int32).reshape(len(rows), 6),
        "thresholds": np.array(thresholds, dtype=np.float64),
    }
    about = {
        "form": FORM,
        "criterion": head.criterion,
        "verdicts": list(head.edits.verdicts),
        "features": list(head.edits.features),
        "probability": asdict(head.probability),
        "meaning_sha256": head.meaning_sha256,
        "heads": head.heads,
        "lessons": head.lessons,
        "data_sha256": head.data_sha256,
    }
    return save(arrays, {"about": json.dumps(about, sort_keys=True)})


def house_version(head: HouseHead) -> str:
    """Return a short hash of a house head's file, for provenance."""
    return hashlib.sha256(house_bytes(head)).hexdigest()[:12]


def save_house_head(head: HouseHead, folder: Path) -> None:
    """Write the file of a house head into a folder."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / HOUSE_FILE).write_bytes(house_bytes(head))


def load_house_head(folder: Path) -> HouseHead:
    """Return what ``save_house_head`` wrote.

    Raises:
        PrerequisiteError: The file is missing, damaged or of another version of callqa.
    """
    from safetensors import SafetensorError, safe_open

    path = folder / HOUSE_FILE
    if not path.is_file():
        raise PrerequisiteError(f"expected a house head at {path}, found none; retrain to make it")
    try:
        with safe_open(path, framework="np") as stored:
            about = json.loads((stored.metadata() or {})["about"])
            if about["form"] != FORM:
                raise KeyError(f"form {about['form']}")
            arrays = {name: stored.get_tensor(name) for name in stored.keys()}
        return _head(about, arrays)
    except (KeyError, IndexError, TypeError, ValueError, SafetensorError) as error:
        raise PrerequisiteError(
            f"the house head at {path} is damaged or of another version of callqa "
            f"({type(error).__name__}: {error}); roll back to another one, or retrain"
        ) from error


def _head(about: Mapping[str, Any], arrays: Mapping[str, NDArray[np.generic]]) -> HouseHead:
    probability = about["probability"]
    return HouseHead(
        criterion=about["criterion"],
        edits=WeighedEdits(
            verdicts=tuple(Verdict(name) for name in about["verdicts"]),
            features=tuple(about["features"]),
            edits=_edits(arrays, len(arrays["weights"])),
            weights=arrays["weights"].astype(np.float32),
            errors=arrays["errors"].astype(np.float32),
        ),
        probability=ProbabilityFit(
            probability["slope"],
            probability["offset"],
            tuple(RiskPoint(**point) for point in probability["risk"]),
        ),
        meaning_sha256=about["meaning_sha256"],
        heads=about["heads"],
        lessons=about["lessons"],
        data_sha256=about["data_sha256"],
    )


def _edits(arrays: Mapping[str, NDArray[np.generic]], count: int) -> tuple[Edit, ...]:
    stages: list[dict[int, list[Step]]] = [{} for _ in range(count)]
    rows = arrays["steps"].tolist()
    for row, threshold in zip(rows, arrays["thresholds"].tolist(), strict=True):
        edit, stage, source, target, feature, above = row
        step = Step(source, target, feature, threshold, bool(above))
        stages[edit].setdefault(stage, []).append(step)
    return tuple(Edit(tuple(tuple(own[at]) for at in sorted(own))) for own in stages)
