"""Give each word of a one-channel recording its speaker."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
import numpy.typing as npt

from models.diarization import Diarization
from models.whisper import HeardWord

FLOOR = 0.05
"""Activity that everyone has at least: the segmentation is never quite sure."""
PAUSE_S = 0.3
ENDS = (".", "?", "!")
CHANGE_INSIDE = 2.5
CHANGE_AT_PAUSE = 0.7
"""Cost (in log-odds of one word) of a change of speaker inside a sentence, and where a sentence
ends or a pause is: speakers change there."""


def speakers_of(words: Sequence[HeardWord], diarization: Diarization) -> list[int]:
    """Return the speaker of each word, 0-based: the likeliest sequence, changes at a cost.

    Args:
        words: Of one channel, by start time.
        diarization: Who talks when on it.
    """
    if not words:
        return []
    evidence = np.stack([_evidence(word, diarization) for word in words])
    speakers = evidence.shape[1]
    best = evidence[0]
    came_from: list[npt.NDArray[np.int64]] = []
    for index in range(1, len(words)):
        cost = _change_cost(words[index - 1], words[index])
        moves = best[:, None] - cost * (1 - np.eye(speakers))
        came_from.append(moves.argmax(axis=0))
        best = moves.max(axis=0) + evidence[index]
    path = [int(best.argmax())]
    for step in reversed(came_from):
        path.append(int(step[path[-1]]))
    return path[::-1]


def _evidence(word: HeardWord, diarization: Diarization) -> npt.NDArray[np.float64]:
    """Return the log-probability of each speaker for one word."""
    talking = diarization.talking(word.start_s, word.end_s) + FLOOR
    return np.asarray(np.log(talking / talking.sum()), dtype=np.float64)


def _change_cost(before: HeardWord, after: HeardWord) -> float:
    paused = after.start_s - before.end_s >= PAUSE_S
    return CHANGE_AT_PAUSE if paused or before.text.endswith(ENDS) else CHANGE_INSIDE
