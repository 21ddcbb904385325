"""An encoder that remembers: several judges of the same calls encode each of them once."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from models.encoder import Encoder


class RememberingEncoder(Encoder):
    """Gives what another encoder gives, the second time from memory.

    A list of texts is remembered as a whole, for texts that are encoded together are padded
    together: the vectors are the same to the last bit.
    """

    def __init__(self, encoder: Encoder) -> None:
        vars(self).update(vars(encoder))
        self._known: dict[tuple[str, ...], NDArray[np.float32]] = {}

    def encode(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """Return one unit vector per text; float32, shape (texts, width). Not to be written to."""
        key = tuple(texts)
        if key not in self._known:
            vectors = super().encode(texts)
            vectors.flags.writeable = False
            self._known[key] = vectors
        return self._known[key]
