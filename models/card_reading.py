"""Model cards: what is known about each model that callqa ships or uses, from models/cards.

A card is a page for people. It opens with a few lines of YAML (``CardHead``); what it says about
versions, checksums and licences of models is not written in it twice but comes from the files
themselves (``models.card_facts``). Figures in it are written by docs/make_cards.py.
"""

from __future__ import annotations

import posixpath
import re
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

import yaml
from pydantic import ValidationError

from pipeline.domain import Record
from pipeline.errors import InputError, PrerequisiteError

CARDS = Path(__file__).parent / "cards"
INDEX = "README.md"
"""The one page among the cards that is none."""
FROM_ROOT = "models/cards"
"""Where links in a card start, seen from the project's root."""
BY_CRITERION = "Criterion by criterion"
"""Title of the section whose sections are each about one criterion."""
HEAD = re.compile(r"\A---\n(.*?\n)---\n", re.DOTALL)
HEADING = re.compile(r"(#+) (.+)")
MARK = re.compile(r"^<!--.*?-->\n", re.MULTILINE | re.DOTALL)
LINK = re.compile(r"\[([^\]]+)\]\((?!https?:)([^)#]+)(?:#[^)]*)?\)")


class CardHead(Record):
    """The YAML at the top of a card: what no other file says."""

    name: str
    """The name of its file, and what ``callqa models show`` is asked for."""
    title: str
    origin: Literal["callqa", "asset", "package"]
    """Trained for this project; an asset of models/weights.toml of the same name; or part of a
    Python package."""
    file: str | None = None
    """Of ``callqa``: below models/. Of ``package``: below its installation."""
    package: str | None = None
    source: str | None = None
    """Who made what a package carries."""
    role: str | None = None
    """What callqa uses it for; None: as models/weights.toml says."""
    licence: str | None = None
    """As an SPDX expression; None: as models/weights.toml says."""
    trained_on: str
    """In a few words."""
    labels: str
    """Who made the labels that it learned from, in a few words."""
    chosen_by: str | None = None
    """The setting that must name it, or it takes no part; None: it always does."""


@dataclass(frozen=True, slots=True)
class Section:
    """A part of a card, from its heading to the next one that is as high or higher."""

    title: str
    """Without backquotes."""
    level: int
    """1 for the card's own title."""
    text: str
    """Markdown, heading included, ending in one line break."""


@dataclass(frozen=True, slots=True)
class Card:
    """One card."""

    head: CardHead
    text: str
    """Markdown without the YAML and without the marks around figures."""
    sections: tuple[Section, ...]
    """In their order; a section that lies within another one is in both."""

    @property
    def criteria(self) -> tuple[Section, ...]:
        """The sections that are each about one criterion, named after it."""
        parts = (own for own in self.sections if own.title == BY_CRITERION)
        return tuple(s for part in parts for s in sections_of(part.text) if s.level > part.level)


@dataclass(frozen=True, slots=True)
class Found:
    """What somebody asked for: a card, or its section about one criterion."""

    card: Card
    criterion: Section | None

    @property
    def text(self) -> str:
        """Markdown to show."""
        return self.card.text if self.criterion is None else self.criterion.text


def read_cards(folder: Path = CARDS) -> tuple[Card, ...]:
    """Return every card: what was trained for this project first, each kind by name.

    Raises:
        PrerequisiteError: There is none, or one of them is damaged.
    """
    order = ("callqa", "asset", "package")
    cards = [read_card(path) for path in sorted(folder.glob("*.md")) if path.name != INDEX]
    if not cards:
        raise PrerequisiteError(
            f"expected model cards in {folder}, found none; install callqa anew"
        )
    return tuple(sorted(cards, key=lambda card: order.index(card.head.origin)))


def read_card(path: Path) -> Card:
    """Return one card.

    Raises:
        PrerequisiteError: It does not open with the YAML that ``CardHead`` describes, or has
            another name than its file.
    """
    content = path.read_text(encoding="utf-8")
    found = HEAD.match(content)
    if found is None:
        raise PrerequisiteError(f"the model card {path} does not open with its YAML between ---")
    try:
        head = CardHead.model_validate(yaml.safe_load(found[1]))
    except (yaml.YAMLError, ValidationError) as error:
        raise PrerequisiteError(f"the YAML of the model card {path} is damaged: {error}") from error
    if head.name != path.stem:
        raise PrerequisiteError(f"the model card {path} calls itself {head.name}")
    text = MARK.sub("", content[found.end() :]).strip() + "\n"
    return Card(head, text, sections_of(text))


def sections_of(text: str) -> tuple[Section, ...]:
    """Return the sections of a Markdown text; what looks like a heading in code is none."""
    lines = text.splitlines(keepends=True)
    starts: list[tuple[int, int, str]] = []
    in_code = False
    for at, line in enumerate(lines):
        in_code ^= line.startswith("```")
        if not in_code and (found := HEADING.match(line)):
            starts.append((at, len(found[1]), found[2].replace("`", "").strip()))
    ends = [
        next((at for at, other, _ in starts[place + 1 :] if other <= level), len(lines))
        for place, (_, level, _) in enumerate(starts)
    ]
    return tuple(
        Section(title, level, "".join(lines[at:end]).strip() + "\n")
        for (at, level, title), end in zip(starts, ends, strict=True)
    )


def find(name: str, cards: Sequence[Card]) -> Found:
    """Return the card of this name, or the section of the criterion of this name.

    Raises:
        InputError: There is neither; the message lists what there is.
    """
    for card in cards:
        if card.head.name == name:
            return Found(card, None)
    criteria = {own.title: Found(card, own) for card in cards for own in card.criteria}
    if name in criteria:
        return criteria[name]
    models = ", ".join(card.head.name for card in cards)
    raise InputError(
        f"no model and no criterion with a trained head is called {name!r}.\n"
        f"Models: {models}\nCriteria: {', '.join(criteria)}"
    )


def with_plain_links(text: str) -> str:
    """Return Markdown in which a link to a file of the project says where that file is."""

    def plain(link: re.Match[str]) -> str:
        path = posixpath.normpath(f"{FROM_ROOT}/{link[2]}")
        return link[1] if link[1].strip("`") == path else f"{link[1]} ({path})"

    return LINK.sub(plain, text)
