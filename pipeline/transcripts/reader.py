"""Read one written call into the records that the rest works on."""

from __future__ import annotations

from typing import BinaryIO

from pydantic import JsonValue

from pipeline import keys
from pipeline.domain import Call, CallMetadata, PlannedInput, Transcript, Turn
from pipeline.errors import TranscriptError
from pipeline.language import language_of
from pipeline.listing import ending
from pipeline.metadata import merged
from pipeline.transcripts.captions import parse_captions
from pipeline.transcripts.document import Document, Said
from pipeline.transcripts.json_form import parse_json
from pipeline.transcripts.plain import parse_plain
from pipeline.transcripts.roles import role_of

MAX_BYTES = 32 << 20
"""A written call is not larger; 32 MiB are about a thousand hours of speech."""
MODEL = "text"
SETTINGS_HASH = keys.settings_hash({"reader": 1})
"""Changes when the readers start to make other turns of the same file."""


def read_transcript(planned: PlannedInput, stream: BinaryIO) -> tuple[Call, Transcript]:
    """Return a written call and its turns.

    Metadata that the file holds is kept; what is planned (from a manifest) wins over it. The
    language is what metadata says, else what the words look like.

    Args:
        planned: Which call; for a JSONL file, where its line starts.
        stream: The whole file, open and seekable.

    Raises:
        TranscriptError: The file has no known form; names the line or the turn.
    """
    content = _content(planned, stream)
    document = _parsed(content, planned, stream)
    metadata = merged(document.metadata, planned.metadata)
    turns = tuple(_turn(index, said, metadata) for index, said in enumerate(document.said))
    sha256 = keys.text_sha256(_canonical(document, turns))
    language = metadata.language
    probability = None
    if language is None:
        told = language_of(" ".join(turn.text for turn in turns))
        language, probability = told if told is not None else (None, None)
    transcript = Transcript(
        key=keys.transcript_key(sha256, MODEL, SETTINGS_HASH),
        recording_sha256=sha256,
        source="text",
        asr_model=MODEL,
        settings_hash=SETTINGS_HASH,
        language=language,
        language_probability=probability,
        duration_s=max((turn.end_s for turn in turns if turn.end_s is not None), default=None),
        turns=turns,
    )
    call = Call(
        call_id=planned.call_id,
        recording_sha256=sha256,
        source=planned.source,
        size_bytes=len(content),
        metadata=metadata,
    )
    return call, transcript


def _content(planned: PlannedInput, stream: BinaryIO) -> bytes:
    stream.seek(planned.position or 0)
    if planned.position is None:
        content = stream.read(MAX_BYTES + 1)
    else:
        content = stream.readline(MAX_BYTES + 1)
    if len(content) > MAX_BYTES:
        raise TranscriptError(f"larger than {MAX_BYTES >> 20} MiB: not a transcript of one call")
    return content


def _parsed(content: bytes, planned: PlannedInput, stream: BinaryIO) -> Document:
    form = ending(planned.source)
    if form in ("jsonl", "ndjson"):
        try:
            return parse_json(content, "this line")
        except TranscriptError as error:
            number = _line_number(planned, stream)
            raise TranscriptError(f"line {number}: {error}") from error
    if form == "json":
        return parse_json(content, "the file")
    text = _decoded(content)
    if form in ("vtt", "srt"):
        return parse_captions(text, form, planned.metadata, "the file")
    return parse_plain(text, planned.metadata, "the file")


def _line_number(planned: PlannedInput, stream: BinaryIO) -> int:
    stream.seek(0)
    return stream.read(planned.position or 0).count(b"\n") + 1


def _decoded(content: bytes) -> str:
    """Return a text file's text: UTF-8, or UTF-16 with its byte order mark."""
    if content.startswith((b"\xff\xfe", b"\xfe\xff")):
        encoding = "utf-16"
    else:
        encoding = "utf-8-sig"
    try:
        return content.decode(encoding)
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        raise TranscriptError(f"the file, line {line}: not UTF-8; save it as UTF-8") from error


def _turn(index: int, said: Said, metadata: CallMetadata) -> Turn:
    return Turn(
        index=index,
        role=role_of(said.speaker, metadata),
        text=said.text,
        start_s=said.start_s,
        end_s=said.end_s,
    )


def _canonical(document: Document, turns: tuple[Turn, ...]) -> JsonValue:
    """Return what makes a written call the same call: its turns, and its own id if it has one.

    With the id, two short chats that happen to agree word for word stay two calls; without one,
    a copy under another name is found out. Metadata does not count.
    """
    said: list[JsonValue] = [
        {"role": turn.role.value, "text": turn.text, "start_s": turn.start_s, "end_s": turn.end_s}
        for turn in turns
    ]
    return {"kind": "written call", "call_id": document.call_id, "turns": said}
