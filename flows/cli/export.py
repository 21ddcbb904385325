"""``callqa export``: what is in the store, as files for other programs."""

from __future__ import annotations

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import ERR
from flows.cli.options import StoreOption, examples, settings_with


class What(StrEnum):
    """What can be exported."""

    CALLS = "calls"
    TURNS = "turns"
    EVALUATIONS = "evaluations"
    REVIEWS = "reviews"
    CORRECTIONS = "corrections"


class Format(StrEnum):
    """File formats; the columns of each are in docs/formats.md."""

    JSONL = "jsonl"
    CSV = "csv"
    PARQUET = "parquet"


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa export turns > turns.jsonl",
            "callqa export evaluations --format csv --out evaluations.csv",
            "callqa export calls --store team-a.duckdb --format parquet --out calls.parquet",
        )
    )(export)


def export(
    what: Annotated[What, typer.Argument(help="What to export.", show_default=False)],
    file_format: Annotated[
        Format, typer.Option("--format", help="Format of the file.")
    ] = Format.JSONL,
    out: Annotated[
        Path | None,
        typer.Option("--out", metavar="FILE", help="Where to; default: stdout.", dir_okay=False),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Export calls, turns, evaluations, reviews or corrections.

    JSONL has one JSON object per line; CSV holds lists and objects as JSON text.
    """
    from flows.wiring import open_store
    from pipeline.exports import write_export

    rows = open_store(settings_with(store=store)).export(what.value)
    sink = sys.stdout.buffer if out is None else out
    count = write_export(rows, what.value, file_format.value, sink)
    if out is not None:
        ERR.print(f"{count} rows written to {escape(str(out))}")
