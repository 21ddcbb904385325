"""``callqa models``: the trained heads and the recogniser that are in use, with their versions."""

from __future__ import annotations

import typer
from rich.markup import escape
from rich.table import Table

from flows.cli.console import OUT, write_json
from flows.cli.options import JsonOption, examples, settings_with

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")


@app.callback()
def models() -> None:
    """Say which models are in use."""


@app.command("list", epilog=examples("callqa models list", "callqa models list --json"))
def list_(as_json: JsonOption = False) -> None:
    """List the models that take part in an evaluation; their versions are stored with it."""
    from flows.wiring import engines

    made = engines(settings_with())
    rows = [("recogniser", made.transcriber.model), *sorted(made.judge.versions.items())]
    if as_json:
        write_json([{"model": name, "version": version} for name, version in rows])
        return
    table = Table("model", "version")
    for name, version in rows:
        table.add_row(escape(name), escape(version))
    OUT.print(table)
