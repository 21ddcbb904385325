"""``callqa doctor``: what is wrong with this installation, and what to do about it."""

from __future__ import annotations

import typer
from rich.markup import escape
from rich.table import Table

from flows.cli.console import OUT, write_json
from flows.cli.options import JsonOption, StoreOption, examples, settings_with
from pipeline.errors import PrerequisiteError

COLOURS = {"fine": "green", "note": "yellow", "wrong": "red"}


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=examples("callqa doctor", "callqa doctor --json"))(doctor)


def doctor(store: StoreOption = None, as_json: JsonOption = False) -> None:
    """Check Python, packages, weights, store, memory, disk and Prefect; say what to fix."""
    from flows.checks import examine

    checks = examine(settings_with(store=store))
    if as_json:
        write_json([check.model_dump(mode="json") for check in checks])
    else:
        table = Table("", "what", "found", "what to do")
        for check in checks:
            table.add_row(
                f"[{COLOURS[check.state]}]{check.state}[/]",
                check.what,
                escape(check.found),
                escape(check.remedy or ""),
            )
        OUT.print(table)
    wrong = [check.what for check in checks if check.state == "wrong"]
    if wrong:
        raise PrerequisiteError(f"to be fixed: {', '.join(wrong)}")
