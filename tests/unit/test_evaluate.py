from __future__ import annotations

import pytest

from pipeline.domain import (
    CriterionScore,
    Evaluation,
    Evidence,
    Judgement,
    Reason,
    Sentiment,
    Transcript,
    Verdict,
)
from pipeline.errors import ScoringError
from pipeline.evaluate import evaluate, scoring_settings_hash
from pipeline.rubric import Rubric
from pipeline.settings import Settings
from tests.builders import (
    AT,
    call,
    conversation,
    criterion,
    criterion_score,
    judgement,
    recorded,
    rubric,
    scored,
    timed_conversation,
    transcript,
    turn_judgement,
)

SETTINGS = Settings(random_slice=0.0)
TALK = transcript(conversation("a: Good morning", "c: It broke", "a: Sorry", "c: Thanks a lot"))


def evaluated(
    judged: Judgement | None = None,
    *,
    said: Transcript = TALK,
    asked: Rubric | None = None,
    settings: Settings = SETTINGS,
    versions: dict[str, str] | None = None,
) -> Evaluation:
    return evaluate(
        call(),
        said,
        asked or rubric(),
        judged or judgement(),
        settings=settings,
        model_versions=versions or {"moves": "1"},
        software_version="0.1.0",
        at=AT,
    )


def test_an_evaluation_carries_score_sections_and_where_it_comes_from() -> None:
    asked = rubric()
    found = evaluated(judgement(scored(greeting="fail", verification="pass")))
    assert found.score == 75.0
    assert found.section_scores == {"Opening": 0.0, "Compliance": 100.0}
    assert (found.call_id, found.transcript_key) == ("c1", TALK.key)
    assert (found.rubric, found.rubric_version, found.rubric_sha256) == ("test", 1, asked.sha256)
    assert found.model_versions == {"moves": "1"}
    assert (found.software_version, found.evaluated_at) == ("0.1.0", AT)


def test_the_same_arguments_give_the_same_evaluation() -> None:
    assert evaluated() == evaluated()


def test_an_evaluation_survives_the_store() -> None:
    found = evaluated()
    assert Evaluation.model_validate_json(found.model_dump_json()) == found


def test_the_key_changes_with_transcript_rubric_and_models_only() -> None:
    key = evaluated().key
    assert evaluated(said=TALK.model_copy(update={"key": "other"})).key != key
    assert evaluated(versions={"moves": "2"}).key != key
    assert evaluated(asked=rubric(version=2)).key != key
    heavier = rubric(criterion("greeting", weight=9), criterion("verification"))
    assert evaluated(asked=heavier).key != key
    assert evaluated(judgement(scored(greeting="fail", verification="fail"))).key == key
    assert evaluated(settings=Settings(low_score=90)).key == key


def test_only_settings_that_can_change_the_result_change_the_settings_hash() -> None:
    base = scoring_settings_hash(Settings())
    assert scoring_settings_hash(Settings(log_level="DEBUG", shard_size=7)) == base
    assert scoring_settings_hash(Settings(long_silence_s=5)) != base


def test_the_customers_sentiment_is_followed_and_a_bad_ending_flagged() -> None:
    found = evaluated(
        judgement(
            turns=[turn_judgement(1, sentiment="neutral"), turn_judgement(3, sentiment="negative")]
        )
    )
    assert (found.sentiment_start, found.sentiment_end) == (Sentiment.NEUTRAL, Sentiment.NEGATIVE)
    assert found.sentiment_trend == "worsened"
    assert [flag.kind for flag in found.flags] == ["negative_ending"]


def test_an_announced_hold_makes_the_silence_after_it_a_hold() -> None:
    said = recorded(*timed_conversation("a: One moment.", "a: Thanks for waiting.", gap_s=30))
    held = evaluated(judgement(turns=[turn_judgement(0, ["announce_hold"])]), said=said)
    silent = evaluated(said=said)
    assert (held.metrics["hold_s"], held.metrics["silence_s"]) == (30.0, 0.0)
    assert held.findings == ()
    assert [finding.kind for finding in silent.findings] == ["long_silence"]
    assert [flag.kind for flag in silent.flags] == ["finding"]


def test_a_critical_fail_zeroes_and_flags() -> None:
    found = evaluated(judgement(scored(greeting="pass", verification="fail")))
    assert found.score == 0.0
    assert [flag.kind for flag in found.flags] == ["critical_fail"]


def test_a_call_in_which_nothing_was_scored_has_no_score_but_a_flag() -> None:
    found = evaluated(judgement(scored(greeting="unscored", verification="unscored")))
    assert found.score is None
    assert [flag.kind for flag in found.flags] == ["unscored"]


def refused(*scores: CriterionScore, asked: Rubric | None = None) -> str:
    with pytest.raises(ScoringError) as caught:
        evaluated(Judgement(scores=scores), asked=asked)
    return str(caught.value)


def test_a_verdict_that_the_criterion_does_not_allow_is_refused() -> None:
    asked = rubric(criterion("greeting", allowed=["pass", "fail"]))
    assert refused(criterion_score("greeting", "partial"), asked=asked) == (
        "call c1: criterion greeting does not allow the verdict partial"
    )


@pytest.mark.parametrize(
    ("verdict", "reason"), [(Verdict.UNSCORED, None), (Verdict.PASS, Reason.ERROR)]
)
def test_a_reason_is_there_exactly_if_unscored(verdict: Verdict, reason: Reason | None) -> None:
    score = CriterionScore(criterion="greeting", verdict=verdict, reason=reason)
    assert "expected a reason exactly if" in refused(score, criterion_score("verification"))


@pytest.mark.parametrize("evidence", [Evidence(turn=0, quote="secret"), Evidence(turn=9, quote="")])
def test_evidence_that_was_not_said_is_refused_without_quoting_it(evidence: Evidence) -> None:
    told = refused(
        criterion_score("greeting", evidence=[evidence]), criterion_score("verification")
    )
    assert told.endswith(f"criterion greeting: the evidence is not in turn {evidence.turn}")
    assert "secret" not in told


def test_a_missing_criterion_is_refused() -> None:
    assert "asks for one score each of" in refused(criterion_score("greeting"))
