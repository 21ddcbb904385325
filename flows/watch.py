"""A folder is scored as recordings arrive.

A file counts as complete when its size and time of change stood still for a while, since recorders
write for as long as a call lasts. Nothing is remembered between runs: the store knows what is done.
"""

from __future__ import annotations

import logging
import signal
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from types import FrameType

from pipeline.errors import InputError

logger = logging.getLogger(__name__)

Score = Callable[[list[Path]], None]


@dataclass(frozen=True, slots=True)
class Look:
    """A file as it was when last looked at."""

    size_bytes: int
    changed_ns: int


class Arrivals:
    """Which files of a folder are complete and have not been handed out yet.

    Args:
        folder: Watched with its subfolders; hidden files and folders are left alone.
        settle_s: How long a file must stand still.
    """

    def __init__(self, folder: Path, settle_s: float) -> None:
        self.folder = folder
        self.settle_s = settle_s
        self._still_since: dict[Path, tuple[Look, float]] = {}
        self._handed_out: dict[Path, Look] = {}

    def complete(self, now_s: float) -> list[Path]:
        """Return the files that have become complete, sorted; each is returned once per content.

        Args:
            now_s: Seconds on a clock that never goes back.
        """
        looks = dict(self._look())
        ready = []
        for path, look in sorted(looks.items()):
            if self._handed_out.get(path) == look:
                continue
            before = self._still_since.get(path)
            if before is None or before[0] != look:
                self._still_since[path] = (look, now_s)
                before = self._still_since[path]
            if now_s - before[1] >= self.settle_s:
                ready.append(path)
                self._handed_out[path] = look
        self._still_since = {
            path: seen for path, seen in self._still_since.items() if path in looks
        }
        return ready

    def _look(self) -> Iterator[tuple[Path, Look]]:
        for path in self.folder.rglob("*"):
            inside = path.relative_to(self.folder).parts
            if any(part.startswith(".") for part in inside) or path.suffix in (".part", ".tmp"):
                continue
            try:
                state = path.stat()
            except OSError:
                continue  # it went away between being listed and being looked at
            if path.is_file():
                yield path, Look(state.st_size, state.st_mtime_ns)


def watch_folder(
    folder: Path,
    score: Score,
    *,
    every_s: float = 10.0,
    settle_s: float = 5.0,
    stop: threading.Event | None = None,
) -> None:
    """Score what arrives until ``stop`` is set, or Ctrl-C or SIGTERM; a batch is not cut short.

    Args:
        folder: What to watch.
        score: Called with the files that have become complete.
        every_s: Seconds between two looks.
        settle_s: Seconds for which a complete file stood still.
        stop: Ends the watch; None: only signals do.

    Raises:
        InputError: The folder is not there.
    """
    if not folder.is_dir():
        raise InputError(f"there is no folder {folder} to watch")
    arrivals = Arrivals(folder, settle_s)
    with _stopped_by_signals(stop or threading.Event()) as stopping:
        while not stopping.is_set():
            ready = arrivals.complete(time.monotonic())
            if ready:
                logger.info("%s files arrived", len(ready))
                score(ready)
            stopping.wait(every_s)


@contextmanager
def _stopped_by_signals(stopping: threading.Event) -> Iterator[threading.Event]:
    """Turn Ctrl-C and SIGTERM into a request to stop; a second Ctrl-C interrupts at once."""
    if threading.current_thread() is not threading.main_thread():
        yield stopping
        return

    def stop(number: int, _frame: FrameType | None) -> None:
        if stopping.is_set() and number == signal.SIGINT:
            raise KeyboardInterrupt
        stopping.set()

    before = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield stopping
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
