"""What judges said about the same: counted, for the pages about agreement.

Calls of which two blind reviews are not yet done are left out: nobody may see what was judged.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Literal

import duckdb

from pipeline.agreement import Pair
from pipeline.comparing import Moments
from pipeline.domain import Verdict
from pipeline.leaning import Leaning, leaning
from pipeline.reviews import ReviewKind
from pipeline.store.analysis import Scope
from pipeline.store.queries import query
from pipeline.store.reading import rows


@dataclass(frozen=True, slots=True)
class MachinePairs:
    """How often the machine said the first and a reviewer the second."""

    criterion: str
    reviewer: str
    kind: ReviewKind
    month: date
    pair: Pair
    count: int


@dataclass(frozen=True, slots=True)
class ReviewerPairs:
    """How often one reviewer said the first and another the second, both blind."""

    criterion: str
    first: str
    second: str
    month: date
    pair: Pair
    count: int


@dataclass(frozen=True, slots=True)
class Lean:
    """Whether a reviewer is strict or lenient, and against whom."""

    against: Literal["machine", "colleagues"]
    leaning: Leaning


@dataclass(frozen=True, slots=True)
class Said:
    """All that the pages about agreement are made from."""

    machine: tuple[MachinePairs, ...]
    """In the order of the rubric's criteria."""
    reviewers: tuple[ReviewerPairs, ...]
    leans: tuple[Lean, ...]


def said(connection: duckdb.DuckDBPyConnection, scope: Scope, *, min_calls: int) -> Said:
    """Return what was said by more than one judge.

    Args:
        connection: To the store.
        scope: Which calls; the period is when reviews were finished.
        min_calls: Below so many calls nobody is called strict or lenient.
    """
    known: dict[str, str | datetime | list[str] | None] = {
        "rubric": scope.rubric,
        "since": scope.since,
        "until": scope.until,
        "teams": None if scope.teams is None else list(scope.teams),
        "hidden": list(scope.hidden),
    }
    rows(connection, query("agreement_said"), known)
    machine, reviewers, leans = (
        rows(connection, query(f"agreement_{name}")) for name in ("pairs", "reviewers", "leaning")
    )
    return Said(
        tuple(_machine(row) for row in machine),
        tuple(_reviewers(row) for row in reviewers),
        tuple(_lean(row, min_calls) for row in leans),
    )


def _machine(row: dict[str, Any]) -> MachinePairs:
    return MachinePairs(
        row["criterion"],
        row["reviewer"],
        ReviewKind(row["kind"]),
        row["month"],
        Pair(Verdict(row["machine"]), Verdict(row["human"])),
        row["count"],
    )


def _reviewers(row: dict[str, Any]) -> ReviewerPairs:
    return ReviewerPairs(
        row["criterion"],
        row["first"],
        row["second"],
        row["month"],
        Pair(Verdict(row["one"]), Verdict(row["other"])),
        row["count"],
    )


def _lean(row: dict[str, Any], min_calls: int) -> Lean:
    calls = Moments(row["calls"], row["mean"], row["variance"])
    verdicts = int(row["verdicts"])
    return Lean(row["against"], leaning(row["reviewer"], calls, verdicts, min_calls=min_calls))
