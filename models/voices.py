"""What a voice sounds like: one vector per stretch of speech, close for the same speaker.

The model is Resemblyzer's voice encoder (Apache-2.0; Wan et al., arXiv 1710.10467): three LSTM
layers over 40 mel bands. It costs about a hundredth of the recording's length on one core.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

import numpy as np
import numpy.typing as npt
import torch
from safetensors.torch import load_file
from torch import nn

from models.decoding import SAMPLE_RATE_HZ

N_FFT = 400
HOP = 160
MELS = 40
PART_FRAMES = 160
"""Frames that the network sees at once: 1.6 s. Source: Resemblyzer."""
BATCH = 64
MAX_PARTS = 3
"""Parts of a stretch that are listened to, spread over it: more cost time and told no more."""
LEVEL_DBFS = -30.0
"""Level that quieter speech is raised to. Source: Resemblyzer."""

Floats = npt.NDArray[np.float32]


class VoiceEncoder(nn.Module):
    """The network, and the sound it wants.

    Args:
        folder: Holds ``model.safetensors``.
    """

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.lstm = nn.LSTM(MELS, 256, 3, batch_first=True)
        self.linear = nn.Linear(256, 256)
        state = load_file(folder / "model.safetensors")
        self.load_state_dict({k: v for k, v in state.items() if not k.startswith("similarity")})
        self.eval()
        self._mel = _mel_filters()

    def embed(self, sounds: Sequence[Floats]) -> Floats:
        """Return the voice of each stretch: float32, shape (stretches, 256), each of length 1.

        Args:
            sounds: float32, shape (samples,), in [-1, 1], 16 kHz, one speaker each; less than
                1.6 s is allowed but tells less.
        """
        parts = [self._parts(sound) for sound in sounds]
        owners = np.repeat(np.arange(len(parts)), [len(own) for own in parts])
        vectors = self._encode(np.concatenate(parts))
        sums = np.zeros((len(parts), vectors.shape[1]), dtype=np.float32)
        np.add.at(sums, owners, vectors)
        lengths = np.maximum(np.linalg.norm(sums, axis=1, keepdims=True), 1e-9)
        return np.asarray(sums / lengths, dtype=np.float32)

    def _encode(self, parts: Floats) -> Floats:
        """Return a vector per part, many at once: a step costs about the same for one and for 64.

        Args:
            parts: float32, shape (parts, PART_FRAMES, MELS).
        """
        vectors = []
        with torch.inference_mode(), _one_thread():
            for first in range(0, len(parts), BATCH):
                _, (hidden, _) = self.lstm(torch.from_numpy(parts[first : first + BATCH]))
                raw = torch.relu(self.linear(hidden[-1]))
                vectors.append(nn.functional.normalize(raw, dim=1).numpy())
        return np.asarray(np.concatenate(vectors), dtype=np.float32)

    def _parts(self, sound: Floats) -> Floats:
        """Return what the network looks at: float32, shape (parts, PART_FRAMES, MELS)."""
        rms = float(np.sqrt(np.mean(np.square(sound)) + 1e-12))
        gain = max(1.0, 10 ** (LEVEL_DBFS / 20) / rms)
        if sound.size < PART_FRAMES * HOP:
            sound = np.tile(sound, 1 + PART_FRAMES * HOP // sound.size)[: PART_FRAMES * HOP]
        mel = self._spectrogram(sound * np.float32(gain))
        last = mel.shape[0] - PART_FRAMES
        count = min(MAX_PARTS, 1 + last // PART_FRAMES + (last % PART_FRAMES > PART_FRAMES // 2))
        starts = np.linspace(0, last, count).astype(int) if count > 1 else [last // 2]
        return np.stack([mel[start : start + PART_FRAMES] for start in starts])

    def _spectrogram(self, sound: Floats) -> Floats:
        """Return mel power, not its logarithm: float32, shape (frames, 40)."""
        frames = np.lib.stride_tricks.sliding_window_view(np.pad(sound, N_FFT // 2), N_FFT)[::HOP]
        spectrum = np.fft.rfft(frames * np.hanning(N_FFT + 1)[:-1].astype(np.float32), axis=1).T
        power = np.square(np.abs(spectrum))
        return np.ascontiguousarray((self._mel @ power).T, dtype=np.float32)


@contextmanager
def _one_thread() -> Iterator[None]:
    """Run torch on one thread: with more, these small steps wait for each other.

    Measured on two busy cores: ten times slower with two threads.
    """
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    try:
        yield
    finally:
        torch.set_num_threads(threads)


def _mel_filters() -> Floats:
    """Return area-normalised triangles on Slaney's mel scale: float32, shape (40, 201).

    Source: Slaney, Auditory Toolbox (1998); what librosa uses unless told otherwise.
    """
    bins_hz = np.linspace(0, SAMPLE_RATE_HZ / 2, N_FFT // 2 + 1)
    edges_hz = _mel_to_hz(np.linspace(0, _hz_to_mel(SAMPLE_RATE_HZ / 2), MELS + 2))
    low, middle, high = edges_hz[:-2, None], edges_hz[1:-1, None], edges_hz[2:, None]
    rising = (bins_hz - low) / (middle - low)
    falling = (high - bins_hz) / (high - middle)
    filters = np.maximum(0, np.minimum(rising, falling)) * 2 / (high - low)
    return np.asarray(filters, dtype=np.float32)


def _hz_to_mel(hz: float) -> float:
    """Linear to 1 kHz (15 mel), logarithmic above."""
    return hz * 3 / 200 if hz < 1000 else 15 + float(np.log(hz / 1000)) * 27 / float(np.log(6.4))


def _mel_to_hz(mel: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
    return np.where(mel < 15, mel * 200 / 3, 1000 * np.exp((mel - 15) * np.log(6.4) / 27))
