"""What the domain needs from outside. Adapters: ``models/`` and ``pipeline/store``."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import BinaryIO, Protocol

from pydantic import JsonValue

from pipeline.domain import (
    Call,
    Evaluation,
    Job,
    Judgement,
    Transcript,
)
from pipeline.peaks import Peaks
from pipeline.rubric import Rubric


@dataclass(frozen=True, slots=True)
class Heard:
    """What one pass over a recording's sound gives."""

    transcript: Transcript
    peaks: Peaks
    """Of the same channels as the transcript's."""


class Transcriber(Protocol):
    """Sound to turns."""

    model: str
    """Name and revision of the recogniser, part of the transcript key."""
    settings_hash: str
    """Hash of every setting that can change a transcript."""

    def transcribe(self, call_id: str, recording: BinaryIO, recording_sha256: str) -> Heard:
        """Return the turns of one recording, roles assigned, and its peaks.

        Args:
            call_id: Named in errors only.
            recording: Open, seekable; never reopened by name.
            recording_sha256: SHA-256 of its bytes.

        Raises:
            RecordingError: It cannot be decoded; the message says what it looks like.
            TranscriptionError: Recognition failed; may succeed when tried again.
        """
        ...


class SoundReader(Protocol):
    """Sound to what a browser can draw and play."""

    def peaks(self, recording: BinaryIO) -> Peaks:
        """Return the peaks of a recording: the ones that its transcriber gives.

        Args:
            recording: Open, seekable; never reopened by name.

        Raises:
            RecordingError: It cannot be decoded; the message says what it looks like.
        """
        ...

    def played_as(self, recording: BinaryIO) -> str | None:
        """Return the media type under which browsers play the file as it is; None: they do not.

        Reads only its head.

        Raises:
            RecordingError: It cannot be decoded; the message says what it looks like.
        """
        ...

    def convert(self, recording: BinaryIO, target: BinaryIO) -> None:
        """Write the same sound as FLAC, which every browser plays.

        Args:
            recording: Open, seekable; never reopened by name.
            target: Open for writing, seekable.

        Raises:
            RecordingError: It cannot be decoded; the message says what it looks like.
            OSError: The target cannot be written.
        """
        ...


class Judge(Protocol):
    """Turns to verdicts."""

    versions: Mapping[str, str]
    """Version of each model that takes part, part of the evaluation key."""

    def judge(self, rubric: Rubric, transcript: Transcript) -> Judgement:
        """Return one score per criterion, and moves and sentiment per turn.

        Pure: no clock, no files.

        Raises:
            ScoringError: A model failed on this call.
        """
        ...


class CallStore(Protocol):
    """Where results live. Every method is one short unit of work and waits its turn."""

    def find_calls(self, *, call_ids: Iterable[str], sha256s: Iterable[str]) -> Mapping[str, str]:
        """Return ``{call_id: recording_sha256}`` of stored calls that match either list."""
        ...

    def read_transcript(self, key: str) -> Transcript | None:
        """Return a stored transcript, equal to what was written; None if there is none."""
        ...

    def write_transcript(self, call: Call, transcript: Transcript) -> None:
        """Store recording, call, transcript and turns in one transaction, unless stored."""
        ...

    def evaluated(self, keys: Iterable[str]) -> frozenset[str]:
        """Return those of the evaluation keys that are stored."""
        ...

    def write_evaluations(self, evaluations: Sequence[Evaluation], rubric: Rubric) -> None:
        """Store evaluations with all that hangs on them in one transaction.

        Stored keys are skipped.

        Raises:
            StoreError: This rubric id and version is stored with other content.
        """
        ...

    def write_jobs(self, jobs: Sequence[Job]) -> None:
        """Store what happened; keys that are there are skipped."""
        ...

    def export(self, what: str) -> Iterator[dict[str, JsonValue]]:
        """Yield rows in the fixed export formats, ordered; ``what`` names the table."""
        ...
