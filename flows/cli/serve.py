"""``callqa serve``: the review app."""

from __future__ import annotations

from typing import Annotated

import typer
from rich.markup import escape

from flows.cli.console import ERR
from flows.cli.options import StoreOption, examples, settings_with


def register(app: typer.Typer) -> None:
    """Add the command to the application."""
    app.command(
        epilog=examples(
            "callqa serve",
            "callqa serve --store trial.duckdb --port 9000",
            "callqa serve --host 0.0.0.0",
        )
    )(serve)


def serve(
    host: Annotated[
        str | None,
        typer.Option(
            help="Address to listen at. Default: $CALLQA_HOST, else 127.0.0.1, which only this "
            "machine reaches. Any other needs users.",
            show_default=False,
        ),
    ] = None,
    port: Annotated[
        int | None,
        typer.Option(
            min=0,
            max=65535,
            help="Port; 0: any that is free. Default: $CALLQA_PORT, else 8470.",
            show_default=False,
        ),
    ] = None,
    store: StoreOption = None,
) -> None:
    """Serve the review app, until Ctrl-C.

    Calls may be scored into the same store meanwhile. The first time it prints a
    link with which the first admin is made; it works once, within 24 hours.
    """
    settings = settings_with(host=host, port=port, store=store)
    from flows.serving import serve as serve_app

    serve_app(settings, _announce)
    ERR.print("Stopped.")


def _announce(address: str, first_admin: str | None) -> None:
    ERR.print(f"callqa is at {escape(address)} (Ctrl-C ends it)", soft_wrap=True)
    if first_admin is not None:
        ERR.print(
            "There are no users yet. Make the first admin here, once, within 24 hours:\n"
            f"  {escape(first_admin)}",
            soft_wrap=True,
        )
