"""What every form of written call is read into, before roles are known."""

from __future__ import annotations

from dataclasses import dataclass, field

from pipeline.domain import CallMetadata


@dataclass(frozen=True, slots=True)
class Said:
    """One turn as the file has it."""

    speaker: str
    """A role or a name; empty if the file does not say."""
    text: str
    start_s: float | None = None
    end_s: float | None = None


@dataclass(frozen=True, slots=True)
class Document:
    """A written call as the file has it."""

    said: tuple[Said, ...]
    call_id: str | None = None
    """The id that the file gives itself."""
    metadata: CallMetadata = field(default_factory=CallMetadata)
