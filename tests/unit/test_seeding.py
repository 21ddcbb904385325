"""The parts that made-up calls are made of."""

from __future__ import annotations

import random
from collections import Counter
from datetime import date

import numpy as np
import pytest

from flows.seeding.calendar import start_times
from flows.seeding.choosing import Chooser, can_be_written, faults, queue_of
from flows.seeding.material import LabelledCall, material_folder, read_material
from flows.seeding.outcomes import outcome_of
from flows.seeding.people import Agent, agents_of
from flows.seeding.verdicts import WRONG, draw_evidence, draw_verdict, explanations
from flows.seeding.wording import name_lists, told, wording_of
from pipeline.domain import Reason, Sentiment, Verdict
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.secrets_spoken import find_secrets


@pytest.fixture(scope="module")
def material() -> tuple[LabelledCall, ...]:
    return read_material(material_folder())


@pytest.fixture(scope="module")
def rubric() -> Rubric:
    return load_rubric(bundled_rubric_path())


def by_id(material: tuple[LabelledCall, ...], call_id: str) -> LabelledCall:
    return next(call for call in material if call.call_id == call_id)


def test_turns_in_which_nobody_speaks_become_waits(material: tuple[LabelledCall, ...]) -> None:
    call = by_id(material, "d3-24")
    assert [turn.index for turn in call.turns] == list(range(53))
    assert len(call.waits) == 2
    for labelled in material:
        assert not any(turn.text.startswith("[hold") for turn in labelled.turns)
        places = [index for indices in labelled.evidence.values() for index in indices]
        assert all(index < len(labelled.turns) for index in [*places, *labelled.moves])


def test_secrets_are_masked_before_anything_is_told(material: tuple[LabelledCall, ...]) -> None:
    texts = [turn.text for call in material for turn in call.turns]
    assert any("[card number]" in text for text in texts)
    assert any("[PIN]" in text for text in texts)


def test_the_agent_says_their_own_name_and_the_customer_has_another(
    material: tuple[LabelledCall, ...],
) -> None:
    wording = wording_of(by_id(material, "t1-01"))
    words, changed = told(wording, random.Random(1), "Priya")
    text = " ".join(words)
    assert "you're speaking with Priya. What's brought" in text
    assert "Deirdre" not in text and "Astley" not in text
    assert len(words) == len(wording.words)
    surname = text.split("thank you Mrs ")[1].split(".")[0]
    assert surname in name_lists()["surnames"]
    assert text.count(surname) == 4
    assert {1, 6} <= changed


def test_the_same_number_is_read_back(material: tuple[LabelledCall, ...]) -> None:
    wording = wording_of(by_id(material, "t6-11"))
    words, _ = told(wording, random.Random(5), None)
    before = [slot.name for slot in wording.slots if slot.kind == "spoken"]
    after = [words[slot.word].strip(",.") for slot in wording.slots if slot.kind == "spoken"]
    assert before != after
    assert len({*zip(before, after, strict=True)}) == len(set(before))
    assert "Just the one?" in " ".join(words)


def test_no_number_becomes_a_card_number(material: tuple[LabelledCall, ...]) -> None:
    for call in (by_id(material, "t1-35"), by_id(material, "t6-24")):
        wording = wording_of(call)
        for number in range(30):
            words, _ = told(wording, random.Random(number), None)
            turns = [
                turn.model_copy(update={"text": " ".join(words[first:last])})
                for turn, (first, last) in zip(call.turns, wording.bounds, strict=True)
            ]
            assert not find_secrets(turns)


def test_probabilities_are_as_good_as_they_say(rubric: Rubric) -> None:
    rng = random.Random(0)
    criterion = next(item for item in rubric.criteria if item.id == "empathy")
    drawn = [draw_verdict(criterion, Verdict.PASS, 0.9, rng) for _ in range(20_000)]
    given = [(verdict, p) for verdict, p, _ in drawn if p is not None]
    for low, high in ((0.4, 0.6), (0.6, 0.8), (0.8, 0.9), (0.9, 1.0)):
        within = [(verdict is Verdict.PASS, p) for verdict, p in given if low <= p < high]
        right = sum(right for right, _ in within) / len(within)
        assert right == pytest.approx(sum(p for _, p in within) / len(within), abs=0.04)
    assert {verdict for verdict, _ in given} == set(criterion.allowed)
    assert all((v is Verdict.UNSCORED) is (p is None) is (r is not None) for v, p, r in drawn)


def test_about_one_verdict_in_ten_is_meant_to_be_wrong(rubric: Rubric) -> None:
    assert set(WRONG) == {criterion.id for criterion in rubric.criteria}
    assert sum(WRONG.values()) / len(WRONG) == pytest.approx(0.095, abs=0.01)


def test_what_was_hard_to_hear_is_often_not_judged(rubric: Rubric) -> None:
    rng = random.Random(0)
    reasons = Counter(
        draw_verdict(rubric.criteria[0], Verdict.PASS, 0.5, rng)[2] for _ in range(500)
    )
    assert reasons[Reason.LOW_ASR_CONFIDENCE] > 100
    assert reasons[None] > 100


def test_evidence_is_in_turns_of_the_right_role(
    material: tuple[LabelledCall, ...], rubric: Rubric
) -> None:
    rng = random.Random(0)
    for call in material[:40]:
        for criterion in rubric.criteria:
            for verdict in (*criterion.allowed, Verdict.UNSCORED):
                turns = draw_evidence(criterion, call, verdict, rng)
                assert all(call.turns[turn].role in criterion.roles for turn in turns)
                if verdict in (Verdict.UNSCORED, Verdict.NOT_APPLICABLE):
                    assert turns == ()


def test_every_verdict_is_explained_in_the_words_of_the_rubric(
    material: tuple[LabelledCall, ...], rubric: Rubric
) -> None:
    sentences = explanations(by_id(material, "t1-01"), rubric)
    assert sentences["greeting", Verdict.PASS] == "The agent greeted the customer and gave a name."
    for criterion in rubric.criteria:
        assert all(sentences[criterion.id, verdict] for verdict in criterion.allowed)


def test_better_agents_get_calls_with_fewer_faults(
    material: tuple[LabelledCall, ...], rubric: Rubric
) -> None:
    chooser = Chooser(material, rubric)
    queues = chooser.queues[:2]
    assert len(queues) == 2

    def faults_of(skill: float) -> float:
        agent = Agent(f"S{skill}", "Haddad", "Amber", queues, skill, 0.0, "closing", 1.0)
        rng = random.Random(0)
        chosen = [chooser.choose(agent, 0.5, written=False, rng=rng)[0] for _ in range(1500)]
        return sum(sum(faults(material[index], rubric).values()) for index in chosen)

    assert faults_of(1.5) < 0.8 * faults_of(0.0) < 0.8 * 0.9 * faults_of(-1.5)


def test_every_queue_has_spoken_calls_and_chats(
    material: tuple[LabelledCall, ...], rubric: Rubric
) -> None:
    chooser = Chooser(material, rubric)
    assert set(chooser.queues) == {queue_of(call) for call in material}
    for queue in chooser.queues:
        assert sum(queue_of(call) == queue and can_be_written(call) for call in material) > 5


def test_agents_have_names_of_their_own() -> None:
    agents = agents_of(1200, ["One", "Two", "Three"], random.Random(0))
    assert len({agent.name for agent in agents}) == 1200
    assert all(len(set(agent.queues)) == 2 for agent in agents)


def test_a_team_with_one_queue_has_no_second_one() -> None:
    assert {agent.queues for agent in agents_of(6, ["One"], random.Random(0))} == {("One", "One")}


def test_a_skill_drifts_from_the_first_day_to_the_last() -> None:
    agent = Agent("Priya", "Haddad", "Amber", ("", ""), 1.0, 0.5, "closing", 1.0)
    assert (agent.skill_at(0.0), agent.skill_at(0.5), agent.skill_at(1.0)) == (0.75, 1.0, 1.25)


def test_most_calls_come_in_on_mondays_and_none_on_sundays() -> None:
    times = start_times(8000, 70, date(2026, 6, 1), np.random.default_rng(0))
    days = Counter(time.weekday() for time in times)
    assert days.most_common(1)[0][0] == 0
    assert days[6] == 0 < days[5] < days[4]


def test_one_sunday_alone_still_has_its_calls() -> None:
    times = start_times(5, 1, date(2026, 6, 1), np.random.default_rng(0))
    assert {time.date() for time in times} == {date(2026, 5, 31)}


def test_good_calls_are_rated_higher_and_solve_more() -> None:
    def mean(score: float, resolution: Verdict, end: Sentiment) -> tuple[float, float]:
        rng = random.Random(0)
        outcomes = [
            outcome_of(
                true_score=score,
                resolution=resolution,
                sentiment_end=end,
                duration_s=200.0,
                turns=20,
                rng=rng,
            )
            for _ in range(2000)
        ]
        rated = [outcome.csat for outcome in outcomes if outcome.csat is not None]
        solved = [outcome.fcr for outcome in outcomes if outcome.fcr is not None]
        assert 0.25 < len(rated) / len(outcomes) < 0.35
        return sum(rated) / len(rated), sum(solved) / len(solved)

    good = mean(100.0, Verdict.PASS, Sentiment.POSITIVE)
    bad = mean(40.0, Verdict.FAIL, Sentiment.NEGATIVE)
    assert good[0] > bad[0] + 1.0
    assert good[1] > bad[1] + 0.5
