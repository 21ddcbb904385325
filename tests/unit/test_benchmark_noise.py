from __future__ import annotations

import random
from pathlib import Path

import pytest

from benchmarks.asr import by_role
from benchmarks.noise import (
    DELETED,
    SHORT_WEIGHT,
    WORD_ERROR_RATES,
    Vocabulary,
    is_noisy,
    misheard,
    soundex,
    unended,
    without_punctuation,
)
from benchmarks.word_errors import WordErrors, count
from models.training.labelled import LabelledCall, read_labelled
from pipeline.domain import Role, Transcript, Turn

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


def call(*texts: str, call_id: str = "d1-01") -> LabelledCall:
    roles = (Role.AGENT, Role.CUSTOMER)
    turns = tuple(Turn(index=i, role=roles[i % 2], text=text) for i, text in enumerate(texts))
    return LabelledCall(call_id, turns, {}, {}, ())


@pytest.fixture(scope="module")
def labelled() -> tuple[LabelledCall, ...]:
    return read_labelled(DATA, ["dev"])


@pytest.fixture(scope="module")
def vocabulary(labelled: tuple[LabelledCall, ...]) -> Vocabulary:
    return Vocabulary.of(turn.text for item in labelled for turn in item.turns)


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("Robert", "R163"),
        ("Rupert", "R163"),
        ("Ashcraft", "A261"),
        ("Tymczak", "T522"),
        ("Pfister", "P236"),
        ("Honeyman", "H555"),
        ("Lee", "L000"),
        ("O'Hara", "O600"),
    ],
)
def test_words_that_sound_alike_have_one_soundex_code(word: str, code: str) -> None:
    assert soundex(word) == code


def test_a_word_is_replaced_by_what_sounds_like_it(vocabulary: Vocabulary) -> None:
    assert "their" in vocabulary.alike("There")
    assert "there" not in vocabulary.alike("There")
    assert Vocabulary.of(["one two"]).alike("refund") == []


@pytest.mark.parametrize("rate", WORD_ERROR_RATES)
def test_about_as_many_words_are_wrong_as_were_asked_for(
    rate: float, labelled: tuple[LabelledCall, ...], vocabulary: Vocabulary
) -> None:
    errors = WordErrors()
    for item in labelled[:40]:
        written = item.transcript()
        wrong = misheard(written, rate, vocabulary, random.Random(item.call_id))
        errors += count(by_role(written), by_role(wrong))
    assert errors.rate == pytest.approx(rate, rel=0.2)


def test_the_same_seed_makes_the_same_errors_and_none_are_made_at_a_rate_of_nought(
    labelled: tuple[LabelledCall, ...], vocabulary: Vocabulary
) -> None:
    written = labelled[0].transcript()

    def at(rate: float, seed: int) -> Transcript:
        return misheard(written, rate, vocabulary, random.Random(seed))

    assert at(0.2, 1) == at(0.2, 1) != at(0.2, 2)
    assert at(0, 1) == written


def test_short_words_are_lost_most() -> None:
    # The agent says a short word a turn, the customer a long one; a lost turn is a lost word.
    written = call(*["No.", "Refund."] * 2000).transcript()
    heard = misheard(written, 0.4, Vocabulary({}), random.Random(0))
    lost = {
        role: 1 - sum(turn.role is role for turn in heard.turns) / 2000
        for role in (Role.AGENT, Role.CUSTOMER)
    }
    assert lost[Role.AGENT] / lost[Role.CUSTOMER] == pytest.approx(SHORT_WEIGHT, rel=0.2)
    assert lost[Role.AGENT] + lost[Role.CUSTOMER] == pytest.approx(2 * 0.4 * DELETED, rel=0.2)


def test_punctuation_and_capitals_stay_and_a_turn_of_which_nothing_is_left_is_gone() -> None:
    # At an impossible rate every word is deleted or replaced by the other one.
    written = call("Refund, please!", "yes", "Thank you.").transcript()
    heard = [misheard(written, 1.0, Vocabulary({}), random.Random(seed)) for seed in range(200)]
    assert any(len(wrong.turns) == 2 for wrong in heard)
    assert all([t.index for t in wrong.turns] == list(range(len(wrong.turns))) for wrong in heard)
    assert any(wrong.turns[0].text.endswith("!") for wrong in heard)
    assert any(wrong.turns[0].text[0].isupper() for wrong in heard)


def test_plain_texts_have_no_capitals_and_no_marks_but_apostrophes() -> None:
    plain = without_punctuation(call("It's MINE, I said!", "...").transcript())
    assert plain.turns[0].text.split() == ["it's", "mine", "i", "said"]
    assert len(plain.turns) == 2


def test_a_call_is_noisy_if_its_turns_end_in_nothing() -> None:
    assert not is_noisy(call("Hello.", "Is it on?", "It\u2019s --", "\u201cYes.\u201d"))
    assert is_noisy(call("hello", "is it on"))
    assert unended(call("hello", "Is it on?").turns) == 0.5


def test_any_limit_up_to_a_seventh_picks_the_same_calls_as_noisy(
    labelled: tuple[LabelledCall, ...],
) -> None:
    shares = [unended(item.turns) for item in labelled]
    assert not [share for share in shares if 0 < share < 0.14]
    assert sum(is_noisy(item) for item in labelled) == 43
