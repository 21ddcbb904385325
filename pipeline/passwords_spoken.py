"""Find passwords in a conversation, by what was said before them and how they are spelled out."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from pipeline.domain import Role, Turn
from pipeline.spots import Spot

_PASSWORD_CUE = re.compile(r"(?<!\[)\bpass ?words?\b", re.I)
_LEAD_IN = re.compile(r"(?:\b(?:is|it's|that's|was|it is|that is)\b|'s\b|[:=])[\s,]*", re.I)
_NO_PASSWORD = re.compile(
    r"^\W*(?:not|no|nope|wrong|incorrect|invalid|expired|locked|reset|rejected|the|a|an|in|on|being"
    r"|never|still|too|correct|right|changed|gone|what|why|i|you|we|can|could|do|don't|should"
    r"|safe|secure|my business|none|sorry|required|needed|working|there|it|always)\b",
    re.I,
)
_PASSWORD_ASKED = re.compile(
    r"\b(?:what(?:'s| is| was)|tell|give|read|say|spell|need|have|know|confirm)\b[^.?!]*"
    r"(?<!\[)\bpass ?words?\b",
    re.I,
)
_PAUSES = re.compile(
    r"^(?:(?:um+|uh+|er+m?|well|okay|ok|yeah|yes|sure|fine|right)\b[\s,.]*)+", re.I
)
_SPELLED = re.compile(
    r"\b(?:capitals?|lower ?case|upper ?case|all one word|all small|exclamation (?:mark|point)"
    r"|hash ?tag|underscore)\b",
    re.I,
)
PASSWORD_TURNS = 6
"""Words with "capital" and the like in them are a password if one was spoken of this recently."""
SHORT_ANSWER_WORDS = 6
"""An answer to "what is the password" with no "it's" in it is the password if it is this short."""


def passwords(turn: Turn, before: Sequence[Turn]) -> Iterator[Spot]:
    """Yield what follows "password is", and what answers a question for the password.

    Args:
        turn: Where to look.
        before: The turns before it, the latest last.
    """
    for cue in _PASSWORD_CUE.finditer(turn.text):
        lead_in = _LEAD_IN.match(turn.text, cue.end()) or _LEAD_IN.match(turn.text, cue.end() + 1)
        if lead_in:
            yield from _rest(turn, lead_in.end())
            return
    if not before or turn.role in (Role.AGENT, Role.SYSTEM):
        return
    lead_in = _LEAD_IN.search(turn.text)
    asked = before[-1].role is not turn.role and _asks_password(before[-1].text)
    spelled = _SPELLED.search(turn.text) and any(_PASSWORD_CUE.search(t.text) for t in before)
    if lead_in and (asked or spelled):
        yield from _rest(turn, lead_in.end())
    elif asked and len(turn.text.split()) <= SHORT_ANSWER_WORDS and "?" not in turn.text:
        yield from _rest(turn, 0)


def _asks_password(text: str) -> bool:
    if _PASSWORD_ASKED.search(text):
        return True
    return "?" in text and _PASSWORD_CUE.search(text) is not None


def _rest(turn: Turn, start: int) -> Iterator[Spot]:
    """Yield the rest of a turn unless it says that there is no password in it."""
    while skipped := _PAUSES.match(turn.text[start:]) or _LEAD_IN.match(turn.text[start:]):
        start += skipped.end()
    rest = turn.text[start:]
    end = start + len(rest.rstrip(" .!?"))
    if end > start and not _NO_PASSWORD.match(rest) and "[password]" not in rest:
        yield Spot(turn.index, start, end, "password")
