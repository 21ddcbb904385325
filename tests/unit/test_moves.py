from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest

from models.moves import (
    MOVE_NAMES,
    LabelledTurns,
    TurnClassifier,
    TurnProbabilities,
    fit_turns,
    sentiment_label,
)
from models.sentiment import turn_sentiments
from models.turn_features import PartFeatures, buckets_of, turn_features, words_of
from pipeline.domain import Role, Sentiment, Turn
from pipeline.moves import ROLE_OF_MOVE
from tests.builders import conversation
from tests.judging import encoder, probabilities, trained

CALL = conversation(
    "a: Good morning, thanks for calling Fernhill Water, my name is Ines, how can I help?",
    "c: My bill is wrong again and I am really fed up with this.",
    "a: Could I take your account number and date of birth, please?",
    "c: It's four four one two nine, and the third of May nineteen eighty.",
    "a: I'm so sorry that you had to call twice about the same bill.",
    "a: Is there anything else I can help you with today?",
    "c: No, that's lovely, thank you so much.",
    "a: Thank you for calling, goodbye.",
)


def heard(turns: tuple[Turn, ...]) -> TurnProbabilities:
    read = encoder().read([turn.text for turn in turns])
    return trained().turns.predict(turn_features(turns, read))


@pytest.mark.parametrize(
    ("turn", "move"),
    [
        (0, "greet"),
        (0, "name_self"),
        (0, "name_company"),
        (1, "state_trouble"),
        (2, "ask_identifier"),
        (3, "give_identifier"),
        (5, "further_help"),
        (7, "goodbye"),
    ],
)
def test_plain_moves_are_recognised(turn: int, move: str) -> None:
    assert heard(CALL).of(move)[turn] > 0.5


def test_a_turn_only_has_moves_of_its_role() -> None:
    for entry in heard(CALL).moves():
        assert all(ROLE_OF_MOVE[name] is CALL[entry.turn].role for name in entry.probabilities)


def test_case_and_punctuation_hardly_matter() -> None:
    plain = tuple(turn.model_copy(update={"text": " ".join(words_of(turn.text))}) for turn in CALL)
    assert np.abs(heard(CALL).of("greet") - heard(plain).of("greet")).max() < 0.3


def test_words_keep_apostrophes_and_lose_the_rest() -> None:
    assert words_of("Who\u2019s there -- it's ME!") == ["who's", "there", "it's", "me"]


def test_buckets_are_the_same_in_every_process() -> None:
    assert buckets_of("Hello there").tolist() == buckets_of("hello, THERE").tolist()
    assert buckets_of("").tolist() == [2779]


def test_a_classifier_learns_a_word_and_leaves_other_roles_alone() -> None:
    turns = conversation("a: banana", "c: banana", "a: apple")
    features = turn_features(turns, encoder().read([turn.text for turn in turns]))
    labels = (frozenset({"greet"}), frozenset[str](), frozenset[str]())
    classifier = fit_turns([LabelledTurns(features, labels)] * 20, {Role.AGENT: ("greet",)})
    found = classifier.predict(features).of("greet")
    assert found[0] > 0.8
    assert found[1] == 0
    assert found[2] < 0.2


def test_what_a_turn_does_in_one_sentence_is_not_drowned_by_the_others() -> None:
    turns = conversation(
        "c: My order never came.",
        "a: Sorry about that. The depot on Quay Street has its own list and I would have to ask "
        "them what the driver wrote down. What is the number on the label?",
    )
    features = turn_features(turns, encoder().read([turn.text for turn in turns]))
    none = PartFeatures(np.zeros((0, 384), dtype=np.float32), ())
    bare = replace(features, parts=(none, none))
    name = "acknowledge_formula"
    with_parts = trained().turns.predict(features).of(name)[1]
    assert with_parts > 1.5 * trained().turns.predict(bare).of(name)[1]


def test_moves_that_are_unlikely_are_left_out() -> None:
    found = probabilities(CALL, t0={"greet": 0.9, "name_self": 0.04})
    assert found.moves(0.05)[0].probabilities == {"greet": 0.9}


def test_an_unknown_label_has_no_probability() -> None:
    assert TurnClassifier({}, {}).predict(
        turn_features(CALL, encoder().read([turn.text for turn in CALL]))
    ).of("greet").tolist() == [0.0] * len(CALL)
    assert set(MOVE_NAMES) == set(ROLE_OF_MOVE)


def test_sentiment_is_judged_for_customers_only() -> None:
    found = {item.turn: item.sentiment for item in turn_sentiments(heard(CALL))}
    assert set(found) == {1, 3, 6}
    assert found[1] is Sentiment.NEGATIVE
    assert found[6] is Sentiment.POSITIVE


def test_without_sentiment_labels_there_is_no_sentiment() -> None:
    assert turn_sentiments(probabilities(CALL)) == ()
    assert sentiment_label(Sentiment.NEUTRAL) in heard(CALL).names
