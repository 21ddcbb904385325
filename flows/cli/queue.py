"""``callqa queue``: the calls that somebody should look at, most urgent first."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape
from rich.table import Table

from flows.cli.console import OUT, visible, write_json
from flows.cli.options import JsonOption, StoreOption, examples, settings_with


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa queue", "callqa queue --limit 10 --team 'Energy Billing'", "callqa queue --json"
        )
    )(queue)


def queue(
    limit: Annotated[int, typer.Option(min=1, help="How many calls at most.")] = 50,
    agent: Annotated[str | None, typer.Option(help="Only this agent's calls.")] = None,
    team: Annotated[str | None, typer.Option(help="Only this team's calls.")] = None,
    store: StoreOption = None,
    as_json: JsonOption = False,
) -> None:
    """List flagged calls that nobody has reviewed: critical fails first, the random slice last."""
    from flows.cli.report import score_words
    from flows.wiring import open_store

    queued = open_store(settings_with(store=store)).queue(limit, agent=agent, team=team)
    if as_json:
        write_json([call.model_dump(mode="json") for call in queued])
        return
    if not queued:
        OUT.print("Nothing to look at.")
        return
    table = Table("", "call", "agent", "score", "why somebody should look")
    for call in queued:
        table.add_row(
            str(call.position),
            escape(visible(call.call_id)),
            escape(visible(call.agent or "-")),
            score_words(call.score),
            "\n".join(escape(visible(flag.sentence)) for flag in call.flags),
        )
    OUT.print(table)
