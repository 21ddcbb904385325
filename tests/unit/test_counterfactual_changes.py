from __future__ import annotations

import random
import re
from functools import cache
from pathlib import Path

import pytest

from benchmarks.counterfactuals.disfluency import PER_WORD, fluent, halting, smoothed
from benchmarks.counterfactuals.neutral import renumbered, repunctuated
from benchmarks.counterfactuals.people import (
    SEXES,
    Name,
    Person,
    drawn,
    origins,
    renamed,
    speakers,
)
from benchmarks.counterfactuals.places import moved, places
from benchmarks.counterfactuals.turns import words_in
from benchmarks.counterfactuals.variants import Variant, variants
from benchmarks.counterfactuals.wording import Rule, applied, reworded, wordings
from models.training.labelled import LabelledCall, read_labelled
from pipeline.domain import Role, Turn

DATA = Path(__file__).parents[2] / "benchmarks" / "data"
RULES = [(name, rule) for name, wording in wordings().items() for rule in wording.rules]
NGOZI = Name("Ngozi", "Okonkwo", "f")
NOBODY = Name("Zzeta", "Qquork", "f")


class Always(random.Random):
    """Every rule applies."""

    def random(self) -> float:
        return 0.0


@cache
def calls() -> tuple[LabelledCall, ...]:
    return read_labelled(DATA, ["dev"])


def call(call_id: str) -> LabelledCall:
    return next(item for item in calls() if item.call_id == call_id)


def said(*texts: str) -> tuple[Turn, ...]:
    """Return turns, the customer's first, then the agent's, and so on."""
    roles = (Role.CUSTOMER, Role.AGENT)
    return tuple(Turn(index=i, role=roles[i % 2], text=text) for i, text in enumerate(texts))


def texts(turns: tuple[Turn, ...]) -> list[str]:
    return [turn.text for turn in turns]


@pytest.mark.parametrize(
    ("name", "rule"), RULES, ids=[f"{n}: {r.example.before}" for n, r in RULES]
)
def test_every_rule_does_to_its_example_what_it_says(name: str, rule: Rule) -> None:
    assert applied(rule, rule.example.before, Always(), "ma'am") == rule.example.after


@pytest.mark.parametrize("name", wordings())
def test_every_way_of_speaking_names_what_attests_it(name: str) -> None:
    assert re.search(r"\d{4}", wordings()[name].source)


def test_only_the_chosen_role_speaks_otherwise() -> None:
    turns = said("Yes, I am.", "Yes, you are.")
    changed = reworded(turns, Role.CUSTOMER, wordings()["scottish"], Always(), None)
    assert texts(changed) == ["Aye, I am.", "Yes, you are."]


def test_no_rule_reaches_into_a_word() -> None:
    turns = said("yesterday eyes mumble cellar smallest thankful byelaw")
    for wording in wordings().values():
        for role in (Role.CUSTOMER, Role.AGENT):
            assert reworded(turns, role, wording, Always(), "sir")[0].text.startswith("yesterday")
            assert (
                "mumble cellar smallest thankful byelaw"
                in texts(reworded(turns, role, wording, Always(), "sir"))[0]
            )


def test_a_rule_that_needs_to_know_whom_it_addresses_is_left_out_if_nobody_knows() -> None:
    turns = said("Yes, please.")
    southern = wordings()["southern_us"]
    assert reworded(turns, Role.CUSTOMER, southern, Always(), None) == turns
    assert texts(reworded(turns, Role.CUSTOMER, southern, Always(), "sir")) == ["Yes sir, please."]


def test_yes_as_a_noun_stays_yes() -> None:
    turns = said("They said yes, it is a yes.")
    assert reworded(turns, Role.CUSTOMER, wordings()["informal"], Always(), None) == turns


def test_a_name_changes_wherever_it_is_said() -> None:
    turns = said("It's Anna Scott.", "Thank you, Mrs Scott. Bye, Anna.", "anna at mail dot example")
    changed = renamed(turns, Person("Anna", "Scott", "f"), NGOZI)
    assert texts(changed) == [
        "It's Ngozi Okonkwo.",
        "Thank you, Mrs Okonkwo. Bye, Ngozi.",
        "ngozi at mail dot example",
    ]


@pytest.mark.parametrize(
    ("spelled", "other"),
    [
        ("S C O double T.", "O K O N K W O."),
        ("S, C, O, T, T.", "O, K, O, N, K, W, O."),
        ("s-c-o-t-t", "o-k-o-n-k-w-o"),
    ],
)
def test_a_name_changes_where_it_is_spelled_too(spelled: str, other: str) -> None:
    assert texts(renamed(said(spelled), Person("Anna", "Scott", "f"), NGOZI)) == [other]


def test_titles_and_words_about_a_person_change_with_the_sex() -> None:
    turns = said("Scott.", "Thanks, Mr. Scott. The gentleman is here, Mr Brown.")
    person = Person("Adam", "Scott", "m", swap={1: {"gentleman": "lady"}})
    assert renamed(turns, person, NGOZI)[1].text == (
        "Thanks, Ms. Okonkwo. The lady is here, Mr Brown."
    )
    man = Name("Emeka", "Okonkwo", "m")
    assert renamed(turns, person, man)[1].text == (
        "Thanks, Mr. Okonkwo. The gentleman is here, Mr Brown."
    )


def test_every_listed_name_is_in_its_call() -> None:
    for call_id, found in speakers().items():
        words = " ".join(texts(call(call_id).turns)).lower()
        for person in (*found.agents, *([found.customer] if found.customer else [])):
            for name in (person.first, person.last, *person.also):
                assert name is None or name.lower() in words, (call_id, name)
            for turn, swap in person.swap.items():
                spoken = call(call_id).turns[turn].text
                assert all(word in spoken for word in swap), (call_id, turn)


def test_no_old_name_is_left_in_any_call() -> None:
    for call_id, found in speakers().items():
        for person in (*found.agents, *([found.customer] if found.customer else [])):
            turns = renamed(call(call_id).turns, person, NOBODY)
            for name in (person.first, person.last):
                left = [t for t in texts(turns) if name and re.search(rf"\b{name}\b", t, re.I)]
                assert not left, (call_id, left)


def test_drawn_names_differ_from_one_another_and_from_those_in_the_call() -> None:
    for origin in origins().values():
        for sex in SEXES:
            taken = f"This is {origin.first[sex][0]} {origin.last[0]}."
            names = drawn(origin, sex, 2, taken, random.Random(1))
            again = drawn(origin, sex, 2, taken, random.Random(1), skip=2)
            both = [*names, *again]
            assert len({name.first for name in both}) == len({name.last for name in both}) == 4
            assert not {name.first for name in both} & {origin.first[sex][0]}


def test_every_listed_place_is_in_its_call_and_leaves_it() -> None:
    for call_id, found in places().found.items():
        turns = call(call_id).turns
        for region in places().regions.values():
            text = " ".join(texts(moved(turns, found, region, random.Random(1))))
            for place in found:
                assert any(place in turn.text for turn in turns), (call_id, place)
                assert not re.search(rf"\b{place}\b", text)


def test_disfluencies_come_at_the_rate_that_speech_has() -> None:
    turns = [turn for item in calls() for turn in item.turns if turn.role is Role.CUSTOMER]
    spoken = halting(turns, Role.CUSTOMER, random.Random(1))
    words = words_in(turns)
    # Every disfluency is one to three words, two and a half in a hundred being fillers.
    assert PER_WORD < (words_in(spoken) - words) / words < 2 * PER_WORD
    assert halting(turns, Role.AGENT, random.Random(1)) == tuple(turns)


def test_disfluencies_take_no_word_away() -> None:
    for item in calls()[:40]:
        for before, after in zip(
            item.turns, halting(item.turns, Role.AGENT, random.Random(item.call_id)), strict=True
        ):
            left = iter(re.findall(r"[\w']+", after.text.lower()))
            assert all(word in left for word in re.findall(r"[\w']+", before.text.lower()))


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("Um, hang on, the, the other one.", "Hang on, the other one."),
        ("It's, uh, zero four.", "It's zero four."),
        ("um its my its my dog", "its my its my dog"),
        ("A A three.", "A A three."),
        ("Um.", "Um."),
        ("hum a summer tune", "hum a summer tune"),
    ],
)
def test_fillers_and_repetitions_are_taken_out(text: str, plain: str) -> None:
    assert smoothed(text) == plain
    assert texts(fluent(said(text), Role.CUSTOMER)) == [plain]


def test_other_punctuation_leaves_the_words_alone() -> None:
    for item in calls():
        for before, after in zip(item.turns, repunctuated(item.turns, Role.AGENT), strict=True):
            assert re.findall(r"\w+", before.text) == re.findall(r"\w+", after.text)


def test_a_reference_number_becomes_another_and_is_read_back_the_same() -> None:
    turns = said("It's A B, four oh five, five.", "A B four oh five five, thanks. One moment.")
    first, second = texts(renumbered(turns, random.Random(3)))
    assert first != turns[0].text and second.endswith("thanks. One moment.")
    digits = [re.findall(r"A B,? (\w+) oh (\w+),? (\w+)", text)[0] for text in (first, second)]
    assert digits[0] == digits[1] and digits[0][1] == digits[0][2] and "four" not in digits[0][:1]


def test_every_counterfactual_has_its_own_name_and_changes_some_calls() -> None:
    made = variants()
    assert len({variant.key for variant in made}) == len(made) > 80
    for variant in made:
        changed = [item for item in calls() if tuple(variant.make(item)) != item.turns]
        assert len(changed) >= 10, variant.key


def test_a_counterfactual_is_the_same_every_time() -> None:
    def made(variant: Variant) -> list[tuple[Turn, ...]]:
        return [tuple(variant.make(item)) for item in calls()[:5]]

    assert [made(variant) for variant in variants()] == [made(variant) for variant in variants()]


def test_what_others_are_compared_with_comes_before_them() -> None:
    seen: set[str | None] = {None}
    for variant in variants():
        assert variant.against in seen
        seen.add(variant.key)
