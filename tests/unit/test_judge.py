from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import pytest

from models.evidence import QUOTE_CHARACTERS, quoted
from models.hearing import heard_confidence
from models.parts import sentence_spans
from pipeline.domain import (
    CriterionScore,
    Judgement,
    Reason,
    Role,
    Sentiment,
    Sound,
    Transcript,
    Turn,
    Verdict,
)
from pipeline.evaluate import check_judgement
from pipeline.rubric import Criterion, Example
from tests.builders import (
    conversation,
    criterion,
    recorded,
    rubric,
    timed_conversation,
    transcript,
    turn,
)
from tests.judging import judge, support_rubric, trained

if TYPE_CHECKING:
    from pipeline.ports import Judge

GOOD = (
    "a: Good morning, thanks for calling Fernhill Water, my name is Ines, how can I help?",
    "c: My bill doubled and I have a new baby, I can't pay this.",
    "a: I'm so sorry, a bill like that with a new baby at home must be really stressful. "
    "Could I take your account number and date of birth, please?",
    "c: Four four one two nine, and the third of May nineteen eighty.",
    "a: Thank you, that matches what I have. The meter was misread, so your bill is forty pounds. "
    "I've corrected it and you will get a letter by Friday.",
    "c: Oh that's wonderful, thank you so much.",
    "a: Is there anything else I can help you with today?",
    "c: No, that's all.",
    "a: Thank you for calling Fernhill Water, have a lovely day, goodbye.",
)
BAD = (
    "a: Yeah what.",
    "c: Hello? My bill doubled and I am really worried about it.",
    "a: Well maybe you should have paid attention, that's your own stupid fault.",
    "c: Excuse me? That is very rude.",
    "a: Read me your full card number and the three digits on the back.",
    "c: I would rather not say that aloud.",
    "a: Then I can't be bothered with you.",
)


def scores(found: Judgement) -> dict[str, CriterionScore]:
    return {score.criterion: score for score in found.scores}


def judged(lines: Sequence[str]) -> dict[str, CriterionScore]:
    return scores(judge().judge(support_rubric(), transcript(conversation(*lines))))


def reasons(found: Judgement) -> set[Reason | None]:
    return {score.reason for score in found.scores}


def test_a_good_call_passes_what_it_does_well() -> None:
    found = judged(GOOD)
    for name in ("greeting", "empathy", "identity_verification", "professionalism", "closing"):
        assert found[name].verdict is Verdict.PASS, name
    assert found["hold_etiquette"].verdict is Verdict.NOT_APPLICABLE


def test_a_bad_call_fails_what_it_does_badly() -> None:
    found = judged(BAD)
    for name in ("greeting", "sensitive_data", "professionalism", "closing"):
        assert found[name].verdict is Verdict.FAIL, name
    assert 4 in {evidence.turn for evidence in found["sensitive_data"].evidence}
    assert 2 in {evidence.turn for evidence in found["professionalism"].evidence}


@pytest.mark.parametrize("lines", [GOOD, BAD, ("a: Hi.",), ("c: Hello?", "a: Hello.")])
def test_every_judgement_keeps_the_house_rules(lines: Sequence[str]) -> None:
    call = transcript(conversation(*lines))
    found = judge().judge(support_rubric(), call)
    check_judgement("c1", support_rubric(), call, found)
    assert [s.criterion for s in found.scores] == [c.id for c in support_rubric().criteria]
    assert all(s.explanation and s.explanation.endswith(".") for s in found.scores)
    assert all((s.probability is None) is (s.reason is not None) for s in found.scores)


def test_the_same_call_is_judged_the_same_twice() -> None:
    call = transcript(conversation(*GOOD))
    assert judge().judge(support_rubric(), call) == judge().judge(support_rubric(), call)


def test_sentiment_and_moves_come_with_every_judgement() -> None:
    found = judge().judge(support_rubric(), transcript(conversation(*GOOD)))
    assert found.turns[5].sentiment is Sentiment.POSITIVE
    assert found.turns[0].sentiment is None
    assert found.turns[0].moves["greet"] > 0.5
    assert all(p >= 0.05 for item in found.turns for p in item.moves.values())


def test_silence_is_not_judged() -> None:
    for call in (transcript(), transcript(conversation("a: "))):
        found = judge().judge(support_rubric(), call)
        assert reasons(found) == {Reason.NO_SPEECH}
        assert found.turns == ()


def test_how_much_was_lost_is_told_where_nobody_was_heard() -> None:
    lost = [Sound(kind="dropout", channel=0, start_s=0, end_s=30)]
    customer = turn(0, "customer", "Hello? Is anybody there?", start_s=1, end_s=4, channel=1)
    for turns, who in (((), "speech"), ((customer,), "agent")):
        found = judge().judge(support_rubric(), recorded(*turns, duration_s=40, sounds=lost))
        assert found.scores[0].explanation == (
            f"No {who} was heard on this call; for 30 seconds of it a channel was lost, too noisy "
            "or not understood."
        )


def test_a_call_without_an_agent_is_not_judged() -> None:
    call = transcript(conversation("c: Hello? Is anybody there?", "s: Please hold."))
    assert reasons(judge().judge(support_rubric(), call)) == {Reason.NO_AGENT_CHANNEL}


def test_a_language_that_the_rubric_does_not_cover_is_not_judged() -> None:
    call = transcript(conversation("a: Guten Tag.", "c: Hallo."), language="de")
    found = judge().judge(support_rubric(), call)
    assert reasons(found) == {Reason.LANGUAGE_NOT_COVERED}
    assert "'de'" in (found.scores[0].explanation or "")
    assert found.turns == ()


def badly_heard(lines: Sequence[str]) -> Transcript:
    turns = timed_conversation(*lines)
    return transcript(
        tuple(t.model_copy(update={"asr_confidence": 0.3}) for t in turns), source="recording"
    )


def test_words_that_were_badly_heard_decide_nothing() -> None:
    found = judge().judge(support_rubric(), badly_heard(GOOD))
    assert reasons(found) == {Reason.LOW_ASR_CONFIDENCE}


def test_confidence_counts_where_the_evidence_is() -> None:
    turns = (
        turn(0, Role.AGENT, "one", asr_confidence=0.9),
        turn(1, Role.AGENT, "two", asr_confidence=0.1),
    )
    assert heard_confidence(criterion(), turns, {0}) == pytest.approx(0.9)
    assert heard_confidence(criterion(), turns, set()) == pytest.approx(0.5)
    assert heard_confidence(criterion(), conversation("a: typed"), {0}) is None


def invented(**changes: object) -> Criterion:
    return criterion("survey", allowed=("pass", "fail")).model_copy(update=changes)


def test_an_invented_criterion_works_at_once_from_its_examples() -> None:
    asked = invented(
        examples=(
            Example(verdict=Verdict.PASS, text="Would you take part in a short survey?"),
            Example(verdict=Verdict.FAIL, text="Our terms are on the website."),
        )
    )
    lines = ("a: Hello.", "c: Hi.", "a: Would you take part in a quick survey?", "c: Fine.")
    found = judge().judge(rubric(asked), transcript(conversation(*lines))).scores[0]
    assert found.verdict is Verdict.PASS
    assert [evidence.turn for evidence in found.evidence] == [2]
    silent = judge().judge(rubric(asked), transcript(conversation("a: Bananas.", "c: Yes.")))
    assert reasons(silent) == {Reason.MODEL_ABSTAINED}


def test_an_invented_criterion_with_a_rule_is_judged_by_it() -> None:
    rule = {
        "cases": [
            {"verdict": "pass", "when": {"moves": "greet"}, "because": "The agent said hello."},
            {"verdict": "fail", "because": "Nobody said hello."},
        ]
    }
    found = judge().judge(rubric(invented(rule=rule)), transcript(conversation(*GOOD))).scores[0]
    assert found.verdict is Verdict.PASS
    assert found.explanation == "The agent said hello."
    assert [evidence.turn for evidence in found.evidence] == [0]


def test_an_invented_criterion_without_anything_is_left_to_people() -> None:
    found = judge().judge(rubric(invented()), transcript(conversation(*GOOD)))
    assert reasons(found) == {Reason.MODEL_ABSTAINED}


def test_a_head_is_not_used_for_a_criterion_with_another_meaning() -> None:
    narrowed = criterion("greeting", allowed=("pass", "fail"))
    found = judge().judge(rubric(narrowed), transcript(conversation(*GOOD)))
    assert reasons(found) == {Reason.MODEL_ABSTAINED}

    trained_for = support_rubric().criteria[0]
    fitted = trained().heads[trained_for.id]
    assert fitted.fits(trained_for)
    assert fitted.fits(trained_for.model_copy(update={"weight": 3.0, "critical": True}))
    assert not fitted.fits(trained_for.model_copy(update={"question": "Did the agent sing?"}))
    assert not fitted.fits(trained_for.model_copy(update={"rule": None}))


def test_a_quote_has_the_times_of_its_words() -> None:
    said = turn(3, text="Well now. I am sorry about the flood.", start_s=0.0, end_s=8.0)
    whole = quoted(said)
    assert (whole.quote, whole.start_s, whole.end_s) == (said.text, 0.0, 8.0)
    start, end = sentence_spans(said.text)[1]
    part = quoted(said, start, end)
    assert part.quote == "I am sorry about the flood."
    assert (part.start_s, part.end_s) == (2.0, 8.0)


def test_a_long_turn_is_quoted_in_part_and_verbatim() -> None:
    sentences = quoted(Turn(index=0, role=Role.AGENT, text="I can see the order. " * 30))
    unbroken = quoted(Turn(index=0, role=Role.AGENT, text="and then " * 60))
    for found, text in ((sentences, "I can see the order. " * 30), (unbroken, "and then " * 60)):
        assert len(found.quote) <= QUOTE_CHARACTERS
        assert found.quote in text


def test_every_model_that_takes_part_is_named_with_its_version() -> None:
    asked: Judge = judge()
    assert asked.versions["encoder"].startswith("minilm-l6-v2@")
    assert {"encoder", "heads", "judge"} <= set(asked.versions)
