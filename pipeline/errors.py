"""Everything that can go wrong in a way that a user can act on.

::

    CallQAError                 anything a user can act on; bugs raise as they are
    ├─ InputError               the caller gave us something unusable: never retried
    │  ├─ RecordingError        the recording cannot be read or decoded
    │  ├─ TranscriptError       a transcript file does not have a known form
    │  ├─ ManifestError         a manifest names what is not there, or is malformed
    │  ├─ RubricError           names the file and the line
    │  ├─ ReviewError           a review says something that its rubric does not allow
    │  └─ TalkError             a note, a dispute or a release cannot be made or answered
    ├─ PrerequisiteError        weights, an extra or a program are missing: says how to get them
    ├─ StageError               one call failed; may succeed when tried again
    │  ├─ TranscriptionError    speech recognition failed
    │  └─ ScoringError          judging or scoring failed
    └─ StoreError               the store is busy, too new, or refused a write
       └─ StoreBusyError        another process kept the store locked for too long

Messages say what was expected, what was found and what to do. They may end up in a store and
in logs, so they never hold transcript text. All of them pickle: positional arguments only.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


class CallQAError(Exception):
    """Anything that a user can act on."""


class InputError(CallQAError):
    """The caller gave us something unusable; trying again does not help."""


class RecordingError(InputError):
    """A recording cannot be read or decoded."""


class TranscriptError(InputError):
    """A transcript does not have a known form."""


class ManifestError(InputError):
    """A manifest is malformed or names something that is not there."""


@dataclass(frozen=True, slots=True)
class Diagnostic:
    """One mistake in a file that a person wrote."""

    file: str
    line: int
    """1-based."""
    column: int
    """1-based."""
    where: str
    """What it is about, such as ``criterion greeting, rule, cases 2``."""
    message: str
    """What was expected and what was found."""

    def __str__(self) -> str:
        return f"{self.file}:{self.line}:{self.column}: {self.where}: {self.message}"


class RubricError(InputError):
    """A rubric is invalid; the message names the file and the line of every mistake.

    Args:
        message: All of it, for people.
        diagnostics: The mistakes one by one, in the order of the file; empty if the file as a
            whole could not be read.
    """

    def __init__(self, message: str, diagnostics: tuple[Diagnostic, ...] = ()) -> None:
        super().__init__(message, diagnostics)
        self.message = message
        self.diagnostics = diagnostics

    def __str__(self) -> str:
        return self.message


class TalkError(InputError):
    """A note, a dispute or a release cannot be made or answered; the message says why."""


class ReviewError(InputError):
    """A review is incomplete, or says what its rubric does not allow.

    Args:
        message: What is wrong with it as a whole, for people.
        problems: What is wrong with the answer to single criteria, by criterion.
    """

    def __init__(self, message: str, problems: Mapping[str, str] | None = None) -> None:
        super().__init__(message, problems)
        self.message = message
        self.problems = dict(problems or {})

    def __str__(self) -> str:
        return self.message


class PrerequisiteError(CallQAError):
    """Weights, an extra or a program are missing; the message is what fixes it."""


class StageError(CallQAError):
    """One call failed in one stage.

    Args:
        call_id: The call that failed.
        why: What happened and what to do, without transcript text.
    """

    def __init__(self, call_id: str, why: str) -> None:
        super().__init__(call_id, why)
        self.call_id = call_id
        self.why = why

    def __str__(self) -> str:
        return f"call {self.call_id}: {self.why}"


class TranscriptionError(StageError):
    """Speech recognition failed for one call."""


class ScoringError(StageError):
    """Judging or scoring failed for one call."""


class StoreError(CallQAError):
    """The store is too new, damaged, or refused a write."""


class StoreBusyError(StoreError):
    """Another process kept the store locked for longer than the limit."""
