"""A labelled call as spoken and heard once: its times, and what the machine makes of its turns.

Talk metrics, findings and the course of the sentiment come from the product's own functions. Many
calls of a store share a rendition and differ in their words, agents, dates and verdicts, so that a
hundred thousand calls take minutes.
"""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from flows.seeding.material import LabelledCall
from flows.seeding.speech import Reals, Timing, timing_of
from flows.seeding.wording import Wording
from pipeline.domain import Finding, Role, Sentiment, Transcript, Turn, TurnJudgement, Word
from pipeline.evaluate import HOLD_MOVE, HOLD_PROBABILITY
from pipeline.findings import find_findings
from pipeline.metrics import talk_metrics
from pipeline.moves import MOVES
from pipeline.sentiment import SentimentCourse, sentiment_course
from pipeline.settings import Settings

MOVE_MISSED = 0.06
MOVE_IMAGINED = 0.03
SENTIMENT_MISREAD = 0.08
"""Shares of moves and sentiments that the simulated machine gets wrong."""
HARD_TO_HEAR = 0.02
"""Share of recordings with so much noise that they are flagged."""
CHANNELS = {Role.AGENT: 0, Role.CUSTOMER: 1, Role.SYSTEM: 0}


@dataclass(frozen=True, slots=True)
class Rendition:
    """One way in which a labelled call was spoken and heard."""

    call: LabelledCall
    wording: Wording
    transcript: Transcript
    """As heard, in the labelled call's words; turns without words, which stand below."""
    timing: Timing | None
    """None: a written call."""
    probabilities: Reals
    """Of each word; empty for a written call."""
    judgements: tuple[TurnJudgement, ...]
    metrics: Mapping[str, float | None]
    findings: tuple[Finding, ...]
    course: SentimentCourse


def rendition_of(
    call: LabelledCall, wording: Wording, *, written: bool, seed: str, settings: Settings
) -> Rendition:
    """Return a call as spoken and heard once.

    Args:
        call: What is said.
        wording: Its words.
        written: A chat: nothing has a time.
        seed: Another text gives another rendition.
        settings: Limits for findings.
    """
    rng = np.random.default_rng(int.from_bytes(hashlib.sha256(seed.encode()).digest()[:8]))
    judgements = _judgements(call, rng)
    holds = frozenset(
        item.turn for item in judgements if item.moves.get(HOLD_MOVE, 0.0) >= HOLD_PROBABILITY
    )
    announced = frozenset(index for index, moves in call.moves.items() if HOLD_MOVE in moves)
    timing = None if written else timing_of(call, wording, announced, rng)
    probabilities = np.array([]) if timing is None else _probabilities(len(wording.words), rng)
    heard = _transcript(call, wording, timing, probabilities)
    return Rendition(
        call=call,
        wording=wording,
        transcript=_without_words(heard),
        timing=timing,
        probabilities=probabilities,
        judgements=judgements,
        metrics=talk_metrics(heard, holds).as_mapping(),
        findings=find_findings(heard, settings=settings, hold_turns=holds),
        course=sentiment_course(heard.turns, judgements),
    )


def _judgements(call: LabelledCall, rng: np.random.Generator) -> tuple[TurnJudgement, ...]:
    """Return what the machine takes each turn for: mostly what the labels say."""
    return tuple(_judgement(call, turn, rng) for turn in call.turns)


def _judgement(call: LabelledCall, turn: Turn, rng: np.random.Generator) -> TurnJudgement:
    moves = {
        name: round(float(rng.uniform(0.1, 0.45) if missed else rng.uniform(0.62, 0.99)), 3)
        for name in call.moves.get(turn.index, ())
        for missed in (rng.random() < MOVE_MISSED,)
    }
    if rng.random() < MOVE_IMAGINED:
        own = [move.name for move in MOVES if move.role is turn.role and move.name not in moves]
        moves[own[int(rng.integers(len(own)))]] = round(float(rng.uniform(0.06, 0.6)), 3)
    sentiment = call.sentiments.get(turn.index)
    if sentiment is None or turn.role is not Role.CUSTOMER:
        return TurnJudgement(turn=turn.index, moves=moves)
    if rng.random() < SENTIMENT_MISREAD:
        others = [value for value in Sentiment if value is not sentiment]
        sentiment = others[int(rng.integers(len(others)))]
    return TurnJudgement(
        turn=turn.index,
        moves=moves,
        sentiment=sentiment,
        sentiment_probability=round(float(rng.uniform(0.55, 0.99)), 3),
    )


def _probabilities(words: int, rng: np.random.Generator) -> Reals:
    """Return the recogniser's probability of each word, float64, shape (words,)."""
    luck = rng.random()
    low, high = (0.45, 0.58) if luck < HARD_TO_HEAR else (0.7, 0.84) if luck < 0.1 else (0.86, 0.96)
    mean = rng.uniform(low, high)
    drawn: Reals = np.round(rng.beta(9 * mean, 9 * (1 - mean), words), 3)
    return drawn


def _transcript(
    call: LabelledCall, wording: Wording, timing: Timing | None, probabilities: Reals
) -> Transcript:
    if timing is None:
        return Transcript(
            key="",
            recording_sha256="",
            source="text",
            asr_model="text",
            settings_hash="",
            language="en",
            turns=call.turns,
        )
    return Transcript(
        key="",
        recording_sha256="",
        source="recording",
        asr_model="seed",
        settings_hash="",
        language="en",
        language_probability=0.99,
        duration_s=timing.duration_s,
        channels=2,
        turns=tuple(_heard(turn, wording, timing, probabilities) for turn in call.turns),
        sounds=timing.sounds,
    )


def _heard(turn: Turn, wording: Wording, timing: Timing, probabilities: Reals) -> Turn:
    """Return a turn with its words, times and confidence."""
    first, last = wording.bounds[turn.index]
    words = tuple(
        Word(text=text, start_s=float(start), end_s=float(end), probability=float(probability))
        for text, start, end, probability in zip(
            wording.words[first:last],
            timing.starts_s[first:last],
            timing.ends_s[first:last],
            probabilities[first:last],
            strict=True,
        )
    )
    return Turn(
        index=turn.index,
        role=turn.role,
        text=" ".join(wording.words[first:last]),
        channel=CHANNELS[turn.role],
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        words=words,
        asr_confidence=float(np.mean(probabilities[first:last])),
    )


def _without_words(transcript: Transcript) -> Transcript:
    """Return the transcript with turns that know when and how well they were heard, no more."""
    turns = tuple(turn.model_copy(update={"words": ()}) for turn in transcript.turns)
    return transcript.model_copy(update={"turns": turns})
