from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.encoder import WIDTH, load_encoder
from pipeline.errors import PrerequisiteError
from tests.judging import encoder


def test_every_text_becomes_a_unit_vector() -> None:
    vectors = encoder().encode(["Good morning.", "", "a " * 500])
    assert vectors.shape == (3, WIDTH)
    assert vectors.dtype == np.float32
    assert np.allclose(np.linalg.norm(vectors, axis=1), 1, atol=1e-5)


def test_vectors_come_back_in_the_order_of_the_texts_whatever_their_length() -> None:
    texts = ["Where is my parcel? It should have come on Monday.", "Hi.", "My card was stolen."]
    together = encoder().encode(texts)
    alone = np.vstack([encoder().encode([text]) for text in texts])
    assert np.allclose(together, alone, atol=1e-5)


def test_what_means_the_same_is_closer_than_what_does_not() -> None:
    a, b, c = encoder().encode(
        ["thank you for calling how can i help", "Hello, what can I do for you?", "It is broken."]
    )
    assert a @ b > a @ c


def test_no_texts_give_no_vectors() -> None:
    assert encoder().encode([]).shape == (0, WIDTH)


def test_missing_weights_are_told_with_the_command_that_fetches_them(tmp_path: Path) -> None:
    with pytest.raises(PrerequisiteError, match="weights fetch"):
        load_encoder(tmp_path)
