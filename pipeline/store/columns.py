"""The columns of every table that is written in bulk, as Arrow types.

Rows travel to DuckDB as Arrow tables: one insert per table however many rows, floats and text
unchanged, nested values as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pyarrow as pa

Row = Mapping[str, Any]
"""One row for Arrow: whatever ``pyarrow`` turns into the column's type, hence ``Any``."""

_TEXT = pa.string()
_REAL = pa.float64()
_WHOLE = pa.int32()
_TIME = pa.timestamp("us", tz="UTC")
_SPAN = [("start_s", _REAL), ("end_s", _REAL)]
_WORDS = pa.list_(pa.struct([("text", _TEXT), *_SPAN, ("probability", _REAL)]))
_SOUNDS = pa.list_(pa.struct([("kind", _TEXT), ("channel", _WHOLE), *_SPAN]))
EVIDENCE = pa.list_(pa.struct([("turn", _WHOLE), ("quote", _TEXT), *_SPAN]))
NUMBERS = pa.map_(_TEXT, _REAL)
VERDICTS = pa.list_(
    pa.struct(
        [
            ("criterion", _TEXT),
            ("machine_verdict", _TEXT),
            ("verdict", _TEXT),
            ("agrees", pa.bool_()),
            ("reason", _TEXT),
            ("evidence", EVIDENCE),
        ]
    )
)
FLAGS = pa.list_(
    pa.struct([("kind", _TEXT), ("sentence", _TEXT), ("inclusion_probability", _REAL)])
)


def _texts(*names: str) -> list[tuple[str, pa.DataType]]:
    return [(name, _TEXT) for name in names]


_METADATA = [
    *_texts("agent", "team", "queue"),
    ("started_at", _TIME),
    *_texts("direction", "language"),
    ("csat", _REAL),
    *_texts("external_id", "extra"),
]

TABLES: Mapping[str, pa.Schema] = {
    name: pa.schema(columns)
    for name, columns in {
        "recordings": [*_texts("sha256", "source"), ("size_bytes", pa.int64())],
        "calls": [
            *_texts("call_id"),
            ("revision", _WHOLE),
            *_texts("recording_sha256", "source"),
            *_METADATA,
        ],
        "transcripts": [
            *_texts("key", "recording_sha256", "source", "asr_model", "settings_hash", "language"),
            ("language_probability", _REAL),
            ("duration_s", _REAL),
            ("channels", _WHOLE),
            ("sounds", _SOUNDS),
        ],
        "turns": [
            *_texts("transcript_key"),
            ("turn", _WHOLE),
            *_texts("role"),
            ("channel", _WHOLE),
            *_SPAN,
            *_texts("text"),
            ("asr_confidence", _REAL),
            ("words", _WORDS),
        ],
        "peaks": [
            *_texts("recording_sha256"),
            ("channels", _WHOLE),
            ("peaks_per_s", _REAL),
            ("duration_s", _REAL),
            ("data", pa.binary()),
        ],
        "rubric_versions": [
            *_texts("rubric"),
            ("version", _WHOLE),
            *_texts("sha256", "title", "content"),
            ("first_used_at", _TIME),
        ],
        "model_versions": [*_texts("model", "version"), ("first_used_at", _TIME)],
        "evaluations": [
            *_texts("key", "call_id", "transcript_key", "rubric"),
            ("rubric_version", _WHOLE),
            *_texts("rubric_sha256"),
            ("model_versions", pa.map_(_TEXT, _TEXT)),
            *_texts("settings_hash", "software_version"),
            ("evaluated_at", _TIME),
            ("score", _REAL),
            ("section_scores", NUMBERS),
            *_texts("sentiment_start", "sentiment_end", "sentiment_trend"),
            ("metrics", NUMBERS),
        ],
        "criterion_scores": [
            *_texts("evaluation_key"),
            ("position", _WHOLE),
            *_texts("criterion", "verdict"),
            ("probability", _REAL),
            *_texts("reason", "explanation"),
        ],
        "evidence": [
            *_texts("evaluation_key"),
            ("criterion_position", _WHOLE),
            ("position", _WHOLE),
            *_texts("criterion"),
            ("turn", _WHOLE),
            *_texts("quote"),
            *_SPAN,
        ],
        "turn_judgements": [
            *_texts("evaluation_key"),
            ("position", _WHOLE),
            ("turn", _WHOLE),
            ("moves", NUMBERS),
            *_texts("sentiment"),
            ("sentiment_probability", _REAL),
        ],
        "findings": [
            *_texts("evaluation_key"),
            ("position", _WHOLE),
            *_texts("kind", "sentence"),
            *_SPAN,
        ],
        "flags": [
            *_texts("evaluation_key"),
            ("position", _WHOLE),
            *_texts("kind", "sentence"),
            ("inclusion_probability", _REAL),
        ],
        "reviews": [
            *_texts("key", "call_id", "evaluation_key", "reviewer"),
            ("started_at", _TIME),
            ("finished_at", _TIME),
            *_texts("note", "kind"),
            ("active_s", _REAL),
            ("machine_score", _REAL),
            ("human_score", _REAL),
        ],
        "review_verdicts": [
            *_texts("review_key", "criterion", "machine_verdict", "verdict"),
            ("agrees", pa.bool_()),
            *_texts("reason"),
            ("evidence", EVIDENCE),
        ],
        "corrections": [
            *_texts("key", "review_key", "call_id", "evaluation_key", "criterion", "verdict"),
            ("evidence", EVIDENCE),
            *_texts("reason", "author"),
            ("made_at", _TIME),
            *_texts("revokes", "kind"),
        ],
        "jobs": [
            *_texts("key", "run_id", "source", "call_id", "status", "stage", "reason"),
            *_texts("evaluation_key"),
            ("happened_at", _TIME),
        ],
    }.items()
}
