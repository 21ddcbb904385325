"""Reviews and corrections of all calls, newest first, a page at a time.

Only of calls that somebody may see, and nothing about calls that wait for blind reviews.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, column, literal, select, table, tuple_

from pipeline.desk.scope import may_be_seen
from pipeline.domain import Evidence, Record, Verdict
from pipeline.people import User
from pipeline.reviews import CorrectionKind, ReviewKind

MOST = 500
_CALLS = table("calls", *map(column, ("call_id", "agent", "team", "sealed")))
_REVIEWS = table(
    "reviews",
    *map(column, ("key", "call_id", "evaluation_key", "reviewer", "kind", "started_at")),
    *map(column, ("finished_at", "active_s", "note", "machine_score", "human_score")),
)
_CORRECTIONS = table(
    "corrections",
    *map(column, ("key", "review_key", "call_id", "evaluation_key", "criterion", "kind")),
    *map(column, ("verdict", "evidence", "reason", "author", "made_at", "revokes")),
)


class Place(NamedTuple):
    """Where a page begins: behind this row."""

    at: str
    key: str

    @classmethod
    def read(cls, text: str) -> Place | None:
        """Return the place that a text of ours names; None: it names none."""
        at, mark, key = text.rpartition("~")
        return cls(at, key) if mark and at and key else None

    def __str__(self) -> str:
        return f"{self.at}~{self.key}"


class ListedReview(Record):
    """One review, without its verdicts."""

    key: str
    call_id: str
    evaluation_key: str
    reviewer: str
    kind: ReviewKind
    started_at: datetime
    finished_at: datetime
    active_s: float
    """Time spent with the call in front."""
    note: str | None
    machine_score: float | None
    human_score: float | None


class ListedCorrection(Record):
    """One changed verdict or evidence."""

    key: str
    review_key: str
    call_id: str
    evaluation_key: str
    criterion: str
    kind: CorrectionKind
    verdict: Verdict | None
    """None: the machine's stands."""
    evidence: tuple[Evidence, ...] | None
    """None: the machine's stands."""
    reason: str
    author: str
    made_at: datetime
    revokes: str | None
    """Key of the correction that this one takes back."""


def list_reviews(
    connection: Connection, user: User, most: int, after: Place | None = None
) -> tuple[tuple[ListedReview, ...], Place | None]:
    """Return reviews, the latest first, and where the next page begins; None: nowhere.

    Args:
        connection: Open on the desk.
        user: Only of calls that they may see.
        most: At most so many, never more than ``MOST``.
        after: As the page before gave it.
    """
    rows, place = _page(connection, user, _REVIEWS, "finished_at", most, after)
    return tuple(ListedReview.model_validate(row) for row in rows), place


def list_corrections(
    connection: Connection, user: User, most: int, after: Place | None = None
) -> tuple[tuple[ListedCorrection, ...], Place | None]:
    """Return corrections, the latest first; arguments and the rest as ``list_reviews``."""
    rows, place = _page(connection, user, _CORRECTIONS, "made_at", most, after)
    return tuple(ListedCorrection.model_validate(_with_evidence(row)) for row in rows), place


def _with_evidence(row: dict[str, Any]) -> dict[str, Any]:
    evidence = row["evidence"]
    return {**row, "evidence": None if evidence is None else json.loads(evidence)}


def _page(
    connection: Connection, user: User, rows: Any, by: str, most: int, after: Place | None
) -> tuple[list[dict[str, Any]], Place | None]:
    """Return rows as the database gives them, hence ``Any``, and the next place."""
    limit = max(1, min(most, MOST))
    time = rows.c[by]
    asked: Select[Any] = (
        select(*rows.c)
        .join_from(rows, _CALLS, _CALLS.c.call_id == rows.c.call_id)
        .where(_CALLS.c.sealed == 0, may_be_seen(user, _CALLS.c.agent, _CALLS.c.team))
        .order_by(time.desc(), rows.c.key.desc())
        .limit(limit + 1)
    )
    if after is not None:
        asked = asked.where(
            tuple_(time, rows.c.key) < tuple_(literal(after.at), literal(after.key))
        )
    found: list[Mapping[Any, Any]] = list(connection.execute(asked).mappings())
    last = found[limit - 1] if len(found) > limit else None
    shown = [{str(name): value for name, value in row.items()} for row in found[:limit]]
    return shown, None if last is None else Place(last[by], last["key"])
