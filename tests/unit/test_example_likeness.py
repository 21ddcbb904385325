from __future__ import annotations

from functools import cache

import numpy as np
import pytest

from models.encoder import WIDTH
from models.example_background import PER_GROUP, Background, bundled_background
from models.example_likeness import LabelledSentences, fit_likeness, word_by_word
from models.example_sentences import (
    LONG_WORDS,
    WINDOW_WORDS,
    EncodedSentences,
    SpokenSentences,
    compared_spans,
    encode_words,
    joined,
)
from pipeline.domain import Role
from tests.builders import conversation
from tests.judging import encoder

AGENT = (Role.AGENT,)


@cache
def background() -> Background:
    return bundled_background(encoder())


def encoded(*texts: str) -> EncodedSentences:
    return encode_words(encoder(), texts)


REFUNDS = ("I'm going to refund that to your card.", "I'll waive the fee for you.")


def test_what_resembles_an_example_stands_out_and_what_does_not_does_not() -> None:
    likeness = fit_likeness(encoded(*REFUNDS), encoded(), background(), AGENT)
    refund, weather = likeness.of(encoded("We refund it to your credit card.", "It rained a lot."))
    assert refund > 3 > 1 > weather
    ordinary = likeness.of(background().of(AGENT))
    assert abs(float(np.median(ordinary))) < 1


def test_examples_of_other_verdicts_count_against() -> None:
    refusal = encoded("We can't refund that, sorry.")
    against = encoded("I'm afraid we do not refund that.", "There is nothing to refund here.")
    without = fit_likeness(encoded(*REFUNDS), encoded(), background(), AGENT)
    beside = fit_likeness(encoded(*REFUNDS), against, background(), AGENT)
    assert beside.of(refusal)[0] < without.of(refusal)[0]


def test_labelled_sentences_teach() -> None:
    told = encoded("Fifty free listings are yours.", "It rained a lot.")
    labelled = LabelledSentences(told, np.array([True, False]))
    before = fit_likeness(encoded(*REFUNDS), encoded(), background(), AGENT)
    after = fit_likeness(encoded(*REFUNDS), encoded(), background(), AGENT, labelled)
    new = encoded("You get thirty free listings.")
    assert after.of(new)[0] > before.of(new)[0] + 0.5


def test_fitting_twice_gives_the_same() -> None:
    texts = encoded("I take ten percent off.", "Hello.")
    first, second = (
        fit_likeness(encoded(*REFUNDS), encoded("No."), background(), AGENT) for _ in range(2)
    )
    assert np.array_equal(first.of(texts), second.of(texts))


def test_one_example_is_enough() -> None:
    likeness = fit_likeness(encoded(REFUNDS[0]), encoded(), background(), AGENT)
    assert likeness.of(encoded("I will refund your card."))[0] > 2


def test_every_word_of_an_example_is_looked_for_in_each_sentence() -> None:
    example = encoded("money your card")
    own = ((example.words.astype(np.float32), np.array([0.6, 0.2, 0.2], dtype=np.float32)),)
    same, half, none = word_by_word(own, encoded("money your card", "money it", "Friday."))[:, 0]
    assert same == pytest.approx(1.0, abs=1e-3)
    assert same > half > none


def test_a_sentence_without_words_scores_nothing() -> None:
    example = encoded("money")
    own = ((example.words.astype(np.float32), np.ones(1, dtype=np.float32)),)
    assert word_by_word(own, encoded("money", "", "money"))[:, 0].tolist()[1] == 0.0
    assert word_by_word(own, encoded()).shape == (0, 1)


def test_vectors_are_those_of_the_encoder() -> None:
    texts = ["Good morning.", "", "no punctuation at all in this one"]
    found = encode_words(encoder(), texts)
    assert np.allclose(found.vectors, encoder().encode(texts), atol=1e-5)
    assert found.words.shape == (len(found.tokens), WIDTH)
    assert found.first[0] == 0 and found.first[-1] == len(found.tokens)
    lengths = np.linalg.norm(found.words.astype(np.float32), axis=1)
    assert np.allclose(lengths, 1, atol=1e-2)


def test_rows_and_joined_keep_texts_whole() -> None:
    found = encoded("One two.", "Three.", "Four five six.")
    turned = joined([found.rows([2]), found.rows([0, 1])])
    again = turned.rows([1, 2, 0])
    assert np.array_equal(again.tokens, found.tokens)
    assert np.array_equal(again.words, found.words)
    assert np.array_equal(again.first, found.first)
    assert len(found.rows([])) == 0


def test_long_sentences_are_compared_in_windows_that_cover_them() -> None:
    text = "Well. " + " ".join(f"word{at}" for at in range(41))
    first, *windows = compared_spans(text)
    assert text[first[0] : first[1]] == "Well."
    assert all(len(text[a:b].split()) == WINDOW_WORDS for a, b in windows)
    covered = {word for a, b in windows for word in text[a:b].split()}
    assert covered == {f"word{at}" for at in range(41)}
    short = " ".join(["word"] * LONG_WORDS)
    assert compared_spans(short) == [(0, len(short))]


def test_only_what_is_compared_is_encoded() -> None:
    turns = conversation("a: One. Two.", "c: Three.", "a: ", "s: Four.")
    spoken = SpokenSentences(turns, encoder())
    assert [span.text for span in spoken.spans] == ["One.", "Two.", "Three.", "Four."]
    spans, vectors = spoken.of_turns({0, 1})
    assert {span.text for span in spans} == {"One.", "Two.", "Three."}
    assert np.allclose(vectors.vectors, encoder().encode([s.text for s in spans]), atol=1e-5)


def test_the_background_can_leave_a_group_out() -> None:
    whole, rest = background(), background().without("t1")
    assert {s.group for s in whole.sentences} - {s.group for s in rest.sentences} == {"t1"}
    assert len(whole.of(AGENT)) - len(rest.of(AGENT)) == PER_GROUP
    texts = [s.text for s in rest.sentences if s.role is Role.AGENT]
    assert np.allclose(rest.of(AGENT).vectors, encoder().encode(texts), atol=1e-5)


def test_roles_without_ordinary_sentences_are_compared_with_all() -> None:
    both = len(background().of((Role.AGENT, Role.CUSTOMER)))
    assert len(background().of((Role.SYSTEM,))) == both


def test_rare_words_weigh_more() -> None:
    words = encoded("the money")
    common, rare = background().weights(words.tokens)
    assert rare > 2 * common
    assert common + rare == pytest.approx(1.0)
