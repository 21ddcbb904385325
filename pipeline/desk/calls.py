"""One call as the desk knows it: what the queue shows and access is decided by."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Literal

from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.domain import Flag, Record, Sentiment


class CallRow(Record):
    """A call with its latest evaluation, without its words."""

    call_id: str
    evaluation_key: str
    transcript_key: str
    revision: int
    recording_sha256: str
    source: Literal["recording", "text"]
    rubric: str
    rubric_version: int
    evaluated_at: datetime
    agent: str | None
    team: str | None
    queue: str | None
    started_at: datetime | None
    duration_s: float | None
    score: float | None
    """The machine's, a percentage in [0, 100]; None if nothing could be scored."""
    sentiment_end: Sentiment | None
    critical: bool
    """A critical criterion failed."""
    flagged: bool
    """Something other than chance put it into the queue."""
    random_slice: bool
    inclusion_probability: float | None
    uncertain: int
    """Verdicts given with less probability than the setting ``uncertain_under``."""
    unscored: int
    least_probability: float | None
    flags: tuple[Flag, ...]
    urgency: float
    """What comes first in the queue is largest."""
    blind: bool
    """Drawn for two blind reviews."""


def call_row_from(row: Mapping[Any, Any]) -> CallRow:
    """Return the record of a row of ``calls``; other columns are left out.

    Args:
        row: Values as the database gives them, hence ``Any``.
    """
    values = {name: row[name] for name in CallRow.model_fields}
    return CallRow.model_validate({**values, "flags": json.loads(row["flags"])})


def call_row(connection: Connection, call_id: str) -> CallRow | None:
    """Return a call; None if the desk knows none of that id."""
    found = connection.execute(query("call"), {"call_id": call_id}).mappings().first()
    return None if found is None else call_row_from(found)
