from __future__ import annotations

import numpy as np
import pytest

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.passages import HeardWord
from models.speech import FRAMES_PER_S, Activity
from models.unheard import find_unheard, spoken_s
from pipeline.domain import Sound
from tests.sounds import noise, silence, tone

SECONDS = 20.0


def found(
    words: list[HeardWord],
    *talking: tuple[float, float],
    known: tuple[Sound, ...] = (),
    channels: int = 1,
) -> list[tuple[str, int | None, float, float]]:
    """Return what was not heard on a humming line, on whose first channel people talk."""
    samples = noise(SECONDS, SAMPLE_RATE_HZ, channels, level=0.002)
    voice = tone(SECONDS, 150, 300, 450, rate_hz=SAMPLE_RATE_HZ)[0]
    frames = int(SECONDS * FRAMES_PER_S)
    probability = np.zeros(frames, dtype=np.float32)
    for start_s, end_s in talking:
        part = slice(round(start_s * SAMPLE_RATE_HZ), round(end_s * SAMPLE_RATE_HZ))
        samples[0, part] += voice[part]
        probability[round(start_s * FRAMES_PER_S) : round(end_s * FRAMES_PER_S)] = 0.9
    level = np.where(probability > 0, -20, -54).astype(np.float32)
    quiet = Activity(np.zeros_like(probability), np.full_like(level, -54))
    heard = [Activity(probability, level), quiet][:channels]
    sounds = find_unheard(Sound16k(samples), heard, words, known)
    return [(s.kind, s.channel, round(s.start_s, 1), round(s.end_s, 1)) for s in sounds]


def said(
    text: str, start_s: float, end_s: float, probability: float | list[float] = 0.9
) -> list[HeardWord]:
    """Return the words of a text, spread evenly."""
    parts = text.split()
    sure = probability if isinstance(probability, list) else [probability] * len(parts)
    step_s = (end_s - start_s) / len(parts)
    return [
        HeardWord(part, 0, start_s + at * step_s, start_s + (at + 1) * step_s, sure[at])
        for at, part in enumerate(parts)
    ]


def test_speech_without_words_was_not_heard() -> None:
    words = said("hello how are you today", 10, 12)
    assert found(words, (3, 6), (10, 12)) == [("unheard", 0, 3.0, 6.0)]


def test_speech_with_words_was_heard() -> None:
    assert found(said("one two three four five six", 3, 6), (3, 6)) == []


def test_a_breath_is_no_speech_that_was_missed() -> None:
    assert found([], (3, 3.5)) == []


def test_words_that_are_improbable_one_after_the_other_were_not_heard() -> None:
    ((kind, _, start_s, end_s),) = found(said("we must have seen a lot", 3, 6, 0.2), (3, 6))
    assert (kind, start_s, end_s) == ("unheard", 3.0, 6.0)


def test_one_improbable_word_among_probable_ones_was_heard() -> None:
    words = said("my name is Siobhan and I", 3, 6, [0.9, 0.9, 0.9, 0.1, 0.9, 0.9])
    assert found(words, (3, 6)) == []


def test_a_number_lasts_as_long_as_its_digits() -> None:
    assert found(said("90027714", 3, 3.5), (3, 6)) == []
    assert found(said("90027714", 5.5, 6), (3, 6)) == []
    assert found(said("nine", 3, 3.5), (3, 6)) != []


@pytest.mark.parametrize(
    ("text", "seconds"),
    [("hello", 0), ("a", 0), ("2", 0), ("2208.", 1.6), ("P-U-G-H", 1.6), ("000," * 60, 6.4)],
)
def test_numbers_and_spelled_words_take_their_time_and_loops_do_not(
    text: str, seconds: float
) -> None:
    assert spoken_s(text) == pytest.approx(seconds)


def test_voices_in_hold_music_were_not_missed() -> None:
    music = Sound(kind="music", channel=0, start_s=2.5, end_s=7)
    assert found([], (3, 6), known=(music,)) == []


@pytest.mark.parametrize(
    ("talking", "cuts"),
    [
        ((0.0, 3.0), [0.0]),
        ((0.2, 3.0), [0.0]),
        ((0.5, 3.0), []),
        ((17.0, 20.0), [20.0]),
        ((17.0, 19.7), [20.0]),
        ((17.0, 19.4), []),
        ((0.0, 0.09), []),
    ],
)
def test_a_recording_is_cut_where_it_begins_or_ends_in_speech(
    talking: tuple[float, float], cuts: list[float]
) -> None:
    words = said("one two three four five six", *talking)
    assert [start for kind, _, start, _ in found(words, talking) if kind == "cut"] == cuts


def test_each_channel_has_its_own_gaps() -> None:
    assert [channel for _, channel, *_ in found([], (3, 6), channels=2)] == [0]


def test_where_sound_is_gone_or_covered_it_is_named_as_that() -> None:
    loud = noise(6, SAMPLE_RATE_HZ, level=0.3)
    parts = [loud, noise(4, SAMPLE_RATE_HZ, level=0.002), silence(6, SAMPLE_RATE_HZ), loud]
    samples = np.concatenate([*parts, tone(2, 440, rate_hz=SAMPLE_RATE_HZ)], axis=1)
    frames = samples.shape[1] // 512
    power = np.square(samples[0, : frames * 512] / 32768.0).reshape(-1, 512).mean(axis=1)
    level = (10 * np.log10(power + 1e-12)).astype(np.float32)
    activity = Activity(np.zeros(frames, dtype=np.float32), level)
    kinds = [item.kind for item in find_unheard(Sound16k(samples), [activity], [], ())]
    assert kinds == ["noise", "dropout", "noise"]
