from __future__ import annotations

import json
from pathlib import Path

import pytest

from pipeline.errors import InputError, StoreError
from pipeline.store import Store
from pipeline.trial_calls import TrialCalls, at_most, calls_from_files, calls_from_store, said_in
from tests.builders import conversation, transcript
from tests.stored import RUBRIC, call_of, evaluation_of, transcript_of


def jsonl(path: Path, *call_ids: str) -> Path:
    turns = [{"role": "agent", "text": "Your PIN please?"}, {"role": "customer", "text": "1 2 3 4"}]
    rows = [json.dumps({"call_id": call_id, "turns": turns}) for call_id in call_ids]
    path.write_text("\n".join(rows) + "\n", encoding="utf-8")
    return path


def test_calls_come_from_files_folders_and_globs(tmp_path: Path) -> None:
    (tmp_path / "chats" / "june").mkdir(parents=True)
    (tmp_path / "chats" / "june" / "c9.txt").write_text("Agent: Hello.\nCustomer: Hi.\n")
    jsonl(tmp_path / "chats" / "more.jsonl", "c1", "c2")
    jsonl(tmp_path / "a.jsonl", "c3")
    sources = [str(tmp_path / "chats"), str(tmp_path / "*.jsonl")]
    found = calls_from_files(sources, redact=False)
    assert set(found.transcripts) == {"c1", "c2", "c3", "c9"}
    assert found.problems == ()


def test_secrets_are_masked_as_scoring_would(tmp_path: Path) -> None:
    source = str(jsonl(tmp_path / "a.jsonl", "c1"))
    plain = calls_from_files([source], redact=False).transcripts["c1"].turns[1].text
    masked = calls_from_files([source], redact=True).transcripts["c1"].turns[1].text
    assert plain == "1 2 3 4"
    assert masked == "[PIN]"


def test_what_cannot_be_used_is_told_and_the_rest_is_taken(tmp_path: Path) -> None:
    good = jsonl(tmp_path / "a.jsonl", "c1", "c1")
    bad = tmp_path / "bad.txt"
    bad.write_text("no speaker at all\n")
    sound = tmp_path / "call.wav"
    sound.write_bytes(b"RIFF")
    found = calls_from_files([str(good), str(bad), str(sound)], redact=True)
    assert set(found.transcripts) == {"c1"}
    told = "\n".join(found.problems)
    assert "taken by an earlier line" in told
    assert "bad.txt" in told
    assert "1 recordings were left alone" in told and "--store" in told


def test_without_any_call_there_is_an_error_that_says_what_was_looked_for(tmp_path: Path) -> None:
    (tmp_path / "empty").mkdir()
    with pytest.raises(InputError, match=r"no written calls in .*looked for json, jsonl"):
        calls_from_files([str(tmp_path / "empty")], redact=True)
    (tmp_path / "x.wav").write_bytes(b"RIFF")
    with pytest.raises(InputError, match="no call to try the rubric on: 1 recordings"):
        calls_from_files([str(tmp_path / "x.wav")], redact=True)
    with pytest.raises(InputError, match=r"lost\.jsonl"):
        calls_from_files([str(tmp_path / "lost.jsonl")], redact=True)


def test_scored_calls_of_a_store_can_be_tried(tmp_path: Path) -> None:
    store = Store(str(tmp_path / "s.duckdb"))
    with pytest.raises(StoreError, match="there is no store"):
        calls_from_store(store, 0)
    pairs = [(call, transcript_of(call)) for call in (call_of("c1"), call_of("c2"))]
    store.write_transcripts(pairs)
    with pytest.raises(InputError, match="has been scored yet"):
        calls_from_store(store, 0)
    store.write_evaluations([evaluation_of(call) for call, _ in pairs], RUBRIC)
    found = calls_from_store(store, 0)
    assert {key: value.turns for key, value in found.transcripts.items()} == {
        call.call_id: heard.turns for call, heard in pairs
    }
    assert calls_from_store(store, 1).left_out == 1


def test_too_many_calls_are_drawn_the_same_every_time_and_labelled_ones_stay() -> None:
    calls = TrialCalls({f"c{at}": transcript() for at in range(50)}, ("a problem",))
    some = at_most(calls, 10, wanted=["c7", "c8", "strange"])
    assert len(some.transcripts) == 10 and some.left_out == 40
    assert {"c7", "c8"} <= set(some.transcripts)
    assert some.problems == ("a problem",)
    assert set(at_most(calls, 10, ["c7", "c8"]).transcripts) == set(some.transcripts)
    assert len(at_most(calls, 0).transcripts) == 50
    many = [f"c{at}" for at in range(20)]
    assert set(at_most(calls, 10, many).transcripts) == set(many)


@pytest.mark.parametrize(
    ("example", "said"),
    [
        ("Would you like a receipt by email?", True),
        ("would you like a receipt by email", True),
        ("Would you like a receipt?", True),
        ("Would you like an email?", False),
        ("Hello there!", True),
        ("like a receipt", False),
        ("Right then", False),
    ],
)
def test_an_example_that_is_taken_from_a_call_is_recognised(example: str, said: bool) -> None:
    turns = conversation("a: Hello there. Right, would you like a receipt — by email?")
    assert said_in(["Not this one at all", example], transcript(turns)) is said
