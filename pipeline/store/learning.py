"""What reviewers said about single criteria, read to learn from (``pipeline.corrections``)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb

from pipeline.corrections import Statement
from pipeline.store import bulk
from pipeline.store.queries import query
from pipeline.store.reading import rows


def statements(connection: duckdb.DuckDBPyConnection) -> tuple[Statement, ...]:
    """Return everything that reviewers said and that stands, by call and criterion, oldest first.

    Ask for it with ``Store.ask``.
    """
    found = rows(connection, query("examples"))
    meanings: dict[tuple[str, int], Mapping[str, str]] = {}
    for version in {(row["rubric"], row["rubric_version"]) for row in found}:
        rubric = bulk.rubric(connection, *version)
        criteria = () if rubric is None else rubric.criteria
        meanings[version] = {item.id: item.meaning_sha256 for item in criteria}
    return tuple(
        _statement(row, meanings[row["rubric"], row["rubric_version"]].get(row["criterion"]))
        for row in found
    )


def _statement(row: dict[str, Any], meaning: str | None) -> Statement:
    turns = row["turns"]
    return Statement.model_validate(
        {
            **{name: value for name, value in row.items() if name != "said_at"},
            "at": row["said_at"],
            "meaning_sha256": meaning or "",
            "turns": None if turns is None else tuple(sorted(set(turns))),
            "model_versions": dict(row["model_versions"]),
        }
    )
