"""Who speaks when within ten seconds: pyannote segmentation-3.0 as ONNX (MIT).

The network names up to three speakers per window, in no fixed order, and at most two at once.
Source: Plaquet and Bredin, "Powerset multi-class cross entropy loss", Interspeech 2023.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt

from models.decoding import SAMPLE_RATE_HZ, Sound16k

WINDOW_S = 10.0
STEP_S = 5.0
BATCH = 4
LOCAL_SPEAKERS = 3
POWERSET = np.array(
    [[0, 0, 0], [1, 0, 0], [0, 1, 0], [0, 0, 1], [1, 1, 0], [1, 0, 1], [0, 1, 1]], dtype=np.float32
)
"""Which speakers each of the seven classes holds."""

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class LocalSpeakers:
    """Who speaks in one window."""

    start_s: float
    activity: Floats
    """float32, shape (frames, 3): probability that each local speaker talks."""

    @property
    def frame_s(self) -> float:
        """Seconds per frame."""
        return WINDOW_S / float(self.activity.shape[0])


class Segmentation:
    """The loaded network.

    Args:
        folder: Holds ``segmentation-3.0.onnx``.
    """

    def __init__(self, folder: Path) -> None:
        self._file = folder / "segmentation-3.0.onnx"

    @cached_property
    def _session(self) -> Any:
        """The ONNX session. Any: onnxruntime publishes no types."""
        import onnxruntime

        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        return onnxruntime.InferenceSession(
            str(self._file), options, providers=["CPUExecutionProvider"]
        )

    def windows(self, sound: Sound16k, channel: int) -> Iterator[LocalSpeakers]:
        """Yield windows that cover a channel, each half overlapping the next."""
        size, step = int(WINDOW_S * SAMPLE_RATE_HZ), int(STEP_S * SAMPLE_RATE_HZ)
        total = sound.samples.shape[1]
        starts = list(range(0, max(total - size + step, 1), step))
        for first in range(0, len(starts), BATCH):
            batch = starts[first : first + BATCH]
            waves = np.zeros((len(batch), 1, size), dtype=np.float32)
            for row, start in enumerate(batch):
                piece = sound.as_float(channel, start, start + size)
                waves[row, 0, : piece.size] = piece
            (log_probabilities,) = self._session.run(None, {"input": waves})
            for start, logs in zip(batch, log_probabilities, strict=True):
                yield LocalSpeakers(start / SAMPLE_RATE_HZ, np.exp(logs) @ POWERSET)
