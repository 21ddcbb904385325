"""The page about accuracy says what was measured, and its pictures were drawn from it."""

from __future__ import annotations

import importlib
import re
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
PAGE = DOCS / "accuracy.md"


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the generator as it is run: from its own folder."""
    monkeypatch.syspath_prepend(str(DOCS))
    yield importlib.import_module("make_accuracy")


def drawn() -> list[Path]:
    return [DOCS / name for name in re.findall(r"\((images/accuracy_\w+\.svg)\)", PAGE.read_text())]


def test_the_page_says_what_was_measured(generator: ModuleType) -> None:
    report, curve = generator.read()
    written = PAGE.read_text(encoding="utf-8")
    wanted = generator.filled(written, generator.figures(report, curve))
    assert written == wanted, "docs/accuracy.md is out of date: run make docs"


def test_the_pictures_were_drawn_from_what_was_measured(generator: ModuleType) -> None:
    drawing = importlib.import_module("accuracy_drawing")
    marks = {
        drawing.digest(path.read_text(encoding="utf-8"))
        for path in (generator.MEASURED, generator.CURVE)
        if path.is_file()
    }
    old = [path.name for path in drawn() if not any(mark in path.read_text() for mark in marks)]
    assert not old, "run make docs"


def test_every_picture_is_on_the_page() -> None:
    assert sorted(drawn()) == sorted(DOCS.glob("images/accuracy_*.svg"))


def test_the_page_says_who_labelled_and_shows_every_criterion(generator: ModuleType) -> None:
    text = " ".join(PAGE.read_text(encoding="utf-8").split())
    assert "labels come from a language model that read the calls, not from people" in text
    report, _ = generator.read()
    assert all(f"| `{name}` |" in text for name in report.shipped.criteria)


def test_a_page_without_the_marks_is_refused(generator: ModuleType) -> None:
    page = "<!-- a -->\nold\n<!-- /a -->\n"
    assert generator.filled(page, {"a": "new"}) == "<!-- a -->\nnew\n<!-- /a -->\n"
    with pytest.raises(ValueError, match="expected marks"):
        generator.filled(page, {"a": "new", "b": "more"})
    with pytest.raises(ValueError, match="expected marks"):
        generator.filled(page, {})
    with pytest.raises(ValueError, match="before"):
        generator.filled("<!-- /a -->\n", {"a": "new"})
