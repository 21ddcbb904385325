from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = ROOT / "docs" / "make_cli_reference.py"
    spec = importlib.util.spec_from_file_location("make_cli_reference", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_reference_is_what_the_commands_say_of_themselves(generator: ModuleType) -> None:
    written = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    assert written == generator.reference(), "docs/cli.md is out of date: run make docs"


def test_every_command_has_a_section_with_an_example(generator: ModuleType) -> None:
    sections = generator.reference().split("\n## ")[1:]
    assert len(sections) >= 13
    for section in sections:
        name = section.split("`")[1]
        assert f"\n{name}" in section.split("```")[-2], f"{name} has no example in its help"


def test_every_command_of_the_design_is_there(generator: ModuleType) -> None:
    reference = generator.reference()
    for command in (
        "demo",
        "score",
        "show",
        "queue",
        "export",
        "models list",
        "models show",
        "rubric check",
        "rubric show",
        "rubric diff",
        "weights list",
        "weights fetch",
        "weights verify",
        "doctor",
    ):
        assert f"## `callqa {command}`" in reference
