from __future__ import annotations

from collections import Counter

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.agreement import Pair, cohens_kappa
from pipeline.agreement_counts import agreement_of
from pipeline.comparing import (
    LEAST_FOR_INTERVAL,
    Tally,
    difference_of_shares,
    mean,
    mean_score,
    moments,
    together,
    without,
)
from pipeline.domain import Verdict
from pipeline.pass_rate import GRAVEST_FIRST, Cell, true_pass_rate
from pipeline.relating import correlation

SCORES = st.floats(min_value=0.0, max_value=100.0, allow_nan=False)
JUDGED = st.sampled_from([verdict for verdict in Verdict if verdict is not Verdict.UNSCORED])


@st.composite
def cells(draw: st.DrawFn) -> Cell:
    calls = draw(st.integers(0, 60))
    reviewed = draw(st.integers(0, calls))
    return Cell(
        draw(st.sampled_from([None, *GRAVEST_FIRST])),
        draw(st.sampled_from([None, 0.02, 0.1, 1.0])),
        calls,
        reviewed,
        draw(st.integers(0, reviewed)),
    )


@st.composite
def tallies(draw: st.DrawFn) -> Tally:
    count = draw(st.integers(1, 500))
    return Tally(draw(st.integers(0, count)), count)


@given(st.lists(cells(), max_size=12))
def test_a_pass_rate_is_a_share_within_its_interval_or_says_why_there_is_none(
    known: list[Cell],
) -> None:
    found = true_pass_rate(known)
    assert (found.true is None) == bool(found.missing)
    if found.true is not None:
        assert 0.0 <= found.true.low <= found.true.value + 1e-9
        assert found.true.value - 1e-9 <= found.true.high <= 1.0


@given(st.lists(cells(), max_size=12))
def test_the_order_of_cells_does_not_matter(known: list[Cell]) -> None:
    one, other = true_pass_rate(known).true, true_pass_rate(reversed(known)).true
    assert (one is None) == (other is None)
    if one is not None and other is not None:
        assert one.value == pytest.approx(other.value)
        assert [one.low, one.high] == pytest.approx([other.low, other.high])


@given(tallies(), tallies())
def test_a_difference_of_shares_lies_in_its_interval_and_turns_with_its_sides(
    first: Tally, second: Tally
) -> None:
    one, other = difference_of_shares(first, second), difference_of_shares(second, first)
    assert one is not None and other is not None
    assert one.low is not None and one.high is not None
    assert other.low is not None and other.high is not None
    assert -1 <= one.low <= one.value + 1e-9 and one.value - 1e-9 <= one.high <= 1
    assert one.low == pytest.approx(-other.high, abs=1e-9)


@given(st.lists(SCORES, min_size=1, max_size=30), st.lists(SCORES, min_size=1, max_size=30))
def test_taking_values_out_undoes_putting_them_in(kept: list[float], out: list[float]) -> None:
    found, known = without(moments(kept + out), moments(out)), moments(kept)
    assert found.count == known.count
    assert found.mean == pytest.approx(known.mean, abs=1e-6)
    assert found.variance == pytest.approx(known.variance, abs=1e-4)


@given(st.lists(st.lists(SCORES, max_size=8), max_size=6))
def test_moments_of_groups_together_are_those_of_all_values(groups: list[list[float]]) -> None:
    found = together(moments(own) for own in groups)
    known = moments([value for own in groups for value in own])
    assert found.count == known.count
    assert found.mean == pytest.approx(known.mean, abs=1e-6)
    assert found.variance == pytest.approx(known.variance, abs=1e-6)


@given(st.lists(SCORES, min_size=1, max_size=30))
def test_a_mean_lies_in_its_interval_where_it_has_one(values: list[float]) -> None:
    found, held = mean(moments(values)), mean_score(moments(values))
    assert found is not None and held is not None
    if len(values) < LEAST_FOR_INTERVAL:
        assert (found.low, found.high, held.low, held.high) == (None, None, None, None)
        return
    assert found.low is not None and found.high is not None
    assert held.low is not None and held.high is not None
    assert found.low <= found.value <= found.high
    assert 0 <= held.low <= held.high <= 100
    assert held.low - 1e-9 <= held.value <= held.high + 1e-9


@given(st.lists(st.tuples(SCORES, SCORES), max_size=30))
def test_correlations_stay_in_bounds(points: list[tuple[float, float]]) -> None:
    found = correlation([x for x, _ in points], [y for _, y in points])
    for figure in (found.pearson, found.spearman):
        if figure is not None:
            assert figure.low is not None and figure.high is not None
            assert -1 <= figure.low <= figure.value + 1e-9
            assert figure.value - 1e-9 <= figure.high <= 1


@given(st.lists(st.builds(Pair, JUDGED, JUDGED), min_size=20, max_size=80))
def test_counted_kappa_is_kappa_and_lies_in_its_interval(pairs: list[Pair]) -> None:
    found = agreement_of(Counter(pairs), draws=200)
    assert found.kappa == pytest.approx(cohens_kappa(pairs))
    assert found.kappa_low is not None and found.kappa_high is not None
    assert -1.0 <= found.kappa_low <= found.kappa_high <= 1.0
