from __future__ import annotations

import importlib
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the generator as it is run: from its own folder."""
    monkeypatch.syspath_prepend(str(DOCS))
    yield importlib.import_module("make_fairness")


def test_the_page_says_what_was_measured(generator: ModuleType) -> None:
    page = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
    expected = generator.filled(page, generator.parts(generator.report()))
    assert page == expected, "docs/fairness.md is out of date: run make docs"


def test_the_picture_shows_every_group_that_was_measured(generator: ModuleType) -> None:
    picture = generator.PICTURE.read_text(encoding="utf-8")
    for row in generator.report().groups:
        if row.kind != "neutral":
            assert f"{row.kind}: {generator.plain(row.group)}" in picture


def test_a_change_is_clear_only_if_its_interval_leaves_out_zero(generator: ModuleType) -> None:
    interval = generator.Interval
    assert generator.clear(interval(value=0.02, low=0.01, high=0.03))
    assert generator.clear(interval(value=-0.02, low=-0.03, high=-0.01))
    assert not generator.clear(interval(value=0.02, low=-0.01, high=0.05))
    assert generator.signed(interval(value=-0.012, low=-0.03, high=0.004)) == "-1.2 (-3.0 to +0.4)"
