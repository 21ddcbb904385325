"""Where a desk lives, and how to get at it for one unit of work."""

from __future__ import annotations

import contextlib
import threading
from collections.abc import Iterator
from pathlib import Path

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, OperationalError, TimeoutError
from sqlalchemy.pool import ConnectionPoolEntry

from pipeline.desk import schema
from pipeline.errors import StoreBusyError, StoreError

WRITES = "callqa_writes"
"""Execution option of a connection that is going to write."""
ENDING = ".desk"
PRAGMAS = (
    "journal_mode = WAL",  # readers and the one writer do not wait for each other
    "synchronous = FULL",  # a review that was answered "saved" survives a power cut
    "foreign_keys = ON",
    "cache_size = -65536",  # KiB
    "mmap_size = 1073741824",
    "temp_store = MEMORY",
)


def desk_for(store_url: str, desk_url: str | None = None, wait_s: float = 30.0) -> Desk:
    """Return the desk of a store: the one that a setting names, else a file beside the store.

    Args:
        store_url: Of the store, such as ``callqa.duckdb``; its desk is ``callqa.duckdb.desk``.
        desk_url: A path, or a URL that SQLAlchemy knows.
        wait_s: How long to wait for another process that is writing.

    Raises:
        StoreError: The URL makes no sense.
    """
    if desk_url is not None and "://" in desk_url:
        return Desk(desk_url, wait_s)
    path = Path(desk_url or f"{store_url}{ENDING}").expanduser().absolute()
    return Desk(f"sqlite:///{path}", wait_s)


class Desk:
    """A database of rows, made on first use. Every block is one transaction.

    Args:
        url: As SQLAlchemy has it: ``sqlite:////absolute/path``.
        wait_s: How long to wait for another process that is writing.

    Raises:
        StoreError: The URL makes no sense. From every method: the database cannot be opened or is
            too new. ``StoreBusyError``: somebody else kept it for longer than ``wait_s``.
    """

    def __init__(self, url: str, wait_s: float = 30.0) -> None:
        self.url = url
        self.wait_s = wait_s
        self._ready = False
        self._making = threading.Lock()
        try:
            self._engine = self._engine_for(url)
        except (ArgumentError, ModuleNotFoundError) as error:
            raise StoreError(f"{url!r} names no desk: expected a path or a URL") from error

    @property
    def place(self) -> str:
        """Return where it is, without a password, for people."""
        return make_url(self.url).render_as_string(hide_password=True).removeprefix("sqlite:///")

    @contextlib.contextmanager
    def reading(self) -> Iterator[Connection]:
        """Yield a connection for questions; what others write meanwhile is not seen."""
        self._make_ready()
        with self._translated(), self._engine.connect() as connection:
            yield connection

    @contextlib.contextmanager
    def writing(self) -> Iterator[Connection]:
        """Yield a connection in a transaction of its own; commit at the end, else roll back.

        On SQLite writers take turns from the first statement on, so whatever is read here stays
        true until the end of the block.
        """
        self._make_ready()
        with self._translated(), self._engine.connect() as plain:
            connection = plain.execution_options(**{WRITES: True})
            with connection.begin():
                yield connection

    def close(self) -> None:
        """Let go of all connections."""
        self._engine.dispose()

    def _engine_for(self, url: str) -> Engine:
        parsed = make_url(url)
        if parsed.get_backend_name() != "sqlite":
            return create_engine(url, pool_size=10, max_overflow=30, pool_timeout=self.wait_s)
        engine = create_engine(
            url,
            connect_args={"timeout": self.wait_s},
            pool_size=10,
            max_overflow=40,
            pool_timeout=self.wait_s,
        )
        event.listen(engine, "connect", _prepare_sqlite)
        event.listen(engine, "begin", _begin_sqlite)
        return engine

    def _make_ready(self) -> None:
        """Make or migrate the schema, once per process."""
        if self._ready:
            return
        with self._making, self._translated():
            if self._ready:
                return
            path = make_url(self.url).database
            if self._engine.dialect.name == "sqlite" and path:
                self._make_folder(Path(path).parent)
            with self._engine.connect() as plain:
                connection = plain.execution_options(**{WRITES: True})
                with connection.begin():
                    schema.apply(connection, self.place)
            self._ready = True

    def _make_folder(self, folder: Path) -> None:
        try:
            folder.mkdir(parents=True, exist_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise StoreError(f"the desk {self.place} cannot be made: {why}") from error

    @contextlib.contextmanager
    def _translated(self) -> Iterator[None]:
        """Turn the database's complaints about locks and disks into ours."""
        try:
            yield
        except TimeoutError as error:
            raise StoreBusyError(f"the desk {self.place} has too much to do: try again") from error
        except OperationalError as error:
            why = str(error.orig)
            if "locked" in why or "busy" in why:
                raise StoreBusyError(
                    f"the desk {self.place} stayed locked for {self.wait_s:g} s: try again"
                ) from error
            raise StoreError(f"the desk {self.place} could not be used: {why}") from error


def _prepare_sqlite(connection: DBAPIConnection, _entry: ConnectionPoolEntry) -> None:
    """Set a new connection up; transactions are begun by us, not by Python's driver."""
    connection.isolation_level = None
    cursor = connection.cursor()
    for pragma in PRAGMAS:
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()


def _begin_sqlite(connection: Connection) -> None:
    writes = connection.get_execution_options().get(WRITES, False)
    connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")
