"""The kinds of damage do what they are called, and outcomes are counted by what became of them."""

from __future__ import annotations

import numpy as np
import pytest

from benchmarks.damaged_outcomes import Outcomes, believed, outcome, total
from benchmarks.damages import (
    DAMAGES,
    DRAWN,
    Recorded,
    as_wav,
    clipped,
    noisy,
    packets_lost,
    silenced,
)
from models.decoding import decode
from pipeline.domain import Sound, Verdict
from pipeline.spans import Span
from tests.builders import recorded, turn
from tests.sounds import tone

RATE_HZ = 8000


def call(seconds: float = 30) -> Recorded:
    samples = tone(seconds, 440, rate_hz=RATE_HZ, channels=2)
    return Recorded(samples, RATE_HZ, agent=0, identifiers=(Span(5, 8), Span(10, 11)))


@pytest.mark.parametrize("name", DAMAGES)
def test_every_damage_changes_a_copy(name: str) -> None:
    given = call()
    before = given.samples.copy()
    changed = DAMAGES[name](given, np.random.default_rng(0))
    assert np.array_equal(given.samples, before)
    assert changed.dtype == np.int16
    assert not np.array_equal(changed, before)


@pytest.mark.parametrize("name", sorted(DRAWN))
def test_a_seed_gives_the_same_damage_again(name: str) -> None:
    one, again, other = (DAMAGES[name](call(), np.random.default_rng(seed)) for seed in (3, 3, 4))
    assert np.array_equal(one, again)
    assert one.shape != other.shape or not np.array_equal(one, other)


def test_silence_is_where_it_is_asked_for() -> None:
    changed = silenced(call().samples, [1], 800, 1600)
    assert not changed[1, 800:1600].any()
    assert np.array_equal(changed[0], call().samples[0])


def test_noise_is_louder_than_speech_by_what_is_asked_for() -> None:
    samples = call().samples
    changed = noisy(samples, 0, -5.0, 0, samples.shape[1], np.random.default_rng(0))
    added = changed[0].astype(float) - samples[0]
    ratio_db = 20 * np.log10(added.std() / samples[0].astype(float).std())
    assert ratio_db == pytest.approx(5.0, abs=0.5)


def test_about_the_share_of_packets_asked_for_is_lost() -> None:
    changed = packets_lost(call().samples, 0.3, RATE_HZ, np.random.default_rng(0))
    lost = ~changed[0].reshape(-1, 160).any(axis=1)
    assert lost.mean() == pytest.approx(0.3, abs=0.05)


def test_clipping_flattens_the_peaks() -> None:
    assert (np.abs(clipped(call().samples, 30.0)[0]) >= 32766).mean() > 0.8


def test_damaged_recordings_are_read_like_files() -> None:
    sound = decode(as_wav(call(2).samples, RATE_HZ), 60)
    assert sound.channels == 2
    assert sound.duration_s == pytest.approx(2.0, abs=0.01)


@pytest.mark.parametrize(
    ("true", "would", "withheld", "counted"),
    [
        ("pass", "fail", False, Outcomes(wrongly_lowered=1)),
        ("pass", "not_applicable", False, Outcomes(wrongly_lowered=1)),
        ("fail", "pass", False, Outcomes(wrongly_passed=1)),
        ("pass", "fail", True, Outcomes(rightly_withheld=1)),
        ("fail", "fail", True, Outcomes(needlessly_withheld=1)),
        ("fail", "fail", False, Outcomes(rightly_given=1)),
        ("unscored", "fail", False, Outcomes()),
        ("pass", "unscored", True, Outcomes()),
    ],
)
def test_verdicts_are_counted_by_what_became_of_them(
    true: str, would: str, withheld: bool, counted: Outcomes
) -> None:
    assert outcome(Verdict(true), Verdict(would), withheld=withheld) == counted


def test_outcomes_add_up() -> None:
    assert total([Outcomes(rightly_given=2), Outcomes(rightly_given=1, wrongly_passed=1)]) == (
        Outcomes(rightly_given=3, wrongly_passed=1)
    )


def test_words_are_right_if_they_were_said_then() -> None:
    whole = recorded(turn(0, text="one two three four", start_s=0, end_s=4, channel=0))
    heard = recorded(
        turn(0, text="one too three four", start_s=0, end_s=4, channel=0),
        sounds=[Sound(kind="noise", channel=0, start_s=0, end_s=2)],
    )
    found = believed(whole, heard)
    assert (found.words, found.right, found.in_gaps, found.right_in_gaps) == (4, 3, 2, 1)
    late = recorded(turn(0, text="one two", start_s=10, end_s=12, channel=0))
    assert believed(whole, late).right == 0
