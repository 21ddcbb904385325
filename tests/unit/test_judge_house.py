"""The judge with what this house taught it, on the real encoder and heads."""

from __future__ import annotations

from functools import cache

from models.house.heads import HouseHead, Lesson
from models.house.stored import fit_house_head
from models.judge import HeadJudge
from pipeline.domain import Transcript, Verdict
from tests.builders import conversation
from tests.judging import encoder, judge, support_rubric, trained

GREETING = next(item for item in support_rubric().criteria if item.id == "greeting")


def transcript(*lines: str) -> Transcript:
    return Transcript(
        key="k",
        recording_sha256="k",
        source="text",
        asr_model="text",
        settings_hash="",
        language="en",
        turns=conversation(*lines),
    )


GOOD = transcript(
    "a: Good morning, Harwell Gas, Deirdre speaking, how can I help?",
    "c: Hello, my boiler makes a strange noise.",
    "a: Let me have a look at your account.",
    "c: Thank you.",
    "a: An engineer comes tomorrow at nine. Is there anything else I can do?",
    "c: No, bye.",
    "a: Thank you for calling, goodbye.",
)


@cache
def strict(heads: str = "test") -> HouseHead:
    """Return a house head of reviewers who fail every greeting."""
    basis = judge().bases(support_rubric(), GOOD)["greeting"]
    lessons = [Lesson(f"c{number}", basis, Verdict.FAIL) for number in range(20)]
    return fit_house_head(GREETING, lessons, heads)


def judged(*house: HouseHead) -> dict[str, tuple[Verdict, float | None]]:
    own = HeadJudge(encoder(), trained(), "test", low_asr_confidence=0.6, house=house)
    scores = own.judge(support_rubric(), GOOD).scores
    return {score.criterion: (score.verdict, score.probability) for score in scores}


def test_a_house_head_changes_its_criterion_and_no_other() -> None:
    before, after = judged(), judged(strict())
    assert before["greeting"][0] is Verdict.PASS
    assert after["greeting"][0] is Verdict.FAIL
    del before["greeting"], after["greeting"]
    assert after == before


def test_versions_name_the_house_head_and_stay_as_they_were_without_one() -> None:
    own = HeadJudge(encoder(), trained(), "test", low_asr_confidence=0.6, house=[strict()])
    assert "house greeting" in own.versions
    assert {k: v for k, v in own.versions.items() if not k.startswith("house")} == judge().versions


def test_a_house_head_of_other_heads_is_left_aside_and_not_named() -> None:
    other = strict("older heads")
    own = HeadJudge(encoder(), trained(), "test", low_asr_confidence=0.6, house=[other])
    assert own.versions == judge().versions
    assert judged(other) == judged()


def test_bases_are_what_the_heads_say() -> None:
    bases = judge().bases(support_rubric(), GOOD)
    verdicts = {name: verdict for name, (verdict, _) in judged().items()}
    assert {name: basis.given for name, basis in bases.items()} == verdicts
