"""What differs between two rubrics, criterion by criterion."""

from __future__ import annotations

import json
from typing import Literal

from pipeline.domain import Record
from pipeline.rubric import Criterion, Rubric


class Change(Record):
    """One difference; ``before`` and ``after`` are JSON text, empty where there is nothing."""

    where: str
    """``rubric``, or the id of a criterion."""
    what: str
    """The field that changed, or ``criterion`` when it came or went."""
    kind: Literal["added", "removed", "changed"]
    before: str = ""
    after: str = ""


def compare(old: Rubric, new: Rubric) -> tuple[Change, ...]:
    """Return what changed, the rubric's own fields first, then criteria in the new order."""
    changes = list(_fields("rubric", old, new, skip={"criteria", "sha256"}))
    before = {criterion.id: criterion for criterion in old.criteria}
    after = {criterion.id: criterion for criterion in new.criteria}
    for id_, criterion in after.items():
        if id_ in before:
            changes += _fields(id_, before[id_], criterion, skip={"id"})
        else:
            changes.append(
                Change(where=id_, what="criterion", kind="added", after=criterion.question)
            )
    changes += [
        Change(where=id_, what="criterion", kind="removed", before=criterion.question)
        for id_, criterion in before.items()
        if id_ not in after
    ]
    kept = [id_ for id_ in before if id_ in after]
    if kept != [id_ for id_ in after if id_ in before]:
        changes.append(_change("rubric", "order of criteria", list(before), list(after)))
    return tuple(changes)


def _fields(
    where: str, old: Rubric | Criterion, new: Rubric | Criterion, *, skip: set[str]
) -> list[Change]:
    """Return the fields that differ, in the order in which the record declares them."""
    before = old.model_dump(mode="json", exclude=skip)
    after = new.model_dump(mode="json", exclude=skip)
    return [
        _change(where, name, before[name], after[name])
        for name in before
        if before[name] != after[name]
    ]


def _change(where: str, what: str, before: object, after: object) -> Change:
    return Change(where=where, what=what, kind="changed", before=_text(before), after=_text(after))


def _text(value: object) -> str:
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
