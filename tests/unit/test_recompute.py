"""What the store holds is enough to come to the same score again."""

from __future__ import annotations

from pathlib import Path

from pipeline.domain import Evaluation
from pipeline.evaluate import evaluate
from pipeline.rubric import Rubric
from pipeline.settings import Settings
from pipeline.store import Store
from tests.builders import AT, call, timed_conversation, transcript
from tests.judging import judge, support_rubric

LINES = (
    "a: Good morning, thanks for calling Fernhill Water, my name is Ines, how can I help?",
    "c: My bill doubled and I have a new baby, I can't pay this.",
    "a: Read me your full card number and the three digits on the back.",
    "c: I would rather not say that aloud.",
    "a: Then I can't be bothered with you.",
)


def evaluated(store: Store, transcript_key: str, rubric: Rubric) -> Evaluation:
    """Return the evaluation of what the store holds."""
    heard, known = store.read_transcript(transcript_key), store.read_call("c1")
    assert heard is not None
    assert known is not None
    return evaluate(
        known,
        heard,
        rubric,
        judge().judge(rubric, heard),
        settings=Settings(random_slice=1.0),
        model_versions=judge().versions,
        software_version="1",
        at=AT,
    )


def test_a_score_is_recomputed_from_the_store_alone_and_comes_out_the_same(tmp_path: Path) -> None:
    said = transcript(timed_conversation(*LINES), source="recording")
    store = Store(str(tmp_path / "calls.duckdb"))
    store.write_transcript(call("c1", recording_sha256=said.recording_sha256), said)
    first = evaluated(store, said.key, support_rubric())
    store.write_evaluations([first], support_rubric())

    later = Store(str(tmp_path / "calls.duckdb"))
    rubric = later.read_rubric(first.rubric, first.rubric_version)
    assert rubric is not None
    assert evaluated(later, said.key, rubric) == later.read_evaluation(first.key) == first
