"""One made-up call: who, when, what was said, and what the machine made of it."""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from flows.seeding.outcomes import outcome_of
from flows.seeding.people import Agent
from flows.seeding.rendition import Rendition
from flows.seeding.tables import Heard
from flows.seeding.truth import MADE_FROM, MADE_UP
from flows.seeding.verdicts import NOT_HEARD, NOT_SURE, draw_evidence, draw_verdict
from flows.seeding.wording import told
from pipeline import keys
from pipeline.domain import (
    Call,
    CallMetadata,
    CriterionScore,
    Evaluation,
    Evidence,
    Judgement,
    Reason,
    Verdict,
)
from pipeline.evaluate import scoring_settings_hash
from pipeline.flags import asr_confidence, find_flags
from pipeline.rubric import Rubric
from pipeline.scoring import overall_score, section_scores
from pipeline.settings import Settings

VERSION = "1"
"""Of what is made up: raise it when the same seed gives other calls."""
MODEL_VERSIONS = {"seed": f"made-up {VERSION}"}
"""So that nobody takes these verdicts for a model's."""
LONGEST_QUOTE = 45
"""Words of a turn that are quoted as evidence."""
SETTINGS_HASH = keys.settings_hash({"seed": VERSION})


@dataclass(frozen=True, slots=True)
class MadeCall:
    """One made-up call, ready to be stored."""

    call: Call
    heard: Heard
    evaluation: Evaluation


@dataclass(frozen=True, slots=True)
class Standing:
    """What is the same for all calls of a store."""

    rubric: Rubric
    settings: Settings
    settings_hash: str
    software_version: str

    @classmethod
    def of(cls, rubric: Rubric, settings: Settings, software_version: str) -> Standing:
        """Return it with the hash of the settings."""
        return cls(rubric, settings, scoring_settings_hash(settings), software_version)


def make_call(
    call_id: str,
    rendition: Rendition,
    explanations: Mapping[tuple[str, Verdict], str],
    *,
    agent: Agent,
    queue: str,
    started_at: datetime,
    standing: Standing,
    rng: random.Random,
) -> MadeCall:
    """Return one call with everything that scoring would have stored about it.

    Args:
        call_id: Its id.
        rendition: What was said and how.
        explanations: A sentence for each criterion and verdict.
        agent: Who answered.
        queue: Where it arrived.
        started_at: When; aware.
        standing: Rubric and settings.
        rng: Chooses.
    """
    wording = rendition.wording
    words, changed = told(wording, rng, agent.given)
    texts = [
        " ".join(words[first:last]) if index in changed else rendition.transcript.turns[index].text
        for index, (first, last) in enumerate(wording.bounds)
    ]
    metadata = _metadata(rendition, agent, queue, started_at, standing.rubric, rng)
    call = _call(call_id, rendition, metadata, texts)
    heard = _heard(call, rendition, texts, words)
    scores = _scores(rendition, explanations, standing.rubric, words, rng)
    return MadeCall(
        call=call,
        heard=heard,
        evaluation=_evaluation(call, heard, scores, standing, rng),
    )


def _metadata(
    rendition: Rendition,
    agent: Agent,
    queue: str,
    started_at: datetime,
    rubric: Rubric,
    rng: random.Random,
) -> CallMetadata:
    labelled, heard = rendition.call, rendition.transcript
    right = [CriterionScore(criterion=name, verdict=v) for name, v in labelled.verdicts.items()]
    outcome = outcome_of(
        true_score=overall_score(labelled.call_id, rubric, right),
        resolution=labelled.verdicts.get("resolution"),
        sentiment_end=labelled.sentiment_end,
        duration_s=heard.duration_s,
        turns=len(heard.turns),
        rng=rng,
    )
    return CallMetadata(
        agent=agent.name,
        team=agent.team,
        queue=queue,
        started_at=started_at,
        direction="inbound",
        language="en",
        csat=outcome.csat,
        external_id=f"T{rng.randrange(10**6, 10**7)}",
        extra={
            MADE_UP: True,
            MADE_FROM: labelled.call_id,
            "medium": "chat" if rendition.timing is None else "telephone",
            "fcr": outcome.fcr,
            "aht_s": outcome.aht_s,
        },
    )


def _call(call_id: str, rendition: Rendition, metadata: CallMetadata, texts: list[str]) -> Call:
    """Return a call with a source that says that there is no sound to find."""
    ending = "json" if rendition.timing is None else "no-sound"
    return Call(
        call_id=call_id,
        recording_sha256=keys.text_sha256({"call_id": call_id, "turns": list(texts)}),
        source=f"made-up-calls/{call_id}.{ending}",
        metadata=metadata,
    )


def _heard(call: Call, rendition: Rendition, texts: list[str], words: list[str]) -> Heard:
    model = rendition.transcript.asr_model
    head = rendition.transcript.model_copy(
        update={
            "key": keys.transcript_key(call.recording_sha256, model, SETTINGS_HASH),
            "recording_sha256": call.recording_sha256,
            "settings_hash": SETTINGS_HASH,
        }
    )
    return Heard(head, rendition, texts, words)


def _scores(
    rendition: Rendition,
    explanations: Mapping[tuple[str, Verdict], str],
    rubric: Rubric,
    words: list[str],
    rng: random.Random,
) -> tuple[CriterionScore, ...]:
    confidence = asr_confidence(rendition.transcript)
    scores = []
    for criterion in rubric.criteria:
        truth = rendition.call.verdicts[criterion.id]
        verdict, probability, reason = draw_verdict(criterion, truth, confidence, rng)
        turns = draw_evidence(criterion, rendition.call, verdict, rng)
        sentence = explanations.get((criterion.id, verdict))
        if reason is not None:
            sentence = NOT_HEARD if reason is Reason.LOW_ASR_CONFIDENCE else NOT_SURE
        scores.append(
            CriterionScore(
                criterion=criterion.id,
                verdict=verdict,
                probability=probability,
                reason=reason,
                explanation=sentence,
                evidence=tuple(_quote(rendition, words, turn) for turn in turns),
            )
        )
    return tuple(scores)


def _quote(rendition: Rendition, words: list[str], turn: int) -> Evidence:
    """Return the words of a turn as evidence: all of a short turn, the sentences that fit else."""
    first, last = rendition.wording.bounds[turn]
    end = last
    if last - first > LONGEST_QUOTE:
        stops = [
            index + 1
            for index in range(first + 4, first + LONGEST_QUOTE)
            if words[index].endswith((".", "?", "!"))
        ]
        end = stops[-1] if stops else first + LONGEST_QUOTE
    timing = rendition.timing
    return Evidence(
        turn=turn,
        quote=" ".join(words[first:end]),
        start_s=None if timing is None else float(timing.starts_s[first]),
        end_s=None if timing is None else float(timing.ends_s[end - 1]),
    )


def _evaluation(
    call: Call,
    heard: Heard,
    scores: tuple[CriterionScore, ...],
    standing: Standing,
    rng: random.Random,
) -> Evaluation:
    """Return what ``pipeline.evaluate`` would; what a rendition's calls share is not done anew."""
    rubric, rendition = standing.rubric, heard.rendition
    score = overall_score(call.call_id, rubric, scores)
    flags = find_flags(
        call,
        rendition.transcript,
        rubric,
        scores,
        score=score,
        sentiment_end=rendition.course.end,
        findings=rendition.findings,
        settings=standing.settings,
    )
    return Evaluation(
        key=_key(heard.transcript.key, rubric),
        call_id=call.call_id,
        transcript_key=heard.transcript.key,
        rubric=rubric.id,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        model_versions=MODEL_VERSIONS,
        settings_hash=standing.settings_hash,
        software_version=standing.software_version,
        evaluated_at=_judged_at(call, heard, rng),
        score=score,
        section_scores=section_scores(call.call_id, rubric, scores),
        sentiment_start=rendition.course.start,
        sentiment_end=rendition.course.end,
        sentiment_trend=rendition.course.trend,
        metrics=rendition.metrics,
        judgement=Judgement(scores=scores, turns=rendition.judgements),
        findings=rendition.findings,
        flags=flags,
    )


def _key(transcript_key: str, rubric: Rubric) -> str:
    return keys.evaluation_key(
        transcript_key,
        rubric_id=rubric.id,
        rubric_version=rubric.version,
        rubric_sha256=rubric.sha256,
        model_versions=MODEL_VERSIONS,
    )


def _judged_at(call: Call, heard: Heard, rng: random.Random) -> datetime:
    """Return a time soon after the call's end."""
    assert call.metadata.started_at is not None, "every made-up call has a time"
    after_s = (heard.transcript.duration_s or 600.0) + rng.uniform(300.0, 2400.0)
    return call.metadata.started_at + timedelta(seconds=round(after_s))
