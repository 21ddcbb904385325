from __future__ import annotations

import pytest

from pipeline.domain import Finding, Sound, Turn
from pipeline.findings import clock, find_findings
from pipeline.settings import Settings
from tests.builders import conversation, recorded, timed_conversation, transcript, turn

SETTINGS = Settings(long_silence_s=20, long_hold_s=60, slow_first_word_s=15)


def findings(
    *turns: Turn, sounds: tuple[Sound, ...] = (), hold_turns: tuple[int, ...] = ()
) -> tuple[Finding, ...]:
    return find_findings(recorded(*turns, sounds=sounds), settings=SETTINGS, hold_turns=hold_turns)


def agent(index: int, start_s: float, end_s: float, text: str = "let me see") -> Turn:
    return turn(index, "agent", text, start_s=start_s, end_s=end_s)


def customer(index: int, start_s: float, end_s: float, text: str = "all right then") -> Turn:
    return turn(index, "customer", text, start_s=start_s, end_s=end_s)


def test_an_ordinary_call_has_no_findings() -> None:
    assert findings(*timed_conversation("a: Good morning", "c: Hello", "a: Bye")) == ()


def test_a_written_call_has_no_findings_about_time() -> None:
    assert find_findings(transcript(conversation("a: Hi", "c: Hi")), settings=SETTINGS) == ()


def test_a_long_silence_is_told_with_its_place() -> None:
    assert findings(agent(0, 0, 60), customer(1, 85, 90)) == (
        Finding(
            kind="long_silence",
            sentence="Nobody spoke for 25 seconds from 1:00",
            start_s=60,
            end_s=85,
        ),
    )


def test_a_long_hold_is_a_hold_and_no_silence() -> None:
    music = (Sound(kind="music", channel=None, start_s=10, end_s=85),)
    (found,) = findings(agent(0, 0, 10), agent(1, 85, 90), sounds=music)
    assert found.kind == "long_hold"
    assert found.sentence == "The customer was on hold for 75 seconds from 0:10"


def test_a_silence_after_an_announced_hold_counts_as_hold() -> None:
    turns = (agent(0, 0, 10), agent(1, 50, 55))
    assert [item.kind for item in findings(*turns)] == ["long_silence"]
    assert findings(*turns, hold_turns=(0,)) == ()


def test_a_late_first_word_is_told() -> None:
    found = findings(customer(0, 1, 2), agent(1, 16, 20))
    assert [item.sentence for item in found] == ["The agent's first word came after 16 seconds"]


def test_much_overtalk_is_told() -> None:
    (found,) = findings(agent(0, 0, 40), customer(1, 25, 60))
    assert found.kind == "overtalk"
    assert found.sentence == "Agent and customer spoke at once for 15 seconds, 25 % of the talk"


def test_fast_speech_is_told() -> None:
    (found,) = findings(agent(0, 0, 12, " ".join(["word"] * 60)))
    assert found.sentence == "The agent spoke 300 words per minute, hard to follow"


def test_findings_about_time_are_in_order() -> None:
    found = findings(customer(0, 0, 1), agent(1, 30, 60), customer(2, 90, 95), agent(3, 90, 130))
    starts = [item.start_s or 0.0 for item in found]
    assert len(found) == 3
    assert starts == sorted(starts)


@pytest.mark.parametrize("text", ["It's 4111 1111 1111 1111", "It's [card number]"])
def test_a_spoken_card_number_is_told_whether_masked_or_not(text: str) -> None:
    (found,) = findings(customer(0, 65, 70, text))
    assert found.kind == "card_number_spoken"
    assert found.sentence == "The customer said a card number aloud at 1:05"
    assert (found.start_s, found.end_s) == (65, 70)


def test_other_spoken_secrets_are_told_once_per_turn() -> None:
    said = transcript(conversation("a: Your PIN?", "c: it's [PIN] or [PIN]"))
    (found,) = find_findings(said, settings=SETTINGS)
    assert found.kind == "secret_spoken"
    assert found.sentence == "The customer said a PIN aloud"
    assert found.start_s is None


@pytest.mark.parametrize(("seconds", "text"), [(0, "0:00"), (65.9, "1:05"), (3725, "1:02:05")])
def test_times_are_written_as_people_read_them(seconds: float, text: str) -> None:
    assert clock(seconds) == text


@pytest.mark.parametrize("kind", ["unheard", "noise", "dropout"])
def test_where_words_may_be_missing_nobody_is_said_to_have_kept_silent(kind: str) -> None:
    lost = Sound.model_validate({"kind": kind, "channel": 0, "start_s": 70, "end_s": 80})
    assert findings(agent(0, 0, 60), customer(1, 85, 90), sounds=(lost,)) == ()
    long = findings(agent(0, 0, 60), customer(1, 110, 115), sounds=(lost,))
    assert [item.sentence for item in long] == ["Nobody spoke for 30 seconds from 1:20"]


def test_an_agent_who_was_not_heard_is_not_said_to_have_come_late() -> None:
    lost = Sound(kind="dropout", channel=1, start_s=0, end_s=9)
    assert findings(customer(0, 1, 2), agent(1, 16, 20), sounds=(lost,)) == ()
