"""Bring a desk to the schema that this version of callqa knows: numbered, recorded, all or none.

A migration is a file ``sql/NNNN_name.sql``, or ``sql/NNNN_name.DIALECT.sql`` where the databases
differ. Once released it is never edited; a change is a new file.
"""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import Connection, text
from sqlalchemy.exc import OperationalError, ProgrammingError

from pipeline.desk.times import now_text
from pipeline.errors import StoreError

FOLDER = Path(__file__).parent / "sql"
RECORD = (
    "CREATE TABLE IF NOT EXISTS schema_migrations "
    "(version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, applied_at TEXT NOT NULL)"
)


@dataclass(frozen=True, slots=True)
class Migration:
    """One step of the schema."""

    version: int
    name: str
    statements: tuple[str, ...]


@functools.cache
def known(dialect: str, folder: Path = FOLDER) -> tuple[Migration, ...]:
    """Return all migrations for a database, in order.

    Args:
        dialect: As SQLAlchemy calls it: ``sqlite`` or ``postgresql``.
        folder: Where they are.

    Raises:
        ValueError: Their numbers are not 1, 2, 3 …
    """
    found = []
    for path in sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql")):
        name, *only = path.stem[5:].split(".")
        if not only or only == [dialect]:
            found.append(Migration(int(path.name[:4]), name, _statements(path)))
    if [migration.version for migration in found] != list(range(1, len(found) + 1)):
        raise ValueError(f"migrations in {folder} must be numbered 0001, 0002 … without gaps")
    return tuple(found)


def _statements(path: Path) -> tuple[str, ...]:
    """Return a file's statements; each ends with a semicolon at the end of a line."""
    lines = [
        line.split(" -- ")[0].rstrip()
        for line in path.read_text(encoding="utf-8").splitlines()
        if not line.lstrip().startswith("--")
    ]
    whole = "\n".join(lines)
    return tuple(part.strip() for part in whole.split(";\n") if part.strip().rstrip(";"))


def version_of(connection: Connection) -> int:
    """Return the schema version of a desk; 0: nothing is there yet."""
    try:
        found = connection.execute(text("SELECT max(version) FROM schema_migrations")).scalar()
    except (OperationalError, ProgrammingError):
        return 0
    return int(found or 0)


def pending(connection: Connection, place: str) -> tuple[Migration, ...]:
    """Return the migrations that a desk has not had.

    Args:
        connection: Open on the desk.
        place: Named in errors only.

    Raises:
        StoreError: It was made by a newer version of callqa.
    """
    migrations = known(connection.dialect.name)
    version = version_of(connection)
    if version > len(migrations):
        raise StoreError(
            f"the desk {place} has schema {version}, this callqa knows {len(migrations)}: "
            "update callqa"
        )
    return migrations[version:]


def apply(connection: Connection, place: str) -> None:
    """Apply what is pending, inside the caller's transaction.

    Raises:
        StoreError: It was made by a newer version of callqa.
    """
    connection.execute(text(RECORD))
    for migration in pending(connection, place):
        for statement in migration.statements:
            connection.exec_driver_sql(statement)
        connection.execute(
            text("INSERT INTO schema_migrations VALUES (:version, :name, :applied_at)"),
            {"version": migration.version, "name": migration.name, "applied_at": now_text()},
        )
