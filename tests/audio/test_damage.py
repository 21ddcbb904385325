"""Real Whisper on damaged recordings: "not heard" is never scored "not done"."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from benchmarks.damages import (
    Recorded,
    Samples,
    as_wav,
    clipped,
    noisy,
    packets_lost,
    read_samples,
    silenced,
)
from models.judge import HeadJudge
from models.transcriber import WhisperTranscriber, build_transcriber
from pipeline.domain import CriterionScore, Reason, Transcript, Verdict
from pipeline.settings import Settings
from tests.judging import encoder, support_rubric, trained

pytestmark = pytest.mark.audio

CALLS = Path(__file__).parents[2] / "examples" / "calls"
AGENT, CUSTOMER = 0, 1
KEPT_S = ((0.0, 40.0), (92.0, 109.0))
"""Parts of d1-12 that make a short call in which nearly everything is done well."""
IDENTIFIERS_S = (22.5, 31.0)
"""Asked for and given, in that short call."""
BLAMES = (Verdict.FAIL, Verdict.PARTIAL)


@cache
def call() -> Recorded:
    samples, rate_hz = read_samples(CALLS / "d1-12.flac")
    parts = [samples[:, int(start * rate_hz) : int(end * rate_hz)] for start, end in KEPT_S]
    return Recorded(np.concatenate(parts, axis=1), rate_hz, AGENT)


def random() -> np.random.Generator:
    return np.random.default_rng(0)


def whole() -> Samples:
    return call().samples


def muted(*channels: int, start_s: float = 0.0, end_s: float = 99.0) -> Samples:
    return silenced(whole(), channels, call().at(start_s), min(call().at(end_s), whole().shape[1]))


def from_s(start_s: float) -> Samples:
    return whole()[:, call().at(start_s) :]


def until_s(end_s: float) -> Samples:
    return whole()[:, : call().at(end_s)]


def under_noise(snr_db: float, end_s: float) -> Samples:
    end = min(call().at(end_s), whole().shape[1])
    return noisy(whole(), AGENT, snr_db, 0, end, random())


DAMAGES: Mapping[str, Callable[[], Samples]] = {
    "opening muted": lambda: muted(AGENT, end_s=9.0),
    "opening of both muted": lambda: muted(AGENT, CUSTOMER, end_s=9.0),
    "opening under noise": lambda: under_noise(-10.0, end_s=9.0),
    "opening cut off in mid-speech": lambda: from_s(3.2),
    "opening cut off in a pause": lambda: from_s(5.4),
    "end cut off": lambda: until_s(43.0),
    "end muted": lambda: muted(AGENT, start_s=43.0),
    "agent noisy throughout": lambda: under_noise(-5.0, end_s=99.0),
    "packets lost": lambda: packets_lost(whole(), 0.3, call().rate_hz, random()),
    "clipped": lambda: clipped(whole(), 35.0),
    "agent dead": lambda: muted(AGENT),
    "customer dead": lambda: muted(CUSTOMER),
    "agent dead for a while": lambda: muted(AGENT, start_s=10.0, end_s=30.0),
    "identifiers silenced": lambda: muted(
        AGENT, CUSTOMER, start_s=IDENTIFIERS_S[0], end_s=IDENTIFIERS_S[1]
    ),
}
WITHHELD = {
    "opening muted": {"greeting"},
    "opening of both muted": {"greeting"},
    "opening under noise": {"greeting"},
    "opening cut off in mid-speech": {"greeting"},
    "opening cut off in a pause": {"greeting"},
    "end cut off": {"closing"},
    "end muted": {"closing"},
    "agent noisy throughout": {"greeting", "empathy", "closing", "sensitive_data"},
    "identifiers silenced": {"identity_verification"},
}
"""What must be withheld because it was done where the damage is."""


@cache
def transcriber() -> WhisperTranscriber:
    return build_transcriber(Settings(asr_model="whisper-tiny.en", asr_threads=2))


@cache
def heard(damage: str | None) -> Transcript:
    samples = DAMAGES[damage]() if damage else whole()
    return (
        transcriber()
        .transcribe("call", as_wav(samples, call().rate_hz), damage or "whole")
        .transcript
    )


@cache
def scores(damage: str | None, *, only_mean: bool = False) -> Mapping[str, CriterionScore]:
    share = None if only_mean else Settings().unheard_share
    judge = HeadJudge(encoder(), trained(), "test", 0.6, unheard_share=share)
    found = judge.judge(support_rubric(), heard(damage))
    return {score.criterion: score for score in found.scores}


def blamed(damage: str, *, only_mean: bool = False) -> set[str]:
    """Return what was done well in the undamaged call and is said to have been left undone."""
    return {
        name
        for name, score in scores(damage, only_mean=only_mean).items()
        if scores(None)[name].verdict is Verdict.PASS and score.verdict in BLAMES
    }


def test_nothing_changes_where_nothing_is_damaged() -> None:
    assert not [item for item in heard(None).sounds if item.kind not in ("music", "silence")]
    assert scores(None) == scores(None, only_mean=True)
    done = {name for name, score in scores(None).items() if score.verdict is Verdict.PASS}
    assert {"greeting", "empathy", "identity_verification", "closing"} <= done


@pytest.mark.parametrize("damage", DAMAGES)
def test_what_was_not_heard_is_never_scored_as_not_done(damage: str) -> None:
    assert blamed(damage) == set()


@pytest.mark.parametrize("damage", WITHHELD)
def test_what_was_done_where_the_damage_is_is_withheld_with_the_reason(damage: str) -> None:
    for name in WITHHELD[damage]:
        score = scores(damage)[name]
        assert score.verdict is Verdict.UNSCORED, name
        assert score.reason is Reason.LOW_ASR_CONFIDENCE, name


def test_without_looking_for_what_was_not_heard_agents_are_blamed() -> None:
    assert "greeting" in blamed("opening muted", only_mean=True)
    assert "closing" in blamed("end cut off", only_mean=True)


@pytest.mark.parametrize(
    "damage", ["opening muted", "opening cut off in mid-speech", "agent dead for a while"]
)
def test_what_was_done_and_heard_elsewhere_stands(damage: str) -> None:
    assert scores(damage)["closing"].verdict is Verdict.PASS


def test_a_dead_agent_channel_leaves_nobody_to_judge() -> None:
    found = {score.reason for score in scores("agent dead").values()}
    assert found == {Reason.NO_AGENT_CHANNEL}


def test_explanations_say_what_is_missing_and_when() -> None:
    lost = "were lost on the line: no sound, or sound full of holes."
    told = {
        ("opening muted", "greeting"): f"The first 9 seconds of the agent's channel {lost}",
        ("end muted", "closing"): f"The last 13 seconds of the agent's channel {lost}",
        ("opening under noise", "greeting"): "The first 9 seconds of the agent's channel were "
        "covered by loud noise.",
        ("opening cut off in a pause", "greeting"): "The first words on the recording are the "
        "customer's, as if the opening were missing: what is missing may hold it.",
        ("end cut off", "closing"): "The recording ends while somebody is still speaking: what is "
        "missing may hold it.",
    }
    for (damage, criterion), sentence in told.items():
        assert scores(damage)[criterion].explanation == sentence
