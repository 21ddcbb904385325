"""The progress bar of a batch: how many calls are done, and what is being done now."""

from __future__ import annotations

from rich.console import Console
from rich.markup import escape
from rich.progress import BarColumn, MofNCompleteColumn, TextColumn, TimeElapsedColumn
from rich.progress import Progress as Bar

from flows.cli.console import visible
from pipeline.domain import Job

WORDS = {"read": "reading", "transcribe": "transcribing", "judge": "judging", "store": "storing"}


class ProgressBar:
    """Shows a bar on a terminal, and failures as they happen wherever stderr goes."""

    def __init__(self, console: Console) -> None:
        self.console = console
        self.bar = Bar(
            TextColumn("{task.description}"),
            BarColumn(),
            MofNCompleteColumn(),
            TimeElapsedColumn(),
            TextColumn("[dim]{task.fields[now]}[/]"),
            console=console,
            transient=True,
        )
        self.task = self.bar.add_task("Starting", total=None, now="")

    def __enter__(self) -> ProgressBar:
        if self.console.is_terminal:
            self.bar.start()
        return self

    def __exit__(self, *_exception: object) -> None:
        self.bar.stop()

    def planned(self, count: int) -> None:
        """Show how many calls there are."""
        self.bar.update(self.task, description="Scoring", total=count)

    def stage(self, call_id: str, stage: str) -> None:
        """Show which call is being worked on."""
        now = f"{WORDS.get(stage, stage)} {visible(call_id)[:40]}"
        self.bar.update(self.task, now=escape(now))

    def settled(self, job: Job) -> None:
        """Count a call, and say so at once if it failed."""
        self.bar.advance(self.task)
        if job.status == "failed" and self.console.is_terminal:
            reason = f"{job.call_id}: {job.reason}"
            self.bar.console.print(f"[red]failed[/] {escape(visible(reason))}", soft_wrap=True)
