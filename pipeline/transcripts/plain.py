"""Written calls as plain text, one turn per line.

A turn is ``[0:07] Agent: Good morning``; the time is optional. A line without a label goes on
with the turn before it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator

from pipeline.domain import CallMetadata, Role
from pipeline.errors import TranscriptError
from pipeline.transcripts.document import Document, Said
from pipeline.transcripts.roles import known_role, role_of

_DATE = r"\d{4}-\d{2}-\d{2}[T ]\d{1,2}:\d{2}(?::\d{2})?\S*"
_OFFSET = r"(?:\d+:)?\d{1,2}:\d{2}(?:[.,]\d+)?(?:\s?[AaPp]\.?[Mm]\.?)?|\d+(?:\.\d+)?\s?s"
_TIME = rf"(?:{_DATE}|{_OFFSET})"
LINE = re.compile(
    rf"^\s*(?:[\[(]?(?P<before>{_TIME})[\])]?\s*(?:[-–—|]\s*)?)?"  # noqa: RUF001  (people type these)
    r"(?P<label>[^\W\d_][^:\[\]<>]{0,39}?)\s*"
    rf"(?:[\[(](?P<after>{_TIME})[\])])?\s*:(?!//)\s*(?P<text>.*)$"
)
EXPECTED = 'expected turns such as "Agent: Good morning", one per line'
MAX_NAME_WORDS = 4
LATEST_START_S = 600.0
"""A first time after this is the time of day, which says nothing about the call's course."""


def parse_plain(text: str, metadata: CallMetadata, place: str) -> Document:
    """Return the call in a plain text.

    What stands before a colon is a speaker if it is a role, a name that metadata states, or a
    capitalised label that comes back (in files that start with a name: any capitalised one);
    else it is part of what is said ("Note: …").

    Raises:
        TranscriptError: The first line has no speaker, or there is no turn at all.
    """
    lines = [(number, line) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not lines:
        raise TranscriptError(f"{place} is empty: {EXPECTED}")
    speakers = _speakers([line for _, line in lines], metadata)
    turns: list[tuple[Said, list[str]]] = []
    for number, line in lines:
        match = LINE.match(line)
        if match is not None and match["label"].strip() in speakers:
            start_s = seconds(match["before"] or match["after"])
            turns.append((Said(match["label"].strip(), "", start_s), [match["text"]]))
        elif turns:
            turns[-1][1].append(line)
        else:
            raise TranscriptError(f"{place}, line {number}: {EXPECTED}, found a line without one")
    return Document(said=tuple(_finished(turns)))


def _speakers(lines: list[str], metadata: CallMetadata) -> frozenset[str]:
    labels = [match["label"].strip() for line in lines if (match := LINE.match(line))]
    first = LINE.match(lines[0])
    often = Counter(labels)
    return frozenset(
        label
        for label in labels
        if known_role(label) is not None
        or role_of(label, metadata) is not Role.UNKNOWN
        or (often[label] > 1 and _looks_like_a_name(label))
        or (first is not None and known_role(first["label"]) is None and _looks_like_a_name(label))
    )


def _looks_like_a_name(label: str) -> bool:
    return label[:1].isupper() and len(label.split()) <= MAX_NAME_WORDS


def _finished(turns: list[tuple[Said, list[str]]]) -> Iterator[Said]:
    first_s = next((said.start_s for said, _ in turns if said.start_s is not None), 0.0)
    for said, lines in turns:
        text = " ".join(line.strip() for line in lines if line.strip())
        yield Said(said.speaker, text, said.start_s if first_s <= LATEST_START_S else None)


def seconds(time: str | None) -> float | None:
    """Return the seconds of ``1:02``, ``0:01:02.5`` or ``62.5s``; None for a time of day."""
    if time is None or "-" in time or time[-1] in "mM.":
        return None
    total_s = 0.0
    for part in time.rstrip("s ").replace(",", ".").split(":"):
        total_s = total_s * 60 + float(part)
    return total_s
