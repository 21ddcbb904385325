"""Read written calls: JSON, JSONL, WebVTT, SRT and plain "Agent: …" text."""

from pipeline.transcripts.reader import read_transcript
from pipeline.transcripts.roles import role_of

__all__ = ["read_transcript", "role_of"]
