from __future__ import annotations

import io

import pytest

from pipeline.keys import (
    evaluation_key,
    job_key,
    settings_hash,
    sha256_of,
    text_sha256,
    transcript_key,
)

EVALUATION = {
    "rubric_id": "support",
    "rubric_version": 1,
    "rubric_sha256": "r",
    "model_versions": {"moves": "1", "heads": "2"},
}


def evaluation(**changes: object) -> str:
    return evaluation_key("t", **{**EVALUATION, **changes})  # type: ignore[arg-type] # varied here


def test_a_hash_does_not_depend_on_the_order_of_keys() -> None:
    assert text_sha256({"a": 1, "b": [2, None]}) == text_sha256({"b": [2, None], "a": 1})


def test_the_hash_of_a_value_never_changes_between_versions() -> None:
    assert text_sha256({"a": "ü"}) == (
        "fd621823002706e24604cb868a9f4f8850d6f01fb5040d49ba050482e1472437"
    )


def test_values_without_a_json_text_are_refused() -> None:
    with pytest.raises(ValueError, match="Out of range"):
        text_sha256(float("nan"))


def test_hashing_a_stream_reads_all_of_it_and_leaves_it_where_it_was() -> None:
    stream = io.BytesIO(b"x" * 3_000_000)
    stream.seek(7)
    whole = sha256_of(stream)
    assert stream.tell() == 7
    assert whole == sha256_of(io.BytesIO(b"x" * 3_000_000))
    assert whole != sha256_of(io.BytesIO(b"x" * 2_999_999))


def test_a_transcript_key_changes_with_each_of_its_parts() -> None:
    keys = {
        transcript_key("a", "m", "s"),
        transcript_key("b", "m", "s"),
        transcript_key("a", "n", "s"),
        transcript_key("a", "m", "t"),
    }
    assert len(keys) == 4
    assert transcript_key("a", "m", "s") in keys


def test_an_evaluation_key_changes_with_each_of_its_parts() -> None:
    keys = {
        evaluation(),
        evaluation(rubric_id="sales"),
        evaluation(rubric_version=2),
        evaluation(rubric_sha256="q"),
        evaluation(model_versions={"moves": "1", "heads": "3"}),
    }
    assert len(keys) == 5


def test_the_order_of_models_does_not_matter() -> None:
    assert evaluation(model_versions={"heads": "2", "moves": "1"}) == evaluation()


def test_the_same_outcome_has_the_same_key() -> None:
    def key(reason: str | None) -> str:
        return job_key(
            source="a.wav",
            position=None,
            status="failed",
            stage="read",
            reason=reason,
            evaluation_key=None,
        )

    assert key("empty") == key("empty")
    assert key("empty") != key(None)


def test_settings_of_other_names_hash_differently() -> None:
    assert settings_hash({"beam": 5}) != settings_hash({"batch": 5})
