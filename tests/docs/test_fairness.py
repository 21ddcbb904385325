from __future__ import annotations

import importlib.util
from pathlib import Path
from types import ModuleType

import pytest

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def generator() -> ModuleType:
    path = ROOT / "docs" / "make_fairness.py"
    spec = importlib.util.spec_from_file_location("make_fairness", path)
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_page_says_what_was_measured(generator: ModuleType) -> None:
    page = (ROOT / "docs" / "fairness.md").read_text(encoding="utf-8")
    expected = generator.filled(page, generator.parts(generator.report()))
    assert page == expected, "docs/fairness.md is out of date: python -m docs.make_fairness"


def test_the_picture_shows_every_group_that_was_measured(generator: ModuleType) -> None:
    picture = generator.PICTURE.read_text(encoding="utf-8")
    for row in generator.report().groups:
        if row.kind != "neutral":
            assert f"{row.kind}: {generator.plain(row.group)}" in picture


def test_a_page_without_marks_is_refused(generator: ModuleType) -> None:
    with pytest.raises(ValueError, match="<!-- summary -->"):
        generator.filled("# Fairness\n", {"summary": "nothing"})


def test_a_change_is_clear_only_if_its_interval_leaves_out_zero(generator: ModuleType) -> None:
    interval = generator.Interval
    assert generator.clear(interval(value=0.02, low=0.01, high=0.03))
    assert generator.clear(interval(value=-0.02, low=-0.03, high=-0.01))
    assert not generator.clear(interval(value=0.02, low=-0.01, high=0.05))
    assert generator.signed(interval(value=-0.012, low=-0.03, high=0.004)) == "-1.2 (-3.0 to +0.4)"
