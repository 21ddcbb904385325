"""Recordings made on the fly: tones, noise, silence, and files of every format."""

from __future__ import annotations

import io
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.int16]


def silence(seconds: float, rate_hz: int = 8000, channels: int = 1) -> Samples:
    """Return int16, shape (channels, samples), of digital silence."""
    return np.zeros((channels, int(seconds * rate_hz)), dtype=np.int16)


def tone(
    seconds: float, *hz: float, rate_hz: int = 8000, channels: int = 1, level: float = 0.3
) -> Samples:
    """Return int16, shape (channels, samples): sines, the same on all channels."""
    at = np.arange(int(seconds * rate_hz)) / rate_hz
    wave = sum((np.sin(2 * np.pi * f * at) for f in hz), start=np.zeros_like(at)) / len(hz)
    return np.tile((level * 32767 * wave).astype(np.int16), (channels, 1))


def noise(seconds: float, rate_hz: int = 8000, channels: int = 1, level: float = 0.01) -> Samples:
    """Return int16, shape (channels, samples), of white noise, always the same."""
    random = np.random.default_rng(1)
    wave = random.standard_normal((channels, int(seconds * rate_hz)))
    return np.clip(level * 32767 * wave, -32768, 32767).astype(np.int16)


def melody(seconds: float, rate_hz: int = 8000) -> Samples:
    """Return int16, shape (1, samples): chords that change twice a second, as hold music does."""
    chords = [
        (262, 330, 392, 523),
        (294, 349, 440, 587),
        (247, 311, 370, 494),
        (220, 277, 330, 440),
    ]
    parts = []
    for beat in range(int(seconds * 2)):
        chord = tone(0.5, *chords[beat % 4], rate_hz=rate_hz)
        fade = np.exp(-2 * np.arange(chord.shape[1]) / rate_hz)
        parts.append((chord * fade).astype(np.int16))
    return np.concatenate(parts, axis=1)


def encoded(
    samples: Samples,
    container: str = "wav",
    codec: str = "pcm_s16le",
    rate_hz: int = 8000,
    bit_rate: int | None = None,
) -> BinaryIO:
    """Return a recording as an open file.

    Args:
        samples: int16, shape (channels, samples).
        container: Format to write.
        codec: Encoder.
        rate_hz: Of the samples and of the file.
        bit_rate: For lossy codecs.
    """
    file = io.BytesIO()
    layout = "mono" if samples.shape[0] == 1 else "stereo"
    with av.open(file, "w", format=container) as out:
        stream = out.add_stream(codec, rate=rate_hz, layout=layout)
        if bit_rate:
            stream.bit_rate = bit_rate
        frame = av.AudioFrame.from_ndarray(
            np.ascontiguousarray(samples.T.reshape(1, -1)), format="s16", layout=layout
        )
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(
            format=stream.codec_context.format,
            layout=layout,
            rate=rate_hz,
            frame_size=stream.codec_context.frame_size or None,
        )
        for piece in (*resampler.resample(frame), *resampler.resample(None)):
            out.mux(stream.encode(piece))
        out.mux(stream.encode(None))
    file.seek(0)
    return file
