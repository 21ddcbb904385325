from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.domain import CriterionScore, Finding, Flag, Reason, Sentiment
from pipeline.flags import REASONS, asr_confidence, find_flags, is_drawn
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings
from tests.builders import (
    call,
    conversation,
    criterion_score,
    recorded,
    rubric,
    scored,
    transcript,
    turn,
)

QUIET = Settings(random_slice=0.0)
PASSES = scored(greeting="pass", verification="pass")


def flags(
    scores: Sequence[CriterionScore] = PASSES,
    *,
    score: float | None = 100.0,
    sentiment_end: Sentiment | None = Sentiment.NEUTRAL,
    findings: Sequence[Finding] = (),
    settings: Settings = QUIET,
) -> list[Flag]:
    return list(
        find_flags(
            call(),
            transcript(conversation("a: Hi")),
            rubric(),
            scores,
            score=score,
            sentiment_end=sentiment_end,
            findings=findings,
            settings=settings,
        )
    )


def test_a_good_call_has_no_flags() -> None:
    assert flags() == []


def test_a_critical_fail_is_told_and_the_low_score_that_follows_is_not_repeated() -> None:
    assert flags(scored(greeting="pass", verification="fail"), score=0.0) == [
        Flag(kind="critical_fail", sentence='Failed "Was verification done well?" (critical)')
    ]


def test_the_bundled_rubric_words_its_critical_fails() -> None:
    bundled = load_rubric(bundled_rubric_path())
    verdicts = {item.id: "fail" if item.critical else "pass" for item in bundled.criteria}
    found = find_flags(
        call(),
        transcript(),
        bundled,
        scored(**verdicts),
        score=0.0,
        sentiment_end=None,
        findings=(),
        settings=QUIET,
    )
    assert [flag.sentence for flag in found] == [
        "Identity was not verified before the account was discussed (critical)",
        "The customer was asked to say a secret aloud (critical)",
        "The agent was disrespectful (critical)",
    ]


def test_a_low_score_is_told_with_the_limit() -> None:
    assert [flag.sentence for flag in flags(score=42.4)] == ["Scored 42 %, under the limit of 60 %"]
    assert flags(score=60.0) == []
    assert flags(score=None) == []


def test_unscored_criteria_are_told_by_reason() -> None:
    scores = (
        criterion_score("greeting", "unscored", reason=Reason.LOW_ASR_CONFIDENCE),
        criterion_score("verification", "pass"),
    )
    assert flags(scores) == [
        Flag(
            kind="unscored",
            sentence="1 of 2 criteria could not be scored (greeting): "
            "the recording was too hard to understand",
        )
    ]


def test_a_call_in_which_nothing_was_scored_says_so() -> None:
    scores = [
        criterion_score(name, "unscored", reason=Reason.LANGUAGE_NOT_COVERED)
        for name in ("greeting", "verification")
    ]
    (flag,) = flags(scores, score=None)
    assert flag.sentence == "Nothing could be scored: the rubric does not cover the language"


def test_every_reason_has_words() -> None:
    assert set(REASONS) == set(Reason)


@pytest.mark.parametrize("sentiment", [Sentiment.NEUTRAL, Sentiment.POSITIVE, None])
def test_only_a_negative_ending_is_flagged(sentiment: Sentiment | None) -> None:
    assert flags(sentiment_end=sentiment) == []
    (flag,) = flags(sentiment_end=Sentiment.NEGATIVE)
    assert flag.sentence == "The customer was unhappy at the end of the call"


def test_findings_of_one_kind_are_one_flag_that_counts_them() -> None:
    found = [
        Finding(kind="card_number_spoken", sentence=f"A card number at turn {turn}")
        for turn in (3, 5, 9)
    ]
    silence = Finding(kind="long_silence", sentence="Nobody spoke for 40 seconds")
    assert [flag.sentence for flag in flags(findings=[*found, silence])] == [
        "A card number at turn 3 (and 2 more of this kind)",
        "Nobody spoke for 40 seconds",
    ]


def test_a_finding_is_a_flag() -> None:
    finding = Finding(kind="long_hold", sentence="The customer was on hold for long")
    assert flags(findings=[finding]) == [Flag(kind="finding", sentence=finding.sentence)]


def test_a_recording_that_was_hard_to_understand_is_flagged() -> None:
    hard = recorded(turn(0, text="what was that", start_s=0, end_s=2, asr_confidence=0.4))
    found = find_flags(
        call(),
        hard,
        rubric(),
        PASSES,
        score=100.0,
        sentiment_end=None,
        findings=(),
        settings=QUIET,
    )
    assert [flag.kind for flag in found] == ["low_asr_confidence"]
    assert "0.40" in found[0].sentence


def test_confidence_is_weighed_by_words_and_leaves_out_recorded_voices() -> None:
    talk = recorded(
        turn(0, "agent", "one two three", start_s=0, end_s=1, asr_confidence=0.9),
        turn(1, "customer", "one", start_s=1, end_s=2, asr_confidence=0.5),
        turn(2, "system", "press one", start_s=2, end_s=3, asr_confidence=0.1),
    )
    assert asr_confidence(talk) == pytest.approx(0.8)
    assert asr_confidence(transcript(conversation("a: Hi"))) is None


def test_a_call_drawn_at_random_says_with_what_probability() -> None:
    assert flags(settings=Settings(random_slice=1.0)) == [
        Flag(
            kind="random_slice",
            sentence="Drawn at random (100 % of Dana's calls) to check the scores of all",
            inclusion_probability=1.0,
        )
    ]


def test_the_slice_is_the_same_each_time_and_about_as_large_as_asked() -> None:
    ids = [f"call-{at}" for at in range(4000)]
    drawn = [name for name in ids if is_drawn(name, share=0.05, seed=0)]
    assert drawn == [name for name in ids if is_drawn(name, share=0.05, seed=0)]
    assert 150 < len(drawn) < 250


def test_a_larger_share_keeps_the_calls_of_a_smaller_one() -> None:
    ids = [f"call-{at}" for at in range(500)]
    small = {name for name in ids if is_drawn(name, share=0.1, seed=3)}
    assert small <= {name for name in ids if is_drawn(name, share=0.3, seed=3)}


def test_another_seed_draws_another_slice() -> None:
    ids = [f"call-{at}" for at in range(500)]
    first, second = (
        {name for name in ids if is_drawn(name, share=0.2, seed=seed)} for seed in (0, 1)
    )
    assert first != second


def test_no_share_draws_nothing_and_all_draws_everything() -> None:
    ids = [f"call-{at}" for at in range(200)]
    assert not any(is_drawn(name, share=0.0, seed=0) for name in ids)
    assert all(is_drawn(name, share=1.0, seed=0) for name in ids)
