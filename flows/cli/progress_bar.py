"""How a batch is getting on: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import time

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from flows.cli.console import visible
from pipeline.domain import Job

WORDS = {"read": "reading", "transcribe": "transcribing", "judge": "judging", "store": "storing"}
PASSED_STAGE = {"transcribe": 0.0, "judge": 0.85}
"""How much of a call's work lies before a stage; transcription takes most of it."""
LINE_EVERY_S = 10.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


class ProgressBar:
    """Shows a bar on a terminal, lines elsewhere, and failures as they happen on both."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            TextColumn("{task.fields[done]}"),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[now]}[/]"),
            console=console,
            transient=True,
        )
        self.task = self.bar.add_task("Starting", total=None, done="", now="")
        self.count = 0
        self.settled_calls = 0
        self.transcribing: str | None = None
        self.parts: dict[str, float] = {}
        """How far the calls that are under way have come, from 0 to 1."""
        self.last_line_s = time.monotonic()

    def __enter__(self) -> ProgressBar:
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.stop()

    def planned(self, count: int) -> None:
        """Show how many calls there are."""
        self.count = count
        self.bar.update(self.task, description="Scoring", total=count)
        self._show("")

    def stage(self, call_id: str, stage: str) -> None:
        """Show which call is being worked on; a new stage means that the one before is done."""
        if self.transcribing is not None:
            self.parts[self.transcribing] = PASSED_STAGE["judge"]
        self.transcribing = call_id if stage == "transcribe" else None
        if stage in PASSED_STAGE:
            self.parts[call_id] = PASSED_STAGE[stage]
        self._show(f"{WORDS.get(stage, stage)} {visible(call_id)[:40]}")

    def settled(self, job: Job) -> None:
        """Count a call, and say so at once if it failed."""
        self.settled_calls += 1
        self.parts.pop(job.call_id, None)
        if self.transcribing == job.call_id:
            self.transcribing = None
        self._show(None)
        if job.status == "failed" and self.console.is_terminal:
            reason = f"{job.call_id}: {job.reason}"
            self.bar.console.print(f"[red]failed[/] {escape(visible(reason))}", soft_wrap=True)

    def _show(self, now: str | None) -> None:
        done = f"{self.settled_calls}/{self.count}"
        completed = self.settled_calls + sum(self.parts.values())
        self.bar.update(self.task, completed=completed, done=done)
        if now is not None:
            self.bar.update(self.task, now=escape(now))
        since_s = time.monotonic() - self.last_line_s
        if not self.console.is_terminal and now and since_s >= LINE_EVERY_S:
            self.last_line_s = time.monotonic()
            share = completed / self.count if self.count else 0.0
            self.console.print(escape(f"{share:4.0%} {done} calls done, {now}"), soft_wrap=True)
