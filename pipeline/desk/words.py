"""What people type: a note, a comment, an answer, a reason."""

from __future__ import annotations

from pipeline.errors import TalkError

MOST_CHARACTERS = 4000


def written(words: str, what: str) -> str:
    """Return somebody's words without blanks around them.

    Raises:
        TalkError: There are none, or too many.
    """
    body = words.strip()
    if not body:
        raise TalkError(f"{what} needs words: nothing was written")
    if len(body) > MOST_CHARACTERS:
        raise TalkError(f"{what} may have {MOST_CHARACTERS} characters, this has {len(body)}")
    return body
