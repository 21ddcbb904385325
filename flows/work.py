"""The work on one call, with the adapters in place: read it, transcribe it, evaluate it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from importlib import metadata

from flows.wiring import Engines
from pipeline import keys
from pipeline.domain import Call, Evaluation, PlannedInput, Transcript
from pipeline.evaluate import evaluate
from pipeline.ports import Heard
from pipeline.redaction import redact_transcript
from pipeline.settings import Settings
from pipeline.sources import open_source
from pipeline.transcripts import read_transcript


@dataclass(frozen=True, slots=True)
class ReadInput:
    """A call as it was read."""

    call: Call
    transcript_key: str
    transcript: Transcript | None
    """Of a written call, redacted; None for a recording, which is not transcribed yet."""


def read_input(planned: PlannedInput, engines: Engines) -> ReadInput:
    """Return what a planned input holds: a written call, or a recording's size and checksum.

    Raises:
        InputError: It cannot be read, ever.
        OSError: It cannot be read now.
    """
    if planned.kind == "transcript":
        return _read_written(planned, engines.settings)
    with open_source(planned) as recording:
        sha256 = keys.sha256_of(recording)
        size_bytes = recording.seek(0, 2)
    transcriber = engines.transcriber
    key = keys.transcript_key(
        sha256, transcriber.model, stored_hash(transcriber.settings_hash, engines.settings)
    )
    call = Call(
        call_id=planned.call_id,
        recording_sha256=sha256,
        source=planned.source,
        size_bytes=size_bytes,
        metadata=planned.metadata,
    )
    return ReadInput(call, key, None)


def transcribe_recording(planned: PlannedInput, call: Call, engines: Engines) -> Heard:
    """Return a recording's turns, redacted if the settings say so, under the key for the store.

    Its peaks come with them, from the same pass over the sound.

    Raises:
        RecordingError: It cannot be decoded.
        TranscriptionError: Recognition failed; may succeed when tried again.
        OSError: It cannot be read now.
    """
    with open_source(planned) as recording:
        heard = engines.transcriber.transcribe(call.call_id, recording, call.recording_sha256)
    return replace(heard, transcript=to_be_stored(heard.transcript, engines.settings))


def evaluate_call(call: Call, transcript: Transcript, engines: Engines) -> Evaluation:
    """Return the evaluation of a call from its stored transcript.

    Raises:
        ScoringError: A model failed on this call, or what it said makes no sense.
    """
    judge = engines.judge
    return evaluate(
        call,
        transcript,
        engines.rubric,
        judge.judge(engines.rubric, transcript),
        settings=engines.settings,
        model_versions=judge.versions,
        software_version=metadata.version("callqa"),
        at=datetime.now(UTC),
    )


def to_be_stored(transcript: Transcript, settings: Settings) -> Transcript:
    """Return the transcript as it may be stored, under a key that tells if it was redacted."""
    settings_hash = stored_hash(transcript.settings_hash, settings)
    kept = redact_transcript(transcript).transcript if settings.redact else transcript
    return kept.model_copy(
        update={
            "settings_hash": settings_hash,
            "key": keys.transcript_key(
                transcript.recording_sha256, transcript.asr_model, settings_hash
            ),
        }
    )


def stored_hash(settings_hash: str, settings: Settings) -> str:
    """Return the hash of all that shaped a stored transcript.

    Redaction is the rule and leaves the recogniser's hash as it is; without it the hash differs,
    so that a transcript is never taken for one that was masked.
    """
    if settings.redact:
        return settings_hash
    return keys.settings_hash({"transcriber": settings_hash, "redact": False})


def _read_written(planned: PlannedInput, settings: Settings) -> ReadInput:
    with open_source(planned) as stream:
        call, transcript = read_transcript(planned, stream)
    kept = to_be_stored(transcript, settings)
    return ReadInput(call, kept.key, kept)
