from __future__ import annotations

from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.rubric_diff import Change, compare
from tests.builders import criterion, rubric

GREETING = criterion("greeting")
CLOSING = criterion("closing")
OLD = rubric(GREETING, CLOSING)


def test_a_rubric_does_not_differ_from_itself() -> None:
    bundled = load_rubric(bundled_rubric_path())
    assert compare(bundled, bundled) == ()


def test_a_changed_field_is_told_with_both_values() -> None:
    heavier = GREETING.model_copy(update={"weight": 2.0})
    assert compare(OLD, rubric(heavier, CLOSING)) == (
        Change(where="greeting", what="weight", kind="changed", before="1.0", after="2.0"),
    )


def test_text_is_told_as_it_is() -> None:
    asked = GREETING.model_copy(update={"question": "Hello?"})
    (change,) = compare(OLD, rubric(asked, CLOSING))
    assert (change.before, change.after) == ("Was greeting done well?", "Hello?")


def test_a_new_rule_stands_against_nothing() -> None:
    ruled = GREETING.model_copy(update={"rule": {"cases": []}})
    (change,) = compare(OLD, rubric(ruled, CLOSING))
    assert (change.what, change.before, change.after) == ("rule", "", '{"cases":[]}')


def test_criteria_come_and_go() -> None:
    assert compare(OLD, rubric(GREETING, criterion("tone"))) == (
        Change(where="tone", what="criterion", kind="added", after="Was tone done well?"),
        Change(where="closing", what="criterion", kind="removed", before="Was closing done well?"),
    )


def test_the_rubrics_own_fields_come_first() -> None:
    changes = compare(
        OLD, rubric(GREETING.model_copy(update={"critical": True}), CLOSING, version=2)
    )
    assert [(change.where, change.what) for change in changes] == [
        ("rubric", "version"),
        ("greeting", "critical"),
    ]


def test_another_order_is_a_change_though_each_criterion_is_the_same() -> None:
    (change,) = compare(OLD, rubric(CLOSING, GREETING))
    assert (change.what, change.before) == ("order of criteria", '["greeting","closing"]')
