"""Which calls teach and which judge."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from pipeline.splits import (
    HELD_OUT_AGENTS,
    HELD_OUT_CALLS,
    MOST_WEIGHT,
    RESERVED,
    inclusion_weights,
    part_of,
    reserved,
)

CALLS = [f"call-{number}" for number in range(4000)]
NAMES = st.text(max_size=20)
CHANCES = st.lists(st.none() | st.floats(0.001, 1.0), min_size=1, max_size=50)


def test_the_parts_have_the_shares_that_are_stated() -> None:
    held_out = sum(part_of(call) == "held_out" for call in CALLS) / len(CALLS)
    assert held_out == pytest.approx(HELD_OUT_CALLS, abs=0.03)
    kept = sum(reserved(call) for call in CALLS) / len(CALLS)
    assert kept == pytest.approx(RESERVED, abs=0.03)


def test_some_agents_are_held_out_with_every_call() -> None:
    agents = [f"agent-{number}" for number in range(500)]
    whole = [a for a in agents if all(part_of(c, a) == "held_out" for c in CALLS[:60])]
    assert len(whole) / len(agents) == pytest.approx(HELD_OUT_AGENTS, abs=0.05)


def test_the_random_slice_is_held_out_more_often() -> None:
    held_out = sum(part_of(call, drawn=True) == "held_out" for call in CALLS) / len(CALLS)
    assert held_out == pytest.approx(1 - (1 - HELD_OUT_CALLS) * (1 - RESERVED), abs=0.03)


@given(NAMES, NAMES, st.booleans())
def test_what_is_held_out_stays_held_out_whatever_becomes_known(
    call_id: str, agent: str, drawn: bool
) -> None:
    if part_of(call_id) == "held_out":
        assert part_of(call_id, agent, drawn=drawn) == "held_out"


def test_parts_do_not_change_from_one_version_to_the_next() -> None:
    """A change of the hash would let models learn from the calls that judged them before."""
    held_out = [number for number in range(20) if part_of(f"call-{number}") == "held_out"]
    assert held_out == [0, 1, 2, 3, 4, 5, 10, 12, 13, 17, 19]


@given(CHANCES)
def test_weights_have_a_mean_of_one_and_a_limit(chances: list[float | None]) -> None:
    weights = inclusion_weights(chances)
    assert sum(weights) == pytest.approx(len(chances))
    assert max(weights) <= MOST_WEIGHT * min(weights) * (1 + 1e-9)


def test_a_call_drawn_with_half_the_chance_counts_twice() -> None:
    flagged, drawn, searched = inclusion_weights([1.0, 0.5, None])
    assert drawn == pytest.approx(2 * flagged)
    assert searched == pytest.approx(flagged)


def test_no_calls_have_no_weights() -> None:
    assert inclusion_weights([]) == ()
