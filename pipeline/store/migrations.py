"""Bring a store to the schema that this version of callqa knows: numbered, recorded, all or none.

A migration is a file ``sql/NNNN_name.sql``. Once released it is never edited; a change is a new
file. All pending migrations run in one transaction, so a store is never left between two schemas.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from pipeline.errors import StoreError

FOLDER = Path(__file__).parent / "sql"
RECORD = """
CREATE TABLE IF NOT EXISTS schema_migrations (
    version INTEGER NOT NULL, name VARCHAR NOT NULL, applied_at TIMESTAMPTZ NOT NULL
)
"""


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    sql: str


@functools.cache
def known(folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Return all migrations in a folder, in order.

    Raises:
        ValueError: Their numbers are not 1, 2, 3 …
    """
    found = tuple(
        Migration(int(path.name[:4]), path.stem[5:], path.read_text(encoding="utf-8"))
        for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))
    )
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations in {folder} must be numbered 0001, 0002 … without gaps")
    return found


def version_of(connection: duckdb.DuckDBPyConnection, store: str) -> int:
    """Return the schema version of a store; 0: an empty DuckDB file.

    Args:
        connection: Open on the store.
        store: Named in errors only.

    Raises:
        StoreError: The file belongs to something else.
    """
    try:
        row = connection.execute("SELECT max(version) FROM schema_migrations").fetchone()
    except duckdb.CatalogException:
        tables = connection.execute("SELECT table_name FROM duckdb_tables() LIMIT 3").fetchall()
    else:
        return int(row[0]) if row and row[0] is not None else 0
    if tables:
        raise StoreError(
            f"{store} is a DuckDB file of something else (it has the tables "
            f"{', '.join(sorted(name for (name,) in tables))} …): name another file"
        )
    return 0


def pending(
    connection: duckdb.DuckDBPyConnection,
    store: str,
    migrations: tuple[Migration, ...] | None = None,
) -> tuple[Migration, ...]:
    """Return the migrations that a store still lacks.

    Raises:
        StoreError: The store is of a newer schema than this callqa knows.
    """
    every = known() if migrations is None else migrations
    version = version_of(connection, store)
    if version > len(every):
        raise StoreError(
            f"{store} was written by a newer callqa (schema {version}; this one knows up to "
            f"{len(every)}): upgrade callqa, or name another store"
        )
    return every[version:]


def apply(
    connection: duckdb.DuckDBPyConnection,
    store: str,
    migrations: tuple[Migration, ...] | None = None,
) -> int:
    """Run what is pending, in one transaction, and return the schema version reached.

    What is pending is looked up again inside the transaction: another process may have been
    faster.

    Raises:
        StoreError: The store is of a newer schema than this callqa knows.
    """
    connection.execute("BEGIN")
    try:
        steps = pending(connection, store, migrations)
        connection.execute(RECORD)
        for step in steps:
            connection.execute(step.sql)
            connection.execute(
                "INSERT INTO schema_migrations VALUES (?, ?, ?)",
                [step.version, step.name, datetime.now(UTC)],
            )
        version = version_of(connection, store)
        connection.execute("COMMIT")
    except (duckdb.Error, StoreError):
        connection.execute("ROLLBACK")
        raise
    return version
