from __future__ import annotations

import numpy as np
import pytest

from models.decoding import SAMPLE_RATE_HZ, Sound16k
from models.lost import Lost, find_lost
from models.speech import FRAME, FRAMES_PER_S, Activity
from tests.sounds import Samples, melody, noise, silence, tone

RATE_HZ = SAMPLE_RATE_HZ


def line(seconds: float, level: float = 0.002) -> Samples:
    """Return the hum of a line, about -54 dBFS."""
    return noise(seconds, RATE_HZ, level=level)


def talk(seconds: float) -> Samples:
    """Return a voice-like sound: harmonics that swell and fade four times a second."""
    sound = tone(seconds, 150, 300, 450, 900, 1800, rate_hz=RATE_HZ)
    at = np.arange(sound.shape[1]) / RATE_HZ
    swelling = (sound * np.sin(np.pi * 4 * at) ** 2).astype(np.int16)
    return np.asarray(swelling + line(seconds), dtype=np.int16)


def lost(*parts: tuple[Samples, bool]) -> Lost:
    """Return what is lost in parts that follow each other, each speech or not."""
    samples = np.concatenate([samples for samples, _ in parts], axis=1)
    frames = samples.shape[1] // FRAME
    by_sample = np.concatenate([np.full(part.shape[1], spoken) for part, spoken in parts])
    spoken = by_sample[: frames * FRAME].reshape(-1, FRAME).mean(axis=1)
    power = np.square(samples[0, : frames * FRAME] / 32768.0).reshape(-1, FRAME).mean(axis=1)
    level = (10 * np.log10(power + 1e-12)).astype(np.float32)
    return find_lost(Sound16k(samples), 0, Activity(spoken.astype(np.float32), level))


def share(
    flags: np.ndarray[tuple[int, ...], np.dtype[np.bool_]], start_s: float, end_s: float
) -> float:
    return float(flags[round(start_s * FRAMES_PER_S) : round(end_s * FRAMES_PER_S)].mean())


@pytest.mark.parametrize("level", [0.0, 0.00002], ids=["zeros", "not quite zeros"])
def test_sound_that_is_gone_is_told_from_the_hum_of_the_line(level: float) -> None:
    dead = silence(3, RATE_HZ) if not level else line(3, level)
    found = lost((line(2), False), (talk(3), True), (dead, False), (talk(3), True))
    assert share(found.gone, 5.1, 7.9) == 1
    assert share(found.gone, 0, 4.9) == share(found.gone, 8.1, 11) == 0


def test_a_channel_without_any_sound_is_gone_as_a_whole() -> None:
    assert lost((silence(5, RATE_HZ), False)).gone.all()


def test_a_quieter_moment_of_the_line_is_not_gone() -> None:
    found = lost((line(3), False), (line(3, 0.001), False), (talk(3), True), (line(3), False))
    assert not found.gone.any()


def test_where_the_recorder_writes_nothing_in_pauses_silence_means_nothing() -> None:
    found = lost(
        *[part for _ in range(4) for part in ((talk(2), True), (silence(2, RATE_HZ), False))]
    )
    assert not found.gone.any()
    assert not found.holed.any()


def test_one_long_loss_among_humming_pauses_counts() -> None:
    pauses = [part for _ in range(4) for part in ((talk(2), True), (line(1), False))]
    found = lost(*pauses, (silence(5, RATE_HZ), False), (talk(2), True))
    assert share(found.gone, 12.1, 16.9) == 1


def test_lost_packets_are_holes_and_pauses_are_not() -> None:
    whole = talk(4)
    packet = RATE_HZ // 50
    kept = np.random.default_rng(2).random(whole.shape[1] // packet) >= 0.3
    holes = np.where(np.repeat(kept, packet), whole, 0).astype(np.int16)
    found = lost((line(2), False), (holes, True), (line(2), False), (talk(4), True))
    assert share(found.holed, 2.5, 5.5) > 0.8
    assert share(found.holed, 7, 12) == 0


@pytest.mark.parametrize("at_s", [0.0, 6.0])
def test_noise_as_loud_as_speech_is_found(at_s: float) -> None:
    loud = (line(3, 0.2), False)
    rest = (talk(6), True)
    found = lost(loud, rest) if at_s == 0 else lost(rest, loud)
    assert share(found.noise, at_s + 0.6, at_s + 2.4) == 1
    assert share(found.noise, *((3.6, 9.0) if at_s == 0 else (0.0, 5.4))) == 0


def test_speech_music_tones_and_the_hum_of_a_line_are_no_noise() -> None:
    for samples in (talk(5), melody(6, RATE_HZ), tone(5, 440, rate_hz=RATE_HZ), line(5)):
        assert not lost((samples, False), (talk(3), True)).noise.any()


def test_a_recording_shorter_than_a_block_has_nothing_to_lose() -> None:
    found = lost((line(0.2), False))
    assert not found.noise.any()
    assert not found.holed.any()
