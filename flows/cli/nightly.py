"""``callqa nightly``: score what is new in some folders every night."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import ERR
from flows.cli.options import StoreOption, examples, settings_with
from pipeline.errors import PrerequisiteError

EVERY_NIGHT = "0 2 * * *"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa nightly /srv/recordings --store /srv/calls.duckdb",
            "callqa nightly /srv/recordings --cron '30 1 * * 1-6' --timezone Europe/London",
        )
    )(nightly)


def nightly(
    sources: Annotated[
        list[str], typer.Argument(metavar="SOURCE...", help="Files, folders, globs or URLs.")
    ],
    manifest: Annotated[
        Path | None, typer.Option("--manifest", metavar="FILE", help="Metadata per call.")
    ] = None,
    cron: Annotated[str, typer.Option(metavar="LINE", help="When to run.")] = EVERY_NIGHT,
    timezone: Annotated[str, typer.Option(metavar="NAME", help="Of the cron line.")] = "UTC",
    store: StoreOption = None,
) -> None:
    """Score what is new every night, as a deployment of a running Prefect server, until Ctrl-C."""
    from flows import engine

    url = engine.ready()
    if engine.is_local():
        raise PrerequisiteError(
            "a schedule needs a Prefect server that stays: run prefect server start, and set "
            "PREFECT_API_URL=http://127.0.0.1:4200/api for this command"
        )
    from flows.nightly import serve

    ERR.print(
        f"Scoring at {escape(cron)} ({escape(timezone)}), shown at {escape(url)}. Ctrl-C ends."
    )
    serve(
        sources,
        manifest=manifest,
        store=Path(settings_with(store=store).store),
        cron=cron,
        timezone=timezone,
    )
