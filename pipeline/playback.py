"""The sound of a call for the browser: the recording itself, or a playable copy of it.

Recordings stay where they were scored from. What browsers do not play is converted once and kept
in a folder, by the recording's SHA-256; the copies that nobody listened to for longest are deleted
when the folder is full, and made again when they are asked for.
"""

from __future__ import annotations

import contextlib
import os
import re
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO, cast

from pipeline import keys
from pipeline.domain import Call
from pipeline.errors import PrerequisiteError, RecordingError
from pipeline.listing import TRANSCRIPT_ENDINGS, ending
from pipeline.peaks import Peaks
from pipeline.planning import open_file
from pipeline.ports import SoundReader
from pipeline.settings import Settings

SHA256 = re.compile(r"[0-9a-f]{64}")
OURS = re.compile(r"[0-9a-f]{64}\.(?:flac|\w+\.part)")
"""What is deleted to make room; anything else in the folder is left alone."""
_DECODING = threading.Lock()
"""One recording at a time in this process: decoded sound is large."""


@dataclass(frozen=True, slots=True)
class Playable:
    """A file that browsers play."""

    source: str
    """Path or URL; read with ``pipeline.planning.open_file``."""
    media_type: str
    size_bytes: int
    tag: str
    """Names these bytes: other bytes, other tag."""


@dataclass(frozen=True, slots=True)
class Playback:
    """Where a call's sound comes from; safe to share between threads.

    Args:
        reader: Decodes.
        folder: Holds the playable copies; made when the first one is.
        limit_bytes: The folder is kept under this size, apart from the copy just made.
    """

    reader: SoundReader
    folder: Path
    limit_bytes: int

    def playable(self, call: Call) -> Playable:
        """Return what to send for a call; converts its recording the first time, if it must be.

        Raises:
            RecordingError: The call is a written one, or its recording is gone, cannot be reached,
                has changed or cannot be decoded.
            PrerequisiteError: The copy cannot be written, or a kind of URL needs a package.
            InputError: The kind of URL is not known.
        """
        with self._recording(call) as recording:
            copy = self._copy_of(call.recording_sha256)
            if copy.is_file():
                with contextlib.suppress(FileNotFoundError):
                    os.utime(copy)
                    return _playable_copy(copy)
            media_type = self.reader.played_as(recording)
            if media_type is not None:
                size_bytes = recording.seek(0, os.SEEK_END)
                return Playable(call.source, media_type, size_bytes, call.recording_sha256)
            with _DECODING:
                if not copy.is_file():
                    self._convert(call, recording, copy)
            return _playable_copy(copy)

    def peaks(self, call: Call) -> Peaks:
        """Return a call's peaks from its recording.

        Raises:
            RecordingError: The call is a written one, or its recording is gone, cannot be reached,
                has changed or cannot be decoded.
            PrerequisiteError: The kind of URL needs a package that is not installed.
            InputError: The kind of URL is not known.
        """
        with self._recording(call) as recording, _DECODING:
            _check_content(call, recording)
            return self.reader.peaks(recording)

    @contextlib.contextmanager
    def _recording(self, call: Call) -> Iterator[BinaryIO]:
        """Open a call's recording; its size is what it was when it was scored."""
        if ending(call.source) in TRANSCRIPT_ENDINGS:
            raise RecordingError(f"call {call.call_id} is a written one: it has no sound")
        try:
            recording = open_file(call.source)
        except FileNotFoundError as error:
            raise RecordingError(
                f"the recording of call {call.call_id} is no longer at {call.source}: put it back, "
                "or score it again where it is now"
            ) from error
        except OSError as error:
            raise RecordingError(
                f"the recording of call {call.call_id} cannot be opened at {call.source}: "
                f"{error.strerror or error}"
            ) from error
        with recording:
            size_bytes = recording.seek(0, os.SEEK_END)
            if call.size_bytes not in (None, size_bytes):
                raise _changed(call, f"{size_bytes} bytes instead of {call.size_bytes}")
            recording.seek(0)
            yield recording

    def _copy_of(self, sha256: str) -> Path:
        if not SHA256.fullmatch(sha256):
            raise RecordingError(f"{sha256[:80]!r} is no SHA-256 of a recording")
        return self.folder / f"{sha256}.flac"

    def _convert(self, call: Call, recording: BinaryIO, copy: Path) -> None:
        _check_content(call, recording)
        try:
            self.folder.mkdir(parents=True, exist_ok=True, mode=0o700)
            with tempfile.NamedTemporaryFile(
                dir=self.folder, prefix=f"{copy.stem}.", suffix=".part", delete=False
            ) as part:
                made = Path(part.name)
                try:
                    self.reader.convert(recording, cast(BinaryIO, part))
                    part.close()
                    made.replace(copy)
                finally:
                    made.unlink(missing_ok=True)
            self._make_room(copy)
        except OSError as error:
            raise PrerequisiteError(
                f"the playable copy of call {call.call_id} cannot be kept in {self.folder}: "
                f"{error.strerror or error}; make room, or name another folder "
                "(CALLQA_SOUND_FOLDER)"
            ) from error

    def _make_room(self, just_made: Path) -> None:
        """Delete the copies that were not asked for in the longest time."""
        copies = sorted(self._copies(), key=lambda item: item.used_at_s, reverse=True)
        kept_bytes = 0
        for copy in copies:
            kept_bytes += copy.size_bytes
            if kept_bytes > self.limit_bytes and copy.path != just_made:
                copy.path.unlink(missing_ok=True)

    def _copies(self) -> Iterator[_Copy]:
        for path in filter(lambda path: OURS.fullmatch(path.name), self.folder.iterdir()):
            with contextlib.suppress(FileNotFoundError):
                status = path.stat()
                yield _Copy(path, status.st_mtime, status.st_size)


@dataclass(frozen=True, slots=True)
class _Copy:
    """A playable copy in the folder."""

    path: Path
    used_at_s: float
    size_bytes: int


def playback_for(reader: SoundReader, settings: Settings) -> Playback:
    """Return where the sound of calls comes from, as the settings have it."""
    return Playback(
        reader=reader,
        folder=settings.sound_folder or Path(f"{settings.store}.sound"),
        limit_bytes=settings.sound_cache_bytes,
    )


def _playable_copy(copy: Path) -> Playable:
    return Playable(str(copy), "audio/flac", copy.stat().st_size, f"{copy.stem}-flac")


def _check_content(call: Call, recording: BinaryIO) -> None:
    if keys.sha256_of(recording) != call.recording_sha256:
        raise _changed(call, "other content")


def _changed(call: Call, what: str) -> RecordingError:
    return RecordingError(
        f"the file at {call.source} is no longer the recording of call {call.call_id}: it has "
        f"{what}; put the recording back, or score the new one under another call id"
    )
