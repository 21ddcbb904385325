"""Keys: what makes two transcripts, two evaluations or two outcomes the same.

Every key is the lower-case hexadecimal SHA-256 of a canonical JSON object that names its kind, so
keys of different kinds never meet. Pure: the same arguments give the same key on every machine
and in every version, as long as what is passed in is the same.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import BinaryIO

from pydantic import JsonValue

CHUNK_BYTES = 1 << 20


def canonical_json(value: JsonValue) -> str:
    """Return the one JSON text that equal values share: sorted keys, no spaces, plain UTF-8.

    Raises:
        ValueError: A number is NaN or infinite; such values have no JSON text.
    """
    return json.dumps(
        value, sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    )


def text_sha256(value: JsonValue) -> str:
    """Return the SHA-256 of a value's canonical JSON; the identity of a written call."""
    return hashlib.sha256(canonical_json(value).encode()).hexdigest()


def sha256_of(stream: BinaryIO) -> str:
    """Return the SHA-256 of a stream's bytes, and leave it where it was found.

    Args:
        stream: Open and seekable; read from its start in pieces of 1 MiB.
    """
    here = stream.tell()
    stream.seek(0)
    digest = hashlib.sha256()
    while piece := stream.read(CHUNK_BYTES):
        digest.update(piece)
    stream.seek(here)
    return digest.hexdigest()


def settings_hash(settings: Mapping[str, JsonValue]) -> str:
    """Return the hash of the settings that can change a result; names and values both count."""
    return text_sha256({"kind": "settings", "settings": dict(settings)})


def transcript_key(recording_sha256: str, model: str, settings_hash: str) -> str:
    """Return the key of a transcript.

    Args:
        recording_sha256: Of the recording's bytes, or of a written call's canonical JSON.
        model: Name and revision of the recogniser; ``text`` for written calls.
        settings_hash: Of every setting that can change a transcript.
    """
    return text_sha256(
        {
            "kind": "transcript",
            "recording_sha256": recording_sha256,
            "model": model,
            "settings_hash": settings_hash,
        }
    )


def evaluation_key(
    transcript_key: str,
    *,
    rubric_id: str,
    rubric_version: int,
    rubric_sha256: str,
    model_versions: Mapping[str, str],
) -> str:
    """Return the key of an evaluation: one transcript, one rubric, one set of model versions.

    Args:
        transcript_key: As ``transcript_key`` makes it.
        rubric_id: The rubric's id.
        rubric_version: The rubric's version.
        rubric_sha256: Of the rubric's content, so that an edit without a new version counts.
        model_versions: Version of each model that took part, in any order.
    """
    return text_sha256(
        {
            "kind": "evaluation",
            "transcript_key": transcript_key,
            "rubric_id": rubric_id,
            "rubric_version": rubric_version,
            "rubric_sha256": rubric_sha256,
            "model_versions": dict(model_versions),
        }
    )


def job_key(
    *,
    source: str,
    position: int | None,
    status: str,
    stage: str,
    reason: str | None,
    evaluation_key: str | None,
) -> str:
    """Return the key of an outcome: what happened to one input, whichever run saw it.

    Args:
        source: Path or URL of the input.
        position: Byte offset of the call's line in a JSONL file; None: the file is the call.
        status: As in ``Job.status``.
        stage: As in ``Job.stage``.
        reason: Why it failed; None when scored.
        evaluation_key: The evaluation that came of it; None when there is none.
    """
    return text_sha256(
        {
            "kind": "job",
            "source": source,
            "position": position,
            "status": status,
            "stage": stage,
            "reason": reason,
            "evaluation_key": evaluation_key,
        }
    )
