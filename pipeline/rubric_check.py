"""Check a rubric file and explain every mistake in it: where, what was expected, what was found."""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from pathlib import Path as FilePath

from pydantic import JsonValue

from pipeline.domain import Role, Verdict
from pipeline.errors import Diagnostic
from pipeline.marked_yaml import MarkedYaml, YamlSyntaxError, read_yaml
from pipeline.mistakes import Mistake, Path, did_you_mean, found, one_of
from pipeline.rule import PLACES
from pipeline.rule_reader import read_rule

REQUIRED = ("id", "version", "title", "criteria")
RUBRIC_KEYS = (*REQUIRED, "languages")
CRITERION_REQUIRED = ("id", "question", "section", "allowed")
CRITERION_KEYS = (
    *CRITERION_REQUIRED,
    *("roles", "scope", "applies", "guidance", "weight"),
    *("critical", "failed", "examples", "otherwise", "rule"),
)
VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.UNSCORED)
"""Those a rubric can allow: ``unscored`` is given when a criterion could not be judged."""
_ID = re.compile(r"[a-z][a-z0-9_]*")


@dataclass(frozen=True, slots=True)
class CheckedRubric:
    """What a rubric file says, and what is wrong with it."""

    content: Mapping[str, JsonValue]
    """Whole and valid if there are no diagnostics."""
    diagnostics: tuple[Diagnostic, ...]
    """In the order of the file."""


def check_rubric(path: FilePath) -> tuple[Diagnostic, ...]:
    """Return every mistake in a rubric file.

    Raises:
        OSError: The file cannot be read.
    """
    return check_text(path.read_text(encoding="utf-8"), str(path)).diagnostics


def check_text(text: str, file: str) -> CheckedRubric:
    """Return what the text of a rubric file says, and every mistake in it.

    Args:
        text: YAML.
        file: Its name, for the diagnostics.
    """
    try:
        document = read_yaml(text)
    except YamlSyntaxError as error:
        message = f"expected YAML, found a mistake in its form: {error.message}"
        return CheckedRubric({}, (Diagnostic(file, *error.mark, "file", message),))
    check = _Check()
    check.rubric(document.value)
    mistakes = [*document.mistakes, *check.mistakes]
    told = sorted(
        (_diagnostic(file, document, mistake) for mistake in mistakes),
        key=lambda item: (item.line, item.column),
    )
    content = document.value if isinstance(document.value, dict) else {}
    return CheckedRubric(content, tuple(dict.fromkeys(told)))


def _diagnostic(file: str, document: MarkedYaml, mistake: Mistake) -> Diagnostic:
    line, column = document.mark(mistake)
    return Diagnostic(file, line, column, _where(document.value, mistake.path), mistake.message)


def _where(document: JsonValue, path: Path) -> str:
    """Return a path in words, counting from 1: ``criterion greeting, rule, cases 2, when``."""
    told = ""
    for part in path:
        told += f" {part + 1}" if isinstance(part, int) else f", {part}" if told else part
    if path[:1] == ("criteria",) and len(path) > 1 and isinstance(path[1], int):
        told = f"criterion {_name(document, path[1])}" + told[len(f"criteria {path[1] + 1}") :]
    return told or "file"


def _name(document: JsonValue, at: int) -> str:
    """Return a criterion's id, or its number if it has none."""
    listed = document.get("criteria") if isinstance(document, dict) else None
    criterion = listed[at] if isinstance(listed, list) else None
    name = criterion.get("id") if isinstance(criterion, dict) else None
    return name if isinstance(name, str) else str(at + 1)


@dataclass(slots=True)
class _Check:
    """Collects the mistakes of one rubric."""

    mistakes: list[Mistake] = field(default_factory=list)

    def wrong(self, path: Path, message: str, *, at_key: bool = False) -> None:
        self.mistakes.append(Mistake(path, message, at_key))

    def keys(
        self, value: JsonValue, path: Path, known: Iterable[str], required: Iterable[str]
    ) -> Mapping[str, JsonValue] | None:
        """Return the mapping; what is unknown or missing in it is reported."""
        names = list(known)
        if not isinstance(value, dict):
            self.wrong(path, f"expected a mapping with {', '.join(names)}, found {found(value)}")
            return None
        for key in value:
            if key not in names:
                message = f'unknown key "{key}"{did_you_mean(key, names)}'
                if "did you mean" not in message:
                    message += f", expected one of {', '.join(names)}"
                self.wrong((*path, key), message, at_key=True)
        for key in required:
            if key not in value:
                self.wrong((*path, key), f'expected the key "{key}", which is missing')
        return value

    def rubric(self, value: JsonValue) -> None:
        given = self.keys(value, (), RUBRIC_KEYS, REQUIRED)
        if given is None:
            return
        self.identifier(given, ())
        version = given.get("version", 1)
        if not isinstance(version, int) or isinstance(version, bool) or version < 1:
            self.wrong(("version",), f"expected a whole number from 1, found {found(version)}")
        self.text(given, (), "title")
        for at, language in enumerate(self.listed(given, (), "languages", "language codes")):
            if not isinstance(language, str) or not re.fullmatch("[a-z]{2}", language):
                self.wrong(
                    ("languages", at),
                    f"expected a two-letter language code such as en, found {found(language)}",
                )
        criteria = self.listed(given, (), "criteria", "criteria")
        first_line: dict[str, int] = {}
        for at, item in enumerate(criteria):
            self.criterion(item, ("criteria", at))
            name = item.get("id") if isinstance(item, dict) else None
            if isinstance(name, str) and first_line.setdefault(name, at) != at:
                self.wrong(
                    ("criteria", at, "id"),
                    f'expected another id: criterion {first_line[name] + 1} is "{name}" too',
                )
        weights = [item.get("weight", 1) for item in criteria if isinstance(item, dict)]
        if weights and all(weight == 0 for weight in weights):
            self.wrong(("criteria",), "expected a weight above 0 for at least one criterion")

    def criterion(self, value: JsonValue, path: Path) -> None:
        given = self.keys(value, path, CRITERION_KEYS, CRITERION_REQUIRED)
        if given is None:
            return
        self.identifier(given, path)
        for key in ("question", "section", "applies", "guidance", "failed"):
            self.text(given, path, key)
        self.names(given, path, "roles", [role.value for role in Role])
        if "scope" in given and given["scope"] not in PLACES:
            self.wrong((*path, "scope"), one_of(given["scope"], PLACES))
        self.weight(given, path)
        critical = given.get("critical", False)
        if not isinstance(critical, bool):
            self.wrong((*path, "critical"), f"expected true or false, found {found(critical)}")
        allowed = self.names(given, path, "allowed", VERDICTS) or VERDICTS
        if len(allowed) < 2:
            self.wrong((*path, "allowed"), "expected at least two verdicts, such as [pass, fail]")
        if critical is True and "fail" not in allowed:
            self.wrong((*path, "critical"), 'expected "fail" among the allowed verdicts')
        self.judged_by(given, path, allowed)

    def judged_by(
        self, given: Mapping[str, JsonValue], path: Path, allowed: tuple[str, ...]
    ) -> None:
        """Check rule and examples: without either, there is nothing to judge by."""
        for at, item in enumerate(self.listed(given, path, "examples", "examples")):
            here = (*path, "examples", at)
            example = self.keys(item, here, ("verdict", "text"), ("verdict", "text"))
            if example is not None:
                self.text(example, here, "text")
                if "verdict" in example and example["verdict"] not in allowed:
                    self.wrong((*here, "verdict"), one_of(example["verdict"], allowed))
        rule = given.get("rule")
        if isinstance(rule, dict):
            for mistake in read_rule(rule, [Verdict(name) for name in allowed]).mistakes:
                self.wrong((*path, "rule", *mistake.path), mistake.message, at_key=mistake.at_key)
        elif rule is not None:
            self.wrong((*path, "rule"), f'expected a mapping with "cases", found {found(rule)}')
        if rule is None and not given.get("examples"):
            self.wrong(path, 'expected "examples" or a "rule" to judge by, found neither')
        if "otherwise" in given:
            self.otherwise(given, path, allowed)

    def otherwise(
        self, given: Mapping[str, JsonValue], path: Path, allowed: tuple[str, ...]
    ) -> None:
        """Check what a call without any resemblance gets: only examples leave that open."""
        here, verdict = (*path, "otherwise"), given["otherwise"]
        if verdict not in allowed:
            self.wrong(here, one_of(verdict, allowed))
        elif given.get("rule") is not None:
            message = 'expected no "otherwise" beside a "rule": its last case says what it means'
            self.wrong(here, message, at_key=True)
        else:
            examples = given.get("examples")
            listed = examples if isinstance(examples, list) else []
            if listed and all(isinstance(e, dict) and e.get("verdict") == verdict for e in listed):
                message = f"expected examples of another verdict than {found(verdict)} beside it"
                self.wrong(here, message)

    def identifier(self, given: Mapping[str, JsonValue], path: Path) -> None:
        value = given.get("id", "")
        if "id" in given and not (isinstance(value, str) and _ID.fullmatch(value)):
            self.wrong(
                (*path, "id"),
                "expected small letters, digits and _, such as hold_etiquette, "
                f"found {found(value)}",
            )

    def text(self, given: Mapping[str, JsonValue], path: Path, key: str) -> None:
        value = given.get(key)
        if key in given and not (isinstance(value, str) and value.strip()):
            self.wrong((*path, key), f"expected text, found {found(value)}")

    def weight(self, given: Mapping[str, JsonValue], path: Path) -> None:
        value = given.get("weight", 1)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not number or not math.isfinite(float(str(value))) or float(str(value)) < 0:
            self.wrong((*path, "weight"), f"expected a number from 0, found {found(value)}")

    def listed(
        self, given: Mapping[str, JsonValue], path: Path, key: str, what: str
    ) -> list[JsonValue]:
        """Return a list; nothing if the key is missing."""
        value = given.get(key)
        if key in given and (not isinstance(value, list) or not value):
            self.wrong((*path, key), f"expected a list of {what}, found {found(value)}")
        return value if isinstance(value, list) else []

    def names(
        self, given: Mapping[str, JsonValue], path: Path, key: str, known: Iterable[str]
    ) -> tuple[str, ...]:
        """Return a list of known names; others and repeated ones are reported."""
        names = list(known)
        valid: list[str] = []
        for at, item in enumerate(self.listed(given, path, key, ", ".join(names))):
            if not isinstance(item, str) or item not in names:
                self.wrong((*path, key, at), one_of(item, names))
            elif item in valid:
                self.wrong((*path, key, at), f'"{item}" is there twice')
            else:
                valid.append(item)
        return tuple(valid)
