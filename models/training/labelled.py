"""Read labelled calls: turns, verdicts with evidence, moves, sentiment per customer turn."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.moves import ground, sentiment_label
from pipeline.domain import Role, Sentiment, Transcript, Turn, Verdict
from pipeline.errors import InputError
from pipeline.moves import MOVES

SETS = ("train", "dev")
RARE = 8
"""A ground with fewer turns than this is not learned: there is nothing to learn it from."""


@dataclass(frozen=True, slots=True)
class LabelledCall:
    """A call and what an annotator said about it."""

    call_id: str
    turns: tuple[Turn, ...]
    verdicts: Mapping[str, Verdict]
    evidence: Mapping[str, tuple[int, ...]]
    turn_labels: tuple[frozenset[str], ...]
    """Per turn its moves, grounds and sentiment, as ``models.moves`` names them."""

    @property
    def group(self) -> str:
        """The domain group: calls of one group are never split between training and test."""
        return self.call_id.split("-")[0]

    def transcript(self) -> Transcript:
        """Return the call as the judge gets it."""
        return Transcript(
            key=self.call_id,
            recording_sha256=self.call_id,
            source="text",
            asr_model="text",
            settings_hash="",
            language="en",
            turns=self.turns,
        )


def read_labelled(folder: Path, sets: Sequence[str] = SETS) -> tuple[LabelledCall, ...]:
    """Return all labelled calls of a folder, in file order.

    Args:
        folder: Holds ``calls_SET.jsonl`` and ``labels_SET.jsonl`` for each set, and
            ``moves.jsonl``.
        sets: Which sets.

    Raises:
        InputError: A file is missing.
    """
    moves = {row["call_id"]: row["moves"] for row in _rows(folder / "moves.jsonl")}
    calls = []
    for name in sets:
        labels = {row["call_id"]: row for row in _rows(folder / f"labels_{name}.jsonl")}
        for row in _rows(folder / f"calls_{name}.jsonl"):
            call_id = row["call_id"]
            calls.append(_labelled(row, labels[call_id], moves.get(call_id, {})))
    return tuple(calls)


def data_sha256(folder: Path, sets: Sequence[str] = SETS) -> str:
    """Return one hash of all files that training reads."""
    digest = hashlib.sha256()
    names = [f"{kind}_{name}.jsonl" for name in sets for kind in ("calls", "labels")]
    for name in sorted([*names, "moves.jsonl"]):
        digest.update(hashlib.sha256((folder / name).read_bytes()).digest())
    return digest.hexdigest()


def labels_by_role(calls: Sequence[LabelledCall]) -> Mapping[Role, tuple[str, ...]]:
    """Return what to learn for each role: its moves, frequent grounds, the customer's sentiment."""
    count: dict[tuple[Role, str], int] = {}
    for call in calls:
        for turn, labels in zip(call.turns, call.turn_labels, strict=True):
            for label in labels:
                count[turn.role, label] = count.get((turn.role, label), 0) + 1
    moves = {move.name for move in MOVES}
    return {
        role: (
            *(move.name for move in MOVES if move.role is role),
            *sorted(
                label
                for (other, label), seen in count.items()
                if other is role and label not in moves and seen >= RARE
            ),
        )
        for role in (Role.AGENT, Role.CUSTOMER, Role.SYSTEM)
    }


def _labelled(call: dict, labels: dict, moves: dict) -> LabelledCall:  # type: ignore[type-arg]  # JSON
    turns = tuple(
        Turn(index=index, role=Role(turn["role"]), text=turn["text"])
        for index, turn in enumerate(call["turns"])
    )
    own: list[set[str]] = [set() for _ in turns]
    for index, names in moves.items():
        own[int(index)] |= set(names)
    for criterion, indices in labels["evidence"].items():
        for index in indices:
            own[index].add(ground(criterion, labels["verdicts"][criterion]))
    for index, value in labels["turn_sentiment"].items():
        own[int(index)].add(sentiment_label(Sentiment(value)))
    return LabelledCall(
        call_id=call["call_id"],
        turns=turns,
        verdicts={name: Verdict(value) for name, value in labels["verdicts"].items()},
        evidence={name: tuple(indices) for name, indices in labels["evidence"].items()},
        turn_labels=tuple(frozenset(labels) for labels in own),
    )


def _rows(path: Path) -> list[dict]:  # type: ignore[type-arg]  # JSON of known form, read above
    if not path.is_file():
        raise InputError(f"expected labelled data at {path}, found nothing there")
    with path.open(encoding="utf-8") as lines:
        return [json.loads(line) for line in lines if line.strip()]
