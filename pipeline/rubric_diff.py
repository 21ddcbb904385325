"""What differs between two versions of a rubric, criterion by criterion."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

from pydantic import JsonValue

from pipeline.domain import Record
from pipeline.keys import canonical_json
from pipeline.rubric import Criterion, Rubric


class Change(Record):
    """One difference."""

    where: str
    """``rubric``, or the id of a criterion."""
    what: str
    """The field that changed, or ``criterion`` when it came or went."""
    kind: Literal["added", "removed", "changed"]
    before: str = ""
    """Text as it is, anything else as JSON; empty where there was nothing."""
    after: str = ""


def compare(old: Rubric, new: Rubric) -> tuple[Change, ...]:
    """Return what changed: the rubric's own fields, criteria in the new order, then removed ones.

    A criterion is the same one if its id is; a new id is one removed and one added. Equal content
    gives no change, whatever layout, comments and order of keys in the files.
    """
    before = {criterion.id: criterion for criterion in old.criteria}
    after = {criterion.id: criterion for criterion in new.criteria}
    changes = list(_fields("rubric", old, new, skip={"criteria", "sha256"}))
    if [name for name in before if name in after] != [name for name in after if name in before]:
        changes.append(_change("rubric", "order of criteria", list(before), list(after)))
    for name, criterion in after.items():
        if name in before:
            changes += _fields(name, before[name], criterion, skip={"id"})
        else:
            changes.append(
                Change(where=name, what="criterion", kind="added", after=criterion.question)
            )
    changes += [
        Change(where=name, what="criterion", kind="removed", before=criterion.question)
        for name, criterion in before.items()
        if name not in after
    ]
    return tuple(changes)


def _fields(
    where: str, old: Rubric | Criterion, new: Rubric | Criterion, *, skip: set[str]
) -> Iterator[Change]:
    """Yield the fields that differ, in the order in which the record declares them."""
    before = old.model_dump(mode="json", exclude=skip)
    after = new.model_dump(mode="json", exclude=skip)
    for name in before:
        if before[name] != after[name]:
            yield _change(where, name, before[name], after[name])


def _change(where: str, what: str, before: JsonValue, after: JsonValue) -> Change:
    return Change(where=where, what=what, kind="changed", before=_text(before), after=_text(after))


def _text(value: JsonValue) -> str:
    if value is None:
        return ""
    return value if isinstance(value, str) else canonical_json(value)
