"""``callqa score``: recordings and transcripts in, a scorecard per call into the store."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console import ERR, OUT, write_json
from flows.cli.options import JsonOption, RubricOption, StoreOption, examples, settings_with
from pipeline.settings import Settings

SOME_FAILED = 3
"""Exit code when the batch is done but some inputs were not scored: failed, or duplicates."""

PROCESS_START_S = time.time() - time.process_time()
"""About when this process began (Unix time); imports until here are nearly all of its CPU time."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa score recordings/",
            "callqa score 'recordings/2026-11-*.flac' --manifest calls.csv",
            "callqa score chats.jsonl --rubric rubrics/support_v1.yaml --store team-a.duckdb",
            "callqa score recordings/ --rubric support@2",
            "callqa score s3://bucket/calls/ --json > report.json",
        )
    )(score)


def score(
    sources: Annotated[
        list[str] | None,
        typer.Argument(
            metavar="SOURCE...",
            help="Files, folders, globs or URLs of recordings or transcripts.",
            show_default=False,
        ),
    ] = None,
    manifest: Annotated[
        Path | None,
        typer.Option(
            "--manifest",
            metavar="FILE",
            help="CSV or JSON with metadata per call; names the files if no SOURCE is given.",
        ),
    ] = None,
    rubric: RubricOption = None,
    store: StoreOption = None,
    agent_channel: Annotated[
        str | None,
        typer.Option(
            "--agent-channel",
            metavar="auto|0|1",
            help="Which channel of a stereo recording is the agent.",
            show_default=False,
        ),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Score calls. Running it again does no work twice; a stopped batch goes on where it was.

    Exit codes: 0 all done, 1 an error, 2 wrong usage, 3 some calls were not scored.
    """
    if not sources and manifest is None:
        raise typer.BadParameter("give at least one SOURCE, or a --manifest that names the files")
    settings = settings_with(rubric=rubric, store=store, agent_channel=agent_channel)
    failed = run(sources or [], manifest, settings, as_json=as_json, since_s=PROCESS_START_S)
    if failed:
        raise typer.Exit(SOME_FAILED)


def run(
    sources: list[str],
    manifest: Path | None,
    settings: Settings,
    *,
    as_json: bool,
    since_s: float,
) -> bool:
    """Score a batch, show how it goes and what came out; return whether some were not scored.

    Args:
        sources: Files, folders, globs or URLs.
        manifest: Metadata per call.
        settings: Where and how to run.
        as_json: Write the report as JSON to stdout instead of tables.
        since_s: Unix time from which start-up is counted.
    """
    from flows import engine

    engine.start()
    from flows.cli.progress_bar import ProgressBar
    from flows.cli.report import print_report
    from flows.progress import listening
    from flows.score import score as score_flow
    from flows.wiring import read_rubric

    read_rubric(settings)
    named = None if manifest is None else str(manifest)
    try:
        with ProgressBar(ERR) as bar:
            engine.ready()
            start_up_s = time.time() - since_s
            with listening(bar):
                report = score_flow(sources, settings, manifest=named)
    except KeyboardInterrupt:
        ERR.print("Stopped. What is done is kept; the same command goes on from there.")
        raise
    report = report.since_process_start(start_up_s)
    if as_json:
        write_json(report.model_dump(mode="json"))
    else:
        print_report(OUT, report)
    return bool(report.with_status("failed") or report.with_status("duplicate"))
