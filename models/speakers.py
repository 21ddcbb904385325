"""Give each word of a one-channel recording its speaker."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.diarization import SpeakerEvidence
from models.passages import HeardWord

PAUSE_S = 0.3
ENDS = (".", "?", "!")
CHANGE_INSIDE = 3.0
CHANGE_AT_PAUSE = 0.7
"""Cost (in log-odds of one word) of a change of speaker inside a sentence, and where a sentence
ends or a pause is: speakers change there."""


def speakers_of(words: Sequence[HeardWord], evidence: Sequence[SpeakerEvidence]) -> list[int]:
    """Return the speaker of each word, 0-based: the likeliest sequence, changes at a cost.

    Args:
        words: Of one channel, by start time.
        evidence: Who talks when on it, by start time.
    """
    if not words or not evidence:
        return [0] * len(words)
    starts = [item.stretch.start_s for item in evidence]
    heard = np.stack([_evidence(word, evidence, starts) for word in words])
    best = heard[0]
    came_from: list[npt.NDArray[np.int64]] = []
    for index in range(1, len(words)):
        cost = _change_cost(words[index - 1], words[index])
        moves = best[:, None] - cost * (1 - np.eye(heard.shape[1]))
        came_from.append(moves.argmax(axis=0))
        best = moves.max(axis=0) + heard[index]
    path = [int(best.argmax())]
    for step in reversed(came_from):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _evidence(
    word: HeardWord, evidence: Sequence[SpeakerEvidence], starts: Sequence[float]
) -> npt.NDArray[np.float64]:
    """Return the log-probability of each speaker for one word: of the stretches it lies in."""
    at = max(bisect_right(starts, word.start_s) - 1, 0)
    total = np.zeros(evidence[0].log_probabilities.shape, dtype=np.float64)
    overlap_s = 0.0
    while at < len(evidence) and evidence[at].stretch.start_s < word.end_s:
        stretch = evidence[at].stretch
        share_s = min(stretch.end_s, word.end_s) - max(stretch.start_s, word.start_s)
        if share_s > 0:
            total += share_s * evidence[at].log_probabilities
            overlap_s += share_s
        at += 1
    return total / overlap_s if overlap_s else total


def _change_cost(before: HeardWord, after: HeardWord) -> float:
    paused = after.start_s - before.end_s >= PAUSE_S
    return CHANGE_AT_PAUSE if paused or before.text.endswith(ENDS) else CHANGE_INSIDE
