"""What was not heard: speech without credible words, sound that is gone or covered, cut-off ends.

A channel's time is heard where credible words are. What is left over and held speech, or could have
held any, is reported as a sound of its own, so that a judge can tell "not done" from "not heard".
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
import numpy.typing as npt

from models.decoding import Sound16k
from models.lost import Lost, find_lost
from models.passages import HeardWord
from models.speech import FRAMES_PER_S, ON, SPEECH, Activity, runs, widen
from pipeline.domain import Sound

NEIGHBOURS = 2
NEAR_S = 3.0
"""A word is as credible as itself and so many words on both sides, this close, are probable in the
mean: one improbable word among probable ones is mostly right, a run of them mostly wrong."""
CREDIBLE = 0.5
"""Chosen while looking at damaged recordings: of undamaged ones hardly a word falls under this, of
speech under noise most do. ``benchmarks.damaged`` counts how many words are right in gaps and
outside them."""
CREDIBLE_HOLED = 0.65
CREDIBLE_NOISE = 0.85
"""Where packets are lost or noise is as loud as speech, words that nobody said come with a
probability of 0.8 too."""
REACH_S = 0.2
"""Words reach so far beyond their times: Whisper cuts them short, speech activity lags."""
SYMBOL_S, MOST_SYMBOLS = 0.4, 16
"""A number or spelled word lasts so long per digit or letter, whatever its times say; nothing is
longer than a card number, what looks so is a loop."""
GAP_S = 0.3
MIN_UNHEARD_S = 0.6
"""Less speech without words is a breath, a laugh or "mm-hm"; on real recordings it is frequent."""
BEGIN_S, END_S = 0.3, 0.4
"""Speech this close to an end of the recording was cut: people need longer to begin and to hang up.
On undamaged recordings it begins after 0.38 s and ends 0.48 s before the end, but for one "bye"."""
MIN_CUT_S = 0.12
"""Of speech at the edge: a syllable."""

Bools = npt.NDArray[np.bool_]
Kind = Literal["unheard", "noise", "dropout"]


@dataclass(frozen=True, slots=True)
class Channel:
    """One channel, and what was understood on it."""

    index: int
    activity: Activity
    words: Sequence[HeardWord]
    """By start time."""
    lost: Lost
    other: Bools
    """Frames with hold music or tones; bool, shape (frames,)."""


def find_unheard(
    sound: Sound16k,
    heard: Sequence[Activity],
    words: Sequence[HeardWord],
    known: Sequence[Sound],
) -> tuple[Sound, ...]:
    """Return what was not heard on each channel, and where the recording was cut, by start time.

    Args:
        sound: The recording.
        heard: Voice activity of each channel.
        words: All words of all channels.
        known: Music and tones that were found.
    """
    found: list[Sound] = []
    for index, activity in enumerate(heard):
        own = sorted((w for w in words if w.channel == index), key=lambda word: word.start_s)
        other = _frames_of(known, index, activity.probability.size)
        lost = find_lost(sound, index, activity)
        found += _on_channel(Channel(index, activity, own, lost, other))
        found += _cuts(index, activity, sound.duration_s)
    return tuple(sorted(found, key=lambda item: (item.start_s, item.kind, item.channel or 0)))


def _on_channel(channel: Channel) -> Iterator[Sound]:
    """Yield the stretches of a channel that were not heard."""
    lost = channel.lost
    speech = channel.activity.probability >= SPEECH
    missing = (speech | lost.gone | lost.holed | lost.noise) & ~channel.other & ~_covered(channel)
    near = round(GAP_S * FRAMES_PER_S) // 2
    for start, end in runs(widen(missing, near) & ~_covered(channel)):
        inside = np.flatnonzero(missing[start:end])
        if inside.size < MIN_UNHEARD_S * FRAMES_PER_S:
            continue
        first, last = start + int(inside[0]), start + int(inside[-1]) + 1
        part = slice(first, last)
        gone = (lost.gone[part] | lost.holed[part]).mean()
        if gone > 0.5:
            yield _sound("dropout", channel.index, first, last)
        elif lost.noise[part].mean() > 0.5:
            yield _sound("noise", channel.index, first, last)
        else:
            yield _sound("unheard", channel.index, first, last)


def _covered(channel: Channel) -> Bools:
    """Return the frames in which credible words are spoken."""
    flags = np.zeros(channel.activity.probability.size, dtype=np.bool_)
    words = channel.words
    for at, word in enumerate(words):
        near = words[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1]
        around = [w.probability for w in near if abs(w.start_s - word.start_s) < NEAR_S]
        if sum(around) / len(around) < _needed(channel.lost, word):
            continue
        after_s = words[at + 1].start_s if at + 1 < len(words) else np.inf
        before_s = words[at - 1].end_s if at else 0.0
        lasts_s = spoken_s(word.text)
        end_s = max(word.end_s, min(word.start_s + lasts_s, after_s))
        start_s = min(word.start_s, max(word.end_s - lasts_s, before_s))
        flags[_frame(start_s - REACH_S) : _frame(end_s + REACH_S) + 1] = True
    return flags


def spoken_s(text: str) -> float:
    """Return how long a number or a spelled word takes to say at least; 0 for other words."""
    symbols = re.findall(r"\d", text) or re.findall(r"\b[A-Z]\b", text)
    return min(len(symbols), MOST_SYMBOLS) * SYMBOL_S if len(symbols) > 1 else 0.0


def _needed(lost: Lost, word: HeardWord) -> float:
    part = slice(_frame(word.start_s), _frame(word.end_s) + 1)
    if lost.noise[part].any():
        return CREDIBLE_NOISE
    return CREDIBLE_HOLED if lost.holed[part].any() else CREDIBLE


def _cuts(index: int, activity: Activity, duration_s: float) -> Iterator[Sound]:
    """Yield a cut where the recording begins or ends while somebody speaks."""
    talk = activity.probability >= SPEECH
    if not (activity.probability >= ON).any():
        return
    first, last = round(BEGIN_S * FRAMES_PER_S), talk.size - 1 - round(END_S * FRAMES_PER_S)
    for start, end in runs(widen(talk, round(GAP_S * FRAMES_PER_S) // 2)):
        spoken = start + np.flatnonzero(talk[start:end])
        if spoken.size < MIN_CUT_S * FRAMES_PER_S:
            continue
        if spoken[0] <= first:
            yield Sound(kind="cut", channel=index, start_s=0.0, end_s=0.0)
        if spoken[-1] >= last:
            at_s = round(duration_s, 3)
            yield Sound(kind="cut", channel=index, start_s=at_s, end_s=at_s)


def _frames_of(known: Sequence[Sound], channel: int, frames: int) -> Bools:
    flags = np.zeros(frames, dtype=np.bool_)
    for item in known:
        if item.channel == channel and item.kind in ("music", "tone"):
            flags[_frame(item.start_s) : _frame(item.end_s) + 1] = True
    return widen(flags, round(GAP_S * FRAMES_PER_S))


def _frame(seconds: float) -> int:
    return max(0, int(seconds * FRAMES_PER_S))


def _sound(kind: Kind, channel: int, first: int, last: int) -> Sound:
    return Sound(
        kind=kind,
        channel=channel,
        start_s=round(first / FRAMES_PER_S, 3),
        end_s=round(last / FRAMES_PER_S, 3),
    )
