"""Read YAML with the line and column of every key and value, safely.

Only plain data: no tags, no merge keys, string keys, no key twice. What is not so is a mistake
with its place; reading goes on after it.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

import yaml
from pydantic import JsonValue

from pipeline.mistakes import Mistake, Path, found

MAX_VALUES = 20_000
"""Anchors can make a small file describe a huge document; a rubric has a few hundred values."""


MAX_DEPTH = 50
TOO_DEEP = "it has too many or too deeply nested values"


class Mark(NamedTuple):
    """A place in a file, both 1-based."""

    line: int
    column: int


@dataclass(frozen=True, slots=True)
class MarkedYaml:
    """A document and where its parts are."""

    value: JsonValue
    values: Mapping[Path, Mark]
    keys: Mapping[Path, Mark]
    mistakes: tuple[Mistake, ...]

    def mark(self, mistake: Mistake) -> Mark:
        """Return the place of a mistake; for what is missing, of what it is missing from."""
        if mistake.at_key and mistake.path in self.keys:
            return self.keys[mistake.path]
        path = mistake.path
        while path and path not in self.values:
            path = path[:-1]
        return self.values.get(path, Mark(1, 1))


class YamlSyntaxError(Exception):
    """The text is not YAML; never leaves the rubric's reading.

    Args:
        mark: Where.
        message: What PyYAML says about it.
    """

    def __init__(self, mark: Mark, message: str) -> None:
        super().__init__(mark, message)
        self.mark = mark
        self.message = message


def read_yaml(text: str) -> MarkedYaml:
    """Return the one document of a YAML text.

    Raises:
        YamlSyntaxError: It is not YAML, or more than one document.
    """
    try:
        loader = yaml.SafeLoader(text)
        reading = _Reading(loader)
        node = loader.get_single_node()
        value = None if node is None else reading.value(node, ())
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        told = ", ".join(part for part in (error.context, error.problem) if part)
        place = Mark(1, 1) if mark is None else _mark(mark)
        raise YamlSyntaxError(place, told) from error
    except yaml.YAMLError as error:
        raise YamlSyntaxError(Mark(1, 1), str(error)) from error
    except RecursionError as error:
        raise YamlSyntaxError(Mark(1, 1), TOO_DEEP) from error
    return MarkedYaml(value, reading.values, reading.keys, tuple(reading.mistakes))


def _mark(mark: yaml.Mark) -> Mark:
    return Mark(mark.line + 1, mark.column + 1)


@dataclass(slots=True)
class _Reading:
    """Turns nodes into values and remembers their places."""

    loader: yaml.SafeLoader
    values: dict[Path, Mark] = field(default_factory=dict)
    keys: dict[Path, Mark] = field(default_factory=dict)
    mistakes: list[Mistake] = field(default_factory=list)

    def value(self, node: yaml.Node, path: Path) -> JsonValue:
        if len(self.values) >= MAX_VALUES or len(path) > MAX_DEPTH:
            raise YamlSyntaxError(_mark(node.start_mark), TOO_DEEP)
        self.values[path] = _mark(node.start_mark)
        if not node.tag.startswith("tag:yaml.org,2002:") or "python" in node.tag:
            self.mistakes.append(Mistake(path, f"expected plain data, found the tag {node.tag}"))
            return None
        if isinstance(node, yaml.MappingNode):
            return self.mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.value(item, (*path, at)) for at, item in enumerate(node.value)]
        return self.scalar(node, path)

    def mapping(self, node: yaml.MappingNode, path: Path) -> JsonValue:
        content: dict[str, JsonValue] = {}
        for key_node, value_node in node.value:
            key = key_node.value if isinstance(key_node, yaml.ScalarNode) else None
            if not isinstance(key, str) or key == "<<":
                self.values[(*path, "?")] = _mark(key_node.start_mark)
                self.mistakes.append(Mistake((*path, "?"), "expected a plain word as key"))
                continue
            here = (*path, key)
            if key in content:
                first = self.keys[here]
                self.keys[here] = _mark(key_node.start_mark)
                self.mistakes.append(
                    Mistake(
                        here, f'the key "{key}" is there twice, first in line {first.line}', True
                    )
                )
                continue
            self.keys[here] = _mark(key_node.start_mark)
            content[key] = self.value(value_node, here)
        return content

    def scalar(self, node: yaml.Node, path: Path) -> JsonValue:
        if node.tag.endswith(":timestamp"):
            return str(node.value)
        try:
            value = self.loader.construct_object(node)
        except ValueError:
            value = object()
        if value is None or isinstance(value, str | int | float | bool):
            return value
        self.mistakes.append(
            Mistake(path, f"expected text or a number, found {found(str(node.value))}")
        )
        return None
