"""Words with channel and speaker become turns. Pure: no word is lost, changed or moved.

A turn is consecutive speech of one speaker. It ends where another speaker talks in a pause of it,
and after a long pause. What is said into a turn that does not pause for it (a back-channel, an
interruption) stands as a turn of its own, at its own time, and does not cut the other one.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain import Role, Turn, Word

LONG_PAUSE_S = 3.0
"""A longer pause ends a turn even if nobody else speaks, so that its times mean something."""
SHORT_PAUSE_S = 0.2
"""The shortest pause that another speaker can talk into; gaps between words are shorter."""


@dataclass(frozen=True, slots=True)
class SpokenWord:
    """One word, and who said it on which channel."""

    word: Word
    speaker: int
    """Any number, the same for the same speaker."""
    channel: int | None

    @property
    def middle_s(self) -> float:
        """The middle of the word."""
        return (self.word.start_s + self.word.end_s) / 2


def build_turns(words: Iterable[SpokenWord], roles: Mapping[int, Role]) -> tuple[Turn, ...]:
    """Return the turns of a call, ordered by start.

    Args:
        words: In any order; each comes out exactly once. Words of one speaker come out by start
            time, words with equal starts as given.
        roles: Role of each speaker; a speaker who is not named is ``unknown``.
    """
    ordered = sorted(words, key=lambda spoken: spoken.word.start_s)
    stretches = [
        stretch
        for speaker in dict.fromkeys(spoken.speaker for spoken in ordered)
        for stretch in stretches_of(speaker, ordered)
    ]
    stretches.sort(key=lambda stretch: stretch[0].word.start_s)
    return tuple(
        _turn(index, stretch, roles.get(stretch[0].speaker, Role.UNKNOWN))
        for index, stretch in enumerate(stretches)
    )


def stretches_of(speaker: int, ordered: Sequence[SpokenWord]) -> list[list[SpokenWord]]:
    """Return the words of one speaker, cut where a turn ends.

    Args:
        speaker: Whose words.
        ordered: All words of the call by start time.
    """
    own = [spoken for spoken in ordered if spoken.speaker == speaker]
    others = sorted(spoken.middle_s for spoken in ordered if spoken.speaker != speaker)
    stretches: list[list[SpokenWord]] = []
    end_s = 0.0
    for spoken in own:
        if not stretches or _ends(end_s, spoken.word.start_s, others):
            stretches.append([])
            end_s = spoken.word.end_s
        stretches[-1].append(spoken)
        end_s = max(end_s, spoken.word.end_s)
    return stretches


def _ends(end_s: float, start_s: float, others: Sequence[float]) -> bool:
    """Return whether a turn ends in the pause from ``end_s`` to ``start_s``."""
    pause_s = start_s - end_s
    if pause_s >= LONG_PAUSE_S:
        return True
    if pause_s < SHORT_PAUSE_S:
        # Speakers who were told apart in one channel follow each other without a pause.
        return pause_s >= 0 and _any_between(end_s, start_s, others)
    return _any_between(end_s, start_s, others)


def _any_between(start_s: float, end_s: float, times: Sequence[float]) -> bool:
    at = bisect_left(times, start_s)
    return at < len(times) and times[at] <= end_s


def _turn(index: int, stretch: Sequence[SpokenWord], role: Role) -> Turn:
    words = tuple(spoken.word for spoken in stretch)
    return Turn(
        index=index,
        role=role,
        text=" ".join(word.text for word in words),
        channel=stretch[0].channel,
        start_s=words[0].start_s,
        end_s=max(word.end_s for word in words),
        words=words,
        asr_confidence=sum(word.probability for word in words) / len(words),
    )
