"""The questions asked of the desk, one ``.sql`` file each; parameters always, never formatting."""

from __future__ import annotations

import functools
from pathlib import Path

from sqlalchemy import TextClause, text


@functools.cache
def query(name: str) -> TextClause:
    """Return the SQL of one question, its parameters written ``:name``.

    Args:
        name: The file's name without ``.sql``; never a user's word.
    """
    return text((Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8"))
