"""Passwords, kept as Argon2id hashes.

Source: parameters are argon2-cffi's defaults, RFC 9106's second recommended option.
"""

from __future__ import annotations

import threading

from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError

from pipeline.errors import InputError

SHORTEST = 12
"""Characters. Length is all that is asked for (NIST SP 800-63B, section 3.1.1.2)."""
LONGEST = 256
AT_ONCE = 4
"""Hashes that are computed at the same time: each takes 64 MiB, and strangers can ask for them."""


class Passwords:
    """Hashes and checks passwords.

    Args:
        hasher: Another cost; None: argon2-cffi's defaults.
    """

    def __init__(self, hasher: PasswordHasher | None = None) -> None:
        self._hasher = hasher or PasswordHasher()
        self._nobody: str | None = None
        self._turn = threading.BoundedSemaphore(AT_ONCE)

    def hash(self, password: str) -> str:
        """Return the hash of a new password.

        Raises:
            InputError: It is too short or too long.
        """
        if len(password) < SHORTEST:
            raise InputError(
                f"a password needs at least {SHORTEST} characters, this one has {len(password)}: "
                "a few words in a row are easy to remember"
            )
        if len(password) > LONGEST:
            raise InputError(f"a password may have at most {LONGEST} characters: shorten it")
        return self.rehash(password)

    def matches(self, kept: str | None, password: str) -> bool:
        """Return whether a password is the kept one; takes as long where there is none.

        Args:
            kept: A hash; None: this person has no password, or there is no such person.
            password: What was typed.
        """
        if self._nobody is None:
            self._nobody = self.rehash("nobody's password")
        shortened = password[: LONGEST + 1]
        try:
            with self._turn:
                self._hasher.verify(kept or self._nobody, shortened)
        except (VerificationError, InvalidHashError):
            return False
        return kept is not None

    def outdated(self, kept: str) -> bool:
        """Return whether a hash was made at another cost than is asked for now."""
        return self._hasher.check_needs_rehash(kept)

    def rehash(self, password: str) -> str:
        """Return the hash of a password that was accepted before, whatever its length."""
        with self._turn:
            return self._hasher.hash(password)
