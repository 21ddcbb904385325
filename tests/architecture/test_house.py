from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
ROOMS = ("pipeline", "models", "flows", "review", "tests", "benchmarks")
FILES = sorted(path for room in ROOMS for path in (ROOT / room).rglob("*.py"))
MOST_LINES = 350
NAMELESS = {"utils.py", "helpers.py", "common.py", "misc.py"}


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_a_file_can_be_read_in_one_sitting(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= MOST_LINES


def test_every_module_has_a_name_that_says_something() -> None:
    assert not [relative(path) for path in FILES if path.name in NAMELESS]


@pytest.mark.parametrize("path", FILES, ids=relative)
def test_no_exception_is_caught_that_is_not_named(path: Path) -> None:
    broad = [
        node.lineno
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.ExceptHandler)
        and (
            node.type is None
            or (isinstance(node.type, ast.Name) and node.type.id in {"Exception", "BaseException"})
        )
    ]
    assert not broad, f"broad except on lines {broad}"


def test_every_direct_dependency_is_pinned_and_explained() -> None:
    project = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    lists = re.findall(r"^(?:dependencies|dev) = \[\n(.*?)^\]", project, re.DOTALL | re.MULTILINE)
    named = [re.match(r'\s*"([A-Za-z0-9_-]+)', line) for text in lists for line in text.split("\n")]
    direct = {found[1].lower().replace("_", "-") for found in named if found}
    constraints = (ROOT / "constraints.txt").read_text(encoding="utf-8").lower().replace("_", "-")
    pinned = {line.split("==")[0] for line in constraints.splitlines()}
    explained = (ROOT / "docs/decisions/0001-dependencies.md").read_text(encoding="utf-8").lower()

    assert len(direct) > 30
    assert direct <= pinned
    assert not {name for name in direct if f"`{name}`" not in explained.replace("_", "-")}
