from __future__ import annotations

import re
import subprocess
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PAGES = sorted(
    path
    for path in ROOT.rglob("*.md")
    if not set(path.relative_to(ROOT).parts) & {".venv", "var", "node_modules", ".pytest_cache"}
)
LINK = re.compile(r"\]\((?!https?://|mailto:|#)([^)#\s]+)")
TARGET = re.compile(r"^([a-z]+):", re.MULTILINE)
MAKE = re.compile(r"\bmake ([a-z]+)")
CALLQA = re.compile(r"^\s*(?:\$ )?callqa ([a-z]+)", re.MULTILINE)
# Spelled in pieces, so that this file does not contain what it looks for.
FOREIGN = ("/" + "work/", "/" + "root/", "/" + "opt/", "files." + "pythonhosted", "pypi." + "org")


def relative(path: Path) -> str:
    return str(path.relative_to(ROOT))


def tracked_text() -> list[Path]:
    """Return the project's own text files: what git tracks, or all of them in an sdist."""
    if (ROOT / ".git").exists():
        listed = subprocess.run(
            ["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.split("\0")
        paths = [ROOT / name for name in listed if name]
    else:
        paths = [path for path in ROOT.rglob("*") if ".venv" not in path.parts]
    text = {".py", ".md", ".toml", ".txt", ".yaml", ".yml", ".sql", ".csv", ".json", ".cfg", ""}
    return [path for path in paths if path.is_file() and path.suffix in text]


def code_blocks(page: Path) -> str:
    return "\n".join(re.findall(r"```\w*\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL))


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_relative_link_leads_somewhere(page: Path) -> None:
    links = LINK.findall(page.read_text(encoding="utf-8"))
    assert not [link for link in links if not (page.parent / link).exists()]


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_make_target_that_a_page_names_exists(page: Path) -> None:
    targets = set(TARGET.findall((ROOT / "Makefile").read_text(encoding="utf-8")))
    blocks = code_blocks(page) + " ".join(re.findall(r"`(make [^`]*)`", page.read_text("utf-8")))
    assert set(MAKE.findall(blocks)) <= targets


@pytest.mark.parametrize("page", PAGES, ids=relative)
def test_every_callqa_command_that_a_page_shows_exists(page: Path) -> None:
    reference = (ROOT / "docs" / "cli.md").read_text(encoding="utf-8")
    known = set(re.findall(r"^## `callqa ([a-z]+)", reference, re.MULTILINE))
    assert set(CALLQA.findall(code_blocks(page))) <= known


def test_the_readme_names_the_two_commands_that_start_everything() -> None:
    blocks = code_blocks(ROOT / "README.md")
    assert "make demo" in blocks
    assert "make test" in blocks


def test_the_index_of_the_documents_names_every_page() -> None:
    index = (ROOT / "docs" / "README.md").read_text(encoding="utf-8")
    pages = [path for path in PAGES if path.is_relative_to(ROOT / "docs")]
    named = [str(path.relative_to(ROOT / "docs")) for path in pages]
    assert not [name for name in named if name != "README.md" and f"({name})" not in index]


def test_no_project_file_names_a_registry_or_a_path_of_one_machine() -> None:
    found = [
        relative(path)
        for path in tracked_text()
        if any(word in path.read_text(encoding="utf-8", errors="ignore") for word in FOREIGN)
    ]
    assert not found
