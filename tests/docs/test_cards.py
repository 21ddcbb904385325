"""Model cards say what was measured and what the files of the models say."""

from __future__ import annotations

import importlib
import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType

import pytest

from models.card_reading import CARDS, Card, find, read_cards
from models.head_facts import heads_facts
from models.weights import find_asset

ROOT = Path(__file__).parents[2]
DOCS = ROOT / "docs"
RESULTS = ROOT / "benchmarks" / "results"
NAMES = [card.head.name for card in read_cards()]


@pytest.fixture
def generator(monkeypatch: pytest.MonkeyPatch) -> Iterator[ModuleType]:
    """Import the generator as it is run: from its own folder."""
    monkeypatch.syspath_prepend(str(DOCS))
    yield importlib.import_module("make_cards")


def written(name: str) -> str:
    return (CARDS / f"{name}.md").read_text(encoding="utf-8")


def card(name: str) -> Card:
    return find(name, read_cards()).card


@pytest.mark.parametrize("name", NAMES)
def test_a_card_says_what_was_measured_and_stored(name: str, generator: ModuleType) -> None:
    wanted = generator.filled(written(name), generator.parts(card(name), generator.read_sources()))
    assert written(name) == wanted, f"models/cards/{name}.md is out of date: run make docs"


def test_a_figure_whose_file_is_missing_is_named(generator: ModuleType, tmp_path: Path) -> None:
    sources = generator.read_sources(tmp_path)
    assert len(sources.results.missing) == 5
    heads = generator.filled(written("criteria"), generator.parts(card("criteria"), sources))
    assert "**Missing:** benchmarks/results/criteria.json is not there." in heads
    assert "`python -m benchmarks.counterfactual` measures it." in heads
    assert "| figures | missing: `criteria.json` |" in heads
    assert "withheld under" in heads, "what the heads say of themselves is told all the same"
    turns = generator.filled(written("turns"), generator.parts(card("turns"), sources))
    assert "outside.json is not there" in turns


def test_a_file_of_another_form_counts_as_missing(generator: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    report = json.loads((RESULTS / "criteria.json").read_text(encoding="utf-8"))
    del report["sentiment"]
    (tmp_path / "criteria.json").write_text(json.dumps(report), encoding="utf-8")
    sources = generator.read_sources(tmp_path)
    assert any("criteria.json has another form" in told for told in sources.results.missing)
    assert any("(sentiment)" in told for told in sources.results.missing)


def test_figures_follow_the_results(generator: ModuleType, tmp_path: Path) -> None:
    shutil.copytree(RESULTS, tmp_path, dirs_exist_ok=True)
    report = json.loads((RESULTS / "criteria.json").read_text(encoding="utf-8"))
    report["nothing_withheld"]["criteria"]["closing"]["kappa_all"]["value"] = 0.123
    report["data_sha256"] = "0" * 64
    (tmp_path / "criteria.json").write_text(json.dumps(report), encoding="utf-8")
    parts = generator.parts(card("criteria"), generator.read_sources(tmp_path))
    assert "| kappa, nothing withheld (95%) | 0.12 (" in parts["closing"]
    assert "**other data** than the shipped heads learned from" in parts["measured"]


def test_every_section_on_language_model_labels_says_so() -> None:
    heads = card("criteria")
    for section in heads.criteria:
        assert "Labels by a language model, not by people" in section.text, section.title
    for name in ("criteria", "turns"):
        for section in card(name).sections:
            if "kappa" in section.text and section.level > 1:
                told = " ".join(section.text.split())
                whose = "language model" in told or "labelled by people" in told
                assert whose, f"{name}: {section.title}"


def test_a_threshold_on_the_card_is_that_of_the_file() -> None:
    for section in card("criteria").criteria:
        least = heads_facts().heads[section.title].probability.threshold(0.2)
        told = f"withheld under {least:.2f}" if least else "**nothing is withheld**"
        assert told in section.text, section.title


def test_checksums_and_licences_are_those_of_the_list_of_weights() -> None:
    for own in read_cards():
        if own.head.origin == "asset":
            asset = find_asset(own.head.name)
            assert f"| `{asset.files[0].kept_sha256}` |" in own.text
            assert f"| licence | {asset.licence} |" in own.text
            assert f"| revision | `{asset.revision}` |" in own.text


def test_the_index_names_every_card() -> None:
    index = (CARDS / "README.md").read_text(encoding="utf-8")
    assert not [name for name in NAMES if f"({name}.md)" not in index]


@pytest.mark.parametrize("name", NAMES)
def test_every_card_tells_what_for_and_what_limits_it(name: str) -> None:
    titles = {section.title for section in card(name).sections}
    assert "Limits" in titles
    assert titles & {"What it is for", "What callqa uses it for"}
