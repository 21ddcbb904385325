"""Pages whose words are written by hand and whose figures are not."""

from __future__ import annotations

import re
from collections.abc import Mapping


def filled(page: str, figures: Mapping[str, str]) -> str:
    """Return a page with all that stands between marks written anew.

    Args:
        page: Holds ``<!-- NAME -->`` and ``<!-- /NAME -->``, each at the start of a line.
        figures: What belongs between them, by name.

    Raises:
        ValueError: The page lacks a pair of marks, or has one that nothing belongs to.
    """
    known = set(re.findall(r"^<!-- /(\w+) -->$", page, re.MULTILINE))
    if known != set(figures):
        raise ValueError(f"expected marks {sorted(figures)} in the page, found {sorted(known)}")
    for name, text in figures.items():
        before, found, rest = page.partition(f"<!-- {name} -->\n")
        if not found:
            raise ValueError(f"expected <!-- {name} --> before <!-- /{name} -->")
        _, end, after = rest.partition(f"<!-- /{name} -->")
        page = f"{before}{found}{text.strip()}\n{end}{after}"
    return page
