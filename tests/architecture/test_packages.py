from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tarfile
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NOT_COPIED = (".git", ".venv", "dist", "__pycache__", ".*_cache", ".hypothesis", "var", "*.duckdb")
WHAT_A_WHEEL_FINDS = """
from flows.cli.demo import bundled_calls
from flows.wiring import read_rubric
from models.card_reading import read_cards
from models.weights import load_assets
from pipeline.settings import Settings

print(bundled_calls())
print(read_rubric(Settings()).id)
print(load_assets()[0].name)
print(read_cards()[0].head.name)
"""
PLANTED = ("var/calls/customer.wav", "callqa.duckdb", "models/__pycache__/secret.pyc")


@pytest.fixture(scope="session")
def built(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Build wheel and sdist from a copy of the tree in which someone has worked."""
    tree = tmp_path_factory.mktemp("package") / "tree"
    shutil.copytree(ROOT, tree, ignore=shutil.ignore_patterns(*NOT_COPIED))
    for name in PLANTED:
        (tree / name).parent.mkdir(parents=True, exist_ok=True)
        (tree / name).write_bytes(b"must not be shipped")
    subprocess.run(
        [sys.executable, "-m", "hatchling", "build", "-d", "dist"],
        cwd=tree,
        check=True,
        capture_output=True,
    )
    return tree


@pytest.fixture(scope="session")
def wheel(built: Path) -> set[str]:
    (path,) = (built / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        return set(archive.namelist())


@pytest.fixture(scope="session")
def sdist(built: Path) -> set[str]:
    (path,) = (built / "dist").glob("*.tar.gz")
    with tarfile.open(path) as archive:
        return {name.split("/", 1)[-1] for name in archive.getnames()}


def tree_files(*patterns: str) -> set[str]:
    return {
        str(path.relative_to(ROOT))
        for pattern in patterns
        for path in ROOT.glob(pattern)
        if path.is_file() and "__pycache__" not in path.parts
    }


def test_the_wheel_holds_every_module_of_every_room(wheel: set[str]) -> None:
    modules = tree_files("pipeline/**/*.py", "models/**/*.py", "flows/**/*.py")
    assert len(modules) > 30
    assert modules <= wheel


@pytest.mark.parametrize(
    "pattern",
    [
        "pipeline/**/*.sql",
        "rubrics/*.yaml",
        "models/**/*.safetensors",
        "models/weights.toml",
        "models/cards/*.md",
        "flows/**/*.yml",
    ],
)
def test_the_wheel_holds_what_is_not_python(wheel: set[str], pattern: str) -> None:
    files = tree_files(pattern)
    assert files, f"nothing in the tree is called {pattern}"
    assert files <= wheel


def test_the_wheel_holds_the_bundled_calls_where_the_demo_looks(wheel: set[str]) -> None:
    assert {f"flows/{name}" for name in tree_files("examples/**/*")} <= wheel


def test_the_wheel_holds_nothing_else_at_its_top(wheel: set[str]) -> None:
    tops = {name.split("/")[0] for name in wheel}
    assert {top for top in tops if not top.endswith(".dist-info")} == {
        "pipeline",
        "models",
        "rubrics",
        "flows",
        "review",
    }


def test_an_unpacked_wheel_finds_its_own_calls_rubric_and_weights_list(
    built: Path, tmp_path: Path
) -> None:
    (path,) = (built / "dist").glob("*.whl")
    with zipfile.ZipFile(path) as archive:
        archive.extractall(tmp_path / "site")
    found = subprocess.run(
        [sys.executable, "-c", WHAT_A_WHEEL_FINDS],
        cwd=tmp_path,
        env={**os.environ, "PYTHONPATH": str(tmp_path / "site")},
        capture_output=True,
        text=True,
        check=True,
    ).stdout.splitlines()
    assert found == [
        str(tmp_path / "site" / "flows" / "examples"),
        "support",
        "whisper-base",
        "criteria",
    ]


def test_the_sdist_holds_what_is_needed_to_build_and_test(sdist: set[str]) -> None:
    needed = tree_files("pipeline/**/*.py", "models/**/*.py", "tests/**/*.py", "examples/**/*")
    assert needed <= sdist
    assert {"README.md", "LICENSE", "CHANGELOG.md", "Makefile", "constraints.txt"} <= sdist


@pytest.mark.parametrize("built_into", ["wheel", "sdist"])
def test_nothing_of_a_customer_or_a_cache_is_shipped(
    built_into: str, request: pytest.FixtureRequest
) -> None:
    names: set[str] = request.getfixturevalue(built_into)
    shipped = {name for name in names if name.startswith("var/") or "__pycache__" in name}
    assert not shipped
    assert not {name for name in names if ".duckdb" in name}


def test_gitignore_does_not_hide_the_models_room() -> None:
    lines = (ROOT / ".gitignore").read_text(encoding="utf-8").splitlines()
    assert not {line for line in lines if line.strip("/ ") == "models"}
