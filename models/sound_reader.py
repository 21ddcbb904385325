"""The default adapter for ``pipeline.ports.SoundReader``: peaks, and sound that browsers play."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import BinaryIO

import av

from models.decoding import MIN_DURATION_S, blocks, decode, one_if_alike, reading
from models.loudness import peaks_of
from pipeline.errors import RecordingError
from pipeline.peaks import Peaks
from pipeline.settings import Settings

PLAYED: Mapping[tuple[str, str], str] = {
    ("wav", "pcm_s16le"): "audio/wav",
    ("wav", "pcm_u8"): "audio/wav",
    ("flac", "flac"): "audio/flac",
    ("mp3", "mp3"): "audio/mpeg",
    ("ogg", "opus"): "audio/ogg",
    ("mov", "aac"): "audio/mp4",
}
"""Container and codec that Chromium, Firefox and Safari all play as they are.

Source: https://developer.mozilla.org/docs/Web/Media/Guides/Formats/Containers. G.711, G.722,
ADPCM and GSM, which telephone systems put into wav, are played by some of them only; Ogg/Opus by
Safari from 18.4 on.
"""
HIGHEST_RATE_HZ = 48_000


@dataclass(frozen=True, slots=True)
class PyAVSoundReader:
    """Decodes with PyAV; loads no model.

    Args:
        max_duration_s: Longer recordings are refused.
    """

    max_duration_s: float

    def peaks(self, recording: BinaryIO) -> Peaks:
        """Return the peaks of a recording; see ``pipeline.ports.SoundReader``."""
        return peaks_of(one_if_alike(decode(recording, self.max_duration_s)))

    def played_as(self, recording: BinaryIO) -> str | None:
        """Return the media type if browsers play it; see ``pipeline.ports.SoundReader``."""
        with reading(recording) as opened:
            codec = opened.stream.codec_context.codec.canonical_name
            if opened.demuxer == "mov" and len(opened.container.streams) > 1:
                return None  # A film, or several sound tracks: which one is played is not ours.
        recording.seek(0)
        if recording.read(4) in (b"RF64", b"BW64"):
            return None
        return PLAYED.get((opened.demuxer, codec))

    def convert(self, recording: BinaryIO, target: BinaryIO) -> None:
        """Write the sound as FLAC, 16 bits, the channels as they are."""
        written_s = 0.0
        with av.open(target, "w", format="flac") as out:
            stream: av.AudioStream | None = None
            for block in blocks(recording, self.max_duration_s, self._rate_hz(recording)):
                if stream is None:
                    stream = out.add_stream("flac", rate=block.sample_rate, layout=block.layout)
                written_s += block.samples / block.sample_rate
                block.pts = None
                out.mux(stream.encode(block))
            if stream is None or written_s < MIN_DURATION_S:
                raise RecordingError(f"the recording holds {written_s:.2f} s of sound: too little")
            out.mux(stream.encode(None))

    def _rate_hz(self, recording: BinaryIO) -> int:
        with reading(recording) as opened:
            return min(int(opened.stream.codec_context.sample_rate), HIGHEST_RATE_HZ)


def build_sound_reader(settings: Settings) -> PyAVSoundReader:
    """Return the reader that the settings ask for."""
    return PyAVSoundReader(settings.max_duration_s)
