"""When each word of a labelled call is spoken: a simulated conversation on the clock.

Rates and pauses are chosen to look like calls in which people are understood, not measured: about
160 words a minute, half a second between turns, now and then an interruption, holds of a minute.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from flows.seeding.material import LabelledCall
from flows.seeding.wording import Wording
from pipeline.domain import Role, Sound

Reals = npt.NDArray[np.float64]

WORDS_PER_MINUTE = {Role.AGENT: 168.0, Role.CUSTOMER: 158.0, Role.SYSTEM: 150.0}
INTERRUPTIONS = 0.05
"""Share of turns that begin before the other has finished, where there are two channels."""
LOOKS_SOMETHING_UP = 0.05
"""Share of calls with a long silence that nobody announces."""
MUSIC = 0.5
"""Share of holds with music."""


@dataclass(frozen=True, slots=True)
class Timing:
    """The times of one call, in seconds from its start, rounded to hundredths."""

    starts_s: Reals
    """float64, shape (words,)."""
    ends_s: Reals
    """float64, shape (words,)."""
    sounds: tuple[Sound, ...]
    duration_s: float


@dataclass(slots=True)
class _Clock:
    """Where the conversation has come to."""

    now_s: float
    last_start_s: float = 0.0


def timing_of(
    call: LabelledCall, wording: Wording, holds: frozenset[int], rng: np.random.Generator
) -> Timing:
    """Return when everything is said.

    Args:
        call: Its turns.
        wording: Its words.
        holds: Turns that announce a hold; the customer waits after them.
        rng: Chooses.
    """
    waits = _waits(call, holds)
    pace = {role: rate * rng.normal(1.0, 0.09) for role, rate in WORDS_PER_MINUTE.items()}
    idle = int(rng.integers(len(call.turns))) if rng.random() < LOOKS_SOMETHING_UP else -1
    clock = _Clock(now_s=float(rng.gamma(2.0, 1.1)) + 0.4)
    starts: list[Reals] = []
    ends: list[Reals] = []
    sounds: list[Sound] = []
    for turn, (first, last) in zip(call.turns, wording.bounds, strict=True):
        if turn.index in waits:
            sounds += _wait(clock, rng)
        elif turn.index == idle:
            clock.now_s += float(rng.uniform(15.0, 45.0))
        elif turn.index:
            _pause(clock, rng)
        lengths = np.array([len(word) for word in wording.words[first:last]])
        spoken = _word_lengths(lengths, pace.get(turn.role, 160.0), rng)
        gaps = np.where(rng.random(len(spoken)) < 0.06, rng.uniform(0.2, 0.9), 0.03)
        gaps[0] = 0.0
        begun = clock.now_s + np.cumsum(gaps) + np.cumsum(spoken) - spoken
        starts.append(begun)
        ends.append(begun + spoken)
        clock.last_start_s = clock.now_s
        clock.now_s = float(ends[-1][-1])
    last_s = max(float(part[-1]) for part in ends)
    return Timing(
        starts_s=_joined(starts),
        ends_s=_joined(ends),
        sounds=tuple(sounds),
        duration_s=round(last_s + float(rng.uniform(0.4, 2.5)), 2),
    )


def _joined(parts: Sequence[Reals]) -> Reals:
    joined: Reals = np.concatenate(parts)
    return joined.round(2)


def _waits(call: LabelledCall, holds: frozenset[int]) -> frozenset[int]:
    """Return the turns before which somebody waits: of the agent, after a hold was announced."""
    agents = [turn.index for turn in call.turns if turn.role is Role.AGENT]
    returns = (next((index for index in agents if index > hold), None) for hold in holds)
    return call.waits | {index for index in returns if index is not None}


def _wait(clock: _Clock, rng: np.random.Generator) -> list[Sound]:
    """Let a hold pass; return its music if there is any."""
    length_s = float(np.clip(rng.lognormal(3.7, 0.6), 8.0, 300.0))
    begun_s = round(clock.now_s + 0.8, 2)
    clock.now_s += length_s
    if length_s < 5 or rng.random() > MUSIC:
        return []
    return [Sound(kind="music", channel=None, start_s=begun_s, end_s=round(clock.now_s - 0.6, 2))]


def _pause(clock: _Clock, rng: np.random.Generator) -> None:
    """Let the pause between two turns pass, or go back a little for an interruption."""
    if rng.random() < INTERRUPTIONS:
        earliest_s = clock.last_start_s + 0.3
        clock.now_s = max(earliest_s, clock.now_s - float(rng.uniform(0.3, 1.6)))
    else:
        clock.now_s += float(np.clip(rng.lognormal(-0.7, 0.6), 0.1, 4.0))


def _word_lengths(
    letters: npt.NDArray[np.int64], words_per_minute: float, rng: np.random.Generator
) -> Reals:
    """Return how long each word takes in seconds; longer words take longer."""
    share = (letters + 2.0) / 6.5
    spread = rng.normal(1.0, 0.12, len(letters)).clip(0.6, 1.5)
    length_s: Reals = np.maximum(0.06, 60.0 / words_per_minute * share * spread - 0.03)
    return length_s
