"""Everything that training makes, and how it is stored: two safetensors files, no pickles."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, TypedDict

import numpy as np
from numpy.typing import NDArray

from models.forest import Forest
from models.heads import CriterionHead, FittedHead
from models.logistic import LogisticWeights
from models.moves import TurnClassifier
from models.probability import ProbabilityFit, RiskPoint
from pipeline.domain import Role, Verdict
from pipeline.errors import PrerequisiteError

TURNS_FILE = "turns.safetensors"
HEADS_FILE = "criteria.safetensors"
FOREST_ARRAYS = ("roots", "feature", "threshold", "left", "right", "shares")

Arrays = dict[str, NDArray[np.generic]]


@dataclass(frozen=True, slots=True)
class Made:
    """What heads were trained on; stored with them, for their card."""

    data_sha256: str
    """``models.training.labelled.data_sha256``."""
    calls: int
    groups: tuple[str, ...]
    """Domain groups, sorted."""
    rubric: str
    """Id, version and hash of the rubric whose criteria were learned."""


@dataclass(frozen=True, slots=True)
class TrainedJudge:
    """What ``python -m models.training`` makes."""

    turns: TurnClassifier
    heads: Mapping[str, FittedHead]
    """By criterion id."""
    rule: ProbabilityFit
    """What the share of rule votes means for a criterion without a head."""
    examples: ProbabilityFit
    """What the closest example means for a criterion without head and rule."""
    made: Made | None = None
    """None: not trained by the command, but in a test or a benchmark."""


def bundled_heads() -> Path:
    """Return the folder of the heads that come with callqa."""
    return Path(__file__).parent / "heads"


def heads_version(folder: Path) -> str:
    """Return a short hash of both files, for provenance."""
    digest = hashlib.sha256()
    for name in (TURNS_FILE, HEADS_FILE):
        digest.update((folder / name).read_bytes())
    return digest.hexdigest()[:12]


def save_trained(trained: TrainedJudge, folder: Path) -> None:
    """Write the two files; the same models give the same bytes."""
    from safetensors.numpy import save_file

    folder.mkdir(parents=True, exist_ok=True)
    labels = {str(role): list(names) for role, names in trained.turns.labels.items()}
    turns: Arrays = {}
    for role, weights in trained.turns.weights.items():
        turns[f"{role}.dense"] = weights.dense.astype(np.float16)
        turns[f"{role}.buckets"] = weights.buckets.astype(np.float16)
        turns[f"{role}.bias"] = weights.bias
    save_file(turns, folder / TURNS_FILE, {"labels": json.dumps(labels, sort_keys=True)})
    arrays: Arrays = {}
    about: dict[str, object] = {}
    for name, fitted in trained.heads.items():
        arrays[f"{name}.coefficients"] = fitted.head.coefficients
        arrays[f"{name}.bias"] = fitted.head.bias
        for part in FOREST_ARRAYS:
            arrays[f"{name}.{part}"] = getattr(fitted.head.forest, part)
        about[name] = {
            "verdicts": list(fitted.head.verdicts),
            "features": list(fitted.head.features),
            "meaning_sha256": fitted.meaning_sha256,
            "probability": asdict(fitted.probability),
        }
    fits = {"rule": asdict(trained.rule), "examples": asdict(trained.examples)}
    made = None if trained.made is None else asdict(trained.made)
    about_text = json.dumps({"heads": about, "made": made, **fits}, sort_keys=True)
    save_file(arrays, folder / HEADS_FILE, {"about": about_text})


def load_trained(folder: Path) -> TrainedJudge:
    """Return what ``save_trained`` wrote.

    Raises:
        PrerequisiteError: A file is missing, or was made by another version of callqa; the message
            is the command that makes it.
    """
    try:
        return TrainedJudge(
            turns=_load_turns(folder / TURNS_FILE), **_load_heads(folder / HEADS_FILE)
        )
    except (KeyError, TypeError, json.JSONDecodeError) as error:
        raise PrerequisiteError(
            f"the trained heads in {folder} were made by another version of callqa "
            f"({type(error).__name__}: {error}); `python -m models.training` makes them anew"
        ) from error


def _load_turns(path: Path) -> TurnClassifier:
    arrays, about = _read(path)
    labels = {Role(role): tuple(names) for role, names in json.loads(about["labels"]).items()}
    weights = {
        role: LogisticWeights(
            dense=arrays[f"{role}.dense"].astype(np.float32),
            buckets=arrays[f"{role}.buckets"].astype(np.float32),
            bias=arrays[f"{role}.bias"].astype(np.float32),
        )
        for role in labels
    }
    return TurnClassifier(labels, weights)


class _Heads(TypedDict):
    heads: Mapping[str, FittedHead]
    rule: ProbabilityFit
    examples: ProbabilityFit
    made: Made | None


def _load_heads(path: Path) -> _Heads:
    arrays, metadata = _read(path)
    about = json.loads(metadata["about"])
    heads = {}
    for name, facts in about["heads"].items():
        head = CriterionHead(
            verdicts=tuple(Verdict(verdict) for verdict in facts["verdicts"]),
            features=tuple(facts["features"]),
            coefficients=arrays[f"{name}.coefficients"].astype(np.float32),
            bias=arrays[f"{name}.bias"].astype(np.float32),
            forest=_forest(arrays, name),
        )
        fit = _fit(facts["probability"])
        heads[name] = FittedHead(head, fit, facts["meaning_sha256"])
    return _Heads(
        heads=heads,
        rule=_fit(about["rule"]),
        examples=_fit(about["examples"]),
        made=_made(about["made"]),
    )


def _made(facts: Mapping[str, Any] | None) -> Made | None:
    if facts is None:
        return None
    return Made(**{**facts, "groups": tuple(facts["groups"])})


def _fit(facts: Mapping[str, Any]) -> ProbabilityFit:
    risk = tuple(RiskPoint(**point) for point in facts["risk"])
    return ProbabilityFit(facts["slope"], facts["offset"], risk)


def _forest(arrays: Mapping[str, NDArray[np.generic]], name: str) -> Forest:
    return Forest(
        roots=arrays[f"{name}.roots"].astype(np.int32),
        feature=arrays[f"{name}.feature"].astype(np.int16),
        threshold=arrays[f"{name}.threshold"].astype(np.float32),
        left=arrays[f"{name}.left"].astype(np.int32),
        right=arrays[f"{name}.right"].astype(np.int32),
        shares=arrays[f"{name}.shares"].astype(np.float16),
    )


def _read(path: Path) -> tuple[dict[str, NDArray[np.generic]], Mapping[str, str]]:
    from safetensors import safe_open

    if not path.is_file():
        raise PrerequisiteError(
            f"expected trained heads at {path}, found none; "
            "`python -m models.training` makes them from the labelled calls"
        )
    with safe_open(path, framework="np") as stored:
        arrays = {name: stored.get_tensor(name) for name in stored.keys()}
        return arrays, stored.metadata() or {}
