"""What a scorecard says in the terminal."""

from __future__ import annotations

from dataclasses import fields

from flows.cli.scorecard import METRIC_WORDS, metric_words
from pipeline.metrics import TalkMetrics


def test_metrics_are_said_in_words_with_their_units() -> None:
    said = metric_words({"silence_ratio": 0.25, "longest_silence_s": 6.53, "hold_s": 0.0})
    assert said == "silence 25% of the call · longest silence 6.5 s"


def test_what_is_not_known_is_not_said() -> None:
    assert metric_words({"silence_ratio": None}) == ""
    assert metric_words({}) == ""


def test_every_word_is_for_a_metric_that_there_is() -> None:
    assert set(METRIC_WORDS) <= {field.name for field in fields(TalkMetrics)}
