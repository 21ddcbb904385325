from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.parts import LONGEST_WORDS, STEP_WORDS, STRETCH_WORDS, parts_of, sentence_spans
from tests.judging import encoder


def said(text: str) -> list[str]:
    return [text[start:end] for start, end in parts_of(text)]


def test_sentences_are_parts() -> None:
    assert said("Sorry about that. What's the number?") == [
        "Sorry about that.",
        "What's the number?",
    ]


def test_a_turn_of_one_sentence_has_no_parts() -> None:
    assert said("What's the number?") == []
    assert said("") == []


def test_words_without_full_stops_are_cut_into_overlapping_stretches() -> None:
    words = [f"w{number}" for number in range(30)]
    parts = [part.split() for part in said(" ".join(words))]
    assert [part[0] for part in parts] == ["w0", "w7", "w14", "w21"]
    assert all(len(part) <= STRETCH_WORDS for part in parts)
    assert parts[-1][-1] == "w29"


@given(st.lists(st.sampled_from(["yes", "no.", "well,", "what?", "three"]), max_size=80))
def test_parts_cover_every_word_of_a_turn_in_order(words: list[str]) -> None:
    text = " ".join(words)
    parts = parts_of(text)
    assert list(parts) == sorted(parts)
    for start, end in parts:
        assert 0 < len(text[start:end].split()) <= max(LONGEST_WORDS, STRETCH_WORDS)
    if parts:
        covered = {at for start, end in parts for at in range(start, end)}
        assert all(at in covered for at, char in enumerate(text) if char != " ")
        assert STEP_WORDS < STRETCH_WORDS


def test_a_part_is_read_nearly_as_if_it_stood_alone() -> None:
    text = "Sorry about that. I can see two parcels at the depot. What is your postcode?"
    (read,) = encoder().read([text])
    alone = encoder().encode([text[start:end] for start, end in read.spans])
    closeness = read.parts @ alone.T
    assert closeness.argmax(axis=1).tolist() == [0, 1, 2]
    assert np.allclose(np.linalg.norm(read.parts, axis=1), 1, atol=1e-5)


def test_what_lies_beyond_the_longest_text_gets_the_vector_of_the_whole() -> None:
    (read,) = encoder().read(["word " * 200 + ". At the very end."])
    assert np.allclose(read.parts[-1], read.whole, atol=1e-6)


def test_sentences_keep_decimal_points_together() -> None:
    text = "It is 4.50 a month. Fine."
    assert [text[a:b] for a, b in sentence_spans(text)] == ["It is 4.50 a month.", "Fine."]
