"""Where a store lives, and how to get at it for one unit of work.

This is the only place that knows about URLs. A second kind of place (a DuckLake, shared by many
machines) is one more class with ``unit_of_work`` and ``exists``, chosen in ``backend_for``.
"""

from __future__ import annotations

import contextlib
import os
import random
import re
import secrets
import threading
import time
from collections import defaultdict
from collections.abc import Iterator
from pathlib import Path
from typing import Protocol

import duckdb

from pipeline.errors import StoreBusyError, StoreError
from pipeline.store import migrations

CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}
"""Nothing is ever downloaded; what is needed (json, icu, parquet) is built into DuckDB."""
FIRST_PAUSE_S = 0.005
LONGEST_PAUSE_S = 0.25
_TURNS_IN_THIS_PROCESS: dict[Path, threading.Lock] = defaultdict(threading.Lock)


class Backend(Protocol):
    """A place where a store can live."""

    def exists(self) -> bool:
        """Return whether there is anything to read."""
        ...

    def mark(self) -> str:
        """Return what changes with every write; empty if there is nothing to read."""
        ...

    def unit_of_work(
        self, *, read_only: bool
    ) -> contextlib.AbstractContextManager[duckdb.DuckDBPyConnection]:
        """Return a connection inside one transaction, closed when the block is left."""
        ...


def backend_for(url: str, wait_s: float) -> Backend:
    """Return the backend that a store URL names.

    Raises:
        StoreError: No backend of this kind exists.
    """
    if url.startswith("ducklake:"):
        raise StoreError(
            "shared stores (ducklake:…) are not there yet: name a DuckDB file, e.g. callqa.duckdb"
        )
    if not url or re.match(r"[a-z][a-z0-9+]+:|:memory:", url):
        raise StoreError(f"a store is a DuckDB file, e.g. callqa.duckdb; this is not one: {url!r}")
    return DuckDBFile(Path(url).expanduser().absolute(), wait_s)


class DuckDBFile:
    """One file. A process that has it open for writing shuts out all others, so nobody stays.

    Args:
        path: The file; made on the first write, with the folders above it.
        wait_s: How long to wait for another process to let go.
    """

    def __init__(self, path: Path, wait_s: float) -> None:
        self.path = path
        self.wait_s = wait_s

    def exists(self) -> bool:
        """Return whether the file is there."""
        return self.path.exists()

    def mark(self) -> str:
        """Return when the file and its log were written last, and how long they are."""
        found = []
        for path in (self.path, self.path.with_name(f"{self.path.name}.wal")):
            with contextlib.suppress(FileNotFoundError):
                known = path.stat()
                found.append(f"{known.st_ino}-{known.st_mtime_ns}-{known.st_size}")
        return " ".join(found)

    @contextlib.contextmanager
    def unit_of_work(self, *, read_only: bool) -> Iterator[duckdb.DuckDBPyConnection]:
        """Yield a connection inside one transaction; commit at the end, roll back on an error.

        Units of work of one process take turns too: DuckDB refuses a second connection to the
        same file with another mode.

        Raises:
            StoreBusyError: Another process kept the file for longer than ``wait_s``.
            StoreError: The file cannot be opened, is too new, or a write was refused.
        """
        deadline = time.monotonic() + self.wait_s
        turn = _TURNS_IN_THIS_PROCESS[self.path]
        if not turn.acquire(timeout=self.wait_s):
            raise self._busy("this process")
        try:
            connection = self._ready(read_only, deadline)
            with contextlib.closing(connection), self._translated("could not be used"):
                connection.execute("BEGIN")
                yield connection
                connection.execute("COMMIT")
        finally:
            turn.release()

    def _ready(self, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
        """Return a connection to a store of the current schema, made or migrated if need be."""
        if not read_only and not self.path.exists():
            self._create()
        connection = self._connect(read_only, deadline)
        if self._is_current(connection):
            return connection
        connection.close()
        with (
            contextlib.closing(self._connect(False, deadline)) as writable,
            self._translated("could not be migrated"),
        ):
            migrations.apply(writable, self.path.name)
        return self._connect(read_only, deadline)

    def _is_current(self, connection: duckdb.DuckDBPyConnection) -> bool:
        try:
            return not migrations.pending(connection, self.path.name)
        except StoreError:
            connection.close()
            raise

    def _create(self) -> None:
        """Make an empty store beside the path and move it there whole.

        A process killed on the way leaves no half-made store, and of two processes that get
        here together one wins and the other uses what is there.
        """
        new = self.path.with_name(f".{self.path.name}.{secrets.token_hex(4)}.new")
        try:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            try:
                with (
                    self._translated("cannot be made"),
                    contextlib.closing(duckdb.connect(str(new), config=CONFIG)) as connection,
                ):
                    migrations.apply(connection, self.path.name)
                self._move_into_place(new)
            finally:
                new.unlink(missing_ok=True)
        except OSError as error:
            why = error.strerror or error
            raise StoreError(f"the store {self.path} cannot be made: {why}") from error

    def _move_into_place(self, new: Path) -> None:
        """Give a new store its name unless another process was faster."""
        try:
            os.link(new, self.path)
        except FileExistsError:
            return
        except OSError:  # a file system without links
            if not self.path.exists():
                new.rename(self.path)

    def _connect(self, read_only: bool, deadline: float) -> duckdb.DuckDBPyConnection:
        """Open the file, waiting with jitter while another process holds it."""
        pause_s = FIRST_PAUSE_S
        while True:
            try:
                return duckdb.connect(str(self.path), read_only=read_only, config=CONFIG)
            except (duckdb.IOException, duckdb.ConnectionException) as error:
                holder = _holder(str(error))
                if holder is None:
                    raise self._failed("cannot be opened", error) from error
                left_s = deadline - time.monotonic()
                if left_s <= 0:
                    raise self._busy(holder) from error
            time.sleep(min(left_s, random.uniform(FIRST_PAUSE_S, pause_s)))
            pause_s = min(2 * pause_s, LONGEST_PAUSE_S)

    @contextlib.contextmanager
    def _translated(self, what: str) -> Iterator[None]:
        """Turn DuckDB's complaints about disk and memory into a ``StoreError``."""
        try:
            yield
        except (duckdb.IOException, duckdb.OutOfMemoryException, duckdb.FatalException) as error:
            raise self._failed(what, error) from error

    def _failed(self, what: str, error: duckdb.Error) -> StoreError:
        return StoreError(f"the store {self.path} {what}: {str(error).splitlines()[0]}")

    def _busy(self, holder: str) -> StoreBusyError:
        return StoreBusyError(
            f"the store {self.path} stayed locked by {holder} for {self.wait_s:g} s: close what "
            "has it open (a DuckDB shell, a notebook), or wait longer (CALLQA_STORE_WAIT_S)"
        )


def _holder(message: str) -> str | None:
    """Return who holds the file according to DuckDB's message; None: it is not about a lock."""
    if "different configuration" in message:
        return "another connection of this process"
    if "Could not set lock" not in message:
        return None
    process = re.search(r"PID (\d+)", message)
    return f"process {process.group(1)}" if process else "another process"
