"""The questions asked of the store, one ``.sql`` file each; parameters always, never formatting."""

from __future__ import annotations

import functools
from pathlib import Path


@functools.cache
def query(name: str) -> str:
    """Return the SQL of one question.

    Args:
        name: The file's name without ``.sql``; never a user's word.
    """
    return (Path(__file__).parent / f"{name}.sql").read_text(encoding="utf-8")
