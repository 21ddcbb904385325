"""The columns of a list of records: so that any list can be written as a file."""

from __future__ import annotations

import types
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, datetime
from enum import Enum
from typing import Annotated, Any, Literal, Union, get_args, get_origin

import pyarrow as pa
from pydantic import JsonValue

from pipeline.domain import Record

PLAIN: Mapping[type, pa.DataType] = {
    bool: pa.bool_(),
    int: pa.int64(),
    float: pa.float64(),
    str: pa.string(),
    datetime: pa.string(),
    date: pa.string(),
}
"""Points in time are text in ISO 8601, as everywhere."""


def columns_of(record: type[Record], *, without: Iterable[str] = ()) -> pa.Schema:
    """Return the columns of a record's fields, in their order.

    Texts, numbers, yes and no, points in time, and lists, records and mappings of these.

    Args:
        record: What the rows are.
        without: Fields that are left out.

    Raises:
        TypeError: A field is of another kind.
    """
    left_out = frozenset(without)
    return pa.schema(
        [
            (name, _type(field.annotation))
            for name, field in record.model_fields.items()
            if name not in left_out
        ]
    )


def rows_of(
    records: Iterable[Record], *, without: Iterable[str] = ()
) -> Iterator[Mapping[str, JsonValue]]:
    """Yield records as rows; enumerations and points in time as text."""
    left_out = set(without)
    for record in records:
        yield record.model_dump(mode="json", exclude=left_out)


def _type(annotation: Any) -> pa.DataType:  # Any: whatever a field can be annotated with
    origin, parts = get_origin(annotation), get_args(annotation)
    if origin is Annotated:
        return _type(parts[0])
    if origin in (Union, types.UnionType):
        (only,) = [part for part in parts if part is not type(None)]
        return _type(only)
    if origin is Literal:
        return PLAIN[type(parts[0])]
    if origin in (tuple, list, Sequence, frozenset):
        return pa.list_(_type(parts[0]))
    if origin is not None and issubclass(origin, Mapping):
        return pa.map_(_type(parts[0]), _type(parts[1]))
    if isinstance(annotation, type):
        return _class(annotation)
    raise TypeError(f"no column can hold {annotation}")


def _class(annotation: type) -> pa.DataType:
    if issubclass(annotation, Record):
        return pa.struct(
            [(name, _type(field.annotation)) for name, field in annotation.model_fields.items()]
        )
    if issubclass(annotation, Enum):
        return PLAIN[type(next(iter(annotation)).value)]
    for plain, found in PLAIN.items():
        if issubclass(annotation, plain):
            return found
    raise TypeError(f"no column can hold {annotation}")
