"""Records as rows of the store's tables; the way back is in ``reading``."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC

from pipeline.domain import Call, Evaluation, Transcript
from pipeline.keys import canonical_json
from pipeline.store.columns import Row


def call_row(call: Call) -> Row:
    """Return the row of ``calls``, without its revision. A time without a zone is UTC."""
    metadata = call.metadata.model_dump(exclude={"extra"})
    started_at = call.metadata.started_at
    if started_at is not None and started_at.tzinfo is None:
        metadata["started_at"] = started_at.replace(tzinfo=UTC)
    return {
        "call_id": call.call_id,
        "recording_sha256": call.recording_sha256,
        "source": call.source,
        **metadata,
        "extra": canonical_json(dict(call.metadata.extra)),
    }


def transcript_row(transcript: Transcript) -> Row:
    """Return the row of ``transcripts``."""
    return transcript.model_dump(exclude={"turns"})


def turn_rows(transcript: Transcript) -> Iterator[Row]:
    """Yield the rows of ``turns``."""
    for turn in transcript.turns:
        row = turn.model_dump(exclude={"index"})
        yield {**row, "transcript_key": transcript.key, "turn": turn.index}


def evaluation_row(evaluation: Evaluation) -> Row:
    """Return the row of ``evaluations``."""
    row = evaluation.model_dump(exclude={"judgement", "findings", "flags"})
    maps = ("model_versions", "section_scores", "metrics")
    return {**row, **{name: list(row[name].items()) for name in maps}}


def score_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rows of ``criterion_scores``."""
    for position, score in enumerate(evaluation.judgement.scores):
        row = score.model_dump(exclude={"evidence"})
        yield {**row, "evaluation_key": evaluation.key, "position": position}


def evidence_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rows of ``evidence``."""
    for criterion_position, score in enumerate(evaluation.judgement.scores):
        for position, evidence in enumerate(score.evidence):
            yield {
                **evidence.model_dump(),
                "evaluation_key": evaluation.key,
                "criterion_position": criterion_position,
                "criterion": score.criterion,
                "position": position,
            }


def turn_judgement_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rows of ``turn_judgements``."""
    for position, judgement in enumerate(evaluation.judgement.turns):
        row = judgement.model_dump()
        moves = list(row.pop("moves").items())
        yield {**row, "moves": moves, "evaluation_key": evaluation.key, "position": position}


def finding_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rows of ``findings``."""
    for position, finding in enumerate(evaluation.findings):
        yield {**finding.model_dump(), "evaluation_key": evaluation.key, "position": position}


def flag_rows(evaluation: Evaluation) -> Iterator[Row]:
    """Yield the rows of ``flags``."""
    for position, flag in enumerate(evaluation.flags):
        yield {**flag.model_dump(), "evaluation_key": evaluation.key, "position": position}
