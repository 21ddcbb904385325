"""Where and from what a figure was measured: commit, machine, library versions."""

from __future__ import annotations

import os
import platform
import subprocess
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path

from pipeline.domain import Record


class Stamp(Record):
    """Stored beside every figure."""

    commit: str
    uncommitted_changes: bool
    machine: str
    cores: int
    python: str
    libraries: dict[str, str]
    measured_at: datetime


def stamp(*libraries: str) -> Stamp:
    """Return the stamp of this run; ``libraries`` are distributions whose versions matter."""
    root = Path(__file__).parents[1]

    def git(*arguments: str) -> str:
        found = subprocess.run(
            ["git", *arguments], cwd=root, capture_output=True, text=True, check=True
        )
        return found.stdout.strip()

    return Stamp(
        commit=git("rev-parse", "HEAD"),
        uncommitted_changes=bool(
            git("status", "--porcelain", "--untracked-files=no", "pipeline", "models", "rubrics")
        ),
        machine=f"{platform.system()} {platform.machine()} {_processor()}",
        cores=os.cpu_count() or 1,
        python=platform.python_version(),
        libraries={name: version(name) for name in libraries},
        measured_at=datetime.now(UTC),
    )


def _processor() -> str:
    """Return the processor's name where Linux says it, else nothing."""
    facts = Path("/proc/cpuinfo")
    if not facts.is_file():
        return platform.processor()
    lines = facts.read_text(encoding="utf-8").splitlines()
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else ""
