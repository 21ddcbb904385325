from __future__ import annotations

from flows.admission import Owners
from pipeline.domain import Call


def call(call_id: str, sha256: str) -> Call:
    return Call(call_id=call_id, recording_sha256=sha256, source=f"{call_id}.wav")


def test_a_new_call_is_let_in() -> None:
    assert Owners({}).claim(call("a", "1" * 64)) is None


def test_a_stored_call_with_the_same_recording_is_let_in_again() -> None:
    assert Owners({"a": "1" * 64}).claim(call("a", "1" * 64)) is None


def test_the_same_recording_under_another_id_is_a_duplicate_that_names_the_first() -> None:
    refusal = Owners({"a": "1" * 64}).claim(call("b", "1" * 64))
    assert refusal is not None
    assert refusal.status == "duplicate"
    assert "'a'" in refusal.reason


def test_another_recording_under_a_stored_id_is_a_conflict() -> None:
    refusal = Owners({"a": "1" * 64}).claim(call("a", "2" * 64))
    assert refusal is not None
    assert refusal.status == "failed"
    assert "another call_id" in refusal.reason


def test_calls_of_the_same_shard_are_compared_in_order() -> None:
    owners = Owners({})
    assert owners.claim(call("a", "1" * 64)) is None
    refusal = owners.claim(call("b", "1" * 64))
    assert refusal is not None and refusal.status == "duplicate"


def test_a_conflict_does_not_make_the_refused_recording_known() -> None:
    owners = Owners({"a": "1" * 64})
    owners.claim(call("a", "2" * 64))
    assert owners.claim(call("c", "2" * 64)) is None
