"""The calls in one file, as planned inputs."""

from __future__ import annotations

from collections.abc import Iterator
from typing import BinaryIO, Literal, cast

from pipeline.domain import CallMetadata, PlannedInput
from pipeline.json_reading import NotJSONError, read_json
from pipeline.listing import TRANSCRIPT_ENDINGS, ending, filesystem, printable, stem


def open_file(source: str) -> BinaryIO:
    """Return a file or what is behind a URL, open for reading; seekable.

    Raises:
        OSError: It cannot be opened; may pass for what is behind a URL.
        InputError: The kind of URL is not known.
        PrerequisiteError: The kind of URL needs a package that is not installed.
    """
    system, path = filesystem(source)
    return cast(BinaryIO, system.open(path, "rb"))


def calls_in(path: str, metadata: CallMetadata | None = None) -> Iterator[PlannedInput]:
    """Yield the calls of one file: one, unless it is a JSONL file of transcripts."""
    known = metadata or CallMetadata()
    kind = ending(path)
    if kind not in TRANSCRIPT_ENDINGS:
        yield PlannedInput(source=path, call_id=stem(path), kind="recording", metadata=known)
        return
    try:
        if kind in ("jsonl", "ndjson"):
            yield from _calls_per_line(path, known)
        elif kind == "json":
            with open_file(path) as stream:
                yield _json_call(path, stream.read(), stem(path), None, known)
        else:
            yield PlannedInput(source=path, call_id=stem(path), kind="transcript", metadata=known)
    except OSError as error:
        yield broken(path, f"It cannot be read: {error.strerror or error}.")


def _calls_per_line(path: str, metadata: CallMetadata) -> Iterator[PlannedInput]:
    position = 0
    with open_file(path) as stream:
        for number, line in enumerate(stream, start=1):
            if line.strip():
                fallback = f"{stem(path)}-{number}"
                yield _json_call(path, line, fallback, position, metadata, f"Line {number}")
            position += len(line)


def _json_call(
    path: str,
    content: bytes,
    fallback_id: str,
    position: int | None,
    metadata: CallMetadata,
    place: str = "The file",
) -> PlannedInput:
    """Return the call in a JSON text, under the id that it gives itself."""
    call_id, problem = fallback_id, None
    try:
        value = read_json(content)
    except NotJSONError as error:
        where = f", line {error.line}," if position is None else ""
        problem = f"{place}{where} is not JSON: {error.why}."
    else:
        if not isinstance(value, dict):
            problem = f'{place} is not a call: expected an object with "turns".'
        elif value.get("call_id") not in (None, ""):
            call_id = str(value["call_id"])
    return PlannedInput(
        source=path,
        call_id=call_id,
        kind="transcript",
        position=position,
        metadata=metadata,
        problem=problem,
    )


def broken(source: str, problem: str) -> PlannedInput:
    """Return an input that cannot be read, so that it is reported."""
    name = printable(source)
    kind: Literal["transcript", "recording"] = (
        "transcript" if ending(name) in TRANSCRIPT_ENDINGS else "recording"
    )
    return PlannedInput(source=name, call_id=stem(name) or name, kind=kind, problem=problem)
