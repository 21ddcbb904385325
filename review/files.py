"""Lists as files: the rows of a page for spreadsheets and programs.

A page that shows a list takes ``format`` from its address and, where it is set, answers with
``file_of`` the rows that it would have
shown: all of them, under the same rules of who may see what.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import UTC, datetime
from typing import Annotated, Literal

import pyarrow as pa
from fastapi import Query
from pydantic import JsonValue
from starlette.responses import StreamingResponse

from pipeline.domain import Record
from pipeline.export_columns import columns_of, rows_of
from pipeline.exports import encoded

Format = Literal["csv", "jsonl", "parquet"]
FORMATS: tuple[Format, ...] = ("csv", "jsonl", "parquet")
MEDIA_TYPES: Mapping[Format, str] = {
    "csv": "text/csv; charset=utf-8",
    "jsonl": "application/jsonl",
    "parquet": "application/vnd.apache.parquet",
}
MOST_IN_A_FILE = 100_000
"""Rows of lists that are kept whole in memory for a file."""
FileFormat = Annotated[
    Format | None,
    Query(alias="format", description="As a file: csv, jsonl or parquet; without: as a page."),
]
"""The parameter of a page that can be had as a file."""


def file_of(
    name: str, form: Format, rows: Iterable[Mapping[str, JsonValue]], columns: pa.Schema
) -> StreamingResponse:
    """Return rows as a download, written while it is sent.

    Args:
        name: What the list is called, such as ``queue``; the file's name has the day besides.
        form: Of the file. In CSV nothing can be taken for a formula (see ``pipeline.exports``).
        rows: Each with a value for every column. Taken as the file is read: if they come from a
            connection, read them before.
        columns: Their columns.
    """
    plain = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-") or "list"
    file = f"callqa-{plain}-{datetime.now(UTC):%Y-%m-%d}.{form}"
    return StreamingResponse(
        encoded(rows, columns, form),
        media_type=MEDIA_TYPES[form],
        headers={
            "Content-Disposition": f'attachment; filename="{file}"',
            "X-Content-Type-Options": "nosniff",
            "Cache-Control": "no-store",
        },
    )


def records_file(
    name: str,
    form: Format,
    records: Iterable[Record],
    record: type[Record],
    *,
    without: Iterable[str] = (),
) -> StreamingResponse:
    """Return a list of records as a download; the columns are the record's fields.

    Args:
        name: As for ``file_of``.
        form: As for ``file_of``.
        records: What the page shows.
        record: Their class; it says what the columns are where there are no rows.
        without: Fields that are left out.
    """
    left_out = tuple(without)
    return file_of(
        name, form, rows_of(records, without=left_out), columns_of(record, without=left_out)
    )
