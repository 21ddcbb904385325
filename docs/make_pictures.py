"""Make the pictures of the terminal in docs/images from real commands.

Run: make docs. It runs the demo with a temporary store and draws what `callqa show` prints.
"""

from __future__ import annotations

import io
import os
import re
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images"
CALL = "d1-06"
COLUMNS = 110
FONT_FROM_ELSEWHERE = re.compile(r"\s*@font-face {.*?}\n", re.DOTALL)
"""A picture must not make its reader's browser ask another site for a font."""


def run(*arguments: str) -> str:
    """Return what a callqa command prints to a terminal, colours included."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "callqa"), *arguments],
        cwd=ROOT,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        check=True,
    )
    return done.stdout


def draw(command: str, output: str, path: Path) -> None:
    """Write one terminal picture."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(output.rstrip()))
    drawn = console.export_svg(title=command, unique_id=path.stem)
    path.parent.mkdir(exist_ok=True)
    path.write_text(FONT_FROM_ELSEWHERE.sub("", drawn).rstrip() + "\n", encoding="utf-8")


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/picture.duckdb"
        run("demo", "--store", store)
        shown = run("show", CALL, "--store", store)
    draw(f"callqa show {CALL}", shown, IMAGES / "show.svg")


if __name__ == "__main__":
    main()
