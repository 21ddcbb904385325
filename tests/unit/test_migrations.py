"""Schemas move forward only, whole steps at a time, and never over something else."""

from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from pipeline.errors import StoreError
from pipeline.store import Store, migrations
from pipeline.store.migrations import Migration, apply, known, version_of
from tests.stored import call_of, score_call

FIRST = Migration(1, "first", "CREATE TABLE one (a INTEGER); INSERT INTO one VALUES (1);")
SECOND = Migration(2, "second", "ALTER TABLE one ADD COLUMN b INTEGER DEFAULT 7;")
BROKEN = Migration(2, "broken", "CREATE TABLE two (a INTEGER); SELECT * FROM nowhere;")


@pytest.fixture
def path(tmp_path: Path) -> Path:
    return tmp_path / "calls.duckdb"


def test_migrations_run_in_order_once_and_are_recorded(path: Path) -> None:
    with duckdb.connect(path) as connection:
        assert apply(connection, "s", (FIRST,)) == 1
        assert apply(connection, "s", (FIRST, SECOND)) == 2
        assert apply(connection, "s", (FIRST, SECOND)) == 2
        assert connection.execute("SELECT * FROM one").fetchall() == [(1, 7)]
        recorded = connection.execute("SELECT version, name FROM schema_migrations ORDER BY 1")
        assert recorded.fetchall() == [(1, "first"), (2, "second")]


def test_a_migration_that_fails_leaves_the_store_as_it_was(path: Path) -> None:
    with duckdb.connect(path) as connection:
        apply(connection, "s", (FIRST,))
        with pytest.raises(duckdb.CatalogException, match="nowhere"):
            apply(connection, "s", (FIRST, BROKEN))
    with duckdb.connect(path) as connection:
        assert version_of(connection, "s") == 1
        names = connection.execute("SELECT table_name FROM duckdb_tables() ORDER BY 1").fetchall()
        assert names == [("one",), ("schema_migrations",)]


def test_the_files_are_numbered_without_gaps(tmp_path: Path) -> None:
    assert [step.version for step in known()] == list(range(1, len(known()) + 1))
    (tmp_path / "0002_later.sql").write_text("SELECT 1", encoding="utf-8")
    with pytest.raises(ValueError, match="without gaps"):
        known(tmp_path)


def test_a_store_of_an_older_schema_is_brought_up_to_date_when_read(path: Path) -> None:
    with duckdb.connect(path) as connection:
        apply(connection, "s", known()[:1])
        connection.execute("INSERT INTO recordings VALUES ('abc', '/calls/c1.wav', 3)")
    assert Store(str(path)).counts().recordings == 1
    with duckdb.connect(path, read_only=True) as connection:
        assert version_of(connection, "s") == len(known())


def test_a_store_of_a_newer_schema_is_refused_and_left_alone(path: Path) -> None:
    store = Store(str(path))
    score_call(store, call_of())
    with duckdb.connect(path) as connection:
        connection.execute("INSERT INTO schema_migrations VALUES (99, 'to_come', now())")
    newer = r"calls.duckdb was written by a newer callqa \(schema 99; .*upgrade callqa"
    with pytest.raises(StoreError, match=newer):
        store.counts()
    with pytest.raises(StoreError, match=newer):
        score_call(store, call_of("c2"))
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT count(*) FROM calls").fetchall() == [(1,)]


def test_a_database_of_something_else_is_refused_and_left_alone(path: Path) -> None:
    with duckdb.connect(path) as connection:
        connection.execute("CREATE TABLE invoices (a INTEGER)")
    for use in (lambda: Store(str(path)).counts(), lambda: score_call(Store(str(path)), call_of())):
        with pytest.raises(StoreError, match=r"something else \(it has the tables invoices"):
            use()
    with duckdb.connect(path, read_only=True) as connection:
        assert connection.execute("SELECT table_name FROM duckdb_tables()").fetchall() == [
            ("invoices",)
        ]


def test_an_empty_database_becomes_a_store(path: Path) -> None:
    duckdb.connect(path).close()
    score_call(Store(str(path)), call_of())
    assert Store(str(path)).counts().calls == 1


def test_no_table_relies_on_keys_or_indexes() -> None:
    sql = "".join(step.sql for step in migrations.known()).upper()
    for word in ("PRIMARY KEY", "UNIQUE", "REFERENCES", "CREATE INDEX", "SEQUENCE"):
        assert word not in sql.replace("NO KEYS, UNIQUE CONSTRAINTS", "")
