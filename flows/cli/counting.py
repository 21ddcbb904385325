"""How far a count has come: a bar on a terminal, a line now and then anywhere else."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Callable, Iterator

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

LINE_EVERY_S = 10.0
"""Seconds between two lines where there is no terminal to draw a bar on."""


@contextlib.contextmanager
def counting(console: Console, what: str, total: int) -> Iterator[Callable[[int], None]]:
    """Yield a function to be told how many are done; what it shows is gone at the end.

    Args:
        console: Where to show it.
        what: Of what the count is, such as "calls".
        total: How many there will be.
    """
    bar = Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeRemainingColumn(),
        console=console,
        transient=True,
        disable=not console.is_terminal,
    )
    task = bar.add_task(what.capitalize(), total=total)
    last_line_s = time.monotonic()

    def done(count: int) -> None:
        nonlocal last_line_s
        bar.update(task, completed=count)
        if not console.is_terminal and time.monotonic() - last_line_s >= LINE_EVERY_S:
            last_line_s = time.monotonic()
            console.print(f"{count / total:4.0%} {count}/{total} {what}", soft_wrap=True)

    with bar:
        yield done
