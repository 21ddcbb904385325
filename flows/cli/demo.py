"""``callqa demo``: score the bundled calls and print their scorecards."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from flows.cli.console import ERR, OUT
from flows.cli.options import examples, settings_with
from pipeline.errors import PrerequisiteError

HERE = Path(__file__).resolve()
PLACES = (HERE.parents[1] / "examples", HERE.parents[2] / "examples")
"""Where the bundled calls lie: in an installed package, in a checkout."""


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(epilog=examples("callqa demo", "callqa demo --store demo.duckdb"))(demo)


def demo(
    store: Annotated[
        Path | None,
        typer.Option(
            "--store",
            metavar="FILE",
            help="Where to keep the results; default: var/demo.duckdb in this folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Score the bundled calls (synthetic speech) and print their scorecards.

    The results are kept, so that a second run is quick and callqa show works on them.
    """
    from flows.cli import score
    from flows.cli.scorecard import print_scorecard
    from flows.wiring import open_store

    folder = bundled_calls()
    kept = Path("var") / "demo.duckdb" if store is None else store
    kept.parent.mkdir(parents=True, exist_ok=True)
    settings = settings_with(store=str(kept))
    ERR.print(f"Scoring the bundled calls in {folder}")
    failed = score.run(
        [], folder / "manifest.csv", settings, as_json=False, since_s=score.PROCESS_START_S
    )
    opened = open_store(settings)
    for row in opened.export("calls"):
        card = opened.read_scorecard(str(row["call_id"]))
        if card is not None:
            print_scorecard(OUT, card)
    OUT.print(
        f"One of them, with what was said: [bold]callqa show d1-12 --turns --store {kept}[/]\n"
        f"What to look at first: [bold]callqa queue --store {kept}[/]"
    )
    if failed:
        raise typer.Exit(score.SOME_FAILED)


def bundled_calls() -> Path:
    """Return the folder with the bundled calls.

    Raises:
        PrerequisiteError: They are not part of this installation.
    """
    for folder in PLACES:
        if (folder / "manifest.csv").is_file():
            return folder
    raise PrerequisiteError(
        f"the bundled calls are in none of {', '.join(str(place) for place in PLACES)}: "
        "install callqa anew"
    )
