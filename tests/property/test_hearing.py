"""What is heard worse is never judged more harshly for it."""

from __future__ import annotations

from functools import cache

from hypothesis import given, settings
from hypothesis import strategies as st

from models.audible import listen
from models.hearing import Hearing
from models.judge import HeadJudge
from pipeline.domain import Sound, Transcript, Turn, Verdict, Word
from pipeline.rubric import Criterion
from tests.builders import moves, recorded, timed_conversation
from tests.judging import encoder, support_rubric, trained

LINES = (
    "a: Good morning, thanks for calling Fernhill Water, my name is Ines, how can I help?",
    "c: My bill doubled and I have a new baby, I can't pay this.",
    "a: I'm so sorry, a bill like that with a new baby at home must be really stressful.",
    "a: Could I take your account number, please?",
    "c: Four four one two nine.",
    "a: Your bill is forty pounds. You will get a letter by Friday.",
    "c: Oh, that's such a relief, thank you.",
    "a: Okay.",
)
DURATION_S = 20.0


def turns() -> tuple[Turn, ...]:
    spoken = timed_conversation(*LINES)
    sides = {"agent": 0, "customer": 1}
    return tuple(
        t.model_copy(update={"channel": sides[t.role.value], "words": mumbled(t.words, t.index)})
        for t in spoken
    )


def mumbled(words: tuple[Word, ...], every: int) -> tuple[Word, ...]:
    """Return the words with the first of some more turns improbable."""
    return tuple(
        word.model_copy(update={"probability": 0.1 if at < every // 2 else 0.9})
        for at, word in enumerate(words)
    )


def call(sounds: list[Sound]) -> Transcript:
    return recorded(*turns(), duration_s=DURATION_S, sounds=sounds)


@st.composite
def gaps(draw: st.DrawFn) -> Sound:
    kind = draw(st.sampled_from(["unheard", "noise", "dropout", "cut"]))
    ends = sorted(draw(st.tuples(*[st.floats(0, DURATION_S)] * 2)))
    if kind == "cut":
        ends = [draw(st.sampled_from([0.0, DURATION_S]))] * 2
    channel = draw(st.sampled_from([0, 1]))
    return Sound.model_validate(
        {"kind": kind, "channel": channel, "start_s": ends[0], "end_s": ends[1]}
    )


criteria = st.sampled_from(support_rubric().criteria)


@given(criteria, st.sampled_from(Verdict), st.sets(st.integers(0, 7)), st.data())
def test_a_further_gap_never_lifts_a_doubt(
    asked: Criterion, verdict: Verdict, evidence: set[int], data: st.DataObject
) -> None:
    known = data.draw(st.lists(gaps(), max_size=4))
    likely = moves(t5=["disclose_account"], t6=["farewell"])
    hearing = Hearing(0.6, unheard_share=0.05)

    def doubted(sounds: list[Sound]) -> bool:
        heard = listen(call(sounds), likely)
        return hearing.problem(asked, verdict, None, evidence, turns(), heard) is not None

    if verdict in asked.allowed and doubted(known):
        assert doubted([*known, data.draw(gaps())])


@cache
def judge() -> HeadJudge:
    return HeadJudge(encoder(), trained(), "test", 0.6, unheard_share=0.05)


@settings(max_examples=25, deadline=None)
@given(st.lists(gaps(), max_size=3), gaps())
def test_a_further_gap_never_turns_a_score_or_its_absence_into_a_fail(
    known: list[Sound], further: Sound
) -> None:
    before = judge().judge(support_rubric(), call(known)).scores
    after = judge().judge(support_rubric(), call([*known, further])).scores
    for one, other in zip(before, after, strict=True):
        assert other.verdict in (one.verdict, Verdict.UNSCORED)
