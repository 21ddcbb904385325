"""Stretches of time: union, overlap and difference. Pure arithmetic in seconds."""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple


class Span(NamedTuple):
    """A stretch of time."""

    start_s: float
    end_s: float

    @property
    def length_s(self) -> float:
        """How long it is."""
        return self.end_s - self.start_s


def united(spans: Iterable[Span], gap_s: float = 0.0) -> tuple[Span, ...]:
    """Return the union in order, as spans that do not touch.

    Args:
        spans: In any order; empty and reversed ones are dropped.
        gap_s: Spans that are this close are joined.
    """
    merged: list[Span] = []
    for span in sorted(span for span in spans if span.end_s > span.start_s):
        if merged and span.start_s <= merged[-1].end_s + gap_s:
            merged[-1] = Span(merged[-1].start_s, max(merged[-1].end_s, span.end_s))
        else:
            merged.append(span)
    return tuple(merged)


def overlap(left: Iterable[Span], right: Iterable[Span]) -> tuple[Span, ...]:
    """Return what lies in both unions."""
    ours, theirs = united(left), united(right)
    common: list[Span] = []
    i = j = 0
    while i < len(ours) and j < len(theirs):
        start = max(ours[i].start_s, theirs[j].start_s)
        end = min(ours[i].end_s, theirs[j].end_s)
        if end > start:
            common.append(Span(start, end))
        if ours[i].end_s < theirs[j].end_s:
            i += 1
        else:
            j += 1
    return tuple(common)


def without(spans: Iterable[Span], taken: Iterable[Span]) -> tuple[Span, ...]:
    """Return what lies in the first union and not in the second."""
    left: list[Span] = []
    holes = united(taken)
    for span in united(spans):
        start = span.start_s
        for hole in holes:
            if hole.end_s <= start or hole.start_s >= span.end_s:
                continue
            if hole.start_s > start:
                left.append(Span(start, hole.start_s))
            start = max(start, hole.end_s)
        if start < span.end_s:
            left.append(Span(start, span.end_s))
    return tuple(left)


def total_s(spans: Iterable[Span]) -> float:
    """Return the length of the union."""
    return sum(span.length_s for span in united(spans))
