"""``callqa watch``: score a folder as recordings arrive."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import ERR
from flows.cli.options import RubricOption, StoreOption, examples, settings_with


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa watch /srv/recordings --store calls.duckdb",
            "callqa watch inbox --every 30 --settle 10",
        )
    )(watch)


def watch(
    folder: Annotated[
        Path, typer.Argument(help="Folder to watch, with its subfolders.", file_okay=False)
    ],
    every: Annotated[
        float, typer.Option(min=0.1, metavar="SECONDS", help="How often to look.")
    ] = 10.0,
    settle: Annotated[
        float,
        typer.Option(
            min=0.0,
            metavar="SECONDS",
            help="A file is complete when it has not changed for so long.",
        ),
    ] = 5.0,
    rubric: RubricOption = None,
    store: StoreOption = None,
) -> None:
    """Score recordings as they arrive in a folder, until Ctrl-C.

    What has been scored is not scored again, also not after a restart.
    """
    from flows import engine

    settings = settings_with(rubric=rubric, store=store)
    engine.ready()
    from flows.score import score as score_flow
    from flows.summary import speed_line
    from flows.watch import watch_folder
    from flows.wiring import read_rubric

    read_rubric(settings)

    def score_arrived(paths: list[Path]) -> None:
        report = score_flow([str(path) for path in paths], settings)
        ERR.print(escape(speed_line(report)))
        for outcome in report.with_status("failed"):
            ERR.print(f"[red]failed[/] {escape(f'{outcome.job.call_id}: {outcome.job.reason}')}")

    ERR.print(f"Watching {escape(str(folder))}, Ctrl-C ends it.")
    watch_folder(folder, score_arrived, every_s=every, settle_s=settle)
    ERR.print("Stopped.")
