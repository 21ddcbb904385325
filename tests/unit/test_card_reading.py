from __future__ import annotations

from pathlib import Path

import pytest

from models.card_facts import facts_of
from models.card_reading import (
    CARDS,
    Card,
    find,
    read_card,
    read_cards,
    sections_of,
    with_plain_links,
)
from models.head_facts import heads_facts
from models.trained import bundled_heads, heads_version
from models.weights import load_assets
from models.weights.folder import file_sha256
from pipeline.errors import InputError, PrerequisiteError
from pipeline.settings import Settings

HEAD = """\
---
name: mine
title: Mine
origin: callqa
file: heads/turns.safetensors
role: a test
licence: Apache-2.0
trained_on: nothing
labels: nobody's
---

# Mine

What it is.

<!-- figures -->
| a | b |
<!-- /figures -->

## Criterion by criterion

Each:

### parking

Where the car is.

## Limits

Many.
"""


def card(folder: Path, text: str = HEAD, name: str = "mine") -> Card:
    path = folder / f"{name}.md"
    path.write_text(text, encoding="utf-8")
    return read_card(path)


@pytest.fixture(scope="module")
def shipped() -> tuple[Card, ...]:
    return read_cards()


def test_marks_and_yaml_are_not_part_of_what_is_shown(tmp_path: Path) -> None:
    text = card(tmp_path).text
    assert text.startswith("# Mine\n")
    assert "<!--" not in text and "---" not in text
    assert "| a | b |" in text


def test_a_criterion_is_a_section_of_its_own(tmp_path: Path) -> None:
    mine = card(tmp_path)
    assert [own.title for own in mine.criteria] == ["parking"]
    found = find("parking", [mine])
    assert found.text == "### parking\n\nWhere the car is.\n"
    assert find("mine", [mine]).text == mine.text


def test_a_section_ends_at_the_next_heading_as_high_and_code_has_no_headings() -> None:
    text = "# a\n\n## b\n\n```\n# no heading\n```\n\n### `c`\n\nsee\n\n## d\n"
    found = {own.title: own.text for own in sections_of(text)}
    assert list(found) == ["a", "b", "c", "d"]
    assert found["b"] == "## b\n\n```\n# no heading\n```\n\n### `c`\n\nsee\n"
    assert found["c"] == "### `c`\n\nsee\n"
    assert found["a"] == text


def test_an_unknown_name_is_answered_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(InputError, match=r"'limits'.*\nModels: mine\nCriteria: parking"):
        find("limits", [card(tmp_path)])


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("# No yaml\n", "does not open with its YAML"),
        (HEAD.replace("origin: callqa", "origin: heaven"), "is damaged"),
        (HEAD.replace("title: Mine", "title: [Mine"), "is damaged"),
        (HEAD.replace("name: mine", "name: yours"), "calls itself yours"),
    ],
)
def test_a_damaged_card_is_named(tmp_path: Path, text: str, message: str) -> None:
    with pytest.raises(PrerequisiteError, match=rf"mine\.md.*{message}|{message}"):
        card(tmp_path, text)


def test_a_folder_without_cards_is_an_error(tmp_path: Path) -> None:
    (tmp_path / "README.md").write_text("# Index\n", encoding="utf-8")
    with pytest.raises(PrerequisiteError, match="found none"):
        read_cards(tmp_path)


def test_links_to_files_say_where_the_file_is() -> None:
    text = "[the page](../../docs/accuracy.md#limits), [turns](turns.md), [x](https://a.example)"
    assert with_plain_links(text) == (
        "the page (docs/accuracy.md), turns (models/cards/turns.md), [x](https://a.example)"
    )
    assert with_plain_links("[docs/a.md](../../docs/a.md)") == "docs/a.md"


def test_every_asset_has_a_card_and_every_card_of_an_asset_has_one(
    shipped: tuple[Card, ...],
) -> None:
    carded = {own.head.name for own in shipped if own.head.origin == "asset"}
    assert carded == {asset.name for asset in load_assets()}


def test_every_head_has_a_section_and_every_section_a_head(shipped: tuple[Card, ...]) -> None:
    sections = [own.title for own in find("criteria", shipped).card.criteria]
    assert sorted(sections) == sorted(heads_facts().heads)
    assert not set(sections) & {own.head.name for own in shipped}


def test_what_is_trained_here_comes_first_and_every_model_file_here_has_a_card(
    shipped: tuple[Card, ...],
) -> None:
    own = [item for item in shipped if item.head.origin == "callqa"]
    assert list(shipped[: len(own)]) == own
    models = CARDS.parent
    files = {f"models/{path.relative_to(models)}" for path in models.rglob("*.safetensors")}
    assert files and files <= {facts_of(item).file for item in own}


def test_facts_come_from_the_files_themselves(shipped: tuple[Card, ...]) -> None:
    facts = {own.name: own for own in map(facts_of, shipped)}
    heads = facts["criteria"]
    assert heads.version == facts["turns"].version == heads_version(bundled_heads())
    assert heads.sha256 == file_sha256(bundled_heads() / "criteria.safetensors")
    made = heads_facts().made
    assert made is None or made.data_sha256[:12] in heads.trained_on
    asset = next(item for item in load_assets() if item.name == "resemblyzer")
    assert facts["resemblyzer"].sha256 == asset.files[0].kept_sha256 != asset.files[0].sha256
    assert facts["resemblyzer"].licence == asset.licence
    assert (facts["silero-vad"].revision or "").startswith("faster-whisper ")
    assert all(own.version == own.sha256[:12] for name, own in facts.items() if own is not heads
               and name != "turns")  # fmt: skip


def test_what_chooses_a_model_is_a_setting(shipped: tuple[Card, ...]) -> None:
    chosen = {own.head.chosen_by for own in shipped} - {None}
    assert chosen == {"asr_model"} and chosen <= set(Settings.model_fields)


def test_a_card_of_a_file_that_is_not_there_is_an_error(tmp_path: Path) -> None:
    missing = card(tmp_path, HEAD.replace("heads/turns", "heads/none"))
    with pytest.raises(PrerequisiteError, match=r"expected a model at .*none\.safetensors"):
        facts_of(missing)
    stranger = HEAD.replace("origin: callqa", "origin: package\npackage: no-such-package")
    with pytest.raises(PrerequisiteError, match="no-such-package"):
        facts_of(card(tmp_path, stranger))
    with pytest.raises(PrerequisiteError, match="does not say its licence"):
        facts_of(card(tmp_path, HEAD.replace("licence: Apache-2.0\n", "")))
