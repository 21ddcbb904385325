from __future__ import annotations

import json
from itertools import islice
from pathlib import Path

import numpy as np
import pytest

from benchmarks.criteria import export_rows, verdict_rows
from benchmarks.encoding import RememberingEncoder
from benchmarks.folds import HELD_OUT, Fold, fingerprint, folds, part_of, sources_of, trained_on
from benchmarks.gather import AS_WRITTEN, PLAIN, Bench, Gathered, texts_of
from benchmarks.heard import read_heard
from benchmarks.report import Report, report_of
from models.training.crossfit import Prepared, prepare
from models.training.labelled import read_labelled
from pipeline.rubric import Rubric
from pipeline.settings import Settings
from tests.builders import rubric
from tests.judging import encoder, support_rubric

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


def greeting() -> Rubric:
    return rubric(next(c for c in support_rubric().criteria if c.id == "greeting"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with six calls of t1, d1 and d2 each."""
    folder = tmp_path_factory.mktemp("few")
    wanted = {f"{group}-{n:02}" for group in ("t1", "d1", "d2") for n in range(1, 7)}
    for path in (*DATA.glob("calls_*"), *DATA.glob("labels_*"), DATA / "moves.jsonl"):
        rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if json.loads(row).get("call_id") in wanted]
        (folder / path.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def calls(few: Path) -> tuple[Prepared, ...]:
    return prepare(read_labelled(few), encoder())


@pytest.fixture(scope="module")
def cache(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("folds")


@pytest.fixture(scope="module")
def two(few: Path, calls: tuple[Prepared, ...], cache: Path) -> list[Fold]:
    """Return the folds d1 and d2, trained."""
    return list(islice(folds(few, greeting(), encoder(), cache, calls=calls), 2))


def test_no_fold_learns_from_the_group_that_it_is_judged_on(two: list[Fold]) -> None:
    assert [fold.name for fold in two] == list(HELD_OUT[:2])
    for fold in two:
        assert {item.call.group for item in fold.test} == {fold.name}
        assert {item.call.group for item in fold.train} == {"t1", "d1", "d2"} - {fold.name}
        assert set(fold.trained.heads) == {"greeting"}


def test_a_judge_is_trained_once_and_found_again(few: Path, two: list[Fold], cache: Path) -> None:
    kept = cache / fingerprint(few, greeting(), encoder()) / "d1"
    assert {path.name for path in kept.parent.iterdir()} == {"d1", "d2"}
    again = trained_on((), greeting(), encoder(), kept)  # of no calls nothing can be trained
    head, same = two[0].trained.heads["greeting"].head, again.heads["greeting"].head
    assert np.array_equal(head.coefficients, same.coefficients)
    assert two[0].trained.heads["greeting"].probability == again.heads["greeting"].probability


def test_the_fingerprint_changes_with_the_data_and_with_the_rubric(few: Path) -> None:
    marks = {
        fingerprint(few, greeting(), encoder()),
        fingerprint(DATA, greeting(), encoder()),
        fingerprint(few, support_rubric(), encoder()),
    }
    assert len(marks) == 3
    assert fingerprint(few, greeting(), encoder()) in marks


def test_the_fingerprint_covers_what_trains_and_not_what_serves() -> None:
    names = {path.name for path in sources_of("models.training.crossfit")}
    assert {"crossfit.py", "heads.py", "moves.py", "logic.py", "probability.py"} <= names
    assert names.isdisjoint({"judge.py", "whisper.py", "folds.py"})


def test_shares_of_the_training_calls_are_nested_and_drawn_from_every_group(
    calls: tuple[Prepared, ...],
) -> None:
    def ids(share: float) -> list[str]:
        return [item.call.call_id for item in part_of(calls, share)]

    everything = [item.call.call_id for item in calls]
    assert ids(1.0) == everything
    groups = sorted(call_id.split("-")[0] for call_id in ids(0.25))
    assert groups == ["d1", "d1", "d2", "d2", "t1", "t1"]
    assert set(ids(0.25)) < set(ids(0.5)) < set(ids(0.75)) < set(everything)
    assert ids(0.5) == ids(0.5) != everything[:6]


def test_an_encoder_that_remembers_gives_the_same_vectors() -> None:
    remembering = RememberingEncoder(encoder())
    texts = ["Good morning.", "Which account is it?"]
    first = remembering.read(texts)
    assert remembering.read(texts) is first
    assert np.array_equal(remembering.encode(texts), encoder().encode(texts))
    assert remembering.version == encoder().version


def test_every_figure_of_a_run_is_told(
    few: Path, calls: tuple[Prepared, ...], two: list[Fold]
) -> None:
    bench = Bench(
        rubric=greeting(),
        encoder=RememberingEncoder(encoder()),
        timed_encoder=encoder(),
        settings=Settings(),
        texts={k: v for k, v in texts_of(calls).items() if k in (AS_WRITTEN, PLAIN)},
        heard=[item for item in read_heard() if item.call_id == "d1-06"],
    )
    gathered = Gathered()
    for fold in two:
        bench.run(fold, gathered)
    report = report_of(gathered, bench, few, {"d1": 12, "d2": 12}, took_s=1.0)
    assert Report.model_validate_json(report.model_dump_json()) == report
    assert report.calls == 12
    assert report.nothing_withheld.mean.coverage == 1
    assert report.shipped.mean.coverage <= 1
    assert report.risk.pooled.verdicts == report.reliability.verdicts == 12
    assert report.references.commonest.mean_kappa_all.value == 0
    assert report.references.second_annotator.error < 0.5
    assert set(report.altered) == {AS_WRITTEN, PLAIN}
    assert report.listening is not None
    assert [found.recording for found in report.listening.by_recording] == ["d1-06"]
    rows = export_rows(gathered.shipped[AS_WRITTEN], bench.rubric)
    assert {row["call_id"] for row in rows} == {item.call.call_id for f in two for item in f.test}
    assert len(verdict_rows(gathered.complete[AS_WRITTEN])) == 12
