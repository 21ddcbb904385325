"""The application: its commands, its exit codes, and how errors are shown.

Exit codes: 0 all done · 1 a user error, in words · 2 wrong usage · 3 some calls failed.
"""

from __future__ import annotations

import logging
import os
import sys
import warnings
from importlib import metadata
from typing import Annotated

import typer

from flows.cli import (
    demo,
    doctor,
    export,
    models,
    nightly,
    queue,
    rubric,
    score,
    seed,
    serve,
    show,
    users,
    watch,
    weights,
)
from flows.cli.console import complain
from flows.cli.options import examples
from pipeline.errors import CallQAError

OUR_LOGGERS = ("pipeline", "models", "flows", "review", "uvicorn.error")

app = typer.Typer(
    name="callqa",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode="rich",
    context_settings={"help_option_names": ["-h", "--help"]},
    epilog=examples(
        "callqa demo",
        "callqa score recordings/ --manifest calls.csv",
        "callqa queue",
        "callqa show call-0042",
        "callqa export evaluations --format csv --out scores.csv",
    ),
)


def _show_version(wanted: bool) -> None:
    if wanted:
        typer.echo(f"callqa {metadata.version('callqa')}")
        raise typer.Exit


@app.callback()
def callqa(
    debug: Annotated[
        bool, typer.Option("--debug", help="Show tracebacks and every warning and log line.")
    ] = False,
    version: Annotated[
        bool,
        typer.Option("--version", callback=_show_version, is_eager=True, help="Show the version."),
    ] = False,
) -> None:
    """Score customer-service calls: recordings in, scorecards with evidence out.

    Everything runs on this machine; no recording and no word of it leaves it.
    """
    configure_output(debug=debug)


score.register(app)
show.register(app)
queue.register(app)
export.register(app)
demo.register(app)
seed.register(app)
serve.register(app)
watch.register(app)
nightly.register(app)
doctor.register(app)
app.add_typer(rubric.app, name="rubric")
app.add_typer(models.app, name="models")
app.add_typer(users.app, name="users")
app.add_typer(weights.app, name="weights")


def configure_output(*, debug: bool) -> None:
    """Decide what may reach the terminal beside results: our own log lines, or with debug all."""
    from flows.cli.options import settings_with

    settings = settings_with()
    handler = logging.StreamHandler(sys.stderr)
    handler.setFormatter(logging.Formatter("%(levelname)s %(name)s: %(message)s"))
    root = logging.getLogger()
    root.addHandler(handler if debug else logging.NullHandler())
    if not debug:
        warnings.simplefilter("ignore")
        # Prefect writes to stderr, logging or not, when a log record cannot be delivered.
        logging.raiseExceptions = False
    for name in OUR_LOGGERS:
        logger = logging.getLogger(name)
        logger.setLevel("DEBUG" if debug else settings.log_level)
        if not debug:
            logger.addHandler(handler)


def main() -> None:
    """Run the command line and exit with its code; ``--debug`` may stand anywhere."""
    # Threads of torch that wait by spinning cost four times the processor time, measured on two
    # busy cores; asleep they judge five times as many calls a second.
    os.environ.setdefault("OMP_WAIT_POLICY", "passive")
    arguments = [argument for argument in sys.argv[1:] if argument != "--debug"]
    debug = len(arguments) < len(sys.argv) - 1
    try:
        app(["--debug", *arguments] if debug else arguments)
    except CallQAError as error:
        if debug:
            raise
        complain(str(error))
        sys.exit(1)
