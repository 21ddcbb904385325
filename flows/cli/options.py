"""Options that several commands share, and the settings they make together."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from pydantic import JsonValue, ValidationError

from pipeline.errors import InputError
from pipeline.settings import Settings

StoreOption = Annotated[
    str | None,
    typer.Option(
        "--store",
        metavar="URL",
        help="Where results live: a DuckDB file. Default: $CALLQA_STORE, else callqa.duckdb here.",
        show_default=False,
    ),
]
RubricOption = Annotated[
    Path | None,
    typer.Option(
        "--rubric",
        metavar="FILE|ID[@VERSION]",
        help="Rubric to judge by: a file, or one in the store, such as support@2 or support (its "
        "newest version). Default: $CALLQA_RUBRIC, else the bundled support rubric.",
        show_default=False,
    ),
]
JsonOption = Annotated[
    bool, typer.Option("--json", help="Write JSON to stdout, for machines; the rest to stderr.")
]


def settings_with(**overrides: JsonValue | Path) -> Settings:
    """Return the settings of the environment, with those given here in their place.

    Args:
        overrides: Settings by name; None leaves what the environment says.

    Raises:
        InputError: A ``CALLQA_*`` variable has a value that makes no sense.
    """
    given = {name: value for name, value in overrides.items() if value is not None}
    try:
        return Settings(**given)  # type: ignore[arg-type]  # validated by pydantic
    except ValidationError as error:
        first = error.errors()[0]
        name = "_".join(str(part) for part in first["loc"])
        raise InputError(
            f"setting {name} (CALLQA_{name.upper()}): {first['msg']}, got {first['input']!r}"
        ) from error


def examples(*lines: str) -> str:
    """Return the epilog that shows how a command is used, one example per line."""
    return "\n\n".join(["[bold]Examples[/]", *(f"  {line}" for line in lines)])
