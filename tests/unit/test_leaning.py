from __future__ import annotations

import pytest

from pipeline.domain import Verdict
from pipeline.leaning import Leaning, Opinion, leanings

PASS, PARTIAL, FAIL, NOT = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL, Verdict.NOT_APPLICABLE
BOTH = ("greeting", "closing")


def opinions(judge: str, verdict: Verdict, calls: int = 30) -> list[Opinion]:
    return [Opinion(judge, f"c{at}", name, verdict) for at in range(calls) for name in BOTH]


def of(found: tuple[Leaning, ...], reviewer: str) -> Leaning:
    return next(item for item in found if item.reviewer == reviewer)


def test_who_gives_fewer_points_than_colleagues_is_strict() -> None:
    said = [*opinions("ann", PARTIAL), *opinions("ben", PASS)]
    found = leanings(said, said)
    ann, ben = of(found, "ann"), of(found, "ben")
    assert ann.points is not None and ben.points is not None
    assert (ann.points.value, ben.points.value) == (-0.5, 0.5)
    assert (ann.word, ben.word) == ("strict", "lenient")
    assert (ann.calls, ann.verdicts) == (30, 60)


def test_several_colleagues_count_with_their_mean() -> None:
    said = [*opinions("ann", PASS), *opinions("ben", PASS), *opinions("cem", FAIL)]
    ann = of(leanings(said, said), "ann")
    assert ann.points is not None and ann.points.value == 0.5


def test_the_machine_is_one_to_compare_with() -> None:
    found = leanings(opinions("ann", FAIL), opinions("machine", PASS))
    assert [item.reviewer for item in found] == ["ann"]
    assert found[0].points is not None and found[0].points.value == -1.0


def test_nobody_is_compared_with_themselves() -> None:
    said = opinions("ann", PASS)
    assert leanings(said, said) == ()


def test_few_calls_are_counted_instead_of_judged() -> None:
    said = [*opinions("ann", PARTIAL, 7), *opinions("ben", PASS, 7)]
    ann = of(leanings(said, said), "ann")
    assert ann.points is None
    assert ann.word == "not enough calls yet (7 of 20)"


def test_verdicts_without_points_are_left_out() -> None:
    assert leanings(opinions("ann", NOT), opinions("machine", PASS)) == ()
    assert leanings(opinions("ann", PASS), opinions("machine", Verdict.UNSCORED)) == ()


def test_differences_that_cancel_out_are_no_leaning() -> None:
    calls = range(30)
    ann = [Opinion("ann", f"c{at}", "greeting", PASS if at % 2 else FAIL) for at in calls]
    machine = [Opinion("machine", f"c{at}", "greeting", FAIL if at % 2 else PASS) for at in calls]
    (found,) = leanings(ann, machine)
    assert found.points is not None and found.points.value == pytest.approx(0.0)
    assert found.word == "no difference seen"


def test_criteria_of_one_call_do_not_count_as_calls_of_their_own() -> None:
    many = [Opinion("ann", "c0", f"criterion {at}", FAIL) for at in range(50)]
    machine = [item._replace(judge="machine", verdict=PASS) for item in many]
    (found,) = leanings(many, machine)
    assert (found.calls, found.verdicts, found.points) == (1, 50, None)
