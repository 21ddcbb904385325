"""What a desk holds in tests: each builder has defaults, a test says only what matters to it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from sqlalchemy import text

from pipeline.desk import Desk
from pipeline.desk.times import time_text

MOMENT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)


def desk_call(
    desk: Desk,
    call_id: str,
    *,
    words: str = "",
    verdicts: Mapping[str, str] | None = None,
    flags: Sequence[tuple[str, str]] = (),
    **columns: Any,
) -> None:
    """Put a call into the desk's copy of the store.

    Args:
        desk: Where.
        call_id: Of the call.
        words: What was said, for searching.
        verdicts: By criterion.
        flags: Kind and sentence of each; ``flagged`` and ``random_slice`` follow from them.
        columns: Any of the table ``calls``, hence any type.
    """
    kinds = {kind for kind, _ in flags}
    row = {
        "call_id": call_id,
        "evaluation_key": f"evaluation-of-{call_id}",
        "transcript_key": f"transcript-of-{call_id}",
        "revision": 1,
        "recording_sha256": "0" * 64,
        "source": "recording",
        "rubric": "support",
        "rubric_version": 1,
        "evaluated_at": time_text(MOMENT),
        "agent": "ana",
        "team": "north",
        "queue": None,
        "started_at": time_text(MOMENT),
        "duration_s": 240.0,
        "score": 80.0,
        "sentiment_end": "neutral",
        "critical": int("critical_fail" in kinds),
        "flagged": int(bool(kinds - {"random_slice"})),
        "random_slice": int("random_slice" in kinds),
        "inclusion_probability": 0.05 if "random_slice" in kinds else None,
        "uncertain": 0,
        "unscored": 0,
        "least_probability": 0.9,
        "flags": json.dumps([{"kind": kind, "sentence": sentence} for kind, sentence in flags]),
        "urgency": 10.0,
        "blind": 0,
        **columns,
    }
    with desk.writing() as connection:
        if "number" not in row:
            last = connection.execute(text("SELECT coalesce(max(number), 0) FROM calls")).scalar()
            row["number"] = int(last or 0) + 1
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO calls ({names}) VALUES ({values})"), row)
        for position, (criterion, verdict) in enumerate((verdicts or {}).items()):
            connection.execute(
                text(
                    "INSERT INTO call_verdicts VALUES (:call_id, :position, :name, :verdict, 0.9)"
                ),
                {"call_id": call_id, "position": position, "name": criterion, "verdict": verdict},
            )
        connection.execute(
            text("INSERT INTO call_text (rowid, words) VALUES (:number, :words)"),
            {"number": row["number"], "words": words},
        )


def desk_review(
    desk: Desk, call_id: str, reviewer: str, kind: str = "open", **columns: Any
) -> None:
    """Put a review of a call's present evaluation into a desk.

    Args:
        desk: Where.
        call_id: Of a call that is there.
        reviewer: Their user id.
        kind: As ``pipeline.reviews.ReviewKind``.
        columns: Any of the table ``reviews``, hence any type.
    """
    row = {
        "key": f"{kind}-{reviewer}-{call_id}",
        "call_id": call_id,
        "evaluation_key": f"evaluation-of-{call_id}",
        "reviewer": reviewer,
        "kind": kind,
        "started_at": time_text(MOMENT),
        "finished_at": time_text(MOMENT),
        "active_s": 90.0,
        **columns,
    }
    with desk.writing() as connection:
        names = ", ".join(row)
        values = ", ".join(f":{name}" for name in row)
        connection.execute(text(f"INSERT INTO reviews ({names}) VALUES ({values})"), row)
