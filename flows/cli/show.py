"""``callqa show``: one call's scorecard in the terminal."""

from __future__ import annotations

from typing import Annotated

import typer

from flows.cli.console import OUT, write_json
from flows.cli.options import JsonOption, StoreOption, examples, settings_with
from pipeline.errors import InputError


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa show call-0042",
            "callqa show call-0042 --turns",
            "callqa show call-0042 --json",
        )
    )(show)


def show(
    call_id: Annotated[str, typer.Argument(metavar="CALL_ID", help="As in callqa queue.")],
    rubric: Annotated[
        str | None,
        typer.Option("--rubric", metavar="ID", help="Which rubric; default: the latest."),
    ] = None,
    turns: Annotated[bool, typer.Option("--turns", help="Also print what was said.")] = False,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """Show a call's scorecard: verdicts with quotes and times, sentiment, metrics and flags."""
    from flows.cli.scorecard import print_scorecard, print_turns
    from flows.wiring import open_store

    opened = open_store(settings_with(store=store))
    card = opened.read_scorecard(call_id, rubric)
    if card is None:
        failures = [job.reason for job in opened.jobs() if job.call_id == call_id and job.reason]
        why = f": {failures[-1]}" if failures else "; callqa export calls lists what there is"
        raise InputError(f"call {call_id} has no scorecard in {opened.url}{why}")
    if as_json:
        write_json(card.model_dump(mode="json"))
        return
    print_scorecard(OUT, card)
    if turns:
        print_turns(OUT, card.transcript)
