"""What counts as passed, what the table shows, and how the list of known failures is renewed."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Sentiment, Verdict
from tests.behaviour.__main__ import table
from tests.behaviour.cases import Case, CaseError, Kind
from tests.behaviour.outcomes import UNEXPLAINED, Outcome, known_text, read_known
from tests.builders import conversation


def case(
    name: str = "plain",
    criterion: str = "greeting",
    expected: Verdict | Sentiment = Verdict.PASS,
    kind: Kind = "MFT",
    marked: tuple[int, ...] = (),
) -> Case:
    return Case(
        id=f"{criterion}/{name}",
        criterion=criterion,
        kind=kind,
        capability="any",
        why="Because.",
        expected=expected,
        base=None,
        turns=conversation("a: Hello.", "c: Hello."),
        marked=marked,
    )


def outcome(
    of: Case, said: Verdict | Sentiment = Verdict.PASS, shown: tuple[int, ...] = ()
) -> Outcome:
    return Outcome(of, said, 0.8, shown)


def test_the_verdict_decides() -> None:
    assert outcome(case()).passed
    wrong = outcome(case(), Verdict.FAIL)
    assert not wrong.passed
    assert str(wrong) == "expected pass, said fail (80%)"


def test_one_of_the_marked_turns_must_be_shown() -> None:
    marked = case(marked=(0, 4))
    assert outcome(marked, shown=(2, 4)).passed
    misplaced = outcome(marked, shown=(2,))
    assert not misplaced.passed
    assert str(misplaced).endswith("resting on [2] and none of [0, 4]")


def test_of_sentiment_no_evidence_is_asked() -> None:
    asked = case(criterion="sentiment", expected=Sentiment.NEUTRAL, marked=(1,))
    assert outcome(asked, Sentiment.NEUTRAL).passed
    assert not outcome(asked, Sentiment.POSITIVE).passed


def test_the_table_counts_by_kind_and_names_what_fails() -> None:
    found = [
        outcome(case("one")),
        outcome(case("two"), Verdict.PARTIAL),
        outcome(case("three", kind="DIR")),
    ]
    lines = table(found).splitlines()
    assert lines[1].split() == ["greeting", "MFT", "2", "1"]
    assert lines[2] == "    greeting/two: expected pass, said partial (80%)"
    assert lines[-1].split() == ["all", "3", "2"]


def test_a_renewed_list_keeps_reasons_and_drops_what_passes(tmp_path: Path) -> None:
    found = [
        outcome(case("old"), Verdict.FAIL),
        outcome(case("new"), Verdict.FAIL),
        outcome(case("mended")),
    ]
    path = tmp_path / "known.yaml"
    reasons = {"greeting/old": "It's: complicated.", "greeting/mended": "Was hard."}
    path.write_text(known_text(found, reasons), encoding="utf-8")
    assert read_known(path) == {"greeting/old": "It's: complicated.", "greeting/new": UNEXPLAINED}
    path.write_text(known_text([], reasons), encoding="utf-8")
    assert read_known(path) == {}


@pytest.mark.parametrize("text", ["- a\n- b\n", "a: [1\n", "a: x\na: y\n", "a:\n"])
def test_a_list_that_is_no_list_of_reasons_is_refused(tmp_path: Path, text: str) -> None:
    path = tmp_path / "known.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(CaseError, match=r"known\.yaml"):
        read_known(path)
