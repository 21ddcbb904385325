"""The thread that keeps desk and store together while the review app runs.

Every few seconds it posts what people said to the store, copies what was scored to the desk, and
sends events that are due. It holds the store for moments only, and rests ten times as long as its
work took, so that whoever scores is hardly slowed down.
"""

from __future__ import annotations

import contextlib
import logging
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

from pipeline.desk.copying import copy_new
from pipeline.desk.database import Desk
from pipeline.desk.hook_sending import deliver_due, hook_client
from pipeline.desk.posting import post
from pipeline.desk.rubric_drafts import post_publications
from pipeline.errors import CallQAError, StoreBusyError
from pipeline.settings import Settings
from pipeline.store import Store

REST = 10.0
"""Times as long as the work took, at least."""
LONGEST_REST_S = 60.0
logger = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class KeeperState:
    """What the thread is doing, for people."""

    copied: int = 0
    of: int = 0
    """Calls of the present copy; equal when it is done."""
    rounds: int = 0
    """How often all was brought up to date."""
    trouble: str | None = None
    """Why the last round failed; None if it did not."""

    @property
    def busy(self) -> bool:
        """Return whether calls are still to be copied."""
        return self.copied < self.of


class Keeper:
    """Keeps a desk up to date in a thread of its own.

    Args:
        store: Where calls are scored to.
        desk: Where people work.
        settings: ``review_poll_s`` and what copying and sending need.
    """

    def __init__(self, store: Store, desk: Desk, settings: Settings) -> None:
        self.store = store
        self.desk = desk
        self.settings = settings
        self._state = KeeperState()
        self._ending = threading.Event()
        self._wanted = threading.Event()
        self._threads: list[threading.Thread] = []

    @property
    def state(self) -> KeeperState:
        """Return what it is doing."""
        return self._state

    def start(self) -> None:
        """Begin to work; copying and sending do not wait for each other."""
        for name, work in (("keeper", self._keep), ("sender", self._send)):
            thread = threading.Thread(target=work, name=f"callqa-{name}", daemon=True)
            thread.start()
            self._threads.append(thread)

    def stop(self) -> None:
        """End after what is being done now, and post what people said last."""
        self._ending.set()
        self._wanted.set()
        for thread in self._threads:
            thread.join(timeout=LONGEST_REST_S)
        with self._trouble_noted():
            post(self.desk, self.store)

    def hurry(self) -> None:
        """Begin the next round now: somebody has said something."""
        self._wanted.set()

    def round(self) -> None:
        """Bring store and desk up to date once.

        Raises:
            CallQAError: Store or desk cannot be used.
        """
        post(self.desk, self.store)
        post_publications(self.desk, self.store)
        copy_new(self.desk, self.store, self.settings, self._progress)
        self._state = replace(self._state, rounds=self._state.rounds + 1, trouble=None)

    def _keep(self) -> None:
        while not self._ending.is_set():
            began_s = time.monotonic()
            with self._trouble_noted():
                self.round()
            worked_s = time.monotonic() - began_s
            rest_s = min(LONGEST_REST_S, max(self.settings.review_poll_s, REST * worked_s))
            self._wanted.wait(rest_s)
            self._wanted.clear()

    def _send(self) -> None:
        with hook_client(self.settings) as client:
            while not self._ending.wait(self.settings.review_poll_s):
                with self._trouble_noted():
                    deliver_due(self.desk, self.settings, client)

    def _progress(self, copied: int, of: int) -> bool:
        self._state = replace(self._state, copied=copied, of=of)
        return not self._ending.is_set()

    @contextlib.contextmanager
    def _trouble_noted(self) -> Iterator[None]:
        """Go on after what a user can act on, and say so; a busy store is no news."""
        try:
            yield
        except StoreBusyError as error:
            logger.info("waiting: %s", error)
        except CallQAError as error:
            logger.warning("desk and store could not be brought together: %s", error)
            self._state = replace(self._state, trouble=str(error))
