"""House heads learn what reviewers change, leave alone what they do not, and are stored safely."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest

from models.house.edits import ANY, Edit, Step
from models.house.heads import Basis, HouseHead, Lesson
from models.house.stored import (
    HOUSE_FILE,
    fit_house_head,
    house_bytes,
    house_version,
    load_house_head,
    save_house_head,
)
from pipeline.domain import Verdict
from pipeline.errors import PrerequisiteError
from pipeline.rubric import Criterion, bundled_rubric_path, load_rubric

PASS, PARTIAL, FAIL = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL
RUBRIC = load_rubric(bundled_rubric_path())
GREETING = next(item for item in RUBRIC.criteria if item.id == "greeting")
COMPANY = "name_company:opening"


def basis(given: Verdict, company: float) -> Basis:
    shares = {verdict: 0.8 if verdict is given else 0.1 for verdict in (PASS, PARTIAL, FAIL)}
    return Basis(shares, {COMPANY: company, "greet:opening": 0.9, "greet:count": 1.2, "turns": 3.0})


def lessons(count: int, *, by_company: bool, seed: int = 0) -> list[Lesson]:
    """Return corrected calls of a house where the company's name decides, or of any other."""
    rng = np.random.default_rng(seed)
    found = []
    for number in range(count):
        given = (PASS, PARTIAL, FAIL)[int(rng.integers(3))]
        company = float(rng.random())
        label = (PASS if company >= 0.5 else FAIL) if by_company else given
        found.append(Lesson(f"c{number:03d}", basis(given, company), label))
    return found


def house(*, by_company: bool = True, count: int = 24) -> HouseHead:
    return fit_house_head(GREETING, lessons(count, by_company=by_company), "heads-1")


def verdict_of(head: HouseHead, given: Verdict, company: float) -> Verdict:
    shares = head.probabilities(basis(given, company))
    assert sum(shares.values()) == pytest.approx(1)
    return max(shares, key=lambda verdict: shares[verdict])


def test_two_dozen_corrections_teach_that_one_move_decides() -> None:
    head = house()
    assert verdict_of(head, PASS, 0.1) is FAIL
    assert verdict_of(head, FAIL, 0.9) is PASS
    assert COMPANY in head.edits.in_words()[0]


def test_what_reviewers_agree_with_stays_as_it_is() -> None:
    head = house(by_company=False)
    assert head.edits.in_words()[0].endswith("nothing changes")
    for given in (PASS, PARTIAL, FAIL):
        assert verdict_of(head, given, 0.2) is given


def test_a_single_correction_changes_nothing() -> None:
    one = Lesson("c1", basis(PASS, 0.1), FAIL)
    agreed = [item for item in lessons(9, by_company=False) if item.call_id != "c1"]
    head = fit_house_head(GREETING, [*agreed, one], "heads-1")
    assert verdict_of(head, PASS, 0.1) is PASS


def test_a_verdict_that_this_house_does_not_give_is_replaced() -> None:
    always = [
        Lesson(item.call_id, item.basis, FAIL if item.basis.given is PARTIAL else item.basis.given)
        for item in lessons(24, by_company=False)
    ]
    head = fit_house_head(GREETING, always, "heads-1")
    assert verdict_of(head, PARTIAL, 0.5) is FAIL
    assert verdict_of(head, PASS, 0.5) is PASS
    assert "partial becomes fail" in head.edits.in_words()[0]


def test_the_same_lessons_in_another_order_give_the_same_bytes() -> None:
    taught = lessons(24, by_company=True)
    first = house_bytes(fit_house_head(GREETING, taught, "heads-1"))
    assert house_bytes(fit_house_head(GREETING, taught[::-1], "heads-1")) == first


def test_other_lessons_give_another_version() -> None:
    assert house_version(house()) == house_version(house())
    assert house_version(house(count=25)) != house_version(house())


def test_what_is_stored_comes_back(tmp_path: Path) -> None:
    head = house()
    save_house_head(head, tmp_path)
    found = load_house_head(tmp_path)
    assert house_bytes(found) == house_bytes(head)
    assert found.edits.edits == head.edits.edits
    assert found.probabilities(basis(PASS, 0.3)) == head.probabilities(basis(PASS, 0.3))


@pytest.mark.parametrize("content", [b"", b"not a model", None])
def test_a_file_that_is_no_house_head_is_refused(tmp_path: Path, content: bytes | None) -> None:
    if content is not None:
        (tmp_path / HOUSE_FILE).write_bytes(content)
    with pytest.raises(PrerequisiteError, match="house head"):
        load_house_head(tmp_path)


def test_a_truncated_file_is_refused(tmp_path: Path) -> None:
    save_house_head(house(), tmp_path)
    path = tmp_path / HOUSE_FILE
    path.write_bytes(path.read_bytes()[:-9])
    with pytest.raises(PrerequisiteError, match="damaged"):
        load_house_head(tmp_path)


def test_a_head_applies_to_what_it_was_taught_for_alone() -> None:
    head = house()
    other = GREETING.model_copy(update={"question": "Was the company named?"})
    assert head.fits(GREETING, "heads-1")
    assert not head.fits(other, "heads-1")
    assert not head.fits(GREETING, "heads-2")


def test_heavier_calls_teach_more() -> None:
    criterion: Criterion = GREETING
    split = [
        Lesson(f"c{n}", basis(PARTIAL, 0.5), FAIL if n % 2 else PARTIAL, 3.0 if n % 2 else 0.2)
        for n in range(16)
    ]
    head = fit_house_head(criterion, split, "heads-1")
    assert verdict_of(head, PARTIAL, 0.5) is FAIL


def test_steps_of_one_stage_look_at_the_verdict_before_it() -> None:
    swap = Edit(((Step(0, 1), Step(1, 0)),))
    features = np.zeros((3, 0), dtype=np.float32)
    assert swap.applied(np.array([0, 1, 2], dtype=np.int8), features).tolist() == [1, 0, 2]


def test_a_threshold_is_reached_by_its_own_value() -> None:
    edit = Edit(((Step(ANY, 1, 0, 0.5), Step(ANY, 2, 0, 0.5, above=False)),))
    features = np.array([[0.5], [0.49]], dtype=np.float32)
    assert edit.applied(np.zeros(2, dtype=np.int8), features).tolist() == [1, 2]
