"""A store is shared by waiting: real processes contend for one file, and none is left behind."""

from __future__ import annotations

import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipeline.errors import StoreBusyError, StoreError
from pipeline.store import Store
from tests.stored import RUBRIC, call_of, evaluation_of, score_call, transcript_of

WRITER = """
import sys
from pipeline.store import Store
from tests.stored import call_of, score_call
store = Store(sys.argv[1], wait_s=60)
for number in range(int(sys.argv[3])):
    score_call(store, call_of(f"{sys.argv[2]}-{number}"))
"""
HOLDER = """
import sys, time, duckdb
connection = duckdb.connect(sys.argv[1])
print("open", flush=True)
time.sleep(float(sys.argv[2]))
"""


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "calls.duckdb")


def writer(path: str, name: str, calls: int) -> subprocess.Popen[bytes]:
    return subprocess.Popen([sys.executable, "-c", WRITER, path, name, str(calls)])


@pytest.fixture
def holder(path: str) -> Iterator[subprocess.Popen[str]]:
    """A process that has the file open for writing, for a minute."""
    score_call(Store(path), call_of())
    process = subprocess.Popen(
        [sys.executable, "-c", HOLDER, path, "60"], stdout=subprocess.PIPE, text=True
    )
    assert process.stdout is not None and process.stdout.readline() == "open\n"
    yield process
    process.kill()
    process.communicate()


def test_two_processes_make_and_fill_one_store_together(path: str) -> None:
    processes = [writer(path, name, 5) for name in ("a", "b")]
    assert [process.wait(timeout=120) for process in processes] == [0, 0]
    counts = Store(path).counts()
    assert (counts.calls, counts.evaluations, counts.turns) == (10, 10, 20)


def test_reading_goes_on_while_another_process_writes(path: str) -> None:
    store = Store(path)
    score_call(store, call_of())
    process = writer(path, "a", 5)
    seen = []
    while process.poll() is None:
        seen.append(store.counts().calls)
    assert process.returncode == 0
    assert seen == sorted(seen)
    assert store.counts().calls == 6


def test_a_process_that_keeps_the_store_is_named_after_the_wait(
    path: str, holder: subprocess.Popen[str]
) -> None:
    began = time.monotonic()
    busy = rf"stayed locked by process {holder.pid} for 0\.3 s.*CALLQA_STORE_WAIT_S"
    with pytest.raises(StoreBusyError, match=busy):
        Store(path, wait_s=0.3).counts()
    with pytest.raises(StoreBusyError, match=busy):
        score_call(Store(path, wait_s=0.3), call_of("c2"))
    assert 0.6 <= time.monotonic() - began < 10


def test_waiting_ends_when_the_other_process_is_killed(
    path: str, holder: subprocess.Popen[str]
) -> None:
    threading.Timer(0.3, holder.send_signal, [signal.SIGKILL]).start()
    score_call(Store(path, wait_s=30), call_of("c2"))
    assert Store(path).counts().calls == 2


def test_another_connection_of_this_process_is_waited_for_too(path: str) -> None:
    score_call(Store(path), call_of())
    with duckdb.connect(path), pytest.raises(StoreBusyError, match="connection of this process"):
        Store(path, wait_s=0.2).counts()
    assert Store(path).counts().calls == 1


def test_threads_of_one_process_take_turns(path: str) -> None:
    store = Store(path)
    score_call(store, call_of())
    threads = [
        threading.Thread(target=score_call, args=(store, call_of(f"t{number}")))
        for number in range(6)
    ]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        store.counts()
    assert store.counts().calls == 7


def test_what_a_killed_process_had_committed_is_there(path: str) -> None:
    code = (
        WRITER
        + "\nimport os, signal, duckdb\n"
        + (
            "connection = duckdb.connect(sys.argv[1])\n"
            "connection.execute(\"BEGIN; INSERT INTO recordings VALUES ('half', 'x', 1)\")\n"
            "os.kill(os.getpid(), signal.SIGKILL)\n"
        )
    )
    done = subprocess.run([sys.executable, "-c", code, path, "a", "2"], check=False)
    assert done.returncode == -signal.SIGKILL
    counts = Store(path).counts()
    assert (counts.calls, counts.recordings) == (2, 2)


def test_an_error_inside_a_unit_of_work_leaves_nothing_behind(path: str) -> None:
    store = Store(path)
    score_call(store, call_of())
    call = call_of("c2")
    lopsided = evaluation_of(call).model_copy(update={"rubric_version": 2})
    with pytest.raises(StoreError, match="made with rubric"):
        store.write_evaluations([evaluation_of(call), lopsided], RUBRIC)
    store.write_transcript(call, transcript_of(call))
    assert store.counts().evaluations == 1


def test_the_folders_above_a_new_store_are_made(tmp_path: Path) -> None:
    path = tmp_path / "var" / "team a" / "calls.duckdb"
    score_call(Store(str(path)), call_of())
    assert [file.name for file in path.parent.iterdir()] == ["calls.duckdb"]


def test_a_file_that_is_no_database_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "notes.txt"
    path.write_text("not a database", encoding="utf-8")
    with pytest.raises(StoreError, match=r"notes.txt cannot be opened: .*not a valid DuckDB"):
        score_call(Store(str(path)), call_of())
    assert path.read_text(encoding="utf-8") == "not a database"


def test_a_place_where_no_file_can_be_is_named(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    with pytest.raises(StoreError, match=r"file/calls.duckdb cannot be made: File exists"):
        score_call(Store(str(tmp_path / "file" / "calls.duckdb")), call_of())


@pytest.mark.parametrize(
    ("url", "says"),
    [
        ("ducklake:postgres:dbname=calls", "not there yet: name a DuckDB file"),
        ("postgres://localhost/calls", "a store is a DuckDB file"),
        ("s3://bucket/calls.duckdb", "a store is a DuckDB file"),
        (":memory:", "a store is a DuckDB file"),
        ("", "a store is a DuckDB file"),
    ],
)
def test_urls_of_other_kinds_are_refused_in_words(url: str, says: str) -> None:
    with pytest.raises(StoreError, match=says):
        Store(url)
