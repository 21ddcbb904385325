from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from flows import wiring, work
from flows.score import score, shards_of
from pipeline.domain import CallMetadata, Job, PlannedInput
from pipeline.errors import PrerequisiteError, ScoringError, StoreBusyError
from pipeline.settings import Settings
from pipeline.store import Store
from tests.flow.batches import BROKEN, CURT, GOOD, different_calls, write_jsonl, written_call

pytestmark = [pytest.mark.flow, pytest.mark.usefixtures("prefect_backend")]


@pytest.fixture
def three_calls(tmp_path: Path) -> Path:
    return write_jsonl(tmp_path / "chats.jsonl", different_calls(3))


def rows(store: str) -> Counter[str]:
    counts = Store(store).counts()
    return Counter({name: value for name, value in counts.model_dump().items()})


def test_every_call_ends_with_a_scorecard(three_calls: Path, settings: Settings) -> None:
    report = score([str(three_calls)], settings)

    assert [outcome.job.status for outcome in report.outcomes] == ["scored"] * 3
    card = Store(settings.store).read_scorecard("call-001")
    assert card is not None
    assert [item.criterion for item in card.evaluation.judgement.scores] == [
        criterion.id for criterion in card.rubric.criteria
    ]
    assert card.evaluation.flags == report.outcomes[1].flags


def test_the_same_batch_again_does_nothing_and_adds_nothing(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    score([str(three_calls)], settings)
    before = rows(settings.store)

    def forbidden(*_arguments: object) -> None:
        raise AssertionError("worked on a call that is done")

    monkeypatch.setattr("flows.shard.evaluate_call", forbidden)
    again = score([str(three_calls)], settings)

    assert rows(settings.store) == before
    assert len(again.known) == 3 and not again.scored
    assert again.timings.loading_s == 0.0


def test_another_rubric_version_is_judged_from_the_stored_transcript(
    three_calls: Path, settings: Settings, tmp_path: Path
) -> None:
    from pipeline.rubric import bundled_rubric_path

    score([str(three_calls)], settings)
    before = rows(settings.store)
    text = bundled_rubric_path().read_text(encoding="utf-8")
    changed = tmp_path / "support_v2.yaml"
    changed.write_text(text.replace("version: 1", "version: 2", 1), encoding="utf-8")

    report = score([str(three_calls)], settings.model_copy(update={"rubric": changed}))

    assert len(report.scored) == 3
    after = rows(settings.store)
    assert after["evaluations"] == before["evaluations"] + 3
    assert after["transcripts"] == before["transcripts"]
    assert after["turns"] == before["turns"]


def test_one_bad_call_is_reported_in_words_and_the_others_are_scored(
    tmp_path: Path, settings: Settings
) -> None:
    lines = (written_call("good"), BROKEN, written_call("curt", CURT))
    report = score([str(write_jsonl(tmp_path / "chats.jsonl", lines))], settings)

    assert [outcome.job.status for outcome in report.outcomes] == ["scored", "failed", "scored"]
    (job,) = Store(settings.store).jobs(status="failed")
    assert job.reason is not None and "JSON" in job.reason


def test_a_copy_under_another_name_is_a_duplicate_that_names_the_first(
    tmp_path: Path, settings: Settings
) -> None:
    words = "\n".join(f"{role.title()}: {text}" for role, text in GOOD)
    for name in ("first.txt", "second.txt"):
        (tmp_path / name).write_text(words, encoding="utf-8")

    report = score([str(tmp_path / "*.txt")], settings)

    first, second = (outcome.job for outcome in report.outcomes)
    assert (first.status, second.status) == ("scored", "duplicate")
    assert second.reason is not None and "'first'" in second.reason


def test_a_call_id_that_belongs_to_another_call_is_refused(
    tmp_path: Path, settings: Settings
) -> None:
    score([str(write_jsonl(tmp_path / "a.jsonl", [written_call("same", GOOD)]))], settings)
    report = score([str(write_jsonl(tmp_path / "b.jsonl", [written_call("same", CURT)]))], settings)

    (outcome,) = report.outcomes
    assert outcome.job.status == "failed"
    assert "belongs to another recording" in (outcome.job.reason or "")


def test_a_passing_failure_is_tried_again(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    attempts: Counter[str] = Counter()
    real = work.evaluate_call

    def fails_once(call: Any, transcript: Any, engines: Any) -> Any:
        attempts[call.call_id] += 1
        if call.call_id == "call-001" and attempts[call.call_id] == 1:
            raise ScoringError(call.call_id, "out of memory for a moment")
        return real(call, transcript, engines)

    monkeypatch.setattr("flows.shard.evaluate_call", fails_once)
    report = score([str(three_calls)], settings)

    assert len(report.scored) == 3
    assert attempts == {"call-000": 1, "call-001": 2, "call-002": 1}


def test_a_failure_that_does_not_pass_is_reported_and_can_be_retried_later(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = work.evaluate_call

    def fails(call: Any, transcript: Any, engines: Any) -> Any:
        if call.call_id == "call-001":
            raise ScoringError(call.call_id, "the model gave up")
        return real(call, transcript, engines)

    with monkeypatch.context() as patch:
        patch.setattr("flows.shard.evaluate_call", fails)
        report = score([str(three_calls)], settings)
    assert [outcome.job.status for outcome in report.outcomes] == ["scored", "failed", "scored"]
    assert report.outcomes[1].job.reason == "the model gave up"

    again = score([str(three_calls)], settings)
    assert [outcome.job.call_id for outcome in again.scored] == ["call-001"]


def test_a_store_that_is_busy_for_a_moment_is_waited_for(
    three_calls: Path, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    tries: list[int] = []
    real = Store.write_evaluations

    def busy_once(self: Store, *arguments: Any) -> None:
        tries.append(1)
        if len(tries) == 1:
            raise StoreBusyError("another process has it open")
        real(self, *arguments)

    monkeypatch.setattr(Store, "write_evaluations", busy_once)
    assert len(score([str(three_calls)], settings).scored) == 3


def test_missing_weights_stop_the_batch_with_the_command_that_fixes_it(
    tmp_path: Path, settings: Settings
) -> None:
    (tmp_path / "a.wav").write_bytes(b"RIFF")
    nothing = settings.model_copy(update={"weights": tmp_path / "none"})
    with pytest.raises(PrerequisiteError, match="callqa weights fetch"):
        score([str(tmp_path / "a.wav")], nothing)


def test_a_manifest_told_later_changes_metadata_and_nothing_else(
    three_calls: Path, settings: Settings, tmp_path: Path
) -> None:
    score([str(three_calls)], settings)
    before = rows(settings.store)
    manifest = tmp_path / "manifest.csv"
    manifest.write_text("call_id,agent\ncall-001,Nadia\n", encoding="utf-8")

    report = score([str(three_calls)], settings, manifest=str(manifest))

    assert not report.scored
    call = Store(settings.store).read_call("call-001")
    assert call is not None and call.metadata.agent == "Nadia"
    assert rows(settings.store) == before


def test_the_batch_leaves_an_artifact_that_names_flagged_and_failed_calls(
    tmp_path: Path, settings: Settings
) -> None:
    from prefect.client.orchestration import get_client

    lines = (written_call("good"), written_call("curt", CURT), BROKEN)
    report = score([str(write_jsonl(tmp_path / "chats.jsonl", lines))], settings)

    with get_client(sync_client=True) as client:
        artifacts = client._client.post("/artifacts/filter", json={}).json()
    ours = [item for item in artifacts if item["flow_run_id"] == report.run_id]
    assert len(ours) == 1
    assert "Not scored" in ours[0]["data"] and "chats-3" in ours[0]["data"]
    assert all(outcome.job.call_id in ours[0]["data"] for outcome in report.flagged)
    assert "My name is" not in ours[0]["data"]


def test_a_shard_is_one_flow_run_with_four_tasks(three_calls: Path, settings: Settings) -> None:
    from prefect.client.orchestration import get_client

    report = score([str(three_calls)], settings.model_copy(update={"shard_size": 2}))

    with get_client(sync_client=True) as client:
        runs = client._client.post("/flow_runs/filter", json={"sort": "START_TIME_ASC"}).json()
        parents = {run["id"] for run in runs if run["id"] == report.run_id}
        tasks = client._client.post("/task_runs/filter", json={}).json()
    placeholders = {task["id"] for task in tasks if task["flow_run_id"] in parents}
    shards = [run for run in runs if run["parent_task_run_id"] in placeholders]
    assert [run["name"] for run in shards] == ["shard 1 of 2", "shard 2 of 2"]
    for run in shards:
        names = sorted(
            task["name"].rsplit("-", 1)[0] for task in tasks if task["flow_run_id"] == run["id"]
        )
        assert names == ["judge", "read", "report", "transcribe"]


def test_shards_keep_the_order_and_stay_small_enough_for_prefect() -> None:
    inputs = [
        PlannedInput(
            source=f"{number}.wav",
            call_id=str(number),
            kind="recording",
            metadata=CallMetadata(extra={"note": "x" * 100_000}) if number == 3 else CallMetadata(),
        )
        for number in range(7)
    ]
    shards = list(shards_of(inputs, size=3))
    assert [call.call_id for shard in shards for call in shard] == [str(n) for n in range(7)]
    assert max(len(shard) for shard in shards) == 3
    assert list(shards_of([], size=3)) == []


def test_engines_are_made_once_per_settings(settings: Settings) -> None:
    assert wiring.engines(settings) is wiring.engines(settings.model_copy())


def test_jobs_of_a_run_can_be_told_apart(three_calls: Path, settings: Settings) -> None:
    report = score([str(three_calls)], settings)
    jobs: tuple[Job, ...] = Store(settings.store).jobs(run_id=report.run_id)
    assert sorted(job.call_id for job in jobs) == ["call-000", "call-001", "call-002"]
