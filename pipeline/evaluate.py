"""Assemble an evaluation: from what the models judged to what people see.

Pure: no clock, no files, no models. The same arguments give the same evaluation.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from pipeline.domain import Call, Evaluation, Judgement, Transcript, Verdict
from pipeline.errors import ScoringError
from pipeline.findings import find_findings
from pipeline.flags import find_flags
from pipeline.keys import evaluation_key, settings_hash
from pipeline.metrics import talk_metrics
from pipeline.rubric import Rubric
from pipeline.scoring import overall_score, section_scores
from pipeline.sentiment import sentiment_course
from pipeline.settings import Settings

HOLD_MOVE = "announce_hold"
HOLD_PROBABILITY = 0.5
"""From this probability of the move on, a silence after the turn is a hold."""
SCORING_SETTINGS = (
    "low_score",
    "low_asr_confidence",
    "long_silence_s",
    "long_hold_s",
    "slow_first_word_s",
    "random_slice",
    "random_seed",
    "redact",
)
"""Settings that can change findings and flags; their hash is stored with the evaluation."""


def evaluate(
    call: Call,
    transcript: Transcript,
    rubric: Rubric,
    judgement: Judgement,
    *,
    settings: Settings,
    model_versions: Mapping[str, str],
    software_version: str,
    at: datetime,
) -> Evaluation:
    """Return the evaluation of one call.

    Args:
        call: What is known about it.
        transcript: What was judged, redacted if it is to be stored so.
        rubric: What it was judged by.
        judgement: What the models say.
        settings: Limits for findings and flags.
        model_versions: Version of each model that took part in the judgement.
        software_version: Version of callqa.
        at: When; aware.

    Raises:
        ScoringError: The judgement does not fit the rubric or the transcript.
    """
    check_judgement(call.call_id, rubric, transcript, judgement)
    score = overall_score(call.call_id, rubric, judgement.scores)
    course = sentiment_course(transcript.turns, judgement.turns)
    hold_turns = announced_holds(judgement)
    findings = find_findings(transcript, settings=settings, hold_turns=hold_turns)
    return Evaluation(
        key=_key(transcript, rubric, model_versions),
        call_id=call.call_id,
        transcript_key=transcript.key,
        rubric=rubric.id,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        model_versions=dict(model_versions),
        settings_hash=scoring_settings_hash(settings),
        software_version=software_version,
        evaluated_at=at,
        score=score,
        section_scores=section_scores(call.call_id, rubric, judgement.scores),
        sentiment_start=course.start,
        sentiment_end=course.end,
        sentiment_trend=course.trend,
        metrics=talk_metrics(transcript, hold_turns).as_mapping(),
        judgement=judgement,
        findings=findings,
        flags=find_flags(
            call,
            transcript,
            rubric,
            judgement.scores,
            score=score,
            sentiment_end=course.end,
            findings=findings,
            settings=settings,
        ),
    )


def announced_holds(judgement: Judgement) -> frozenset[int]:
    """Return the turns that announce a hold."""
    return frozenset(
        item.turn for item in judgement.turns if item.moves.get(HOLD_MOVE, 0.0) >= HOLD_PROBABILITY
    )


def _key(transcript: Transcript, rubric: Rubric, model_versions: Mapping[str, str]) -> str:
    return evaluation_key(
        transcript.key,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        model_versions=model_versions,
    )


def scoring_settings_hash(settings: Settings) -> str:
    """Return the hash of the settings that can change findings and flags."""
    return settings_hash(settings.model_dump(mode="json", include=set(SCORING_SETTINGS)))


def check_judgement(
    call_id: str, rubric: Rubric, transcript: Transcript, judgement: Judgement
) -> None:
    """Check that verdicts are allowed, that unscored ones say why, and that evidence is there.

    Raises:
        ScoringError: They are not; the message names the criterion and never quotes the call.
    """
    texts = {turn.index: turn.text for turn in transcript.turns}
    allowed = {item.id: (*item.allowed, Verdict.UNSCORED) for item in rubric.criteria}
    for item in judgement.scores:
        if item.verdict not in allowed.get(item.criterion, tuple(Verdict)):
            raise ScoringError(
                call_id, f"criterion {item.criterion} does not allow the verdict {item.verdict}"
            )
        if (item.verdict is Verdict.UNSCORED) is not (item.reason is not None):
            raise ScoringError(
                call_id,
                f"criterion {item.criterion}: expected a reason exactly if the verdict is "
                f"unscored, found {item.verdict} with reason {item.reason}",
            )
        for evidence in item.evidence:
            if evidence.quote not in texts.get(evidence.turn, "") or evidence.turn not in texts:
                raise ScoringError(
                    call_id,
                    f"criterion {item.criterion}: the evidence is not in turn {evidence.turn}",
                )
