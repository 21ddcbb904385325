"""Tables of the desk as SQLAlchemy knows them, for questions put together from filters."""

from __future__ import annotations

from sqlalchemy import Float, Integer, String, column, literal_column, table

CALLS = table(
    "calls",
    column("number", Integer),
    column("call_id", String),
    column("evaluation_key", String),
    column("source", String),
    column("rubric", String),
    column("agent", String),
    column("team", String),
    column("queue", String),
    column("started_at", String),
    column("duration_s", Float),
    column("score", Float),
    column("sentiment_end", String),
    column("critical", Integer),
    column("flagged", Integer),
    column("random_slice", Integer),
    column("uncertain", Integer),
    column("flags", String),
    column("urgency", Float),
    column("blind", Integer),
    column("reviewed", Integer),
    column("sealed", Integer),
    column("waiting", Integer),
    column("flag_kinds", Integer),
    column("score_rank", Float),
    column("started_rank", String),
    column("duration_rank", Float),
)
CALL_VERDICTS = table(
    "call_verdicts",
    column("call_id", String),
    column("criterion", String),
    column("verdict", String),
)
REVIEWS = table(
    "reviews",
    column("call_id", String),
    column("evaluation_key", String),
    column("reviewer", String),
    column("kind", String),
)
ASSIGNMENTS = table(
    "assignments",
    column("call_id", String),
    column("user_id", String),
    column("due_on", String),
    column("done_at", String),
    column("withdrawn_at", String),
)
CALL_TAKERS = table(
    "call_takers",
    column("call_id", String),
    column("user_id", String),
    column("kind", String),
    column("until", String),
)
CALL_TEXT = table("call_text", column("rowid", Integer))
CALL_TEXT_INDEX = literal_column("call_text", String)
"""What FTS5 matches a query with: all of the table."""
