"""``callqa rubric``: check, show, compare and try rubric files."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from flows.cli import rubric_try
from flows.cli.console import OUT, write_json
from flows.cli.options import JsonOption, examples, settings_with
from pipeline.errors import RubricError
from pipeline.rubric import Rubric
from pipeline.rubric_diff import Change, compare

app = typer.Typer(no_args_is_help=True, rich_markup_mode="rich")

RubricFile = Annotated[
    Path | None,
    typer.Argument(
        metavar="[FILE]", help="Rubric file; default: the bundled one.", show_default=False
    ),
]


@app.callback()
def rubric() -> None:
    """Check, show, compare and try rubrics."""


@app.command(epilog=examples("callqa rubric check", "callqa rubric check my_rubric.yaml"))
def check(file: RubricFile = None, as_json: JsonOption = False) -> None:
    """Check a rubric; a mistake is explained with file, line and what was expected."""
    try:
        loaded = _load(file)
    except RubricError as error:
        if as_json:
            write_json({"valid": False, "mistakes": [asdict(item) for item in error.diagnostics]})
        raise
    if as_json:
        write_json(
            {"valid": True, "id": loaded.id, "version": loaded.version, "sha256": loaded.sha256}
        )
    else:
        OUT.print(
            f"[green]fine[/]: {escape(loaded.id)} version {loaded.version}, "
            f"{len(loaded.criteria)} criteria, content {loaded.sha256[:12]}"
        )


@app.command(epilog=examples("callqa rubric show", "callqa rubric show my_rubric.yaml --json"))
def show(file: RubricFile = None, as_json: JsonOption = False) -> None:
    """Show a rubric's criteria."""
    loaded = _load(file)
    if as_json:
        write_json(loaded.model_dump(mode="json"))
        return
    OUT.print(
        f"[bold]{escape(loaded.title)}[/]  [dim]{escape(loaded.id)} version {loaded.version}, "
        f"languages {', '.join(loaded.languages)}[/]"
    )
    table = Table("criterion", "question", "section", "weight", "where", "verdicts")
    for criterion in loaded.criteria:
        critical = " [red]critical[/]" if criterion.critical else ""
        table.add_row(
            escape(criterion.id) + critical,
            escape(criterion.question),
            escape(criterion.section),
            f"{criterion.weight:g}",
            criterion.scope.replace("_", " "),
            ", ".join(verdict.value for verdict in criterion.allowed),
        )
    OUT.print(table)


@app.command(epilog=examples("callqa rubric diff support_v1.yaml support_v2.yaml"))
def diff(
    old: Annotated[Path, typer.Argument(metavar="OLD", help="Rubric file.")],
    new: Annotated[Path, typer.Argument(metavar="NEW", help="Rubric file.")],
    as_json: JsonOption = False,
) -> None:
    """Say what differs between two rubrics, and whether the version should change."""
    before, after = _load(old), _load(new)
    changes = compare(before, after)
    if as_json:
        write_json([change.model_dump(mode="json") for change in changes])
        return
    if not changes:
        OUT.print("no difference in content")
        return
    OUT.print(_diff_table(changes))
    if before.id == after.id and before.version == after.version:
        OUT.print("[yellow]same id and version[/]: give the new one another version")


rubric_try.register(app)


def _load(file: Path | None) -> Rubric:
    from flows.wiring import read_rubric

    return read_rubric(settings_with(rubric=file))


def _diff_table(changes: tuple[Change, ...]) -> Table:
    table = Table("where", "what", "before", "after")
    for change in changes:
        table.add_row(
            escape(change.where), change.what, escape(change.before), escape(change.after)
        )
    return table
