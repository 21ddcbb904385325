"""The reader of cases makes calls as README.md says and refuses everything else."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipeline.domain import Role, Sentiment, Verdict
from tests.behaviour.cases import Case, CaseError, read_cases, read_file

WRITTEN = """\
criterion: greeting
cases:
  - id: plain
    kind: MFT
    capability: both parts
    why: A hello and a name.
    expected: pass
    turns: |
      *A: Good morning, Oakum Ropes, this is Ada.
      C: Hello: do you sell hemp rope?
      A: We do.
      C: How much is it?
      A: Four pounds a metre.
      C: Thank you.
"""
CHANGED = """\
  - id: changed
    kind: {kind}
    capability: both parts
    why: Something is different.
    from: plain
    expected: {expected}
    change: {change}
"""


def read(folder: Path, text: str, name: str = "greeting.yaml") -> tuple[Case, ...]:
    (folder / name).write_text(text, encoding="utf-8")
    return read_file(folder / name)


def changed(folder: Path, change: str, kind: str = "INV", expected: str = "pass") -> Case:
    made = CHANGED.format(change=change, kind=kind, expected=expected)
    return read(folder, WRITTEN + made)[1]


def texts(case: Case) -> list[str]:
    return [turn.text for turn in case.turns]


def test_a_written_case_becomes_a_call(tmp_path: Path) -> None:
    (case,) = read(tmp_path, WRITTEN)
    assert case.id == "greeting/plain"
    assert case.expected is Verdict.PASS
    assert case.turns[1].text == "Hello: do you sell hemp rope?"
    assert [turn.role for turn in case.turns] == [Role.AGENT, Role.CUSTOMER] * 3
    assert [turn.index for turn in case.turns] == list(range(6))
    assert case.marked == (0,)
    assert case.base is None


def test_a_turn_is_replaced_by_one_or_more(tmp_path: Path) -> None:
    case = changed(tmp_path, '{say: {2: "A: We do.\\nS: Beep.", 3: "C: How much?"}}')
    assert texts(case)[2:5] == ["We do.", "Beep.", "How much?"]
    assert len(case.turns) == 7
    assert case.base == "greeting/plain"


def test_turns_are_added_and_dropped_by_their_old_numbers(tmp_path: Path) -> None:
    case = changed(tmp_path, '{add: {0: "S: Welcome.", 6: "A: Bye."}, drop: [1]}')
    assert texts(case)[0] == "Welcome."
    assert texts(case)[-1] == "Bye."
    assert "Hello: do you sell hemp rope?" not in texts(case)
    assert case.marked == (1,), "the mark moves with its turn"


def test_words_are_replaced_everywhere_and_in_order(tmp_path: Path) -> None:
    case = changed(tmp_path, "{words: {Oakum Ropes: Tarred Rope, rope: twine, Ada: Bo}}")
    assert texts(case)[:2] == [
        "Good morning, Tarred Rope, this is Bo.",
        "Hello: do you sell hemp twine?",
    ]


def test_an_unpunctuated_call_keeps_apostrophes_only(tmp_path: Path) -> None:
    case = changed(tmp_path, '{say: {2: "A: We do, don\'t we? Yes!"}, style: unpunctuated}')
    assert texts(case)[2] == "we do don't we yes"


def test_marks_hold_only_where_the_verdict_must_not_change(tmp_path: Path) -> None:
    assert changed(tmp_path, "{drop: [], style: unpunctuated}").marked == (0,)
    other = changed(tmp_path, '{say: {2: "*A: No."}}', kind="DIR", expected="partial")
    assert other.marked == (2,)


@pytest.mark.parametrize(
    ("change", "kind", "expected", "told"),
    [
        ("{drop: [0]}", "INV", "fail", "must expect what greeting/plain does"),
        ("{drop: [0]}", "DIR", "pass", "something else than greeting/plain"),
        ("{drop: [0]}", "ODD", "fail", "line 16, cases.1.kind"),
        ("{drop: [0]}", "DIR", "not_applicable", "expected one of pass, partial, fail, found"),
        ("{drop: [6]}", "INV", "pass", "expected turns of 0 to 5"),
        ('{add: {7: "A: Bye."}}', "INV", "pass", "expected turns of 0 to 5"),
        ('{say: {1: "C: Hm."}, drop: [1]}', "INV", "pass", "each once"),
        ("{words: {Nobody: Somebody}}", "INV", "pass", 'expected "Nobody" somewhere'),
        ("{drop: []}", "INV", "pass", "a change that changes something"),
        ('{say: {1: "B: Hm."}}', "INV", "pass", 'found "B: Hm."'),
        ('{say: {1: "C:"}}', "INV", "pass", 'found "C:"'),
        ("{drop: [4, 5]}", "INV", "pass", "6 to 16 turns, found 4"),
        ("{shout: true}", "INV", "pass", "cases.1.change.shout"),
        ("{style: shouted}", "INV", "pass", "'unpunctuated'"),
    ],
)
def test_a_change_that_makes_no_sense_is_refused(
    tmp_path: Path, change: str, kind: str, expected: str, told: str
) -> None:
    with pytest.raises(CaseError) as caught:
        changed(tmp_path, change, kind=kind, expected=expected)
    assert told in str(caught.value)
    assert "greeting.yaml" in str(caught.value)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("id: plain", "id: Plain one", "line 3, cases.0.id"),
        ("    why: A hello and a name.\n", "", "cases.0.why"),
        ("    kind: MFT\n", "    kind: MFT\n    kind: MFT\n", "line 5: the key"),
        ("kind: MFT", "kind: DIR", "either turns, for an MFT"),
        ("turns: |", "from: other\n    turns: |", "either turns, for an MFT"),
        ("criterion: greeting", "criterion: closing", "expected the criterion greeting"),
        ("C: Thank you.", "Thank you.", 'found "Thank you."'),
        ("expected: pass", "expected: passed", "found passed"),
        ("cases:", "cases: [", "line"),
    ],
)
def test_a_case_that_is_not_as_it_should_be_is_refused(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert old in WRITTEN
    with pytest.raises(CaseError) as caught:
        read(tmp_path, WRITTEN.replace(old, new))
    assert told in str(caught.value)


def test_the_same_id_twice_is_refused(tmp_path: Path) -> None:
    again = CHANGED.format(change="{style: unpunctuated}", kind="INV", expected="pass")
    with pytest.raises(CaseError, match="found it twice"):
        read(tmp_path, WRITTEN + again + again)


def test_a_case_is_made_only_from_one_further_up(tmp_path: Path) -> None:
    again = CHANGED.format(change="{drop: [0]}", kind="DIR", expected="fail")
    with pytest.raises(CaseError, match="a case further up"):
        read(tmp_path, WRITTEN + again.replace("from: plain", "from: later"))


def test_a_file_is_named_after_a_criterion(tmp_path: Path) -> None:
    with pytest.raises(CaseError, match="as the file's name"):
        read(tmp_path, WRITTEN.replace("criterion: greeting", "criterion: charm"), "charm.yaml")


def test_sentiment_is_asked_of_exactly_one_turn_of_the_customer(tmp_path: Path) -> None:
    text = WRITTEN.replace("criterion: greeting", "criterion: sentiment")
    text = text.replace("expected: pass", "expected: neutral")
    with pytest.raises(CaseError, match="one marked turn, of the customer"):
        read(tmp_path, text, "sentiment.yaml")
    moved = text.replace("*A:", "A:").replace("C: How", "*C: How")
    (case,) = read(tmp_path, moved, "sentiment.yaml")
    assert case.expected is Sentiment.NEUTRAL
    assert case.marked == (3,)


def test_a_folder_is_read_file_by_file(tmp_path: Path) -> None:
    (tmp_path / "greeting.yaml").write_text(WRITTEN, encoding="utf-8")
    closing = WRITTEN.replace("criterion: greeting", "criterion: closing")
    (tmp_path / "closing.yaml").write_text(closing, encoding="utf-8")
    assert [case.id for case in read_cases(tmp_path)] == ["closing/plain", "greeting/plain"]
