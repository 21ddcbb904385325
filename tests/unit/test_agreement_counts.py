from __future__ import annotations

import random
import time
from collections import Counter

import pytest

from pipeline.agreement import Pair, agreement, cohens_kappa
from pipeline.agreement_counts import agreement_of, confusion
from pipeline.domain import Verdict

PASS, PARTIAL, FAIL = Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL
NOT, UNSCORED = Verdict.NOT_APPLICABLE, Verdict.UNSCORED


def drawn(count: int, seed: int = 0) -> list[Pair]:
    rng = random.Random(seed)
    first = [rng.choice([PASS, PASS, PARTIAL, FAIL, NOT]) for _ in range(count)]
    return [Pair(one, one if rng.random() < 0.8 else rng.choice([PASS, FAIL])) for one in first]


def test_kappa_is_that_of_the_pairs_one_by_one() -> None:
    pairs = drawn(300)
    found, known = agreement_of(Counter(pairs)), agreement(pairs)
    assert found.kappa == pytest.approx(known.kappa)
    assert found.pairs == known.pairs
    assert found.observed == pytest.approx(known.observed)
    assert found.kappa_low == pytest.approx(known.kappa_low, abs=0.015)
    assert found.kappa_high == pytest.approx(known.kappa_high, abs=0.015)


def test_few_pairs_give_their_number_and_no_kappa() -> None:
    found = agreement_of(Counter(drawn(19)))
    assert found.pairs == 19 and found.observed is not None
    assert (found.kappa, found.kappa_low, found.kappa_high) == (None, None, None)
    assert agreement_of(Counter(drawn(20))).kappa is not None


def test_nothing_gives_nothing() -> None:
    assert agreement_of({}).pairs == 0
    assert agreement_of({Pair(UNSCORED, PASS): 40}).observed is None


@pytest.mark.parametrize(
    "pairs",
    [
        [Pair(PASS, PASS)] * 30,
        [Pair(PASS, FAIL)] * 30,
        [*[Pair(PASS, PASS)] * 29, Pair(FAIL, PASS)],
        [*[Pair(PASS, PASS)] * 29, Pair(UNSCORED, PASS)],
    ],
)
def test_edge_cases_are_those_of_kappa(pairs: list[Pair]) -> None:
    judged = [pair for pair in pairs if UNSCORED not in pair]
    assert agreement_of(Counter(pairs)).kappa == cohens_kappa(judged)


def test_the_same_seed_gives_the_same_interval() -> None:
    counts = Counter(drawn(100))
    assert agreement_of(counts) == agreement_of(counts)
    assert agreement_of(counts, seed=1).kappa_low != agreement_of(counts).kappa_low


def test_a_hundred_tables_of_ten_thousand_pairs_take_less_than_a_second() -> None:
    counts = Counter(drawn(10_000))
    begun = time.process_time()
    for _ in range(100):
        agreement_of(counts)
    assert time.process_time() - begun < 1.0


def test_the_confusion_matrix_has_the_verdicts_that_were_given_in_their_order() -> None:
    found = confusion({Pair(FAIL, PASS): 2, Pair(PASS, PASS): 5, Pair(UNSCORED, PARTIAL): 0})
    assert found.verdicts == (PASS, FAIL)
    assert found.counts == ((5, 0), (2, 0))
