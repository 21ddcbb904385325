"""The flow ``score``: plan a batch, run it shard by shard, sum up.

This file decides order and retries. What a stage does is in ``flows.shard``; what the models and
the domain do is in models/ and pipeline/, which have never heard of Prefect. A shard is one flow
run with four task runs, however many calls it has.
"""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence
from typing import TypeVar

from prefect import Task, flow, get_run_logger, task
from prefect.artifacts import create_markdown_artifact
from prefect.cache_policies import NO_CACHE
from prefect.client.schemas.objects import State
from prefect.runtime import flow_run

from flows.batch import BatchReport, ShardReport
from flows.calls import Stage
from flows.progress import listener
from flows.shard import PassingFailure, Shard
from flows.summary import artifact_markdown, speed_line
from flows.wiring import engines, with_rubric_fixed
from pipeline.domain import PlannedInput
from pipeline.errors import StoreBusyError
from pipeline.settings import Settings
from pipeline.sources import Plan, plan

Result = TypeVar("Result")

ARTIFACT_KEY = "callqa-batch"
MAX_SHARD_BYTES = 300_000
"""Of a shard's inputs as JSON: Prefect refuses flow parameters of more than 512 KB."""


def worth_retrying(_task: object, _run: object, state: State[object]) -> bool:
    """Return whether a task failed for a reason that may pass."""
    problem = state.result(raise_on_failure=False)
    return isinstance(problem, PassingFailure | StoreBusyError)


@task(name="plan", cache_policy=NO_CACHE)
def plan_batch(sources: Sequence[str], manifest: str | None) -> Plan:
    """Return every call that the sources hold, in a fixed order."""
    return plan(sources, manifest)


@task(name="read", cache_policy=NO_CACHE, retry_condition_fn=worth_retrying)
def read_shard(shard: Shard) -> None:
    """Open and hash the inputs of a shard."""
    shard.read()


@task(name="transcribe", cache_policy=NO_CACHE, retry_condition_fn=worth_retrying)
def transcribe_shard(shard: Shard) -> None:
    """Turn a shard's recordings into transcripts."""
    shard.transcribe()


@task(name="judge", cache_policy=NO_CACHE, retry_condition_fn=worth_retrying)
def judge_shard(shard: Shard) -> None:
    """Judge a shard's transcripts."""
    shard.judge()


@task(name="report", cache_policy=NO_CACHE, retry_condition_fn=worth_retrying)
def report_shard(shard: Shard) -> ShardReport:
    """Store what became of each input of a shard."""
    return shard.report()


def retried(stage: Task[[Shard], Result], settings: Settings) -> Task[[Shard], Result]:
    """Return a task that is tried again as often and as late as the settings say."""
    return stage.with_options(retries=settings.retries, retry_delay_seconds=settings.retry_delay_s)


# Both flows are called by our own typed code. In a process that Prefect started from a file's path,
# its check of parameters does not find the types that annotations name.
@flow(name="score-shard", flow_run_name="shard {number} of {count}", validate_parameters=False)
def score_shard(
    inputs: list[PlannedInput], settings: Settings, run_id: str, number: int, count: int
) -> ShardReport:
    """Score one shard; a call that fails is reported and the others go on.

    Raises:
        PrerequisiteError: Weights are missing, for this and every other call.
        StoreError: The store cannot be used at all.
    """
    logger = get_run_logger()
    shard = Shard(inputs, engines(settings), run_id)
    stages: tuple[tuple[Stage, Task[[Shard], None]], ...] = (
        ("read", read_shard),
        ("transcribe", transcribe_shard),
        ("judge", judge_shard),
    )
    for stage, stage_task in stages:
        state = retried(stage_task, settings)(shard, return_state=True)
        problem: object = state.result(raise_on_failure=False)
        if isinstance(problem, PassingFailure):
            logger.warning("%s", problem)
            shard.give_up(stage)
        elif isinstance(problem, BaseException):
            raise problem
    report = retried(report_shard, settings)(shard)
    failed = sum(outcome.job.status == "failed" for outcome in report.outcomes)
    logger.info("%s inputs, %s of them failed", len(report.outcomes), failed)
    return report


@flow(name="score", validate_parameters=False)
def score(sources: list[str], settings: Settings, manifest: str | None = None) -> BatchReport:
    """Score every call that the sources hold, and leave a summary as an artifact.

    Args:
        sources: Files, folders, globs or URLs of recordings or transcripts.
        settings: Where and how to run.
        manifest: CSV or JSON with metadata per call; names the files if there are no sources.

    Raises:
        InputError: No source can be used at all, or the rubric is invalid; nothing is scored.
        PrerequisiteError: Weights are missing.
        StoreError: The store cannot be used at all, or holds this version of the rubric with other
            content.
    """
    since = time.perf_counter()
    logger = get_run_logger()
    settings = with_rubric_fixed(settings)
    rubric = engines(settings).rubric
    engines(settings).store.check_rubric(rubric)
    run_id = str(flow_run.id)
    planned = plan_batch(sources, manifest)
    listener().planned(len(planned.inputs))
    shards = list(shards_of(planned.inputs, settings.shard_size))
    planned_s = time.perf_counter() - since
    reports = [
        score_shard(shard, settings, run_id, number, len(shards))
        for number, shard in enumerate(shards, start=1)
    ]
    report = BatchReport.of(
        run_id=run_id,
        rubric=rubric,
        store=settings.store,
        skipped=planned.skipped,
        shards=reports,
        planned_s=planned_s,
        total_s=time.perf_counter() - since,
    )
    create_markdown_artifact(
        artifact_markdown(report), key=ARTIFACT_KEY, description=speed_line(report)
    )
    logger.info("%s", speed_line(report))
    return report


def shards_of(inputs: Sequence[PlannedInput], size: int) -> Iterator[list[PlannedInput]]:
    """Yield the inputs in order, at most ``size`` and ``MAX_SHARD_BYTES`` at a time."""
    shard: list[PlannedInput] = []
    shard_bytes = 0
    for planned in inputs:
        planned_bytes = len(planned.model_dump_json().encode())
        if shard and (len(shard) == size or shard_bytes + planned_bytes > MAX_SHARD_BYTES):
            yield shard
            shard, shard_bytes = [], 0
        shard.append(planned)
        shard_bytes += planned_bytes
    if shard:
        yield shard
