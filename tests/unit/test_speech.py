from __future__ import annotations

import numpy as np
import pytest

from models.decoding import SAMPLE_RATE_HZ, Sound16k, decode
from models.sounds import find_sounds
from models.speech import FRAME, FRAMES_PER_S, ON, Activity, activities, regions, without_leak
from tests.sounds import Samples, encoded, melody, noise, silence, tone


def recorded(*parts: Samples) -> Sound16k:
    return decode(encoded(np.concatenate(parts, axis=1)), 3600)


def heard(sound: Sound16k) -> list[tuple[str, int | None, float, float]]:
    return [
        (item.kind, item.channel, round(item.start_s, 1), round(item.end_s, 1))
        for item in find_sounds(sound, activities(sound))
    ]


def activity(*levels: tuple[float, float, float]) -> Activity:
    """Return activity from (seconds, speech probability, level in dBFS)."""
    return Activity(
        np.concatenate([np.full(round(s * FRAMES_PER_S), p, np.float32) for s, p, _ in levels]),
        np.concatenate([np.full(round(s * FRAMES_PER_S), d, np.float32) for s, _, d in levels]),
    )


def spans(found: Activity) -> list[tuple[float, float]]:
    total = found.probability.size * FRAME
    return [
        (round(r.start / SAMPLE_RATE_HZ, 1), round(r.end / SAMPLE_RATE_HZ, 1))
        for r in regions(found, 0, total)
    ]


@pytest.mark.parametrize(
    "samples",
    [silence(5), noise(5), tone(5, 440), tone(5, 697, 1209), melody(8), noise(5, level=0.1)],
    ids=["silence", "line noise", "tone", "dtmf", "hold music", "loud noise"],
)
def test_what_is_not_speech_gives_no_region(samples: Samples) -> None:
    sound = recorded(samples)
    assert regions(activities(sound)[0], 0, sound.samples.shape[1]) == []


def test_hours_of_silence_never_reach_the_model() -> None:
    sound = Sound16k(np.zeros((2, 3600 * SAMPLE_RATE_HZ), dtype=np.int16))
    assert all(not found.probability.any() for found in activities(sound))


def test_pauses_inside_a_sentence_stay_inside_a_region() -> None:
    quiet = (0.25, 0.0, -60.0)
    found = activity((1, 0, -60), (1, 0.9, -20), quiet, (1, 0.9, -20), (1, 0, -60))
    assert spans(found) == [(0.7, 3.5)]


def test_regions_are_padded_but_never_overlap() -> None:
    found = activity((1, 0, -60), (1, 0.9, -20), (0.4, 0, -60), (1, 0.9, -20))
    first, second = regions(found, 0, found.probability.size * FRAME)
    assert first.end <= second.start


def test_a_short_answer_is_a_region() -> None:
    assert len(spans(activity((1, 0, -60), (0.2, 0.6, -25), (1, 0, -60)))) == 1


def test_the_leak_of_the_other_side_is_no_speech() -> None:
    agent = activity((2, 0.9, -20), (2, 0.0, -60))
    leak = activity((2, 0.9, -55), (2, 0.9, -25))
    kept = without_leak(leak, agent).probability >= ON
    assert not kept[: int(1.8 * FRAMES_PER_S)].any()
    assert kept[int(2.2 * FRAMES_PER_S) :].all()


def test_a_quieter_person_who_talks_at_the_same_time_is_kept() -> None:
    agent, customer = activity((2, 0.9, -19)), activity((2, 0.9, -31))
    assert (without_leak(customer, agent).probability >= ON).all()


def test_hold_music_is_found_with_its_times() -> None:
    found = heard(recorded(noise(4), melody(8), noise(4)))
    assert [kind for kind, *_ in found] == ["music"]
    _, channel, start_s, end_s = found[0]
    assert channel == 0
    assert start_s == pytest.approx(4, abs=1.0)
    assert end_s == pytest.approx(12, abs=1.0)


def test_a_beep_and_a_long_tone_are_tones() -> None:
    found = heard(recorded(noise(2), tone(0.5, 1000), noise(2), tone(5, 440), noise(2)))
    assert [kind for kind, *_ in found] == ["tone", "tone"]


def test_silence_is_told_only_where_all_channels_are_silent() -> None:
    left = np.concatenate([silence(5), tone(2, 440), silence(5)], axis=1)
    right = np.concatenate([silence(8), tone(1, 440), silence(3)], axis=1)
    found = heard(decode(encoded(np.concatenate([left, right])), 60))
    assert [item for item in found if item[0] == "silence"] == [("silence", None, 0.0, 5.0)]


def test_line_noise_is_neither_music_nor_tone() -> None:
    assert heard(recorded(noise(10, level=0.02))) == []
