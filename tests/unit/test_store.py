"""The store gives back what was written, once, however often it was written."""

from __future__ import annotations

import pickle
from pathlib import Path

import duckdb
import pytest

from pipeline.domain import Flag
from pipeline.errors import StoreError
from pipeline.rubric import Rubric
from pipeline.store import Store
from tests.builders import criterion, criterion_score, rubric
from tests.stored import (
    RUBRIC,
    call_of,
    evaluation_of,
    job_of,
    later,
    score_call,
    transcript_of,
)

ODD_ID = 'it\'s "odd"/../\nsecond line; DROP TABLE calls; -- ü\x00'
LOW = Flag(kind="low_score", sentence="The score is 20 of 100.")


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(str(tmp_path / "calls.duckdb"), wait_s=5)


def rows(store: Store, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(store.url, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def row_counts(store: Store) -> dict[object, object]:
    tables = [name for (name,) in rows(store, "SELECT table_name FROM duckdb_tables()")]
    return {name: rows(store, f"SELECT count(*) FROM {name}")[0][0] for name in tables}


def test_a_transcript_comes_back_as_it_was_written(store: Store) -> None:
    call = call_of()
    transcript = transcript_of(call)
    store.write_transcript(call, transcript)
    assert store.read_transcript(transcript.key) == transcript


def test_an_evaluation_comes_back_as_it_was_written(store: Store) -> None:
    call = call_of()
    evaluation = evaluation_of(call, flags=[LOW])
    score_call(store, call, evaluation)
    assert store.read_evaluation(evaluation.key) == evaluation


def test_a_call_comes_back_with_all_its_metadata(store: Store) -> None:
    call = call_of(agent="Dana", started_at=later(0), csat=4.5, extra={"shop": ["Ulm", 3, None]})
    store.write_transcript(call, transcript_of(call))
    assert store.read_call("c1") == call


def test_a_start_without_a_zone_is_taken_as_utc(store: Store) -> None:
    naive = call_of(started_at=later(0).replace(tzinfo=None))
    for _ in range(2):
        store.write_transcript(naive, transcript_of(naive))
    assert store.read_call("c1") == call_of(started_at=later(0))
    assert rows(store, "SELECT count(*) FROM calls") == [(1,)]


def test_writing_everything_again_adds_no_rows(store: Store) -> None:
    call = call_of(agent="Dana", started_at=later(0), csat=3, extra={"b": 1, "a": 2})
    score_call(store, call)
    store.write_jobs([job_of()])
    before = row_counts(store)
    score_call(store, call)
    store.write_jobs([job_of(), job_of()])
    store.write_calls([call, call])
    assert row_counts(store) == before


def test_the_same_thing_twice_in_one_batch_is_stored_once(store: Store) -> None:
    call = call_of()
    store.write_transcripts([(call, transcript_of(call))] * 2)
    store.write_evaluations([evaluation_of(call)] * 2, RUBRIC)
    assert store.counts().transcripts == store.counts().evaluations == 1
    assert rows(store, "SELECT count(*) FROM criterion_scores") == [(2,)]


def test_changed_metadata_is_a_new_revision_and_the_old_one_stays(store: Store) -> None:
    store.write_transcript(call_of(), transcript_of(call_of()))
    store.write_calls([call_of(agent="Dana")])
    store.write_calls([call_of(agent="Eli"), call_of(agent="Eli")])
    call = store.read_call("c1")
    assert call is not None
    assert call.metadata.agent == "Eli"
    assert rows(store, "SELECT revision, agent FROM calls ORDER BY 1") == [
        (1, None),
        (2, "Dana"),
        (3, "Eli"),
    ]


def test_the_same_recording_read_from_elsewhere_is_no_new_revision(store: Store) -> None:
    call = call_of()
    store.write_transcript(call, transcript_of(call))
    store.write_calls([call.model_copy(update={"source": "s3://calls/c1.wav"})])
    assert rows(store, "SELECT source FROM calls") == [("/calls/c1.wav",)]


def test_calls_are_found_by_id_or_by_recording(store: Store) -> None:
    calls = [call_of(name) for name in ("c1", "c2", "c3")]
    store.write_transcripts([(call, transcript_of(call)) for call in calls])
    found = store.find_calls(call_ids=["c1", "nobody"], sha256s=[calls[1].recording_sha256])
    assert found == {call.call_id: call.recording_sha256 for call in calls[:2]}
    assert store.find_calls(call_ids=[], sha256s=[]) == {}


def test_any_text_can_be_a_call_id(store: Store) -> None:
    call = call_of(ODD_ID)
    score_call(store, call, evaluation_of(call, flags=[LOW]))
    store.write_jobs([job_of(ODD_ID, status="scored", reason=None)])
    assert store.find_calls(call_ids=[ODD_ID], sha256s=[]) == {ODD_ID: call.recording_sha256}
    assert store.read_call(ODD_ID) == call
    card = store.read_scorecard(ODD_ID)
    assert card is not None and card.call == call
    assert [row["call_id"] for row in store.export("calls")] == [ODD_ID]
    assert [queued.call_id for queued in store.queue()] == [ODD_ID]
    assert [job.call_id for job in store.jobs()] == [ODD_ID]


def test_a_scorecard_holds_the_current_evaluation_and_names_the_earlier_ones(store: Store) -> None:
    call = call_of()
    old = evaluation_of(call, models={"moves": "1"})
    new = evaluation_of(call, models={"moves": "2"}, evaluated_at=later(1))
    score_call(store, call, new, old)
    card = store.read_scorecard("c1")
    assert card is not None
    assert (card.call, card.transcript, card.evaluation) == (call, transcript_of(call), new)
    assert card.rubric == RUBRIC
    assert card.earlier == (old.key,)


def test_a_higher_rubric_version_is_current_even_if_evaluated_before(store: Store) -> None:
    call, second = call_of(), rubric(version=2)
    newer_version = evaluation_of(call, of=second)
    score_call(store, call, newer_version, of=second)
    store.write_evaluations([evaluation_of(call, evaluated_at=later(5))], RUBRIC)
    card = store.read_scorecard("c1")
    assert card is not None and card.evaluation == newer_version


def test_each_rubric_has_its_own_current_evaluation(store: Store) -> None:
    call, sales = call_of(), rubric(id="sales")
    score_call(store, call)
    store.write_evaluations([evaluation_of(call, of=sales, evaluated_at=later(1))], sales)
    shown = {name: store.read_scorecard("c1", name) for name in (None, "test", "sales", "none")}
    assert {name: card and card.evaluation.rubric for name, card in shown.items()} == {
        None: "sales",
        "test": "test",
        "sales": "sales",
        "none": None,
    }


def test_a_call_without_an_evaluation_has_no_scorecard(store: Store) -> None:
    call = call_of()
    store.write_transcript(call, transcript_of(call))
    assert store.read_scorecard("c1") is None
    assert store.read_scorecard("nobody") is None
    assert store.read_call("nobody") is None
    assert store.read_evaluation("nothing") is None


def test_a_rubric_version_cannot_change_its_content(store: Store) -> None:
    changed = rubric(criterion("greeting", weight=5))
    call = call_of()
    score_call(store, call)
    scores = (criterion_score("greeting", "pass"),)
    with pytest.raises(
        StoreError, match=r"test v1 is stored with other content.*new version \(2\)"
    ):
        store.write_evaluations([evaluation_of(call, of=changed, scores=scores)], changed)
    with pytest.raises(StoreError, match="other content"):
        store.check_rubric(changed)
    store.check_rubric(RUBRIC)
    assert store.counts().evaluations == 1
    assert store.read_rubric("test", 1) == RUBRIC
    assert store.read_rubric("test", 2) is None


def test_an_evaluation_made_with_another_rubric_is_refused(store: Store) -> None:
    other: Rubric = rubric(version=2)
    with pytest.raises(StoreError, match="made with rubric test v2, not with this test v1"):
        store.write_evaluations([evaluation_of(call_of(), of=other)], RUBRIC)


def test_jobs_are_filtered_by_run_and_status(store: Store) -> None:
    jobs = [
        job_of("c1"),
        job_of("c2", status="scored", stage="store", reason=None, at=later(1)),
        job_of("c1", run_id="run-2", at=later(2)),
    ]
    store.write_jobs(jobs[::-1])
    assert store.jobs() == tuple(jobs)
    assert store.jobs(run_id="run-1", status="failed") == (jobs[0],)


def test_counts_say_what_is_there(store: Store) -> None:
    call = call_of()
    score_call(store, call, evaluation_of(call, flags=[LOW]))
    store.write_jobs([job_of("c1"), job_of("lost"), job_of("lost", run_id="run-2")])
    counts = store.counts()
    assert (counts.calls, counts.turns, counts.scored_calls) == (1, 2, 1)
    assert (counts.flagged_calls, counts.failed_calls, counts.jobs) == (1, 1, 3)


def test_keys_that_are_stored_are_told_from_those_that_are_not(store: Store) -> None:
    call = call_of()
    assert store.evaluated(["x"]) == store.transcribed(["x"]) == frozenset()
    score_call(store, call)
    transcript, evaluation = transcript_of(call), evaluation_of(call)
    assert store.transcribed([transcript.key, "x"]) == {transcript.key}
    assert store.evaluated([evaluation.key, "x"]) == {evaluation.key}
    assert store.evaluated([]) == frozenset()


def test_looking_at_a_store_that_is_not_there_says_so_and_makes_none(store: Store) -> None:
    for look in (store.counts, store.queue, store.jobs, lambda: store.export("calls")):
        with pytest.raises(StoreError, match=r"there is no store at .*score some calls first"):
            look()
    assert store.read_transcript("x") is None
    assert store.find_calls(call_ids=["x"], sha256s=[]) == {}
    assert not store.exists()


def test_a_store_can_be_passed_to_another_process(store: Store) -> None:
    score_call(store, call_of())
    assert pickle.loads(pickle.dumps(store)).counts().calls == 1
