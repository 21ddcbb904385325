"""Read the checklist's cases: short calls with the verdict that the guideline demands.

A case is written out turn by turn or made from another case by a change. What is not written as
README.md says is refused with the file and the line.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal, NamedTuple, TypeAlias

from pydantic import Field, ValidationError

from models.turn_features import words_of
from pipeline.domain import Record, Role, Sentiment, Turn, Verdict
from pipeline.marked_yaml import YamlSyntaxError, read_yaml
from pipeline.mistakes import Mistake
from tests.judging import support_rubric

FOLDER = Path(__file__).parent / "cases"
SENTIMENT = "sentiment"
ROLES = {"A": Role.AGENT, "C": Role.CUSTOMER, "S": Role.SYSTEM}
FEWEST_TURNS, MOST_TURNS = 6, 16

Kind: TypeAlias = Literal["MFT", "INV", "DIR"]
Text: TypeAlias = Annotated[str, Field(min_length=1)]
Name: TypeAlias = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$")]


class CaseError(ValueError):
    """A case is not written as it should be; the message says where and what was expected."""


class Line(NamedTuple):
    """One turn as written: ``A: Good morning.``, with a ``*`` in front if it is marked."""

    role: Role
    text: str
    marked: bool


class Change(Record):
    """What is different from the case that it is made from; turns count in that case, from 0."""

    say: Mapping[int, Text] = Field(default_factory=dict)
    """Replaces a turn by one or more."""
    add: Mapping[int, Text] = Field(default_factory=dict)
    """Puts turns before this one; the number of turns puts them at the end."""
    drop: tuple[int, ...] = ()
    words: Mapping[str, Text] = Field(default_factory=dict)
    """Replaces words wherever they stand, in this order; each must be there."""
    style: Literal["unpunctuated"] | None = None
    """Lower case and no punctuation but apostrophes, as some recognisers write."""


class Written(Record):
    """A case as it stands in its file."""

    id: Name
    kind: Kind
    capability: Text
    why: Text
    expected: str
    turns: Text | None = None
    base: Name | None = Field(default=None, alias="from")
    change: Change | None = None


class CaseFile(Record):
    """All cases of one criterion."""

    criterion: str
    cases: Annotated[tuple[Written, ...], Field(min_length=1)]


@dataclass(frozen=True, slots=True)
class Case:
    """A call and what must be said about it."""

    id: str
    """Criterion and name, such as ``greeting/neither``: unique among all cases."""
    criterion: str
    kind: Kind
    capability: str
    why: str
    expected: Verdict | Sentiment
    base: str | None
    """Id of the case that it was made from."""
    turns: tuple[Turn, ...]
    marked: tuple[int, ...]
    """Turns of which the evidence must show at least one; for sentiment, the one judged."""


def read_cases(folder: Path = FOLDER) -> tuple[Case, ...]:
    """Return all cases of a folder, by file and in the order of each file.

    Raises:
        CaseError: A file is not as README.md says.
    """
    return tuple(case for path in sorted(folder.glob("*.yaml")) for case in read_file(path))


def read_file(path: Path) -> tuple[Case, ...]:
    """Return the cases of one file.

    Raises:
        CaseError: The file is not as README.md says.
    """
    written = _written(path)
    if written.criterion != path.stem:
        raise CaseError(f"{path.name}: expected the criterion {path.stem}, as the file is named")
    allowed = _allowed(path)
    made: dict[str, tuple[Case, tuple[Line, ...]]] = {}
    for entry in written.cases:
        try:
            if entry.id in made:
                raise CaseError("expected an id of its own, found it twice")
            made[entry.id] = _made(written.criterion, entry, made, allowed)
        except CaseError as error:
            raise CaseError(f"{path.name}, {entry.id}: {error}") from error
    return tuple(case for case, _ in made.values())


def _written(path: Path) -> CaseFile:
    try:
        read = read_yaml(path.read_text(encoding="utf-8"))
    except YamlSyntaxError as error:
        raise CaseError(f"{path.name}, line {error.mark.line}: {error.message}") from error
    for mistake in read.mistakes:
        raise CaseError(f"{path.name}, line {read.mark(mistake).line}: {mistake.message}")
    try:
        return CaseFile.model_validate(read.value)
    except ValidationError as error:
        first = error.errors()[0]
        line = read.mark(Mistake(first["loc"], first["msg"])).line
        where = ".".join(map(str, first["loc"]))
        raise CaseError(f"{path.name}, line {line}, {where}: {first['msg']}") from error


def _allowed(path: Path) -> Sequence[Verdict | Sentiment]:
    """Return what can be expected of a file's criterion."""
    by_name: dict[str, Sequence[Verdict | Sentiment]] = {
        criterion.id: criterion.allowed for criterion in support_rubric().criteria
    }
    by_name[SENTIMENT] = tuple(Sentiment)
    if path.stem not in by_name:
        raise CaseError(f"{path.name}: expected one of {', '.join(by_name)} as the file's name")
    return by_name[path.stem]


def _made(
    criterion: str,
    entry: Written,
    made: Mapping[str, tuple[Case, tuple[Line, ...]]],
    allowed: Sequence[Verdict | Sentiment],
) -> tuple[Case, tuple[Line, ...]]:
    """Return a case and its lines, made from what stands above it."""
    if entry.expected not in allowed:
        raise CaseError(f"expected one of {', '.join(allowed)}, found {entry.expected}")
    expected = next(value for value in allowed if value == entry.expected)
    base = None
    if entry.turns is not None:
        if entry.base is not None or entry.change is not None or entry.kind != "MFT":
            raise CaseError("expected either turns, for an MFT, or from and change")
        lines = read_lines(entry.turns)
    else:
        if entry.base is None or entry.base not in made or entry.change is None:
            raise CaseError("expected turns, or change and from with a case further up")
        base, before = made[entry.base]
        _check_direction(entry.kind, expected, base)
        lines = changed(before, entry.change, keep_marks=entry.kind == "INV")
    _check_lines(criterion, lines)
    case = Case(
        id=f"{criterion}/{entry.id}",
        criterion=criterion,
        kind=entry.kind,
        capability=entry.capability,
        why=entry.why,
        expected=expected,
        base=base.id if base else None,
        turns=tuple(Turn(index=at, role=x.role, text=x.text) for at, x in enumerate(lines)),
        marked=tuple(at for at, line in enumerate(lines) if line.marked),
    )
    return case, lines


def _check_direction(kind: Kind, expected: Verdict | Sentiment, base: Case) -> None:
    if kind == "INV" and expected != base.expected:
        raise CaseError(f"an INV must expect what {base.id} does, {base.expected}")
    if kind == "DIR" and expected == base.expected:
        raise CaseError(f"a DIR must expect something else than {base.id} does")


def _check_lines(criterion: str, lines: Sequence[Line]) -> None:
    if not FEWEST_TURNS <= len(lines) <= MOST_TURNS:
        raise CaseError(f"expected {FEWEST_TURNS} to {MOST_TURNS} turns, found {len(lines)}")
    if criterion == SENTIMENT:
        marked = [line.role for line in lines if line.marked]
        if marked != [Role.CUSTOMER]:
            raise CaseError(f"expected one marked turn, of the customer, found {len(marked)}")


def read_lines(text: str) -> tuple[Line, ...]:
    """Return the turns of a text, one per line.

    Raises:
        CaseError: A line does not begin with ``A:``, ``C:`` or ``S:``, or says nothing.
    """
    lines = []
    for row in text.strip().splitlines():
        who, colon, said = row.strip().partition(":")
        role = ROLES.get(who.removeprefix("*"))
        if not colon or role is None or not said.strip():
            raise CaseError(f'expected "A: …", "C: …" or "S: …", found "{row.strip()}"')
        lines.append(Line(role, said.strip(), who.startswith("*")))
    return tuple(lines)


def changed(lines: Sequence[Line], change: Change, *, keep_marks: bool) -> tuple[Line, ...]:
    """Return the lines with a change made to them.

    Args:
        lines: Of the case that it is made from.
        change: Its turns count in ``lines``.
        keep_marks: Whether marks of unchanged turns still hold.

    Raises:
        CaseError: It names a turn or a word that is not there, or changes nothing.
    """
    known = range(len(lines))
    before = list(lines) if keep_marks else [line._replace(marked=False) for line in lines]
    wrong = {*change.say, *change.drop} - {*known} | change.add.keys() - {*known, len(lines)}
    if wrong or change.say.keys() & {*change.drop}:
        raise CaseError(f"expected turns of 0 to {len(lines) - 1} to change, each once")
    after: list[Line] = []
    for at in range(len(lines) + 1):
        after += read_lines(change.add[at]) if at in change.add else ()
        if at in change.say:
            after += read_lines(change.say[at])
        elif at in known and at not in change.drop:
            after.append(before[at])
    for old, new in change.words.items():
        if not any(old in line.text for line in after):
            raise CaseError(f'expected "{old}" somewhere in the call')
        after = [line._replace(text=line.text.replace(old, new)) for line in after]
    if change.style == "unpunctuated":
        after = [line._replace(text=" ".join(words_of(line.text))) for line in after]
    if after == before:
        raise CaseError("expected a change that changes something")
    return tuple(after)
