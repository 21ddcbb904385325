"""Peaks: what a waveform is drawn from."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from models.decoding import SAMPLE_RATE_HZ, Sound16k, decode
from models.loudness import peaks_of
from models.sound_reader import PyAVSoundReader
from pipeline.peaks import MOST_PEAKS, PEAKS_PER_S, Peaks, count_of_peaks, pack
from tests.sounds import encoded, noise, silence, tone

HOUR_S = 3600.0
levels = st.floats(0, 1)


@given(
    st.integers(1, 200).flatmap(
        lambda length: st.lists(
            st.lists(levels, min_size=length, max_size=length), min_size=1, max_size=2
        )
    ),
    st.floats(0.1, 4 * HOUR_S),
)
def test_levels_survive_packing_to_within_a_step(
    channels: list[list[float]], duration_s: float
) -> None:
    packed = pack(channels, duration_s)
    again = Peaks.model_validate_json(packed.model_dump_json())
    assert again == packed
    waveform = again.waveform()
    assert len(waveform.peaks) == len(channels)
    for heard, drawn in zip(channels, waveform.peaks, strict=True):
        assert drawn == pytest.approx(heard, abs=0.005)
    assert len(channels[0]) / waveform.peaks_per_s == pytest.approx(duration_s)


@given(
    at_s=st.floats(0, 19.99),
    channel=st.sampled_from([0, 1]),
    level=st.sampled_from([-32768, -9000, 9000, 32767]),
)
def test_a_click_is_drawn_where_it_is_and_in_its_channel(
    at_s: float, channel: int, level: int
) -> None:
    samples = np.zeros((2, 20 * SAMPLE_RATE_HZ), dtype=np.int16)
    samples[channel, int(at_s * SAMPLE_RATE_HZ)] = level
    waveform = peaks_of(Sound16k(samples)).waveform()
    loudest = int(np.argmax(waveform.peaks[channel]))
    assert loudest / waveform.peaks_per_s == pytest.approx(at_s, abs=1 / PEAKS_PER_S)
    assert waveform.peaks[channel][loudest] == pytest.approx(abs(level) / 32767, abs=0.005)
    assert sum(map(sum, waveform.peaks)) == pytest.approx(abs(level) / 32767, abs=0.005)


@pytest.mark.parametrize(
    ("duration_s", "count"),
    [(0.01, 1), (0.1, 2), (10.0, 200), (300.0, MOST_PEAKS), (4 * HOUR_S, MOST_PEAKS)],
)
def test_long_recordings_are_drawn_in_longer_stretches(duration_s: float, count: int) -> None:
    assert count_of_peaks(duration_s) == count


def test_five_minutes_of_two_channels_are_12_kilobytes() -> None:
    peaks = peaks_of(Sound16k(np.zeros((2, 300 * SAMPLE_RATE_HZ), dtype=np.int16)))
    assert len(peaks.data) == 12_000
    assert peaks.peaks_per_s == PEAKS_PER_S
    assert peaks.duration_s == 300.0


def test_a_recording_shorter_than_one_stretch_has_a_peak() -> None:
    (drawn,) = peaks_of(Sound16k(np.full((1, 10), -16384, dtype=np.int16))).waveform().peaks
    assert drawn == pytest.approx((0.5,), abs=0.005)


def test_quiet_speech_keeps_its_shape() -> None:
    quiet = [at / 20_000 for at in range(100)]
    (drawn,) = pack([quiet], 5.0).waveform().peaks
    assert len(set(drawn)) > 15


@pytest.mark.parametrize(("channels", "data"), [(2, b"abc"), (1, b""), (3, b"abc")])
def test_bytes_that_make_no_channels_are_refused(channels: int, data: bytes) -> None:
    with pytest.raises(ValidationError):
        Peaks(channels=channels, peaks_per_s=20, duration_s=1, data=data)


def test_reading_a_recording_again_gives_what_its_transcriber_gave() -> None:
    both = np.concatenate([tone(2, 440), noise(2, level=0.2)])
    found = PyAVSoundReader(60).peaks(encoded(both))
    assert found == peaks_of(decode(encoded(both), 60))
    assert found.channels == 2


def test_the_same_sound_on_both_channels_is_drawn_once() -> None:
    assert PyAVSoundReader(60).peaks(encoded(tone(2, 440, channels=2))).channels == 1
    assert PyAVSoundReader(60).peaks(encoded(silence(2, channels=2))).channels == 1
