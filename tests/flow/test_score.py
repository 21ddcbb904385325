from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from flows import wiring, work
from flows.score import score, shards_of
from pipeline.domain import CallMetadata, Job, PlannedInput
from pipeline.errors import ScoringError, StoreError
from pipeline.rubric import bundled_rubric_path, content_sha256, load_rubric
from pipeline.settings import Settings
from pipeline.store import Store
from tests.flow.batches import BROKEN, CURT, different_calls, write_jsonl, written_call

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


def test_a_rubric_changed_without_a_new_version_is_refused_before_any_work(
    three_calls: Path, settings: Settings, tmp_path: Path
) -> None:
    score([str(three_calls)], settings)
    text = bundled_rubric_path().read_text(encoding="utf-8")
    edited = tmp_path / "edited.yaml"
    edited.write_text(text.replace("    weight: 1\n", "    weight: 7\n", 1), encoding="utf-8")
    more = write_jsonl(tmp_path / "more.jsonl", [written_call("late", CURT)])
    before = rows(settings.store)

    with pytest.raises(StoreError, match=r"new version \(2\)"):
        score([str(more)], settings.model_copy(update={"rubric": edited}))
    assert rows(settings.store) == before


def test_a_version_that_was_published_in_the_store_is_scored_with_by_its_name(
    three_calls: Path, settings: Settings
) -> None:
    score([str(three_calls)], settings)
    first = load_rubric(bundled_rubric_path())
    second = first.model_copy(update={"version": 2, "title": "Mended", "sha256": ""})
    second = second.model_copy(update={"sha256": content_sha256(second)})
    Store(settings.store).write_rubric(second, datetime.now(UTC))

    report = score([str(three_calls)], settings.model_copy(update={"rubric": Path("support")}))

    assert (report.rubric_version, len(report.scored)) == (2, 3)
    card = Store(settings.store).read_scorecard("call-001")
    assert card is not None and card.rubric == second and len(card.earlier) == 1


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

        def found(kind: str, flow_run_ids: Sequence[str]) -> list[dict[str, Any]]:
            chosen = {"flow_runs": {"id": {"any_": list(flow_run_ids)}}}
            return list(client._client.post(f"/{kind}/filter", json=chosen).json())

        def shards() -> list[dict[str, Any]]:
            parents = [task["id"] for task in found("task_runs", [report.run_id])]
            chosen = {"flow_runs": {"parent_task_run_id": {"any_": parents}}}
            return list(client._client.post("/flow_runs/filter", json=chosen).json())

        # Prefect records task runs from events, some time after the flow has ended.
        runs = _awaited(shards, lambda runs: len(runs) >= 2)
        assert sorted(run["name"] for run in runs) == ["shard 1 of 2", "shard 2 of 2"]
        for run in runs:
            tasks = _awaited(
                lambda run=run: found("task_runs", [run["id"]]),  # type: ignore[misc]
                lambda tasks: len(tasks) >= 4,
            )
            names = sorted(task["name"].rsplit("-", 1)[0] for task in tasks)
            assert names == ["judge", "read", "report", "transcribe"]


def _awaited(
    read: Callable[[], list[dict[str, Any]]],
    complete: Callable[[list[dict[str, Any]]], bool],
    within_s: float = 30.0,
) -> list[dict[str, Any]]:
    """Return what read gives once it is complete, or what it gave last."""
    until = time.monotonic() + within_s
    while not complete(answer := read()) and time.monotonic() < until:
        time.sleep(0.1)
    return answer


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
