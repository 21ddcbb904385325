"""The two streams: results on stdout, everything that is about the work on stderr."""

from __future__ import annotations

import json
import sys
from collections.abc import Mapping, Sequence

from pydantic import JsonValue
from rich.console import Console
from rich.markup import escape

OUT = Console(highlight=False)
"""Results."""
ERR = Console(stderr=True, highlight=False)
"""Progress, notes and errors."""


def write_json(value: JsonValue | Mapping[str, JsonValue] | Sequence[JsonValue]) -> None:
    """Write one JSON document to stdout, and nothing else."""
    sys.stdout.write(json.dumps(value, ensure_ascii=False, indent=2) + "\n")


def complain(message: str) -> None:
    """Write an error, whatever characters its lines hold."""
    lines = "\n".join(visible(line) for line in message.split("\n"))
    ERR.print(f"[bold red]error:[/] {escape(lines)}", soft_wrap=True)


def visible(text: str) -> str:
    r"""Return text with control characters written out (``\n``, ``\x1b``), safe for a terminal."""
    return "".join(
        char if char.isprintable() else char.encode("unicode_escape").decode() for char in text
    )
