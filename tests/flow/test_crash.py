"""Kill the command line at ten random moments of a batch; what comes out must not differ."""

from __future__ import annotations

import json
import os
import random
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

import pytest
from pydantic import JsonValue

from flows.cli.demo import bundled_calls
from pipeline.store import Store
from tests.flow.batches import different_calls, write_jsonl

pytestmark = [pytest.mark.flow, pytest.mark.audio, pytest.mark.timeout(900)]

KILLS = 10
LONGEST_WORK_S = 5.0
"""From the first change of the store on; loading models is about half of it, so some kills hit
transcribing, some loading, some judging and storing."""
WRITTEN_CALLS = 30


class Batch:
    """One batch that real processes work on, each with the environment of the test."""

    def __init__(self, folder: Path, prefect_url: str) -> None:
        self.folder = folder
        self.environment = {
            **os.environ,
            "PREFECT_API_URL": prefect_url,
            "CALLQA_SHARD_SIZE": "6",
            "CALLQA_ASR_THREADS": "2",
        }
        write_jsonl(folder / "chats.jsonl", different_calls(WRITTEN_CALLS))
        shutil.copy(bundled_calls() / "calls" / "d1-06.flac", folder / "spoken.flac")

    def start(self, store: Path) -> subprocess.Popen[bytes]:
        return subprocess.Popen(
            [
                *(sys.executable, "-m", "flows.cli", "score"),
                *(self.folder / "spoken.flac", self.folder / "chats.jsonl", "--store", store),
            ],
            env=self.environment,
            cwd=self.folder,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
        )

    def finish(self, store: Path) -> None:
        process = self.start(store)
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors.decode()
        assert b"Traceback" not in errors

    def kill(self, store: Path, after_s: float) -> bool:
        """Kill a run some time after it began to change the store; return whether it was alive."""
        before = state_of(store)
        process = self.start(store)
        while process.poll() is None and state_of(store) == before:
            time.sleep(0.01)
        time.sleep(after_s)
        process.send_signal(signal.SIGKILL)
        process.communicate()
        return process.returncode == -signal.SIGKILL


def state_of(store: Path) -> Sequence[tuple[str, int, int]]:
    """Return what can be seen of a store from outside without opening it."""
    files = sorted(store.parent.glob(f"{store.name}*"))
    return [(path.name, path.stat().st_size, path.stat().st_mtime_ns) for path in files]


def exports(store: Path) -> dict[str, list[dict[str, JsonValue]]]:
    opened = Store(str(store))
    found = {what: list(opened.export(what)) for what in ("calls", "turns", "evaluations")}
    for row in found["evaluations"]:
        del row["evaluated_at"]
    return found


def test_ten_kills_and_one_more_run_give_what_an_uninterrupted_run_gives(
    tmp_path: Path, prefect_backend: str
) -> None:
    batch = Batch(tmp_path, prefect_backend)
    whole, broken = tmp_path / "whole" / "calls.duckdb", tmp_path / "broken" / "calls.duckdb"
    whole.parent.mkdir()
    broken.parent.mkdir()
    moments = random.Random(20261124)
    killed, left = 0, []

    for _ in range(KILLS):
        killed += batch.kill(broken, moments.uniform(0.0, LONGEST_WORK_S))
        opened = Store(str(broken))
        left.append(opened.counts().evaluations if opened.exists() else 0)
    batch.finish(broken)
    batch.finish(whole)

    assert left == sorted(left), "what was stored is never lost"
    assert killed >= KILLS / 2, "most kills hit a run that was at work"
    assert any(0 < count < WRITTEN_CALLS + 1 for count in left), "some kill hit a half-done batch"
    assert exports(broken) == exports(whole)
    assert Store(str(broken)).counts() == Store(str(whole)).counts()
    assert json.dumps(sorted(job.key for job in Store(str(broken)).jobs())) == json.dumps(
        sorted(job.key for job in Store(str(whole)).jobs())
    )
