"""Written calls as WebVTT or SRT captions: times, and speakers as ``<v Agent>`` or ``Agent:``."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Iterator

import webvtt
from webvtt.errors import MalformedCaptionError, MalformedFileError

from pipeline.domain import CallMetadata, Role
from pipeline.errors import TranscriptError
from pipeline.transcripts.document import Document, Said
from pipeline.transcripts.roles import known_role, role_of

MERGE_GAP_S = 2.0
"""Captions of one speaker that follow each other this closely are one turn: captions break in the
middle of sentences. A longer gap may hide a hold."""
TIMING = re.compile(
    r"\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}\s*-->\s*(?:\d+:)?\d{1,2}:\d{1,2}[.,]\d{1,3}"
)
VOICE = re.compile(r"<v(?:\.[\w.]+)?\s+([^>]+)>")
LABEL = re.compile(r"[-–>\s]*([^\W\d_][^:<>\[\]]{0,39}?)\s*:\s+(.*)", re.DOTALL)  # noqa: RUF001
TAG = re.compile(r"<[^>]*>")
EXPECTED = {
    "vtt": 'expected "WEBVTT" in the first line',
    "srt": 'expected captions with a line such as "00:00:01,000 --> 00:00:02,500"',
}


def parse_captions(text: str, form: str, metadata: CallMetadata, place: str) -> Document:
    """Return the call in a WebVTT or SRT file.

    Args:
        text: The whole file.
        form: ``vtt`` or ``srt``.
        metadata: What is known of the call; may state the speakers' names.
        place: Where it stands, for messages.

    Raises:
        TranscriptError: It is not of this form; names the line.
    """
    for number, line in enumerate(text.splitlines(), start=1):
        if "-->" in line and not TIMING.match(line):
            raise TranscriptError(
                f'{place}, line {number}: expected times such as "00:01.000 --> 00:02.500"'
            )
    try:
        captions = webvtt.from_buffer(io.StringIO(text), format=form).captions
    except (MalformedFileError, MalformedCaptionError) as error:
        raise TranscriptError(f"{place}, line 1: {EXPECTED[form]}") from error
    parts = [part for caption in captions for part in _parts(caption, metadata)]
    if not parts:
        raise TranscriptError(f"{place} holds no captions: {EXPECTED[form]}")
    return Document(said=tuple(_turns(parts)))


def _parts(caption: webvtt.Caption, metadata: CallMetadata) -> Iterator[Said]:
    """Yield what each speaker says in one caption; the speaker is empty if it does not say."""
    start_s = caption.start_time.in_milliseconds() / 1000
    end_s = max(caption.end_time.in_milliseconds() / 1000, start_s)
    speaker, words = "", list[str]()
    for line in caption.raw_text.split("\n"):
        voice = VOICE.search(line)
        label = LABEL.match(line)
        named: str | None = None
        if voice is not None:
            named, line = voice[1].strip(), line[voice.end() :]
        elif label is not None and _is_speaker(label[1], metadata):
            named, line = label[1].strip(), label[2]
        if named is not None:
            if words:
                yield Said(speaker, " ".join(words), start_s, end_s)
            speaker, words = named, []
        plain = html.unescape(TAG.sub("", line)).strip()
        if plain:
            words.append(plain)
    if words:
        yield Said(speaker, " ".join(words), start_s, end_s)


def _is_speaker(label: str, metadata: CallMetadata) -> bool:
    """Return whether a label is a role, a stated name, or looks like a speaker's name."""
    if known_role(label) is not None or role_of(label, metadata) is not Role.UNKNOWN:
        return True
    words = label.split()
    return len(words) <= 3 and all(word[:1].isupper() for word in words)


def _turns(parts: list[Said]) -> Iterator[Said]:
    """Yield turns: captions of one speaker joined where they follow each other closely.

    A caption that does not say who speaks goes on with the speaker before it, unless no caption
    says so; then each is a turn of its own.
    """
    labelled = any(part.speaker for part in parts)
    turn: Said | None = None
    for part in parts:
        speaker = part.speaker or (turn.speaker if turn else "")
        if turn is not None and labelled and _follows(turn, part, speaker):
            turn = Said(speaker, f"{turn.text} {part.text}", turn.start_s, part.end_s)
            continue
        if turn is not None:
            yield turn
        turn = Said(speaker, part.text, part.start_s, part.end_s)
    if turn is not None:
        yield turn


def _follows(turn: Said, part: Said, speaker: str) -> bool:
    gap_s = (part.start_s or 0.0) - (turn.end_s or 0.0)
    return speaker == turn.speaker and gap_s <= MERGE_GAP_S
