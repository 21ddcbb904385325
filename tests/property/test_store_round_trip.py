"""What goes into the store comes out equal, whatever texts, numbers and gaps it holds."""

from __future__ import annotations

import itertools
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from pipeline.domain import (
    Call,
    CallMetadata,
    CriterionScore,
    Evaluation,
    Evidence,
    Finding,
    Flag,
    Judgement,
    Reason,
    Role,
    Sentiment,
    Sound,
    Transcript,
    Turn,
    TurnJudgement,
    Verdict,
    Word,
)
from pipeline.rubric import Rubric
from pipeline.store import Store
from tests.builders import criterion, rubric

_numbers = itertools.count()


def fresh() -> str:
    """Return a key that no example before had: what is stored under a key stays as it is."""
    return f"key-{next(_numbers)}"


TEXT = st.text(max_size=12) | st.sampled_from(["", "'; DROP TABLE turns; --", "a\x00b\r\n", "😀 ß"])
REAL = st.floats(allow_nan=False)
WHOLE = st.integers(0, 2**31 - 1)
MOMENT = st.datetimes(
    min_value=datetime(1900, 1, 1),  # noqa: DTZ001  (hypothesis adds the zone)
    max_value=datetime(2100, 1, 1),  # noqa: DTZ001
    timezones=st.sampled_from([UTC, timezone(timedelta(hours=5, minutes=30))]),
)
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | REAL.filter(lambda x: abs(x) < 1e308) | TEXT,
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(TEXT, inner, max_size=2),
    max_leaves=4,
)
WORDS = st.builds(Word, text=TEXT, start_s=REAL, end_s=REAL, probability=REAL)
MAYBE_SENTIMENT = st.none() | st.sampled_from(Sentiment)

TURNS = st.lists(
    st.builds(
        Turn,
        index=st.just(0),
        role=st.sampled_from(Role),
        text=TEXT,
        channel=st.none() | st.integers(0, 1),
        start_s=st.none() | REAL,
        end_s=st.none() | REAL,
        words=st.lists(WORDS, max_size=3).map(tuple),
        asr_confidence=st.none() | REAL,
    ),
    max_size=4,
).map(lambda turns: tuple(t.model_copy(update={"index": i}) for i, t in enumerate(turns)))

TRANSCRIPTS = st.builds(
    Transcript,
    key=st.builds(fresh),
    recording_sha256=TEXT,
    source=st.sampled_from(["recording", "text"]),
    asr_model=TEXT,
    settings_hash=TEXT,
    language=st.none() | TEXT,
    language_probability=st.none() | REAL,
    duration_s=st.none() | REAL,
    channels=st.none() | st.integers(1, 2),
    turns=TURNS,
    sounds=st.lists(st.from_type(Sound).filter(lambda s: _plain(s)), max_size=2).map(tuple),
)


def _plain(sound: Sound) -> bool:
    """Return whether a sound has a channel that fits and times that are numbers."""
    fits = sound.channel is None or 0 <= sound.channel < 2**31
    return fits and sound.start_s == sound.start_s and sound.end_s == sound.end_s


METADATA = st.builds(
    CallMetadata,
    agent=st.none() | TEXT,
    team=st.none() | TEXT,
    queue=st.none() | TEXT,
    started_at=st.none() | MOMENT,
    direction=st.none() | TEXT,
    language=st.none() | TEXT,
    csat=st.none() | REAL,
    external_id=st.none() | TEXT,
    extra=st.dictionaries(TEXT, JSON, max_size=3),
)
CALLS = st.builds(
    Call,
    call_id=st.builds(lambda: f"'{fresh()}'/\n\""),
    recording_sha256=st.builds(fresh),
    source=TEXT,
    size_bytes=st.none() | st.integers(0, 2**62),
    metadata=METADATA,
)
EVIDENCE = st.builds(
    Evidence, turn=WHOLE, quote=TEXT, start_s=st.none() | REAL, end_s=st.none() | REAL
)
SCORES = st.builds(
    CriterionScore,
    criterion=TEXT,
    verdict=st.sampled_from(Verdict),
    probability=st.none() | REAL,
    reason=st.none() | st.sampled_from(Reason),
    explanation=st.none() | TEXT,
    evidence=st.lists(EVIDENCE, max_size=3).map(tuple),
)
JUDGED_TURNS = st.builds(
    TurnJudgement,
    turn=WHOLE,
    moves=st.dictionaries(TEXT, REAL, max_size=3),
    sentiment=MAYBE_SENTIMENT,
    sentiment_probability=st.none() | REAL,
)
FINDINGS = st.builds(
    Finding,
    kind=st.sampled_from(["long_silence", "overtalk"]),
    sentence=TEXT,
    start_s=st.none() | REAL,
    end_s=st.none() | REAL,
)
FLAGS = st.builds(
    Flag,
    kind=st.sampled_from(["low_score", "random_slice"]),
    sentence=TEXT,
    inclusion_probability=st.none() | REAL,
)
RUBRIC: Rubric = rubric(criterion("greeting"))
EVALUATIONS = st.builds(
    Evaluation,
    key=st.builds(fresh),
    call_id=TEXT,
    transcript_key=TEXT,
    rubric=st.just(RUBRIC.id),
    rubric_version=st.just(RUBRIC.version),
    rubric_sha256=st.just(RUBRIC.sha256),
    model_versions=st.dictionaries(TEXT, TEXT, max_size=2),
    settings_hash=TEXT,
    software_version=TEXT,
    evaluated_at=MOMENT,
    score=st.none() | REAL,
    section_scores=st.dictionaries(TEXT, st.none() | REAL, max_size=2),
    sentiment_start=MAYBE_SENTIMENT,
    sentiment_end=MAYBE_SENTIMENT,
    sentiment_trend=st.none() | st.sampled_from(["improved", "steady", "worsened"]),
    metrics=st.dictionaries(TEXT, st.none() | REAL, max_size=2),
    judgement=st.builds(
        Judgement,
        scores=st.lists(SCORES, max_size=3).map(tuple),
        turns=st.lists(JUDGED_TURNS, max_size=3).map(tuple),
    ),
    findings=st.lists(FINDINGS, max_size=2).map(tuple),
    flags=st.lists(FLAGS, max_size=2).map(tuple),
)
FRUGAL = settings(
    max_examples=12,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],  # keys are never the same twice, so nothing shrinks
    suppress_health_check=[HealthCheck.too_slow],
)


@pytest.fixture(scope="module")
def store() -> Iterator[Store]:
    with tempfile.TemporaryDirectory() as folder:
        yield Store(str(Path(folder) / "calls.duckdb"))


@FRUGAL
@given(st.lists(st.tuples(CALLS, TRANSCRIPTS), min_size=1, max_size=3))
def test_transcripts_and_calls_come_back_equal(
    store: Store, pairs: list[tuple[Call, Transcript]]
) -> None:
    store.write_transcripts(pairs)
    for call, transcript in pairs:
        assert store.read_transcript(transcript.key) == transcript
        assert store.read_call(call.call_id) == call


@FRUGAL
@given(st.lists(EVALUATIONS, min_size=1, max_size=3))
def test_evaluations_come_back_equal(store: Store, evaluations: list[Evaluation]) -> None:
    store.write_evaluations(evaluations, RUBRIC)
    for evaluation in evaluations:
        assert store.read_evaluation(evaluation.key) == evaluation


@FRUGAL
@given(st.text(min_size=1, max_size=8), st.lists(TEXT, min_size=1, max_size=3))
def test_rubrics_come_back_equal(store: Store, rubric_id: str, questions: list[str]) -> None:
    asked = [
        criterion(f"c{number}").model_copy(update={"question": question})
        for number, question in enumerate(questions)
    ]
    made = rubric(*asked, id=f"{rubric_id}-{fresh()}")
    evaluation = Evaluation(
        key=fresh(),
        call_id="c1",
        transcript_key="t1",
        rubric=made.id,
        rubric_version=made.version,
        rubric_sha256=made.sha256,
        model_versions={},
        settings_hash="s",
        software_version="0",
        evaluated_at=datetime(2026, 1, 1, tzinfo=UTC),
        score=None,
        judgement=Judgement(scores=()),
    )
    store.write_evaluations([evaluation], made)
    assert store.read_rubric(made.id, made.version) == made
