"""What somebody types into the search box, as a question to the index of words.

Nothing typed is ever an operator: every word and every phrase reaches the index in quotes.
"""

from __future__ import annotations

import re
import unicodedata

MOST_CHARACTERS = 200
MOST_TERMS = 12
PIECES = re.compile(r'"([^"]*)"?|(\S+)')
"""A phrase in quotes, the last of which may be missing, or a run without blanks."""
CURLY = str.maketrans({"“": '"', "”": '"', "„": '"', "«": '"', "»": '"'})


def words_query(typed: str) -> str | None:
    """Return the FTS5 query for calls in which all words and phrases were said; None: no words.

    ``refund "account number" can*`` finds calls with *refund*, with *account number* in this
    order, and with a word that begins with *can*.

    Args:
        typed: Anything at all; what is beyond 200 characters or 12 terms is left out.
    """
    terms: list[str] = []
    for match in PIECES.finditer(typed[:MOST_CHARACTERS].translate(CURLY)):
        phrase, run = match.groups()
        if phrase is not None:
            terms += _quoted(phrase)
        else:
            terms += _quoted(run.rstrip("*"), beginning=run.endswith("*"))
    return " ".join(terms[:MOST_TERMS]) or None


def _quoted(words: str, beginning: bool = False) -> list[str]:
    """Return words as one phrase in quotes; nothing if there is nothing to find in them."""
    found = "".join(letter if _is_found(letter) else " " for letter in words).split()
    return [f'"{" ".join(found)}"' + ("*" if beginning else "")] if found else []


def _is_found(letter: str) -> bool:
    """Return whether the index keeps a character; blanks stand in for all others."""
    return unicodedata.category(letter)[0] in "LNM" and letter != "\0"
