from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from pipeline.spans import Span, overlap, total_s, united, without


def test_spans_that_touch_or_overlap_are_joined() -> None:
    assert united([Span(2, 3), Span(0, 1), Span(1, 2.5)]) == (Span(0, 3),)


def test_gaps_up_to_the_limit_are_closed() -> None:
    assert united([Span(0, 1), Span(1.5, 2), Span(3, 4)], gap_s=0.5) == (Span(0, 2), Span(3, 4))


def test_empty_and_reversed_spans_are_dropped() -> None:
    assert united([Span(1, 1), Span(3, 2)]) == ()


def test_overlap_is_what_both_cover() -> None:
    assert overlap([Span(0, 2), Span(3, 5)], [Span(1, 4)]) == (Span(1, 2), Span(3, 4))


def test_without_leaves_what_is_not_taken() -> None:
    assert without([Span(0, 10)], [Span(2, 3), Span(9, 12)]) == (Span(0, 2), Span(3, 9))


SPANS = st.lists(
    st.tuples(st.integers(0, 50), st.integers(1, 10)).map(
        lambda pair: Span(float(pair[0]), float(pair[0] + pair[1]))
    ),
    max_size=8,
)


@given(SPANS, SPANS)
def test_what_is_common_and_what_is_left_make_up_the_whole(
    ours: list[Span], theirs: list[Span]
) -> None:
    assert total_s(overlap(ours, theirs)) + total_s(without(ours, theirs)) == total_s(ours)
    assert overlap(ours, theirs) == overlap(theirs, ours)
