"""Decode a recording that is already open: bytes in, 16-bit samples at 16 kHz out.

The container is recognised from the first bytes and then named to the decoder, which is given one
demuxer and no protocol: a playlist, a concat script or an address inside a file is never followed,
whatever the file is called.
"""

from __future__ import annotations

import logging
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from typing import BinaryIO

import av
import numpy as np
import numpy.typing as npt
from av.audio.frame import AudioFrame

from pipeline.errors import RecordingError

SAMPLE_RATE_HZ = 16_000
MIN_DURATION_S = 0.1
"""Shorter recordings hold no word: the shortest syllables last about 0.1 s."""
SUPPORTED = "wav, flac, mp3, ogg/opus, m4a/mp4 and au (G.711 included) are read"
HEAD_BYTES = 4096

CONTAINERS: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"(?:RIFF|RF64|BW64).{4}WAVE", re.DOTALL), "wav"),
    (re.compile(rb"fLaC"), "flac"),
    (re.compile(rb"OggS"), "ogg"),
    (re.compile(rb".{4}ftyp", re.DOTALL), "mov"),
    (re.compile(rb"\.snd"), "au"),
    (re.compile(rb"ID3[\x02-\x04]"), "mp3"),
    (re.compile(rb"\xff[\xf2\xf3\xfa\xfb\xe2\xe3]"), "mp3"),
)
"""Signature at the start of the file, and the demuxer that reads it."""

FOREIGN: tuple[tuple[re.Pattern[bytes], str], ...] = (
    (re.compile(rb"(?:\xef\xbb\xbf)?\s*#EXTM3U"), "an HLS or M3U playlist"),
    (re.compile(rb"\s*ffconcat version"), "an ffmpeg concat script"),
    (re.compile(rb"\s*(?:#[^\n]*\n\s*)*file\s+['\"/\w]"), "an ffmpeg concat script"),
    (re.compile(rb"\s*\[playlist\]", re.IGNORECASE), "a PLS playlist"),
    (re.compile(rb"\s*(?:<!doctype html|<html)", re.IGNORECASE), "a web page"),
    (re.compile(rb"\s*<"), "an XML file"),
    (re.compile(rb"PK\x03\x04"), "a zip archive"),
    (re.compile(rb"\x1f\x8b"), "a gzip archive"),
    (re.compile(rb"%PDF"), "a PDF"),
    (re.compile(rb"FORM.{4}AIF", re.DOTALL), "an AIFF file"),
    (re.compile(rb"#!AMR"), "an AMR file"),
    (re.compile(rb"\x1a\x45\xdf\xa3"), "a Matroska or WebM file"),
    (re.compile(rb"\x30\x26\xb2\x75"), "a Windows Media file"),
)
"""What a file that is not a recording looks like, for the message."""

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Sound16k:
    """A decoded recording."""

    samples: npt.NDArray[np.int16]
    """int16, shape (channels, samples), 16 kHz."""

    @property
    def channels(self) -> int:
        """Number of channels, 1 or 2."""
        return int(self.samples.shape[0])

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return float(self.samples.shape[1] / SAMPLE_RATE_HZ)

    def as_float(
        self, channel: int, start: int = 0, end: int | None = None
    ) -> npt.NDArray[np.float32]:
        """Return samples ``start`` to ``end`` of a channel as float32 in [-1, 1]."""
        return self.samples[channel, start:end].astype(np.float32) / np.float32(32768)


def decode(recording: BinaryIO, max_duration_s: float) -> Sound16k:
    """Return all channels of a recording at 16 kHz.

    Holds 32 kB per second and channel in memory; nothing is written to disk.

    Args:
        recording: Open and seekable; read from its start, never reopened by name.
        max_duration_s: Longer recordings are refused as soon as that is known.

    Raises:
        RecordingError: Not a recording, damaged, too short, too long, or with more than two
            channels; the message says which and what it looks like.
    """
    pieces = [
        np.asarray(block.to_ndarray(), dtype=np.int16)
        for block in blocks(recording, max_duration_s, SAMPLE_RATE_HZ)
    ]
    sound = Sound16k(np.concatenate(pieces, axis=1) if pieces else np.zeros((1, 0), dtype=np.int16))
    if sound.duration_s < MIN_DURATION_S:
        raise RecordingError(
            f"the recording holds {sound.duration_s:.2f} s of sound; "
            f"at least {MIN_DURATION_S} s is needed to hold a word"
        )
    return sound


def one_if_alike(sound: Sound16k) -> Sound16k:
    """Return one channel where both carry the same sound: such a recording is not two-channel."""
    if sound.channels != 2:
        return sound
    step = max(1, sound.samples.shape[1] // 2_000_000)
    left, right = sound.samples[:, ::step].astype(np.int32)
    alike = np.abs(left - right).mean() <= 0.01 * np.abs(left).mean()
    return Sound16k(sound.samples[:1]) if alike else sound


def blocks(
    recording: BinaryIO, max_duration_s: float, rate_hz: int | None = None
) -> Iterator[AudioFrame]:
    """Yield the sound of a recording piece by piece: planar int16, mono or stereo.

    Args:
        recording: Open and seekable; read from its start, never reopened by name.
        max_duration_s: Longer recordings are refused as soon as that is known.
        rate_hz: What to resample to; None: the recording's own rate.

    Raises:
        RecordingError: Not a recording, damaged, too long, or with more than two channels.
    """
    with reading(recording) as opened:
        yield from _resampled(opened, max_duration_s, rate_hz)


@dataclass(frozen=True, slots=True)
class OpenedRecording:
    """A recording whose container is known."""

    demuxer: str
    """As in ``CONTAINERS``."""
    container: av.container.InputContainer

    @property
    def stream(self) -> av.audio.stream.AudioStream:
        """The sound track.

        Raises:
            RecordingError: There is none, or it has more than two channels or no sample rate.
        """
        if not self.container.streams.audio:
            raise RecordingError(f"the {self.demuxer} file has no sound track")
        stream = self.container.streams.audio[0]
        channels = stream.codec_context.channels
        if channels not in (1, 2):
            raise RecordingError(f"the recording has {channels} channels; 1 or 2 are supported")
        if stream.codec_context.sample_rate <= 0:
            raise RecordingError(f"the {self.demuxer} file names no sample rate")
        return stream


@contextmanager
def reading(recording: BinaryIO) -> Iterator[OpenedRecording]:
    """Open the container of a recording; what goes wrong inside is told in words.

    Raises:
        RecordingError: Not a recording, or damaged.
    """
    recording.seek(0)
    demuxer = recognise(recording.read(HEAD_BYTES))
    recording.seek(0)
    # OSError: FFmpegError's base for what the operating system could also report.
    try:
        with av.open(
            recording, mode="r", format=demuxer, options={"protocol_whitelist": "none"}
        ) as container:
            yield OpenedRecording(demuxer, container)
    except (av.error.FFmpegError, OSError, ValueError) as error:
        if isinstance(error, OSError) and not isinstance(error, av.error.FFmpegError):
            raise RecordingError(f"the recording could not be read to its end: {error}") from error
        raise RecordingError(
            f"the file starts like {demuxer} but cannot be decoded: it is damaged or cut off "
            f"({_reason(error)})"
        ) from error


def recognise(head: bytes) -> str:
    """Return the name of the demuxer for a file that starts with these bytes.

    Raises:
        RecordingError: Empty, or not one of the containers that are read.
    """
    if not head:
        raise RecordingError("the file is empty (0 bytes)")
    for signature, demuxer in CONTAINERS:
        if signature.match(head):
            return demuxer
    for signature, looks_like in FOREIGN:
        if signature.match(head):
            raise RecordingError(f"not a recording: it looks like {looks_like}; {SUPPORTED}")
    looks_like = "plain text" if _is_text(head) else "no known audio format"
    raise RecordingError(f"not a recording: it looks like {looks_like}; {SUPPORTED}")


def _is_text(head: bytes) -> bool:
    try:
        text = head.decode()
    except UnicodeDecodeError as error:
        if error.start < len(head) - 4:
            return False
        text = head[: error.start].decode()
    return all(character.isprintable() or character.isspace() for character in text)


def _reason(error: Exception) -> str:
    """Return what the decoder said, without file names."""
    return str(getattr(error, "strerror", None) or type(error).__name__)


def _resampled(
    opened: OpenedRecording, max_duration_s: float, rate_hz: int | None
) -> Iterator[AudioFrame]:
    """Yield blocks of planar int16 at one rate.

    Raises:
        RecordingError: No sound track, too many channels, or too long.
    """
    stream, container = opened.stream, opened.container
    if container.duration is not None:
        _refuse_if_longer(container.duration / av.time_base, max_duration_s)
    rate_hz = rate_hz or stream.codec_context.sample_rate
    layout = "mono" if stream.codec_context.channels == 1 else "stereo"
    resampler = av.AudioResampler(format="s16p", layout=layout, rate=rate_hz)
    samples = 0
    for frame in _frames(container, stream):
        for block in resampler.resample(frame):
            samples += block.samples
            _refuse_if_longer(samples / rate_hz, max_duration_s)
            yield block


def _frames(
    container: av.container.InputContainer, stream: av.audio.stream.AudioStream
) -> Iterator[AudioFrame | None]:
    """Yield decoded frames, then None to drain the resampler."""
    for frame in container.decode(stream):
        frame.pts = None  # Gaps in time stamps are no sound; positions count samples.
        yield frame
    yield None


def _refuse_if_longer(duration_s: float, max_duration_s: float) -> None:
    if duration_s > max_duration_s:
        raise RecordingError(
            f"the recording lasts more than {max_duration_s / 3600:.1f} hours "
            "(setting max_duration_s); split it, or raise the limit"
        )
