"""Rows to files: JSONL, CSV or Parquet, in one pass and in one step.

A file appears under its name only when it is complete.
"""

from __future__ import annotations

import csv
import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import BinaryIO

from pydantic import JsonValue

from pipeline.errors import InputError

Row = dict[str, JsonValue]


def write_rows(rows: Iterator[Row], file_format: str, out: Path | None) -> int:
    """Write rows and return how many there were.

    Args:
        rows: All with the same keys.
        file_format: ``jsonl``, ``csv`` or ``parquet``.
        out: The file; None: standard output.

    Raises:
        InputError: The file cannot be written.
    """
    writers = {"jsonl": _write_jsonl, "csv": _write_csv, "parquet": _write_parquet}
    write = writers[file_format]
    if out is None:
        count = write(rows, sys.stdout.buffer)
        sys.stdout.buffer.flush()
        return count
    part = out.with_name(f"{out.name}.part")
    try:
        with part.open("wb") as stream:
            count = write(rows, stream)
        part.replace(out)
    except OSError as error:
        raise InputError(f"cannot write {out}: {error.strerror or error}") from error
    return count


def _write_jsonl(rows: Iterator[Row], stream: BinaryIO) -> int:
    count = 0
    for row in rows:
        stream.write(json.dumps(row, ensure_ascii=False).encode() + b"\n")
        count += 1
    return count


def _write_csv(rows: Iterator[Row], stream: BinaryIO) -> int:
    text = io.TextIOWrapper(stream, encoding="utf-8", newline="", write_through=True)
    count = 0
    writer: csv.DictWriter[str] | None = None
    for row in rows:
        if writer is None:
            writer = csv.DictWriter(text, fieldnames=list(row))
            writer.writeheader()
        writer.writerow({name: _cell(value) for name, value in row.items()})
        count += 1
    text.detach()
    return count


def _write_parquet(rows: Iterator[Row], stream: BinaryIO) -> int:
    import pyarrow as pa
    from pyarrow import parquet

    flat = [{name: _cell(value) for name, value in row.items()} for row in rows]
    parquet.write_table(pa.Table.from_pylist(flat), stream)
    return len(flat)


def _cell(value: JsonValue) -> str | float | bool | None:
    """Return what fits one cell: lists and objects become JSON text."""
    if isinstance(value, (list, dict)):
        return json.dumps(value, ensure_ascii=False)
    return value
