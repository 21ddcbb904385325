"""The labelled calls that made-up calls are told from."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from pipeline.domain import Role, Sentiment, Transcript, Turn, Verdict
from pipeline.errors import PrerequisiteError
from pipeline.redaction import redact_transcript

HERE = Path(__file__).resolve()
PLACES = (HERE.parents[1] / "labelled_calls", HERE.parents[2] / "benchmarks" / "data")
"""Where the labelled calls lie: in an installed package, in a checkout."""
SETS = ("train", "dev")
NOT_SPEECH = re.compile(r"\[[^\]]*\]")
"""A turn that is only this says what was to be heard, such as ``[hold music]``."""


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """One written call with what is right about it."""

    call_id: str
    domain: str
    """What it is about, in a few words."""
    turns: tuple[Turn, ...]
    """As written, secrets masked; indices from 0 without gaps."""
    waits: frozenset[int]
    """Turns before which the customer waits: the text says so between the turns."""
    verdicts: Mapping[str, Verdict]
    evidence: Mapping[str, tuple[int, ...]]
    moves: Mapping[int, tuple[str, ...]]
    sentiments: Mapping[int, Sentiment]
    """Of each customer turn."""
    sentiment_end: Sentiment

    @property
    def has_system_voice(self) -> bool:
        """Return whether a recorded voice is heard, which no chat has."""
        return any(turn.role is Role.SYSTEM for turn in self.turns)


def material_folder() -> Path:
    """Return the folder with the labelled calls.

    Raises:
        PrerequisiteError: They are not part of this installation.
    """
    for folder in PLACES:
        if (folder / "moves.jsonl").is_file():
            return folder
    raise PrerequisiteError(
        f"the labelled calls are in none of {', '.join(str(place) for place in PLACES)}: "
        "install callqa anew"
    )


def read_material(folder: Path) -> tuple[LabelledCall, ...]:
    """Return the labelled calls of a folder, in the order of its files.

    Args:
        folder: Has ``calls_*.jsonl``, ``labels_*.jsonl`` and ``moves.jsonl``.
    """
    moves = {row["call_id"]: row["moves"] for row in _rows(folder / "moves.jsonl")}
    calls: list[LabelledCall] = []
    for name in SETS:
        labels = {row["call_id"]: row for row in _rows(folder / f"labels_{name}.jsonl")}
        for row in _rows(folder / f"calls_{name}.jsonl"):
            call_id = row["call_id"]
            calls.append(_labelled(row, labels[call_id], moves.get(call_id, {})))
    return tuple(calls)


def _rows(path: Path) -> Iterator[Any]:  # Any: JSON of known form
    with path.open(encoding="utf-8") as lines:
        yield from map(json.loads, lines)


def _labelled(row: Any, labels: Any, moves: Any) -> LabelledCall:  # Any: JSON of known form
    kept, waits = _spoken(row["turns"])
    place = {old: new for new, (old, _) in enumerate(kept)}
    return LabelledCall(
        call_id=row["call_id"],
        domain=row["domain"],
        turns=_masked(Turn(index=place[old], role=role, text=text) for old, (role, text) in kept),
        waits=frozenset(place[old] for old in waits),
        verdicts={name: Verdict(value) for name, value in labels["verdicts"].items()},
        evidence={
            name: tuple(place[index] for index in indices if index in place)
            for name, indices in labels["evidence"].items()
        },
        moves={place[int(i)]: tuple(names) for i, names in moves.items() if int(i) in place},
        sentiments={
            place[int(i)]: Sentiment(value)
            for i, value in labels["turn_sentiment"].items()
            if int(i) in place
        },
        sentiment_end=Sentiment(labels["sentiment_end"]),
    )


def _spoken(turns: Any) -> tuple[list[tuple[int, tuple[Role, str]]], set[int]]:  # Any: JSON
    """Return the turns in which somebody speaks, with their old index, and those after a wait."""
    kept: list[tuple[int, tuple[Role, str]]] = []
    waits: set[int] = set()
    waiting = False
    for index, turn in enumerate(turns):
        text = " ".join(NOT_SPEECH.sub(" ", turn["text"]).split())
        if not text:
            waiting = waiting or turn["role"] == "system"
            continue
        if waiting:
            waits.add(index)
        waiting = False
        kept.append((index, (Role(turn["role"]), text)))
    return kept, waits


def _masked(turns: Iterator[Turn]) -> tuple[Turn, ...]:
    """Return the turns as scoring stores them: secrets masked."""
    written = Transcript(
        key="",
        recording_sha256="",
        source="text",
        asr_model="text",
        settings_hash="",
        language="en",
        turns=tuple(turns),
    )
    return redact_transcript(written).transcript.turns
