"""The progress of a batch: calls that are heard count, calls that are settled count whole."""

from __future__ import annotations

import io

import pytest
from rich.console import Console

from flows.cli import progress_bar
from flows.cli.progress_bar import ProgressBar
from tests.stored import job_of


@pytest.fixture
def log() -> io.StringIO:
    return io.StringIO()


@pytest.fixture
def bar(log: io.StringIO) -> ProgressBar:
    shown = ProgressBar(Console(file=log, width=100, force_terminal=False))
    shown.planned(2)
    return shown


def completed(bar: ProgressBar) -> float:
    return bar.bar.tasks[0].completed


def test_a_transcribed_call_is_mostly_done_before_it_is_judged(bar: ProgressBar) -> None:
    bar.stage("c1", "transcribe")
    assert completed(bar) == 0.0
    bar.stage("c2", "transcribe")
    assert 0.5 < completed(bar) < 1.0


def test_settled_calls_count_whole_and_once(bar: ProgressBar) -> None:
    bar.stage("c1", "transcribe")
    bar.settled(job_of("c1"))
    bar.stage("c2", "transcribe")
    assert completed(bar) == 1.0
    bar.stage("c2", "judge")
    bar.settled(job_of("c2", status="scored", reason=None))
    assert completed(bar) == 2.0


def test_where_there_is_no_terminal_a_line_says_how_far_it_is(
    bar: ProgressBar, log: io.StringIO, monkeypatch: pytest.MonkeyPatch
) -> None:
    bar.stage("c1", "transcribe")
    assert log.getvalue() == ""
    monkeypatch.setattr(progress_bar, "LINE_EVERY_S", 0.0)
    bar.settled(job_of("c1"))
    bar.stage("c2", "transcribe")
    assert log.getvalue() == " 50% 1/2 calls done, transcribing c2\n"
