"""The parts of a turn: sentences, or stretches of words where nobody wrote full stops.

A long turn drowns what one sentence of it does: "Sorry about that." is an apology alone and nearly
none in front of three other sentences. So turns are also looked at part by part.
"""

from __future__ import annotations

import re

LONGEST_WORDS = 20
"""Longer sentences are cut into stretches: recognised speech may run on without a full stop."""
STRETCH_WORDS = 14
STEP_WORDS = 7
"""Stretches overlap by half, so that no phrase is cut in all of them. Customary values."""

Span = tuple[int, int]
"""First character and end (exclusive) of a part of a text."""


def sentence_spans(text: str) -> list[Span]:
    """Return start and end of each sentence of a text; the whole text if it has no full stops."""
    spans = [match.span() for match in re.finditer(r"\S.*?(?:[.!?]+(?=\s|$)|$)", text, re.DOTALL)]
    return [span for span in spans if span[1] > span[0]] or [(0, len(text))]


def parts_of(text: str) -> tuple[Span, ...]:
    """Return the parts of a turn's text, in order; none if it is a single part."""
    parts: list[Span] = []
    for start, end in sentence_spans(text):
        words = [
            (start + word.start(), start + word.end())
            for word in re.finditer(r"\S+", text[start:end])
        ]
        if len(words) <= LONGEST_WORDS:
            parts.append((start, end))
            continue
        for first in range(0, len(words) - STEP_WORDS, STEP_WORDS):
            stretch = words[first : first + STRETCH_WORDS]
            parts.append((stretch[0][0], stretch[-1][1]))
    return tuple(parts) if len(parts) > 1 else ()
