"""The records that cross boundaries: what was said, what was judged, what happened.

All are frozen. Times are seconds from the start of the recording, probabilities lie in [0, 1],
a bare ``score`` in [0, 100]. Turn indices are 0-based and count all turns of the call.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from enum import StrEnum
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, JsonValue


class Record(BaseModel):
    """Base of everything that is stored or sent: frozen, and unknown keys are refused."""

    model_config = ConfigDict(frozen=True, extra="forbid", use_attribute_docstrings=True)


class Role(StrEnum):
    """Who speaks."""

    AGENT = "agent"
    CUSTOMER = "customer"
    SYSTEM = "system"
    UNKNOWN = "unknown"


class Verdict(StrEnum):
    """The answer to one criterion."""

    PASS = "pass"
    PARTIAL = "partial"
    FAIL = "fail"
    NOT_APPLICABLE = "not_applicable"
    UNSCORED = "unscored"


class Reason(StrEnum):
    """Why a criterion is unscored."""

    LOW_ASR_CONFIDENCE = "low_asr_confidence"
    NO_AGENT_CHANNEL = "no_agent_channel"
    MODEL_ABSTAINED = "model_abstained"
    LANGUAGE_NOT_COVERED = "language_not_covered"
    NO_SPEECH = "no_speech"
    ERROR = "error"


class Sentiment(StrEnum):
    """What a customer's words express."""

    NEGATIVE = "negative"
    NEUTRAL = "neutral"
    POSITIVE = "positive"


class Word(Record):
    """One word as heard."""

    text: str
    start_s: float
    end_s: float
    probability: float
    """The recogniser's probability of this word."""


class Turn(Record):
    """Consecutive speech of one speaker: the unit of evidence."""

    index: int
    role: Role
    text: str
    channel: int | None = None
    """0-based channel of the recording; None for written calls."""
    start_s: float | None = None
    end_s: float | None = None
    words: tuple[Word, ...] = ()
    asr_confidence: float | None = None
    """Mean word probability; None for written calls."""


class Sound(Record):
    """Something that is no understood speech of a person on the call.

    ``unheard``, ``noise`` and ``dropout`` say that words may have been missed: somebody spoke and
    nothing credible was recognised; loud noise covers the channel; its sound is gone or full of
    holes. ``cut`` is a moment: the recording begins or ends there while somebody speaks.
    """

    kind: Literal["music", "silence", "tone", "unheard", "noise", "dropout", "cut"]
    channel: int | None
    """None: on all channels at once."""
    start_s: float
    end_s: float


class Transcript(Record):
    """All turns of one call, and what they were made from and with."""

    key: str
    """Hash of content, ASR model and version, and ASR settings (see ``pipeline.keys``)."""
    recording_sha256: str
    """SHA-256 of the recording's bytes, or of a written call's canonical JSON."""
    source: Literal["recording", "text"]
    asr_model: str
    """Name and revision of the recogniser; ``text`` for written calls."""
    settings_hash: str
    language: str | None
    """ISO 639-1 code; None when there is too little speech to tell."""
    language_probability: float | None = None
    duration_s: float | None = None
    channels: int | None = None
    turns: tuple[Turn, ...] = ()
    sounds: tuple[Sound, ...] = ()


class Evidence(Record):
    """The words that a verdict rests on."""

    turn: int
    quote: str
    """A verbatim part of the turn's text."""
    start_s: float | None = None
    end_s: float | None = None


class CriterionScore(Record):
    """One criterion judged on one call."""

    criterion: str
    verdict: Verdict
    probability: float | None = None
    """Fitted probability that the verdict is right; None when unscored."""
    reason: Reason | None = None
    """Set exactly when the verdict is ``unscored``."""
    explanation: str | None = None
    """One sentence for people: what was found, or why it could not be judged."""
    evidence: tuple[Evidence, ...] = ()


class TurnJudgement(Record):
    """What a turn does and, for customers, what it expresses."""

    turn: int
    moves: Mapping[str, float] = Field(default_factory=dict)
    """Probability of each move that is above 0.05."""
    sentiment: Sentiment | None = None
    sentiment_probability: float | None = None


class Judgement(Record):
    """All that the models say about one transcript."""

    scores: tuple[CriterionScore, ...]
    """Exactly one for each criterion of the rubric, in its order."""
    turns: tuple[TurnJudgement, ...] = ()


class Finding(Record):
    """Something to look at that no criterion asked about."""

    kind: Literal[
        "long_silence",
        "long_hold",
        "overtalk",
        "slow_first_word",
        "fast_speech",
        "card_number_spoken",
        "secret_spoken",
    ]
    sentence: str
    start_s: float | None = None
    end_s: float | None = None


class Flag(Record):
    """Why a call is in the queue."""

    kind: Literal[
        "critical_fail",
        "low_score",
        "unscored",
        "negative_ending",
        "low_asr_confidence",
        "finding",
        "random_slice",
    ]
    sentence: str
    """What a QA lead reads."""
    inclusion_probability: float | None = None
    """For the random slice: the probability with which this call was drawn."""


class CallMetadata(Record):
    """What is known about a call from outside the recording."""

    agent: str | None = None
    team: str | None = None
    queue: str | None = None
    started_at: datetime | None = None
    direction: str | None = None
    language: str | None = None
    csat: float | None = None
    external_id: str | None = None
    extra: Mapping[str, JsonValue] = Field(default_factory=dict)
    """Anything else that the manifest or the transcript file says."""


class Call(Record):
    """One conversation, keyed by ``call_id``."""

    call_id: str
    recording_sha256: str
    source: str
    """Path or URL that it was read from."""
    size_bytes: int | None = None
    metadata: CallMetadata = CallMetadata()


class Evaluation(Record):
    """One rubric version applied to one call by one set of model versions."""

    key: str
    """Hash of transcript key, rubric id, version and content, and model versions."""
    call_id: str
    transcript_key: str
    rubric: str
    rubric_version: int
    rubric_sha256: str
    model_versions: Mapping[str, str]
    settings_hash: str
    software_version: str
    evaluated_at: datetime
    score: float | None
    """Percentage in [0, 100]; None if no criterion could be scored."""
    section_scores: Mapping[str, float | None] = Field(default_factory=dict)
    sentiment_start: Sentiment | None = None
    sentiment_end: Sentiment | None = None
    sentiment_trend: Literal["improved", "steady", "worsened"] | None = None
    metrics: Mapping[str, float | None] = Field(default_factory=dict)
    """Talk metrics; names carry their units (see ``pipeline.metrics``)."""
    judgement: Judgement
    findings: tuple[Finding, ...] = ()
    flags: tuple[Flag, ...] = ()


class PlannedInput(Record):
    """One call to score, as found by ``pipeline.sources``; small enough to be a flow parameter."""

    source: str
    """Path or URL of the file."""
    call_id: str
    kind: Literal["recording", "transcript"]
    position: int | None = None
    """Byte offset of the call's line in a JSONL file; None: the file is the call."""
    metadata: CallMetadata = CallMetadata()
    problem: str | None = None
    """Set when it is already known that this input cannot be read; the sentence for ``jobs``."""


class Job(Record):
    """What happened to one input of one run."""

    key: str
    """Hash of source, position, outcome and evaluation key: the same outcome twice is one row."""
    run_id: str
    """The run in which this outcome was first seen."""
    source: str
    call_id: str
    status: Literal["scored", "failed", "duplicate"]
    stage: Literal["plan", "read", "transcribe", "judge", "store"]
    """The last stage reached."""
    reason: str | None = None
    """In words, for people; None when scored."""
    evaluation_key: str | None = None
    at: datetime
