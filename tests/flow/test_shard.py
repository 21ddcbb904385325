"""A shard is plain Python: these tests need no Prefect."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

from flows import work
from flows.batch import ShardReport
from flows.shard import PassingFailure, Shard
from flows.wiring import engines
from pipeline.errors import PrerequisiteError, ScoringError, StoreBusyError
from pipeline.rubric import bundled_rubric_path
from pipeline.settings import Settings
from pipeline.sources import plan
from pipeline.store import Counts, Store
from tests.flow.batches import BROKEN, CURT, GOOD, different_calls, write_jsonl, written_call


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(store=str(tmp_path / "calls.duckdb"))


@pytest.fixture
def three_calls(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "chats.jsonl", different_calls(3))


def shard_of(
    sources: Sequence[Path | str], settings: Settings, manifest: str | None = None
) -> Shard:
    planned = plan([str(source) for source in sources], manifest)
    return Shard(planned.inputs, engines(settings), "run-1")


def run(shard: Shard) -> ShardReport:
    shard.read()
    shard.transcribe()
    shard.judge()
    return shard.report()


def counts(settings: Settings) -> Counts:
    return Store(settings.store).counts()


def test_another_rubric_version_is_judged_from_the_stored_transcript(
    three_calls: Path, settings: Settings, tmp_path: Path
) -> None:
    run(shard_of([three_calls], settings))
    before = counts(settings)
    text = bundled_rubric_path().read_text(encoding="utf-8")
    changed = tmp_path / "support_v2.yaml"
    changed.write_text(text.replace("version: 1", "version: 2", 1), encoding="utf-8")

    report = run(shard_of([three_calls], settings.model_copy(update={"rubric": changed})))

    assert all(outcome.fresh for outcome in report.outcomes)
    after = counts(settings)
    assert after.evaluations == before.evaluations + 3
    assert (after.transcripts, after.turns) == (before.transcripts, before.turns)


def test_one_bad_call_is_reported_in_words_and_the_others_are_scored(
    tmp_path: Path, settings: Settings
) -> None:
    lines = (written_call("good"), BROKEN, written_call("curt", CURT))
    report = run(shard_of([write_jsonl(tmp_path / "chats.jsonl", lines)], settings))

    assert [outcome.job.status for outcome in report.outcomes] == ["scored", "failed", "scored"]
    (job,) = Store(settings.store).jobs(status="failed")
    assert job.reason is not None and "JSON" in job.reason


def test_a_copy_under_another_name_is_a_duplicate_that_names_the_first(
    tmp_path: Path, settings: Settings
) -> None:
    words = "\n".join(f"{role.title()}: {text}" for role, text in GOOD)
    for name in ("first.txt", "second.txt"):
        (tmp_path / name).write_text(words, encoding="utf-8")

    report = run(shard_of([str(tmp_path / "*.txt")], settings))

    first, second = (outcome.job for outcome in report.outcomes)
    assert (first.status, second.status) == ("scored", "duplicate")
    assert second.reason is not None and "'first'" in second.reason


def test_a_call_id_that_belongs_to_another_call_is_refused(
    tmp_path: Path, settings: Settings
) -> None:
    run(shard_of([write_jsonl(tmp_path / "a.jsonl", [written_call("same", GOOD)])], settings))
    report = run(
        shard_of([write_jsonl(tmp_path / "b.jsonl", [written_call("same", CURT)])], settings)
    )

    (outcome,) = report.outcomes
    assert outcome.job.status == "failed"
    assert "belongs to another recording" in (outcome.job.reason or "")


def test_what_fails_for_good_is_reported_and_only_that_is_tried_in_the_next_run(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = work.evaluate_call

    def fails(call: Any, transcript: Any, made: Any) -> Any:
        if call.call_id == "call-001":
            raise ScoringError(call.call_id, "the model gave up")
        return real(call, transcript, made)

    shard = shard_of([three_calls], settings)
    shard.read()
    shard.transcribe()
    with monkeypatch.context() as patch:
        patch.setattr("flows.shard.evaluate_call", fails)
        with pytest.raises(PassingFailure, match="1 of 3 calls"):
            shard.judge()
    shard.give_up("judge")
    report = shard.report()

    assert [outcome.job.status for outcome in report.outcomes] == ["scored", "failed", "scored"]
    assert report.outcomes[1].job.reason == "the model gave up"
    again = run(shard_of([three_calls], settings))
    assert [o.job.call_id for o in again.outcomes if o.fresh] == ["call-001"]


def test_a_store_that_is_busy_for_a_moment_costs_one_more_try(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    shard = shard_of([three_calls], settings)
    shard.read()
    shard.transcribe()

    def busy(*_arguments: object) -> None:
        raise StoreBusyError("another process has it open")

    with monkeypatch.context() as patch:
        patch.setattr(Store, "write_evaluations", busy)
        with pytest.raises(PassingFailure):
            shard.judge()
    shard.judge()
    assert all(outcome.fresh for outcome in shard.report().outcomes)


def test_missing_weights_stop_the_shard_with_the_command_that_fixes_it(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    nothing = settings.model_copy(update={"weights": tmp_path / "none"})
    with pytest.raises(PrerequisiteError, match="callqa weights fetch"):
        run(shard_of([tmp_path / "a.wav"], nothing))


def test_a_manifest_told_later_changes_metadata_and_nothing_else(
    three_calls: Path, settings: Settings, tmp_path: Path
) -> None:
    run(shard_of([three_calls], settings))
    before = counts(settings)
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,agent\ncall-001,Nadia\n", encoding="utf-8")

    report = run(shard_of([three_calls], settings, str(manifest)))

    assert not any(outcome.fresh for outcome in report.outcomes)
    call = Store(settings.store).read_call("call-001")
    assert call is not None and call.metadata.agent == "Nadia"
    assert counts(settings) == before


def test_secrets_are_masked_before_anything_is_stored(tmp_path: Path, settings: Settings) -> None:
    said = (*GOOD, ("customer", "My card number is 4111 1111 1111 1111."))
    path = write_jsonl(tmp_path / "chats.jsonl", [written_call("a", said)])
    run(shard_of([path], settings))
    words = " ".join(str(row["text"]) for row in Store(settings.store).export("turns"))
    assert "4111" not in words


def test_without_redaction_a_transcript_has_a_key_of_its_own(
    tmp_path: Path, settings: Settings
) -> None:
    path = write_jsonl(tmp_path / "chats.jsonl", [written_call("a")])
    run(shard_of([path], settings))
    run(shard_of([path], settings.model_copy(update={"redact": False})))
    assert counts(settings).transcripts == 2
