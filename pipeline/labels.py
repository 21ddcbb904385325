"""Read labels that people made: which verdict a call should get on which criterion.

JSONL: ``{"call_id": …, "verdicts": {criterion: verdict, …}}``, other keys are ignored.
CSV: columns ``call_id``, ``criterion``, ``verdict`` and, if it says why the call was labelled,
``picked``; others are ignored. A row without a verdict is one that nobody has filled in yet.
"""

from __future__ import annotations

import csv
import io
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from pipeline.domain import Verdict
from pipeline.errors import InputError
from pipeline.estimate import Picked
from pipeline.json_reading import NotJSONError, read_json
from pipeline.mistakes import one_of

COLUMNS = ("call_id", "criterion", "verdict")
VERDICTS = tuple(verdict.value for verdict in Verdict if verdict is not Verdict.UNSCORED)
PICKED: tuple[Picked, ...] = ("uncertain", "random", "")
EXPECTED = (
    f"expected a CSV file with the columns {', '.join(COLUMNS)}, or JSONL with "
    '{"call_id": …, "verdicts": {criterion: verdict}}'
)


@dataclass(frozen=True, slots=True)
class Label:
    """What one call should get on one criterion."""

    call_id: str
    criterion: str
    verdict: Verdict
    picked: Picked = ""


@dataclass(frozen=True, slots=True)
class Labels:
    """What a file of labels says."""

    labels: tuple[Label, ...]
    """The last one counts where a call and criterion occur twice."""
    blank: int
    """Rows that nobody has filled in yet."""


def read_labels(path: Path) -> Labels:
    """Return the labels in a CSV or JSONL file.

    Raises:
        InputError: It cannot be read or has another form; names the line and what was expected.
    """
    try:
        content = path.read_bytes()
    except OSError as error:
        raise InputError(f"{path}: the labels cannot be read: {error.strerror}") from error
    name = str(path)
    if path.suffix.lower() in (".jsonl", ".ndjson", ".json"):
        found, blank = list(_from_jsonl(content, name)), 0
    else:
        rows = list(_from_csv(content, name))
        found = [label for label in rows if label is not None]
        blank = len(rows) - len(found)
    last = {(label.call_id, label.criterion): label for label in found}
    if not last:
        missing = f"all {blank} rows lack a verdict" if blank else EXPECTED
        raise InputError(f"{name} holds no labels: {missing}")
    return Labels(tuple(last.values()), blank)


def _from_jsonl(content: bytes, name: str) -> Iterator[Label]:
    for number, line in enumerate(content.splitlines(), start=1):
        if not line.strip():
            continue
        place = f"{name}, line {number}"
        try:
            value = read_json(line)
        except NotJSONError as error:
            raise InputError(f"{place}: not JSON ({error.why}); {EXPECTED}") from error
        verdicts = value.get("verdicts") if isinstance(value, dict) else None
        if not isinstance(value, dict) or "call_id" not in value or not isinstance(verdicts, dict):
            raise InputError(f"{place}: {EXPECTED}")
        for criterion, verdict in verdicts.items():
            yield Label(str(value["call_id"]), criterion, _verdict(verdict, place))


def _from_csv(content: bytes, name: str) -> Iterator[Label | None]:
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise InputError(f"{name}: not UTF-8; save it as UTF-8") from error
    first = text.partition("\n")[0]
    rows = csv.DictReader(io.StringIO(text), delimiter=";" if first.count(";") > 1 else ",")
    lacking = [column for column in COLUMNS if column not in (rows.fieldnames or ())]
    if lacking:
        raise InputError(f"{name}, line 1: {EXPECTED}, found no column {lacking[0]}")
    for row in rows:
        yield _from_row(row, f"{name}, line {rows.line_num}")


def _from_row(row: Mapping[str, str | None], place: str) -> Label | None:
    call_id, criterion, verdict = ((row[column] or "").strip() for column in COLUMNS)
    if not verdict:
        return None
    if not call_id or not criterion:
        raise InputError(f"{place}: expected a call_id and a criterion beside the verdict")
    picked = (row.get("picked") or "").strip().lower()
    if picked not in PICKED:
        raise InputError(f"{place}, picked: {one_of(picked, [p for p in PICKED if p])}")
    return Label(call_id, criterion, _verdict(verdict, place), picked)


def _verdict(value: object, place: str) -> Verdict:
    text = str(value).strip().lower().replace(" ", "_")
    if text not in VERDICTS:
        raise InputError(f"{place}: {one_of(str(value), VERDICTS)}")
    return Verdict(text)
