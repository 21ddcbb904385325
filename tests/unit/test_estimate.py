from __future__ import annotations

import pytest

from pipeline.agreement import Pair
from pipeline.domain import Verdict
from pipeline.estimate import KAPPA_EACH, KAPPA_LABELS, LabelledPair, Picked, estimate, wilson

P, F, U = Verdict.PASS, Verdict.FAIL, Verdict.UNSCORED


def labelled(
    label: Verdict, said: Verdict, count: int = 1, picked: Picked = ""
) -> list[LabelledPair]:
    return [LabelledPair(Pair(label, said), picked)] * count


def test_the_interval_is_wilsons() -> None:
    # 9 of 11: 0.523 to 0.949, as in the tables of Newcombe 1998 (score method).
    assert wilson(9, 11) == pytest.approx((0.523, 0.949), abs=0.001)
    assert wilson(0, 10)[0] == 0.0
    assert wilson(10, 10)[1] == pytest.approx(1.0)
    assert wilson(0, 0) == (0.0, 1.0)
    wide, narrow = wilson(8, 10), wilson(80, 100)
    assert narrow[1] - narrow[0] < (wide[1] - wide[0]) / 2


def test_a_few_labels_are_told_with_how_little_they_say() -> None:
    found = estimate([*labelled(P, P, 4), *labelled(F, F, 5), *labelled(F, P, 2)], tried=160)
    assert (found.right, found.labels, found.commonest) == (9, 11, 7)
    assert found.share == pytest.approx(9 / 11)
    assert found.words[0] == "9 of 11 agree."
    assert "With 11 labels the true share lies between 52 % and 95 %" in found.words[1]
    assert "20 more labels would narrow it to about ±" in found.words[2]
    assert "Saying fail every time would agree with 7 of them." in found.words
    assert found.kappa is None


def test_labels_that_all_agree_do_not_promise_that_more_will() -> None:
    found = estimate(labelled(P, P), tried=10)
    assert "With 1 label the true share lies between 21 % and 100 %" in found.words[1]
    now, then = (int(part.split()[0]) for part in found.words[2].split("±")[1:])
    assert then > 15 < now


def test_hard_calls_count_for_themselves_and_random_ones_for_the_others() -> None:
    hard = [*labelled(P, F, 5, "uncertain"), *labelled(F, F, 5, "uncertain")]
    fair = [*labelled(P, P, 9, "random"), *labelled(F, P, 1, "random")]
    found = estimate([*hard, *fair], tried=100)
    # 10 hard ones half right, 90 others 9 in 10 right.
    assert found.share == pytest.approx(0.1 * 0.5 + 0.9 * 0.9)
    assert found.low is not None and found.low == pytest.approx(0.05 + 0.9 * wilson(9, 10)[0])
    assert "9 of 10 picked at random agree, 5 of 10" in found.words[0]
    naive = (5 + 9) / 20
    assert found.share is not None and found.share > naive


def test_hard_calls_alone_say_nothing_about_the_others() -> None:
    found = estimate(labelled(P, P, 8, "uncertain"), tried=100)
    assert found.share is None and found.low is None
    assert "label the ones picked at random too" in found.words[0]


def test_unscored_calls_are_left_out_and_counted() -> None:
    found = estimate([*labelled(P, P, 3), *labelled(F, U, 2)], tried=10)
    assert (found.labels, found.unscored) == (3, 2)
    assert found.words[-1] == "2 more labelled calls were left unscored."
    nothing = estimate(labelled(F, U, 2), tried=10)
    assert nothing.share is None
    assert "left unscored" in nothing.words[0]


def test_kappa_is_given_only_when_there_are_enough_labels_of_both_kinds() -> None:
    few = [*labelled(P, P, KAPPA_LABELS), *labelled(F, F, KAPPA_EACH - 1)]
    enough = [*labelled(P, P, KAPPA_LABELS - KAPPA_EACH), *labelled(F, F, KAPPA_EACH)]
    assert estimate(few, tried=50).kappa is None
    found = estimate(enough, tried=50)
    assert found.kappa == 1.0
    assert any(words.startswith("Kappa 1.00 (") for words in found.words)
    assert estimate(enough[1:], tried=50).kappa is None
