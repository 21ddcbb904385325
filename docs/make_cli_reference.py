"""Write docs/cli.md, the reference of the command line, from the commands themselves.

Run: make docs. A test compares the file with what this module would write.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import typer
from typer.core import TyperCommand, TyperGroup

REFERENCE = Path(__file__).parent / "cli.md"
INTRODUCTION = """\
# The command line

<!-- Written by docs/make_cli_reference.py (make docs). Do not edit by hand. -->

Exit codes: 0 all done · 1 a user error, said in words · 2 wrong usage · 3 some calls failed and
the others are stored.

Every setting can also be given as a `CALLQA_*` variable; an option wins over it.
`callqa --debug COMMAND` shows tracebacks, warnings and log lines.
"""
MARKUP = re.compile(r"\[/?[a-z ]*\]|\[/\]")


def plain(text: str) -> str:
    """Return text without rich's markup."""
    return MARKUP.sub("", text)


def commands(command: TyperCommand | TyperGroup, name: str) -> Iterator[tuple[str, TyperCommand]]:
    """Yield every command that does something with its full name, in the order of the help."""
    if isinstance(command, TyperGroup):
        for part, inner in command.commands.items():
            if isinstance(inner, TyperCommand | TyperGroup) and not inner.hidden:
                yield from commands(inner, f"{name} {part}")
    else:
        yield name, command


def section(name: str, command: TyperCommand) -> str:
    """Return what the reference says of one command."""
    context = typer.Context(command, info_name=name)
    usage = " ".join([name, *command.collect_usage_pieces(context)])
    parts = [f"## `{name}`", plain(command.help or "").strip(), f"```\n{usage}\n```"]
    rows = [
        f"| `{cell(record[0])}` | {cell(record[1])} |"
        for parameter in command.params
        if (record := parameter.get_help_record(context)) and "--help" not in parameter.opts
    ]
    if rows:
        parts.append("\n".join(["| option | meaning |", "|---|---|", *rows]))
    examples = [line.strip() for line in plain(command.epilog or "").splitlines()]
    shown = [line for line in examples if line.startswith("callqa")]
    if shown:
        parts.append("\n".join(["```", *shown, "```"]))
    return "\n\n".join(part for part in parts if part)


def cell(text: str) -> str:
    """Return text for one cell of a table."""
    return " ".join(plain(text).split()).replace("|", "\\|")


def reference() -> str:
    """Return the whole page."""
    from flows.cli.app import app

    command = typer.main.get_command(app)
    if not isinstance(command, TyperGroup):
        raise TypeError(f"the application is a {type(command).__name__}, expected a group")
    pages = [section(name, inner) for name, inner in commands(command, "callqa")]
    return "\n\n".join([INTRODUCTION.strip(), *pages]) + "\n"


if __name__ == "__main__":
    REFERENCE.write_text(reference(), encoding="utf-8")
