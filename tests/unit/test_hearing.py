from __future__ import annotations

from collections.abc import Sequence

import pytest

from models.audible import Audible, listen
from models.hearing import Hearing, heard_confidence
from pipeline.domain import Role, Sound, Turn, Verdict
from pipeline.logic import TurnMoves
from pipeline.rubric import Criterion
from tests.builders import conversation, criterion, moves, recorded, transcript, turn
from tests.judging import support_rubric

HEARING = Hearing(low_asr_confidence=0.6, unheard_share=0.05)
GREETING, CLOSING = (
    next(item for item in support_rubric().criteria if item.id == name)
    for name in ("greeting", "closing")
)
EMPATHY = next(item for item in support_rubric().criteria if item.id == "empathy")
IDENTITY = next(item for item in support_rubric().criteria if item.id == "identity_verification")
SECRETS = next(item for item in support_rubric().criteria if item.id == "sensitive_data")


def spoken() -> tuple[Turn, ...]:
    """Return twenty turns of five seconds, the agent on channel 0, with pauses between."""
    return tuple(
        turn(
            at,
            (Role.AGENT, Role.CUSTOMER)[at % 2],
            "one two three four five six seven eight nine ten",
            start_s=at * 6.0 + 0.5,
            end_s=at * 6.0 + 5.5,
            channel=at % 2,
        )
        for at in range(20)
    )


DURATION_S = 120.0


def sound(kind: str, start_s: float, end_s: float, channel: int | None = 0) -> Sound:
    return Sound.model_validate(
        {"kind": kind, "channel": channel, "start_s": start_s, "end_s": end_s}
    )


def audible(
    *sounds: Sound, turns: Sequence[Turn] | None = None, likely: Sequence[TurnMoves] = ()
) -> Audible:
    call = recorded(*(spoken() if turns is None else turns), duration_s=DURATION_S, sounds=sounds)
    found = listen(call, likely)
    assert found is not None
    return found


def problem(
    asked: Criterion,
    verdict: str,
    heard: Audible,
    evidence: Sequence[int] = (),
    hearing: Hearing = HEARING,
) -> str | None:
    return hearing.problem(asked, Verdict(verdict), None, evidence, heard.turns, heard)


def test_a_well_heard_call_has_no_problem() -> None:
    for asked in support_rubric().criteria:
        for verdict in asked.allowed:
            assert problem(asked, verdict, audible()) is None


@pytest.mark.parametrize("kind", ["unheard", "noise", "dropout"])
def test_a_greeting_is_not_missing_where_the_opening_was_not_heard(kind: str) -> None:
    heard = audible(sound(kind, 0.0, 4.0))
    for verdict in ("fail", "partial"):
        assert problem(GREETING, verdict, heard) is not None


def test_what_was_heard_well_stands_beside_what_was_not() -> None:
    assert problem(GREETING, "pass", audible(sound("dropout", 0.0, 4.0)), [2]) is None


def test_words_under_noise_are_no_evidence() -> None:
    heard = audible(sound("noise", 0.0, 6.0))
    sentence = problem(GREETING, "pass", heard, [0])
    assert sentence == "The words that decide this were not heard well enough (0%)."


@pytest.mark.parametrize(
    ("asked", "gap"),
    [
        (GREETING, sound("dropout", 60, 70)),
        (GREETING, sound("dropout", 0, 5, channel=1)),
        (CLOSING, sound("dropout", 0, 10)),
        (CLOSING, sound("dropout", 110, 119, channel=1)),
    ],
    ids=["middle", "customer's opening", "opening", "customer's end"],
)
def test_what_is_missing_elsewhere_does_not_matter(asked: Criterion, gap: Sound) -> None:
    assert problem(asked, "fail", audible(gap)) is None


def test_a_closing_is_not_missing_where_the_end_was_not_heard() -> None:
    assert problem(CLOSING, "fail", audible(sound("noise", 110, 119))) is not None


def test_whose_words_are_missing_decides_about_a_whole_call() -> None:
    agents, customers = (audible(sound("dropout", 50, 56, channel=at)) for at in (0, 1))
    assert problem(EMPATHY, "fail", agents, [3]) is not None
    assert problem(EMPATHY, "not_applicable", agents) is None
    assert problem(EMPATHY, "not_applicable", customers) is not None


def test_short_gaps_matter_to_a_whole_call_when_they_are_many() -> None:
    few = [sound("unheard", at, at + 0.8) for at in (10, 20)]
    many = [sound("unheard", at, at + 0.8) for at in range(10, 100, 10)]
    assert problem(EMPATHY, "fail", audible(*few), [3]) is None
    assert problem(EMPATHY, "fail", audible(*many), [3]) is not None
    tolerant = Hearing(0.6, unheard_share=0.5)
    assert problem(EMPATHY, "fail", audible(*many), [3], tolerant) is None


def test_nothing_bad_heard_stands_until_a_considerable_share_is_missing() -> None:
    assert problem(SECRETS, "pass", audible(sound("dropout", 20, 40))) is None
    assert problem(SECRETS, "pass", audible(sound("dropout", 20, 60))) is not None
    assert problem(SECRETS, "pass", audible(sound("cut", 0, 0))) is None


def test_only_what_came_before_the_account_was_discussed_could_have_verified_identity() -> None:
    disclosed = moves(t8=["disclose_account"])
    before = audible(sound("dropout", 12, 18, channel=1), likely=disclosed)
    after = audible(sound("dropout", 70, 76, channel=1), likely=disclosed)
    assert problem(IDENTITY, "fail", before, [8]) is not None
    assert problem(IDENTITY, "fail", after, [8]) is None


def test_a_recording_that_begins_in_mid_speech_has_no_opening() -> None:
    heard = audible(sound("cut", 0, 0, channel=1))
    assert problem(GREETING, "fail", heard) is not None
    assert problem(EMPATHY, "fail", heard, [3]) is not None
    assert problem(CLOSING, "fail", heard) is None


def test_a_recording_that_ends_in_mid_speech_has_no_end() -> None:
    heard = audible(sound("cut", DURATION_S, DURATION_S))
    assert problem(CLOSING, "fail", heard) is not None
    assert problem(GREETING, "fail", heard) is None


def test_after_a_goodbye_nothing_is_missing_at_the_end() -> None:
    ends = (sound("cut", DURATION_S, DURATION_S), sound("dropout", 117.4, DURATION_S))
    gone = moves(t18=["goodbye"])
    assert problem(CLOSING, "partial", audible(*ends)) is not None
    assert problem(CLOSING, "partial", audible(*ends, likely=gone)) is None


def test_a_channel_that_was_dead_throughout_is_no_line_that_was_hung_up() -> None:
    agent_only = tuple(item for item in spoken() if item.role is Role.AGENT)
    dead, gone = sound("dropout", 0, DURATION_S, channel=1), moves(t18=["goodbye"])
    heard = audible(dead, turns=agent_only, likely=gone)
    assert problem(EMPATHY, "not_applicable", heard) is not None


def test_a_call_that_opens_with_the_customer_lacks_its_opening() -> None:
    without_greeting = spoken()[1:]
    short = without_greeting[0].model_copy(update={"words": without_greeting[0].words[:1]})
    assert problem(GREETING, "fail", audible(turns=without_greeting)) is not None
    assert problem(GREETING, "fail", audible(turns=(short, *without_greeting[1:]))) is None


def test_a_question_at_the_very_end_is_no_end() -> None:
    asked = spoken()[-1].model_copy(update={"text": "Can you help?", "end_s": DURATION_S - 1})
    waited = asked.model_copy(update={"end_s": DURATION_S - 10})
    assert problem(CLOSING, "fail", audible(turns=(*spoken()[:-1], asked))) is not None
    assert problem(CLOSING, "fail", audible(turns=(*spoken()[:-1], waited))) is None


def test_in_one_channel_a_gap_may_be_anybodys() -> None:
    one = tuple(item.model_copy(update={"channel": 0}) for item in spoken())
    heard = audible(sound("dropout", 50, 56), turns=one)
    assert problem(EMPATHY, "fail", heard, [3]) is not None
    assert problem(EMPATHY, "not_applicable", heard) is not None


def test_with_one_side_mostly_missing_nobody_knows_who_is_who() -> None:
    agent_only = tuple(item for item in spoken() if item.role is Role.AGENT)
    heard = audible(sound("dropout", 0, DURATION_S, channel=1), turns=agent_only)
    assert problem(GREETING, "fail", heard) is not None
    assert problem(GREETING, "pass", heard, [0]) is None
    assert problem(SECRETS, "pass", heard) is None


def test_a_place_with_many_improbable_words_was_not_understood() -> None:
    def with_words(probability: float) -> Audible:
        first = spoken()[0]
        words = tuple(
            word.model_copy(update={"probability": probability}) if at < 5 else word
            for at, word in enumerate(first.words)
        )
        return audible(turns=(first.model_copy(update={"words": words}), *spoken()[1:]))

    sentence = problem(GREETING, "partial", with_words(0.1), [2])
    assert sentence == "5 of 30 words in which it may have been said were hardly understood."
    assert problem(GREETING, "partial", with_words(0.5), [2]) is None


def test_a_verdict_that_shows_no_words_rests_on_absence() -> None:
    assert problem(GREETING, "pass", audible(sound("dropout", 0.0, 4.0))) is not None


def test_only_the_mean_counts_where_no_share_is_set() -> None:
    mean = Hearing(0.6, unheard_share=None)
    assert problem(GREETING, "fail", audible(sound("dropout", 0, 5)), (), mean) is None


def test_written_calls_are_always_heard() -> None:
    turns = conversation("c: My bill is wrong again and nobody calls back?", "a: Bye.")
    assert listen(transcript(turns), ()) is None
    assert HEARING.problem(GREETING, Verdict.FAIL, None, (), turns, None) is None


def test_words_that_were_hardly_heard_count_with_nothing() -> None:
    said = turn(0, text="one two three four", start_s=0.0, end_s=4.0, channel=0)
    words = [
        word.model_copy(update={"probability": probability})
        for word, probability in zip(said.words, (0.9, 0.9, 0.2, 0.8), strict=True)
    ]
    said = said.model_copy(update={"words": tuple(words), "asr_confidence": 0.7})
    heard = listen(recorded(said, sounds=[sound("noise", 3.0, 4.0)]), ())
    assert heard_confidence(criterion(), (said,), {0}, heard) == pytest.approx(1.8 / 4)
    assert heard_confidence(criterion(), (said,), {0}) == pytest.approx(0.7)
