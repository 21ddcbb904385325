from __future__ import annotations

from collections.abc import Sequence

import pytest

from pipeline.domain import Evaluation, Sound
from pipeline.metrics import METRIC_NAMES, TalkMetrics, talk_metrics
from tests.builders import conversation, evaluation, recorded, timed_conversation, transcript, turn


def metrics(
    *turns: tuple[str, float, float], sounds: Sequence[Sound] = (), hold_turns: Sequence[int] = ()
) -> TalkMetrics:
    """Metrics of turns given as role, start and end, in seconds."""
    text = "these are four words"
    made = [
        turn(at, role, text, start_s=start_s, end_s=end_s)
        for at, (role, start_s, end_s) in enumerate(turns)
    ]
    return talk_metrics(recorded(*made, duration_s=100.0, sounds=sounds), hold_turns)


def music(start_s: float, end_s: float) -> tuple[Sound, ...]:
    return (Sound(kind="music", channel=None, start_s=start_s, end_s=end_s),)


def test_a_written_call_has_no_talk_metrics() -> None:
    found = talk_metrics(transcript(conversation("a: Hello", "c: Hi")))
    assert set(found.as_mapping().values()) == {None}


def test_every_metric_has_a_name_with_its_unit_or_is_a_share_or_a_count() -> None:
    units = ("_s", "_ratio", "_interruptions", "_per_minute")
    assert all(name.endswith(units) for name in METRIC_NAMES)
    assert tuple(TalkMetrics().as_mapping()) == METRIC_NAMES


def test_metrics_fit_into_an_evaluation() -> None:
    found = talk_metrics(recorded(*timed_conversation("a: Hello there", "c: Hi")))
    stored = evaluation(metrics=found.as_mapping())
    assert Evaluation.model_validate_json(stored.model_dump_json()) == stored


def test_talk_ratio_is_the_agents_share_of_what_both_spoke() -> None:
    found = metrics(("agent", 0, 30), ("customer", 30, 40), ("system", 40, 90))
    assert found.agent_talk_s == 30
    assert found.customer_talk_s == 10
    assert found.agent_talk_ratio == 0.75


def test_a_call_in_which_only_a_menu_speaks_has_no_talk_ratio() -> None:
    found = metrics(("system", 0, 30))
    assert found.agent_talk_ratio is None
    assert found.first_agent_word_s is None


def test_silence_is_between_the_first_and_the_last_word_only() -> None:
    found = metrics(("agent", 10, 20), ("customer", 25, 40), ("agent", 60, 70))
    assert found.silence_s == 25
    assert found.silence_ratio == 0.25
    assert found.longest_silence_s == 20


def test_music_after_the_agents_first_word_is_hold_and_no_silence() -> None:
    found = metrics(("agent", 0, 10), ("agent", 50, 60), sounds=music(12, 48))
    assert found.hold_s == 36
    assert found.longest_hold_s == 36
    assert found.silence_s == 4


def test_music_in_the_queue_is_neither_hold_nor_silence() -> None:
    found = metrics(("system", 0, 5), ("agent", 45, 60), sounds=music(5, 45))
    assert found.hold_s == 0
    assert found.silence_s == 0
    assert found.first_agent_word_s == 45


def test_a_silence_after_an_announced_hold_is_hold_even_if_the_customer_says_okay() -> None:
    turns = (("agent", 0, 10), ("customer", 11, 12), ("agent", 52, 60))
    announced, unannounced = metrics(*turns, hold_turns=(0,)), metrics(*turns)
    assert (announced.hold_s, announced.silence_s) == (40, 1)
    assert (unannounced.hold_s, unannounced.silence_s) == (0, 41)


def test_a_hold_from_which_nobody_comes_back_does_not_count_what_is_not_there() -> None:
    found = metrics(("customer", 0, 5), ("agent", 6, 10), hold_turns=(1,))
    assert found.hold_s == 0


def test_overtalk_counts_both_speaking_at_once() -> None:
    found = metrics(("agent", 0, 20), ("customer", 15, 30))
    assert found.overtalk_s == 5


def test_the_error_of_word_times_is_no_overtalk() -> None:
    assert metrics(("agent", 0, 20), ("customer", 19.9, 30)).overtalk_s == 0


def test_who_starts_before_the_other_is_done_interrupts() -> None:
    found = metrics(("agent", 0, 20), ("customer", 15, 30), ("agent", 25, 40), ("agent", 50, 60))
    assert found.customer_interruptions == 1
    assert found.agent_interruptions == 1


def test_a_short_word_of_listening_is_no_interruption() -> None:
    talk = recorded(
        turn(0, "customer", "and then it broke", start_s=0, end_s=20),
        turn(1, "agent", "mm-hm", start_s=5, end_s=6),
    )
    assert talk_metrics(talk).agent_interruptions == 0


def test_words_per_minute_are_per_minute_of_talk() -> None:
    text = " ".join(["word"] * 50)
    talk = recorded(turn(0, "agent", text, start_s=0, end_s=20), duration_s=300)
    assert talk_metrics(talk).agent_words_per_minute == pytest.approx(150)


def test_too_little_talk_has_no_rate() -> None:
    assert metrics(("agent", 0, 5)).agent_words_per_minute is None


def test_pauses_within_a_turn_are_silence_when_word_times_are_known() -> None:
    spoken = turn(0, "agent", "one two", start_s=0, end_s=20)
    first, second = spoken.words
    paused = spoken.model_copy(
        update={
            "words": (
                first.model_copy(update={"start_s": 0.0, "end_s": 1.0}),
                second.model_copy(update={"start_s": 19.0, "end_s": 20.0}),
            )
        }
    )
    found = talk_metrics(recorded(paused))
    assert found.agent_talk_s == 2
    assert found.longest_silence_s == 18


def test_values_are_rounded_to_milliseconds() -> None:
    assert TalkMetrics(silence_s=1.23456).as_mapping()["silence_s"] == 1.235
