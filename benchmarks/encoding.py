"""An encoder that remembers: several judges of the same calls encode each of them once."""

from __future__ import annotations

from collections.abc import Sequence

from models.encoder import Encoder, ReadText


class RememberingEncoder(Encoder):
    """Gives what another encoder gives, the second time from memory.

    A list of texts is remembered as a whole, for texts that are encoded together are padded
    together: the vectors are the same to the last bit.
    """

    def __init__(self, encoder: Encoder) -> None:
        vars(self).update(vars(encoder))
        self._known: dict[tuple[str, ...], tuple[ReadText, ...]] = {}

    def read(self, texts: Sequence[str]) -> tuple[ReadText, ...]:
        """Return each text and its parts as vectors. Not to be written to."""
        key = tuple(texts)
        if key not in self._known:
            self._known[key] = super().read(texts)
        return self._known[key]
