"""A rubric as the YAML of a file: what a draft begins with where only its content was kept."""

from __future__ import annotations

from typing import Any

import yaml

from pipeline.rubric import Rubric

WIDTH = 100


class _Dumper(yaml.SafeDumper):
    """Indents lists, and writes short lists of words and examples on one line."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _list(dumper: _Dumper, value: list[Any]) -> yaml.Node:
    plain = all(isinstance(item, str | int | float) for item in value)
    return dumper.represent_sequence("tag:yaml.org,2002:seq", value, flow_style=plain)


def _text(dumper: _Dumper, value: str) -> yaml.Node:
    style = ">" if len(value) > WIDTH and "\n" not in value and value == value.strip() else None
    return dumper.represent_scalar("tag:yaml.org,2002:str", value, style=style)


_Dumper.add_representer(list, _list)
_Dumper.add_representer(str, _text)


def rubric_yaml(rubric: Rubric) -> str:
    """Return YAML that reads back as the same content; what equals a default is left out."""
    content = rubric.model_dump(mode="json", exclude={"sha256"}, exclude_defaults=True)
    order = ("id", "version", "title", "languages", "criteria")
    whole = {name: content[name] for name in order if name in content}
    text: str = yaml.dump(whole, Dumper=_Dumper, sort_keys=False, allow_unicode=True, width=WIDTH)
    return text.replace("\n  - id:", "\n\n  - id:")
