"""Find files: single ones, in folders, by globs, on this machine or behind an fsspec URL."""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path, PurePosixPath
from typing import Any

import fsspec
from fsspec.implementations.local import LocalFileSystem

from pipeline.errors import InputError, PrerequisiteError

AUDIO_ENDINGS = frozenset("wav wave flac mp3 ogg oga opus m4a mp4 au snd".split())
"""What a folder is searched for; what ``models.decoding`` can read."""
TRANSCRIPT_ENDINGS = frozenset("json jsonl ndjson vtt srt txt".split())
URL = re.compile(r"[A-Za-z][A-Za-z0-9+.-]*://")
GLOB = re.compile(r"[*?\[]")


@dataclass(slots=True)
class Listing:
    """What one source turned out to be."""

    files: list[str] = field(default_factory=list)
    """Absolute paths or URLs, sorted."""
    problems: dict[str, str] = field(default_factory=dict)
    """Places that could not be looked at, and why, in words."""
    missing: str | None = None
    """Set when there is nothing of this name; what was looked for, in words."""
    skipped: Counter[str] = field(default_factory=Counter)
    """Files in folders that are no recordings, by ending."""


def ending(path: str) -> str:
    """Return the ending of a path or URL, in lower case, without the dot."""
    return _file_name(path).suffix[1:].lower()


def stem(path: str) -> str:
    """Return the file name of a path or URL without its ending."""
    return _file_name(path).stem


def printable(name: str) -> str:
    """Return a file's name with those bytes written out that are no UTF-8."""
    return os.fsencode(name).decode("utf-8", "backslashreplace")


def _file_name(path: str) -> PurePosixPath:
    plain = path.partition("?")[0] if URL.match(path) else path
    return PurePosixPath(plain.rstrip("/").rpartition("/")[2])


def filesystem(source: str) -> tuple[Any, str]:  # Any: fsspec publishes no types
    """Return the file system that a path or URL is on, and the path there.

    Raises:
        InputError: The kind of URL is not known.
        PrerequisiteError: The kind of URL needs a package that is not installed.
    """
    if not URL.match(source):
        # Not resolve(): a link keeps its own name, which is the call's id.
        return LocalFileSystem(), os.path.abspath(Path(source).expanduser())  # noqa: PTH100
    protocol = source.partition("://")[0].lower()
    try:
        system, path = fsspec.core.url_to_fs(source)
    except ImportError as error:
        extra = "pip install 'callqa[s3]'" if protocol in ("s3", "s3a") else str(error)
        raise PrerequisiteError(f"{protocol}:// needs one more package: {extra}") from error
    except ValueError as error:
        raise InputError(f"cannot read {protocol}:// addresses: {error}") from error
    return system, path


def is_local(system: Any) -> bool:
    """Return whether a file system is this machine's."""
    return isinstance(system, LocalFileSystem)


def list_source(source: str) -> Listing:
    """Return the files that a path, folder, glob or URL stands for.

    A folder is searched at every depth for recordings only; a single name or a glob may also
    stand for a transcript. Nothing is raised for what cannot be read: it is in ``problems``.

    Raises:
        InputError: The kind of URL is not known.
        PrerequisiteError: The kind of URL needs a package that is not installed.
    """
    system, path = filesystem(source)
    listing = Listing()
    try:
        if system.isdir(path):
            _scan(system, path, listing)
            if not (listing.files or listing.problems):
                listing.missing = _nothing_in(source, listing.skipped)
        elif system.exists(path) or _is_link(system, path):
            _take(system, path, listing)
        elif GLOB.search(source):
            _expand(system, path, listing)
            if not (listing.files or listing.problems):
                listing.missing = f"nothing matches {source}"
        else:
            listing.missing = f"there is no file or folder {source}"
    except PermissionError:
        listing.problems[_name(system, path)] = "No permission to read it."
    except OSError as error:
        listing.problems[_name(system, path)] = f"It cannot be reached: {_words(error)}."
    listing.files.sort()
    return listing


def _nothing_in(source: str, skipped: Mapping[str, int]) -> str:
    looked_for = ", ".join(sorted(AUDIO_ENDINGS))
    text = f"no recordings in {source} (looked for {looked_for})"
    if TRANSCRIPT_ENDINGS & set(skipped):
        text += "; transcripts in a folder are scored when a glob names them, e.g. '*.json'"
    return text


def _expand(system: Any, pattern: str, listing: Listing) -> None:
    for path in sorted(system.glob(pattern)):
        if system.isdir(path):
            _scan(system, path, listing)
        else:
            _take(system, path, listing)


def _scan(system: Any, root: str, listing: Listing) -> None:
    """Add all recordings below a folder, in any depth; hidden files and folders are left alone.

    Links to folders are not followed. (``walk`` of fsspec 2026.9 keeps quiet about folders
    below the first that cannot be read, so this does not use it.)
    """
    folders = [root]
    while folders:
        folder = folders.pop()
        try:
            entries = system.ls(folder, detail=True)
        except OSError as error:
            listing.problems[_name(system, folder)] = (
                f"This folder cannot be read: {_words(error)}."
            )
            continue
        for entry in entries:
            path = entry["name"].rstrip("/")
            if path == folder.rstrip("/") or _file_name(path).name.startswith("."):
                continue
            if entry["type"] == "directory":
                folders.append(path)
            elif ending(path) in AUDIO_ENDINGS:
                _take(system, path, listing)
            else:
                listing.skipped[ending(path)] += 1


def _take(system: Any, path: str, listing: Listing) -> None:
    """Add one file, or say why it cannot be read."""
    name = _name(system, path)
    if name != printable(name):
        listing.problems[name] = "Its name is not in UTF-8: rename it."
        return
    if is_local(system):
        file = Path(path)
        if not file.exists():
            listing.problems[name] = "It is a link to something that is not there."
            return
        if not file.is_file():
            listing.problems[name] = "It is not a regular file."
            return
        if not os.access(path, os.R_OK, effective_ids=os.access in os.supports_effective_ids):
            listing.problems[name] = "No permission to read it."
            return
    listing.files.append(name)


def _is_link(system: Any, path: str) -> bool:
    return is_local(system) and Path(path).is_symlink()


def _name(system: Any, path: str) -> str:
    """Return how a path is called everywhere else: an absolute path, or a whole URL."""
    return path if is_local(system) else str(system.unstrip_protocol(path))


def _words(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()
