from __future__ import annotations

import threading
from pathlib import Path

import pytest

from flows.watch import Arrivals, watch_folder
from pipeline.errors import InputError


def test_a_file_is_complete_when_it_stood_still(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path, settle_s=5)
    recording = tmp_path / "a.wav"
    recording.write_bytes(b"1")
    assert arrivals.complete(now_s=0) == []
    assert arrivals.complete(now_s=4) == []
    assert arrivals.complete(now_s=5) == [recording]


def test_a_file_that_still_grows_is_left_alone(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path, settle_s=5)
    recording = tmp_path / "a.wav"
    for second in range(0, 20, 4):
        recording.write_bytes(b"1" * (second + 1))
        assert arrivals.complete(now_s=second) == []
    assert arrivals.complete(now_s=25) == [recording]


def test_each_content_is_handed_out_once(tmp_path: Path) -> None:
    arrivals = Arrivals(tmp_path, settle_s=0)
    recording = tmp_path / "a.wav"
    recording.write_bytes(b"1")
    assert arrivals.complete(now_s=0) == [recording]
    assert arrivals.complete(now_s=1) == []
    recording.write_bytes(b"other")
    assert arrivals.complete(now_s=2) == [recording]


def test_hidden_and_partial_files_are_not_recordings(tmp_path: Path) -> None:
    for name in (".a.wav", "b.part", ".cache/c.wav"):
        path = tmp_path / name
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(b"1")
    assert Arrivals(tmp_path, settle_s=0).complete(now_s=0) == []


def test_the_watch_scores_what_is_there_and_ends_when_asked(tmp_path: Path) -> None:
    recording = tmp_path / "team" / "a.wav"
    recording.parent.mkdir()
    recording.write_bytes(b"1")
    stop = threading.Event()
    scored: list[list[Path]] = []

    def score(paths: list[Path]) -> None:
        scored.append(paths)
        stop.set()

    watch_folder(tmp_path, score, every_s=0.01, settle_s=0.0, stop=stop)

    assert scored == [[recording]]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no folder"):
        watch_folder(tmp_path / "missing", lambda paths: None)
