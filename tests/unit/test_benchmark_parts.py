from __future__ import annotations

import pytest

from benchmarks.breakdown import Judged, breakdown, part_figures, thirds
from benchmarks.heard import HeardCall, read_heard
from benchmarks.listening import Listened, differences, listening_report
from benchmarks.sentiments import sentiment_figures
from benchmarks.verdicts import Predicted
from models.training.labelled import LabelledCall
from pipeline.domain import (
    CriterionScore,
    Judgement,
    Role,
    Sentiment,
    Transcript,
    Turn,
    TurnJudgement,
    Verdict,
)

CRITERIA = ("greeting", "closing")
P, F, U = Verdict.PASS, Verdict.FAIL, Verdict.UNSCORED


def labelled(call_id: str, labels: tuple[Verdict, Verdict], text: str = "Hello.") -> LabelledCall:
    turns = (Turn(index=0, role=Role.AGENT, text=text),)
    verdicts = dict(zip(CRITERIA, labels, strict=True))
    return LabelledCall(call_id, turns, verdicts, {}, (frozenset(),))


def judged(call: LabelledCall, *verdicts: Verdict) -> Predicted:
    scores = tuple(
        CriterionScore(criterion=name, verdict=verdict, probability=None if verdict is U else 0.8)
        for name, verdict in zip(CRITERIA, verdicts, strict=True)
    )
    return Predicted(call, Judgement(scores=scores))


def recording(name: str, text: str) -> HeardCall:
    turns = (Turn(index=0, role=Role.AGENT, text=text),)
    transcript = Transcript(
        key=name,
        recording_sha256="",
        source="recording",
        asr_model="whisper",
        settings_hash="",
        language="en",
        turns=turns,
    )
    return HeardCall(call_id=name.removesuffix("-mono"), recording=name, transcript=transcript)


def test_thirds_hold_every_call_once_from_short_to_long() -> None:
    calls = [labelled(f"d1-{n:02}", (P, P), "word " * (n % 5)) for n in range(10)]
    parts = thirds(calls)
    assert [len(part) for part in parts] == [3, 4, 3]
    lengths = [len(call.turns[0].text.split()) for part in parts for call in part]
    assert lengths == sorted(lengths)
    assert {call.call_id for part in parts for call in part} == {call.call_id for call in calls}


def test_a_part_counts_errors_without_and_with_thresholds() -> None:
    calls = [labelled("d1-01", (P, F)), labelled("d1-02", (F, P))]
    complete = [judged(calls[0], P, P), judged(calls[1], F, P)]
    shipped = [judged(calls[0], P, U), judged(calls[1], F, P)]
    found = part_figures(Judged(complete, shipped), CRITERIA)
    assert (found.calls, found.error) == (2, 0.25)
    assert (found.shipped_error, found.shipped_coverage) == (0.0, 0.75)
    assert found.criteria == {"greeting": 1.0, "closing": 0.0}
    assert found.kappa_all.value == 0.5


def test_noisy_and_clean_calls_are_counted_apart() -> None:
    calls = [labelled(f"d1-{n}", (P, F), "hello" if n % 3 else "Hello.") for n in range(9)]
    same = [judged(call, P, F) for call in calls]
    found = breakdown(Judged(same, same), CRITERIA)
    assert (found.clean.calls, found.noisy.calls) == (3, 6)
    assert sum(part.figures.calls for part in found.by_length) == 9


def test_what_changes_when_a_call_is_heard_is_listed() -> None:
    call = labelled("d1-01", (P, F), "good morning to you [hold music]")
    item = Listened(recording("d1-01", "good evening to"), judged(call, P, P), judged(call, U, F))
    found = differences(item, CRITERIA)
    assert [(d.criterion, d.label, d.written, d.heard, d.outcome) for d in found] == [
        ("greeting", P, P, U, "lost"),
        ("closing", F, P, F, "gained"),
    ]
    report = listening_report([item], CRITERIA)
    assert report is not None
    assert report.one_channel is None
    assert (report.all.verdicts, report.all.same) == (2, 0)
    assert (report.all.written.right, report.all.heard.right, report.all.heard.unscored) == (
        1,
        1,
        1,
    )
    assert report.all.word_error_rate == 0.5  # one word replaced, one gone; no music was said
    assert report.all.written.kappa_mean is None  # no label varies in a single call


def test_recordings_with_one_channel_are_counted_apart() -> None:
    call = labelled("d1-01", (P, F))
    items = [
        Listened(recording(name, "Hello."), judged(call, P, F), judged(call, P, F))
        for name in ("d1-01", "d1-01-mono")
    ]
    report = listening_report(items, CRITERIA)
    assert report is not None and report.one_channel is not None
    assert (report.two_channels.recordings, report.one_channel.recordings) == (1, 1)
    assert (report.all.verdicts, report.all.same, report.differences) == (4, 4, ())
    assert listening_report([], CRITERIA) is None


def test_what_was_heard_is_kept_for_recordings_with_two_channels_and_with_one() -> None:
    kept = read_heard()
    assert len(kept) == 12
    assert sum(item.one_channel for item in kept) == 4
    assert {item.call_id for item in kept if item.one_channel} <= {
        item.call_id for item in kept if not item.one_channel
    }
    assert all(turn.asr_confidence for item in kept for turn in item.transcript.turns)


def test_sentiment_by_hand(tmp_path_factory: pytest.TempPathFactory) -> None:
    second = tmp_path_factory.mktemp("second") / "second.jsonl"
    second.write_text(
        '{"call_id": "d1-01", "turn_sentiment": {"0": "negative", "1": "positive"}}\n',
        encoding="utf-8",
    )
    turns = tuple(Turn(index=n, role=Role.CUSTOMER, text="") for n in range(4))
    names = ("negative", "neutral", "neutral", "neutral")
    labels = tuple(frozenset({f"sentiment={name}"}) for name in names)
    call = LabelledCall("d1-01", turns, {}, {}, labels)
    said = (Sentiment.NEGATIVE, Sentiment.NEUTRAL, Sentiment.POSITIVE)
    judgement = Judgement(
        scores=(), turns=tuple(TurnJudgement(turn=n, sentiment=s) for n, s in enumerate(said))
    )
    found = sentiment_figures([Predicted(call, judgement)], second)
    assert (found.turns, found.accuracy, found.commonest_accuracy) == (4, 0.5, 0.75)
    assert found.macro_f1 == 0.75  # negative 1, neutral 2 * 1 / (1 + 3)
    assert found.confusion == {
        "negative": {"negative": 1},
        "neutral": {"neutral": 1, "positive": 1, "unscored": 1},
    }
    # One in four agrees of the two that were read twice and of the two that were not.
    assert found.annotator_kappa == round((0.25 - 0.0625) / (1 - 0.0625), 3)
