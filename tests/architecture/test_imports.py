from __future__ import annotations

import json
import pkgutil
import re
import subprocess
import sys
from pathlib import Path

import pytest

import flows
import models
import pipeline

ROOT = Path(__file__).parents[2]
HEAVY = {"torch", "transformers", "spacy", "faster_whisper", "sklearn", "prefect", "fastapi"}
ENVIRONMENT_READ = re.compile(r"getenv|environ(\[|\.get\b|\.items|\b\)|$)")
LOADED = "import json, sys; print(json.dumps(sorted(sys.modules)))"


def modules_of(package: object) -> list[str]:
    """Return the names of all modules of a room."""
    path, name = package.__path__, package.__name__  # type: ignore[attr-defined]  # a package
    return [name, *(info.name for info in pkgutil.walk_packages(path, f"{name}."))]


def loaded_after(*imports: str) -> set[str]:
    """Return the top-level names that importing these modules loads, in a fresh interpreter."""
    code = "\n".join([*(f"import {name}" for name in imports), LOADED])
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT
    )
    return {name.split(".")[0] for name in json.loads(done.stdout)}


def test_the_arrows_between_the_rooms_hold() -> None:
    done = subprocess.run(
        [str(Path(sys.executable).parent / "lint-imports"), "--no-cache"],
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert done.returncode == 0, done.stdout


def test_the_whole_domain_imports_without_a_heavy_library() -> None:
    assert loaded_after(*modules_of(pipeline)).isdisjoint(HEAVY)


def test_command_line_help_starts_without_a_heavy_library() -> None:
    assert loaded_after("flows.cli.app").isdisjoint(HEAVY)


def test_what_flows_takes_from_models_is_imported_without_paying_for_its_libraries() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("flows/**/*.py"))
    taken = sorted(set(re.findall(r"^\s+from (models[\w.]*) import", code, re.MULTILINE)))
    assert {"models.judge", "models.transcriber", "models.weights"} <= set(taken)
    assert loaded_after(*taken).isdisjoint(HEAVY)


def test_every_room_is_a_package_that_is_walked() -> None:
    for room in (pipeline, models, flows):
        assert len(modules_of(room)) > 5


@pytest.mark.parametrize(
    "path",
    sorted([*ROOT.glob("pipeline/**/*.py"), *ROOT.glob("models/**/*.py")]),
    ids=lambda path: str(path.relative_to(ROOT)),
)
def test_the_domain_and_the_models_never_read_the_environment(path: Path) -> None:
    code = path.read_text(encoding="utf-8")
    reads = [line for line in code.splitlines() if ENVIRONMENT_READ.search(line)]
    assert not reads
