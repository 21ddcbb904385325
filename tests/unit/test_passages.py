from __future__ import annotations

import numpy as np
import pytest

from models.packing import Window
from models.passages import HeardWord, Passage, believed, speech_trimmed, whole_words
from models.speech import FRAMES_PER_S, Activity, Region


def talking(*spans: tuple[float, float]) -> Activity:
    probability = np.zeros(int(60 * FRAMES_PER_S), dtype=np.float32)
    for start_s, end_s in spans:
        probability[round(start_s * FRAMES_PER_S) : round(end_s * FRAMES_PER_S)] = 1
    return Activity(probability, np.full(probability.size, -20, dtype=np.float32))


def word(
    text: str, start_s: float = 0.0, end_s: float = 0.3, probability: float = 0.9
) -> HeardWord:
    return HeardWord(text, 0, start_s, end_s, probability)


def aligned(*parts: str) -> list[dict[str, object]]:
    return [
        {"word": part, "start": at * 0.2, "end": at * 0.2 + 0.2, "probability": 0.8}
        for at, part in enumerate(parts)
    ]


def texts(*parts: str, spaced: bool = True) -> list[str]:
    return [found.text for found in whole_words(aligned(*parts), spaced=spaced)]


def test_parts_that_follow_without_a_space_are_one_word() -> None:
    assert texts(" your", " Wi", "-Fi", " is", " 9", ".5") == ["your", "Wi-Fi", "is", "9.5"]


def test_a_joined_word_spans_its_parts() -> None:
    (joined,) = whole_words(aligned(" bye", "-bye."), spaced=True)
    assert (joined.start_s, joined.end_s) == pytest.approx((0.0, 0.4))


def test_languages_without_spaces_keep_their_parts() -> None:
    assert texts("你", "好", spaced=False) == ["你", "好"]


def test_empty_parts_are_no_words() -> None:
    assert texts(" ", " hello", "") == ["hello"]


def test_a_word_loses_the_silence_at_its_ends() -> None:
    found = speech_trimmed(word("Hello", 0.0, 1.9), talking((1.5, 1.8)))
    assert (found.start_s, found.end_s) == pytest.approx((1.5, 1.8), abs=0.04)


def test_a_word_is_never_made_longer() -> None:
    found = speech_trimmed(word("Hello", 1.0, 1.2), talking((0.0, 5.0)))
    assert (found.start_s, found.end_s) == (1.0, 1.2)


def test_a_word_without_speech_keeps_its_times() -> None:
    found = speech_trimmed(word("Hello", 1.0, 1.2), talking())
    assert (found.start_s, found.end_s) == (1.0, 1.2)


def test_what_only_videos_say_is_dropped_and_the_rest_kept() -> None:
    said = [word(text) for text in "Goodbye. Thanks for watching! Bye.".split()]
    kept = believed(said, talking((0, 5)))
    assert [found.text for found in kept] == ["Goodbye.", "Bye."]


def test_thanks_that_people_say_are_kept() -> None:
    said = [word(text) for text in "Thank you for calling.".split()]
    assert believed(said, talking((0, 5))) == said


def test_an_improbable_word_is_dropped_only_where_nobody_speaks() -> None:
    unsure = word("you", 1.0, 1.3, probability=0.1)
    assert believed([unsure], talking()) == []
    assert believed([unsure], talking((0.9, 1.4))) == [unsure]


@pytest.mark.parametrize(
    ("logprob", "no_speech", "compression", "failed", "empty"),
    [
        (-0.3, 0.1, 1.2, False, False),
        (-1.5, 0.1, 1.2, True, False),
        (-1.5, 0.9, 1.2, True, True),
        (-0.3, 0.1, 5.0, True, True),
    ],
    ids=["sure", "unsure", "silent", "looping"],
)
def test_passages_fail_as_whisper_defines_it(
    logprob: float, no_speech: float, compression: float, failed: bool, empty: bool
) -> None:
    passage = Passage(Window((Region(0, 0, 1),)), (), logprob, no_speech, compression)
    assert (passage.failed, passage.empty) == (failed, empty)
