from __future__ import annotations

import json
import os
import random
import shutil
import socket
import subprocess
import threading
import wave
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from flows.cli.demo import bundled_calls
from pipeline.domain import Job
from pipeline.store import Store
from tests.flow.batches import GOOD, write_jsonl, written_call
from tests.flow.conftest import Run

pytestmark = [pytest.mark.flow, pytest.mark.audio]

ODD_ID = "o'clock \"now\"/../../x\n'; DROP TABLE calls; --"


class Listener:
    """A real port that counts who connects to it."""

    def __init__(self) -> None:
        self.socket = socket.create_server(("127.0.0.1", 0))
        self.port = int(self.socket.getsockname()[1])
        self.connections = 0
        self.thread = threading.Thread(target=self._count, daemon=True)
        self.thread.start()

    def _count(self) -> None:
        while True:
            try:
                connection, _ = self.socket.accept()
            except OSError:
                return
            self.connections += 1
            connection.close()

    def close(self) -> None:
        self.socket.shutdown(socket.SHUT_RDWR)
        self.socket.close()
        self.thread.join()


@pytest.fixture(scope="module")
def listener() -> Iterator[Listener]:
    found = Listener()
    yield found
    found.close()


def write_wav(path: Path, seconds: float, rate_hz: int = 8000) -> None:
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(rate_hz)
        file.writeframes(np.zeros(int(seconds * rate_hz), dtype="<i2").tobytes())


@pytest.fixture
def folder(tmp_path: Path, listener: Listener) -> Path:
    """Return a folder in which one recording is good and everything else is not."""
    folder = tmp_path / "recordings"
    folder.mkdir()
    shutil.copy(bundled_calls() / "calls" / "d1-06.flac", folder / "a-good.flac")
    shutil.copy(bundled_calls() / "calls" / "d1-06.flac", folder / "b-copy.flac")
    (folder / "empty.wav").write_bytes(b"")
    (folder / "noise.wav").write_bytes(random.Random(0).randbytes(20_000))
    (folder / "words.mp3").write_text("This is no recording.\n" * 50, encoding="utf-8")
    write_wav(folder / "blink.wav", 0.05)
    write_wav(folder / "silence.wav", 20 * 60)
    secret = tmp_path / "secret.wav"
    write_wav(secret, 1.0)
    (folder / "playlist.wav").write_text(
        "#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n"
        f"http://127.0.0.1:{listener.port}/a.wav\n#EXTINF:10,\nfile://{secret}\n#EXT-X-ENDLIST\n",
        encoding="utf-8",
    )
    (folder / "script.wav").write_text(
        f"ffconcat version 1.0\nfile '{secret}'\nfile 'http://127.0.0.1:{listener.port}/b.wav'\n",
        encoding="utf-8",
    )
    return folder


def report_of(result: subprocess.CompletedProcess[str]) -> dict[str, Job]:
    assert result.returncode == 3, result.stderr
    assert "Traceback" not in result.stderr + result.stdout
    jobs = [Job.model_validate(item["job"]) for item in json.loads(result.stdout)["outcomes"]]
    return {job.call_id: job for job in jobs}


def test_every_bad_recording_gets_a_reason_and_the_good_one_a_scorecard(
    callqa: Run, folder: Path, listener: Listener, tmp_path: Path
) -> None:
    store = tmp_path / "calls.duckdb"
    jobs = report_of(callqa("score", folder, tmp_path / "gone.flac", "--store", store, "--json"))

    assert jobs["a-good"].status == "scored"
    assert jobs["b-copy"].status == "duplicate"
    assert "'a-good'" in (jobs["b-copy"].reason or "")
    expected = {
        "empty": "empty",
        "noise": "not a recording",
        "words": "plain text",
        "blink": "0.05 s",
        "silence": "no speech",
        "playlist": "playlist",
        "script": "",
        "gone": "gone.flac",
    }
    for name, part in expected.items():
        assert jobs[name].status == "failed", name
        assert part in (jobs[name].reason or ""), jobs[name].reason
        assert len((jobs[name].reason or "").split()) >= 4, "a reason is a sentence"
    assert listener.connections == 0
    assert {job.call_id: job.reason for job in Store(str(store)).jobs()} == {
        name: job.reason for name, job in jobs.items()
    }


def test_a_manifest_with_a_missing_file_names_it_and_scores_the_rest(
    callqa: Run, tmp_path: Path
) -> None:
    write_jsonl(tmp_path / "chat.json", [written_call("here")])
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("path,agent\nchat.json,Nadia\nlost.wav,Tom\n", encoding="utf-8")

    jobs = report_of(callqa("score", "--manifest", manifest, "--json"))

    assert jobs["here"].status == "scored"
    assert jobs["lost"].status == "failed"
    assert "lost.wav" in (jobs["lost"].reason or "")


def test_an_odd_call_id_is_only_a_call_id(callqa: Run, tmp_path: Path) -> None:
    calls = write_jsonl(tmp_path / "chats.jsonl", [written_call(ODD_ID), written_call("plain")])

    result = callqa("score", calls)
    shown = callqa("show", ODD_ID, "--json")
    exported = callqa("export", "calls")

    assert result.returncode == 0, result.stderr
    assert json.loads(shown.stdout)["call"]["call_id"] == ODD_ID
    assert {json.loads(line)["call_id"] for line in exported.stdout.splitlines()} == {
        ODD_ID,
        "plain",
    }
    assert "\\n" in result.stdout, "a newline in an id is written out"


PRIVILEGES = "-dac_override,-dac_read_search"
"""What lets root read everything."""
AS_ANYBODY = ("setpriv", f"--bounding-set={PRIVILEGES}", f"--inh-caps={PRIVILEGES}")


def test_a_folder_without_permission_is_reported(callqa: Run, tmp_path: Path) -> None:
    closed = tmp_path / "closed"
    closed.mkdir()
    good = tmp_path / "good.txt"
    good.write_text("\n".join(f"{role.title()}: {text}" for role, text in GOOD), encoding="utf-8")
    closed.chmod(0)
    try:
        under = AS_ANYBODY if os.access(closed, os.R_OK) else ()
        if under and shutil.which(under[0]) is None:
            pytest.skip("this user may read every folder, and setpriv is not there to change that")
        jobs = report_of(callqa("score", closed, good, "--json", under=under))
    finally:
        closed.chmod(0o700)
    assert jobs["good"].status == "scored"
    assert "permission" in (jobs["closed"].reason or "").lower()


def test_nothing_at_all_to_score_is_an_error_in_words(callqa: Run, tmp_path: Path) -> None:
    (tmp_path / "none").mkdir()
    result = callqa("score", tmp_path / "none")
    assert result.returncode == 1
    assert "error:" in result.stderr and "Traceback" not in result.stderr
