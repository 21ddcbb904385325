"""Files between being shown and being kept: in memory, few, each for the person who sent it."""

from __future__ import annotations

import secrets
import threading
from dataclasses import dataclass, field

KEPT = 5
"""At most so many at once; older ones have to be sent again."""


@dataclass(slots=True)
class Uploads:
    """The files of one process."""

    _files: dict[str, tuple[str, bytes]] = field(default_factory=dict)
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def put(self, user_id: str, content: bytes) -> str:
        """Keep a file and return the token that it is fetched with."""
        token = secrets.token_urlsafe(16)
        with self._lock:
            while len(self._files) >= KEPT:
                del self._files[next(iter(self._files))]
            self._files[token] = (user_id, content)
        return token

    def take(self, user_id: str, token: str) -> bytes | None:
        """Return a file and forget it; None: there is none of theirs any more."""
        with self._lock:
            owner, content = self._files.get(token, ("", b""))
            if owner != user_id:
                return None
            del self._files[token]
            return content
