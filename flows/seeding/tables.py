"""Transcripts of many made-up calls as two Arrow tables, built column by column.

A hundred thousand calls have 35 million words: as records they would take a quarter of an hour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa

from flows.seeding.rendition import Rendition
from pipeline.domain import Transcript
from pipeline.store.columns import TABLES
from pipeline.store.rows import transcript_row

_WORD_TYPE = TABLES["turns"].field("words").type


@dataclass(frozen=True, slots=True)
class Heard:
    """One call's transcript, in the form in which it is stored."""

    transcript: Transcript
    """Its head: key, provenance, duration, sounds. Its turns are in the rendition."""
    rendition: Rendition
    texts: Sequence[str]
    """Of each turn."""
    words: Sequence[str]
    """Of the whole call."""


def heard_tables(calls: Sequence[Heard]) -> dict[str, pa.Table]:
    """Return the rows of ``transcripts`` and ``turns``.

    Args:
        calls: A batch of them; all their words are in memory at once.
    """
    heads = [transcript_row(call.transcript) for call in calls]
    return {
        "transcripts": pa.Table.from_pylist(heads, schema=TABLES["transcripts"]),
        "turns": _turns(calls),
    }


def _turns(calls: Sequence[Heard]) -> pa.Table:
    columns: dict[str, list[Any]] = {
        name: [] for name in TABLES["turns"].names if name != "words"
    }  # Any: each column has its type
    for call in calls:
        turns = call.rendition.transcript.turns
        columns["transcript_key"] += [call.transcript.key] * len(turns)
        columns["turn"] += [turn.index for turn in turns]
        columns["role"] += [turn.role.value for turn in turns]
        columns["channel"] += [turn.channel for turn in turns]
        columns["start_s"] += [turn.start_s for turn in turns]
        columns["end_s"] += [turn.end_s for turn in turns]
        columns["text"] += call.texts
        columns["asr_confidence"] += [turn.asr_confidence for turn in turns]
    made = {
        name: pa.array(values, TABLES["turns"].field(name).type) for name, values in columns.items()
    }
    return pa.table({**made, "words": _words(calls)}, schema=TABLES["turns"])


def _words(calls: Sequence[Heard]) -> pa.Array:
    """Return the words of every turn; none for the turns of chats."""
    spoken = [call for call in calls if call.rendition.timing is not None]
    timings = [call.rendition.timing for call in spoken]
    texts = [word for call in spoken for word in call.words]
    values = pa.StructArray.from_arrays(
        [
            pa.array(texts, pa.string()),
            pa.array(_joined([timing.starts_s for timing in timings if timing])),
            pa.array(_joined([timing.ends_s for timing in timings if timing])),
            pa.array(_joined([call.rendition.probabilities for call in spoken])),
        ],
        fields=list(_WORD_TYPE.value_type),
    )
    counts = [
        0 if call.rendition.timing is None else last - first
        for call in calls
        for first, last in call.rendition.wording.bounds
    ]
    offsets = np.concatenate([[0], np.cumsum(counts)]).astype(np.int32)
    return pa.ListArray.from_arrays(pa.array(offsets), values, type=_WORD_TYPE)


def _joined(parts: Sequence[Any]) -> Any:  # Any: float64 arrays, shape (words,)
    return np.concatenate(parts) if parts else np.array([], dtype=np.float64)
