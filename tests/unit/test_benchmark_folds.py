from __future__ import annotations

import json
from pathlib import Path

import pytest

from benchmarks.folds import HELD_OUT, fingerprint, folds, part_of, sources_of, trained_on
from models.training.crossfit import Prepared, prepare
from models.training.labelled import read_labelled
from pipeline.rubric import Rubric
from tests.builders import rubric
from tests.judging import encoder, support_rubric

DATA = Path(__file__).parents[2] / "benchmarks" / "data"


def greeting() -> Rubric:
    return rubric(next(c for c in support_rubric().criteria if c.id == "greeting"))


@pytest.fixture(scope="module")
def few(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a data folder with the first four calls of t1 and of every held-out group."""
    folder = tmp_path_factory.mktemp("few")
    wanted: set[str] = set()
    for name in ("train", "dev"):
        for group in ("t1", *HELD_OUT):
            lines = (DATA / f"calls_{name}.jsonl").read_text(encoding="utf-8").splitlines()
            own = [json.loads(line)["call_id"] for line in lines]
            wanted |= set([call_id for call_id in own if call_id.startswith(f"{group}-")][:4])
    for path in (*DATA.glob("calls_*"), *DATA.glob("labels_*"), DATA / "moves.jsonl"):
        rows = path.read_text(encoding="utf-8").splitlines()
        kept = [row for row in rows if json.loads(row)["call_id"] in wanted]
        (folder / path.name).write_text("\n".join(kept) + "\n", encoding="utf-8")
    return folder


@pytest.fixture(scope="module")
def calls(few: Path) -> tuple[Prepared, ...]:
    return prepare(read_labelled(few), encoder())


def test_no_fold_learns_from_the_group_that_it_is_judged_on(
    few: Path, calls: tuple[Prepared, ...], tmp_path: Path
) -> None:
    found = list(folds(few, greeting(), encoder(), tmp_path, calls=calls))
    assert [fold.name for fold in found] == list(HELD_OUT)
    for fold in found:
        assert {item.call.group for item in fold.test} == {fold.name}
        assert {item.call.group for item in fold.train} == {"t1", *HELD_OUT} - {fold.name}
        assert set(fold.trained.heads) == {"greeting"}


def test_a_judge_is_trained_once_and_found_again(
    calls: tuple[Prepared, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    kept = tmp_path / "mark" / "d1"
    first = trained_on(calls, greeting(), encoder(), kept)
    assert "trained on 20 calls" in capsys.readouterr().out
    again = trained_on((), greeting(), encoder(), kept)  # of no calls nothing can be trained
    assert capsys.readouterr().out == ""
    assert list(kept.parent.iterdir()) == [kept]
    head, same = first.heads["greeting"].head, again.heads["greeting"].head
    assert (head.coefficients == same.coefficients).all()
    assert first.heads["greeting"].probability == again.heads["greeting"].probability


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
    assert len(ids(0.25)) == 5
    assert {call_id.split("-")[0] for call_id in ids(0.25)} == {"t1", *HELD_OUT}
    assert set(ids(0.25)) < set(ids(0.5)) < set(ids(0.75)) < set(everything)
    assert ids(0.5) == ids(0.5) != everything[:10]
