"""Make the pictures of the terminal in docs/images from real commands.

Run: make docs. It scores a bundled call into a temporary store and draws what `callqa show` prints.
"""

from __future__ import annotations

import io
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from rich.console import Console
from rich.text import Text

ROOT = Path(__file__).parent.parent
IMAGES = Path(__file__).parent / "images"
CALL = ROOT / "examples" / "calls" / "d1-12.flac"
COLUMNS = 110


def run(*arguments: str) -> str:
    """Return what a callqa command prints to a terminal, colours included."""
    done = subprocess.run(
        [str(Path(sys.executable).parent / "callqa"), *arguments],
        cwd=ROOT,
        env={**os.environ, "FORCE_COLOR": "1", "COLUMNS": str(COLUMNS)},
        stdout=subprocess.PIPE,
        text=True,
        check=True,
    )
    return done.stdout


def draw(command: str, output: str, path: Path) -> None:
    """Write one terminal picture."""
    console = Console(record=True, width=COLUMNS, file=io.StringIO(), force_terminal=True)
    console.print(Text.from_ansi(output.rstrip()))
    path.parent.mkdir(exist_ok=True)
    path.write_text(
        console.export_svg(title=command, unique_id=path.stem).rstrip() + "\n", encoding="utf-8"
    )


def main() -> None:
    """Make every picture."""
    with tempfile.TemporaryDirectory() as folder:
        store = f"{folder}/picture.duckdb"
        manifest = str(ROOT / "examples" / "manifest.csv")
        run("score", str(CALL), "--manifest", manifest, "--store", store)
        shown = run("show", CALL.stem, "--store", store)
    draw(f"callqa show {CALL.stem}", shown, IMAGES / "show.svg")


if __name__ == "__main__":
    main()
