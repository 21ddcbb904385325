"""Recordings as they come out of bad lines and broken recorders: one function per kind of damage.

All take and return int16, shape (channels, samples), at the recording's own rate, and never change
what they are given. What is drawn at random comes from the generator that is passed in.
"""

from __future__ import annotations

import io
import wave
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt

from pipeline.spans import Span

Samples = npt.NDArray[np.int16]
PACKET_S = 0.02
"""What one packet of telephone speech holds (RFC 3551, default of the G.711 payload)."""
FULL_SCALE = 32767
SPEECH_PERCENTILE = 90
"""Of the levels of 20 ms: about the level of speech, as somebody talks a third of the time."""


@dataclass(frozen=True, slots=True)
class Recorded:
    """A recording in memory, and where who is heard in it."""

    samples: Samples
    rate_hz: int
    agent: int
    """Channel that the agent is on."""
    identifiers: tuple[Span, ...] = ()
    """When identifiers were asked for and given."""

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / self.rate_hz)

    @property
    def customer(self) -> int:
        """Channel that the customer is on."""
        return int(self.samples.shape[0]) - 1 - self.agent

    def at(self, seconds: float) -> int:
        """Return the sample at a time."""
        return int(seconds * self.rate_hz)


Damage = Callable[[Recorded, np.random.Generator], Samples]


def read_samples(path: Path) -> tuple[Samples, int]:
    """Return all channels of a 16-bit recording, and its rate in Hz."""
    with av.open(str(path)) as container:
        stream = container.streams.audio[0]
        channels, rate_hz = stream.codec_context.channels, stream.codec_context.sample_rate
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
    packed = np.concatenate(frames, axis=1).reshape(-1, channels).T
    return np.ascontiguousarray(packed, dtype=np.int16), rate_hz


def as_wav(samples: Samples, rate_hz: int) -> io.BytesIO:
    """Return the samples as an open WAV file."""
    file = io.BytesIO()
    with wave.open(file, "wb") as out:
        out.setnchannels(samples.shape[0])
        out.setsampwidth(2)
        out.setframerate(rate_hz)
        out.writeframes(np.ascontiguousarray(samples.T).astype("<i2").tobytes())
    file.seek(0)
    return file


def silenced(samples: Samples, channels: Sequence[int], start: int, end: int) -> Samples:
    """Return the recording with zeros on some channels, from sample ``start`` to ``end``."""
    changed = samples.copy()
    changed[list(channels), start:end] = 0
    return changed


def noisy(
    samples: Samples, channel: int, snr_db: float, start: int, end: int, rng: np.random.Generator
) -> Samples:
    """Return the recording with white noise on one channel, below its speech by ``snr_db``."""
    noise = rng.standard_normal(end - start) * _speech_rms(samples[channel]) * 10 ** (-snr_db / 20)
    changed = samples.copy()
    loud = samples[channel, start:end] + noise
    changed[channel, start:end] = np.clip(loud, -FULL_SCALE, FULL_SCALE).astype(np.int16)
    return changed


def packets_lost(samples: Samples, share: float, rate_hz: int, rng: np.random.Generator) -> Samples:
    """Return the recording with a share of all packets silent, each channel on its own."""
    packet = int(PACKET_S * rate_hz)
    count = -(-samples.shape[1] // packet)
    kept = rng.random((samples.shape[0], count)) >= share
    whole = np.repeat(kept, packet, axis=1)[:, : samples.shape[1]]
    return np.asarray(np.where(whole, samples, 0), dtype=np.int16)


def clipped(samples: Samples, gain_db: float) -> Samples:
    """Return the recording as an amplifier would overdrive it, as loud as it can be stored."""
    loud = samples * 10 ** (gain_db / 20)
    return np.asarray(np.clip(loud, -FULL_SCALE, FULL_SCALE), dtype=np.int16)


def _speech_rms(samples: npt.NDArray[np.int16]) -> float:
    piece = 160
    whole = samples[: samples.size // piece * piece].astype(np.float64).reshape(-1, piece)
    return float(np.percentile(np.sqrt(np.square(whole).mean(axis=1)), SPEECH_PERCENTILE))


def _opening_s(rng: np.random.Generator) -> float:
    """Draw how long the damaged opening is: the agent's first words and often the next."""
    return float(rng.uniform(4.0, 12.0))


def _opening_muted(call: Recorded, rng: np.random.Generator) -> Samples:
    return silenced(call.samples, [call.agent], 0, call.at(_opening_s(rng)))


def _opening_muted_all(call: Recorded, rng: np.random.Generator) -> Samples:
    return silenced(call.samples, range(call.samples.shape[0]), 0, call.at(_opening_s(rng)))


def _opening_noisy(call: Recorded, rng: np.random.Generator) -> Samples:
    return noisy(call.samples, call.agent, -10.0, 0, call.at(_opening_s(rng)), rng)


def _opening_missing(call: Recorded, rng: np.random.Generator) -> Samples:
    return call.samples[:, call.at(_opening_s(rng)) :].copy()


def _end_missing(call: Recorded, rng: np.random.Generator) -> Samples:
    return call.samples[:, : call.at(call.duration_s * float(rng.uniform(0.5, 0.9)))].copy()


def _end_muted(call: Recorded, rng: np.random.Generator) -> Samples:
    start = call.at(call.duration_s * float(rng.uniform(0.5, 0.9)))
    return silenced(call.samples, [call.agent], start, call.samples.shape[1])


def _agent_noisy(call: Recorded, rng: np.random.Generator) -> Samples:
    return noisy(call.samples, call.agent, -5.0, 0, call.samples.shape[1], rng)


def _packets_lost(call: Recorded, rng: np.random.Generator) -> Samples:
    return packets_lost(call.samples, 0.3, call.rate_hz, rng)


def _clipped(call: Recorded, rng: np.random.Generator) -> Samples:
    return clipped(call.samples, float(rng.uniform(30.0, 40.0)))


def _agent_dead(call: Recorded, rng: np.random.Generator) -> Samples:
    return silenced(call.samples, [call.agent], 0, call.samples.shape[1])


def _customer_dead(call: Recorded, rng: np.random.Generator) -> Samples:
    return silenced(call.samples, [call.customer], 0, call.samples.shape[1])


def _dead_a_while(call: Recorded, rng: np.random.Generator) -> Samples:
    """Return the agent's channel with its line dead for a third of the call, not quite at zero."""
    start = call.at(call.duration_s * float(rng.uniform(0.1, 0.6)))
    end = start + call.samples.shape[1] // 3
    changed = call.samples.copy()
    changed[call.agent, start:end] = rng.integers(-1, 2, end - start, dtype=np.int16)
    return changed


def _identifiers_silenced(call: Recorded, rng: np.random.Generator) -> Samples:
    changed = call.samples
    for span in call.identifiers:
        both = range(call.samples.shape[0])
        changed = silenced(changed, both, call.at(span.start_s), call.at(span.end_s))
    return changed


DAMAGES: dict[str, Damage] = {
    "opening_muted": _opening_muted,
    "opening_muted_all": _opening_muted_all,
    "opening_noisy": _opening_noisy,
    "opening_missing": _opening_missing,
    "end_missing": _end_missing,
    "end_muted": _end_muted,
    "agent_noisy": _agent_noisy,
    "packets_lost": _packets_lost,
    "clipped": _clipped,
    "agent_dead": _agent_dead,
    "customer_dead": _customer_dead,
    "dead_a_while": _dead_a_while,
    "identifiers_silenced": _identifiers_silenced,
}
"""Every kind by name."""
TWO_CHANNELS = frozenset({"agent_dead", "customer_dead"})
"""Kinds that need a channel of one's own."""
DRAWN = frozenset(DAMAGES) - TWO_CHANNELS - {"identifiers_silenced"}
"""Kinds in which a seed decides what is damaged, or how."""
