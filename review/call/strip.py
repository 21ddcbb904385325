"""Who spoke when, as bars along the length of the call, aligned with the waveform above them."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from pipeline.domain import CriterionScore
from pipeline.evaluate import announced_holds
from pipeline.metrics import talk_times
from pipeline.spans import Span, united, without
from pipeline.store import Scorecard

WIDE = 1000.0
"""Units across; the page stretches them to the width that it has."""
QUIET_S = 1.5


@dataclass(frozen=True, slots=True)
class Bar:
    """From ``x`` on, ``width`` wide, of ``WIDE``."""

    x: float
    width: float
    start_s: float


@dataclass(frozen=True, slots=True)
class Mark:
    """Where the evidence of a criterion was said."""

    criterion: str
    bar: Bar


@dataclass(frozen=True, slots=True)
class Strip:
    """The whole timeline."""

    duration_s: float
    agent: tuple[Bar, ...]
    customer: tuple[Bar, ...]
    overtalk: tuple[Bar, ...]
    holds: tuple[Bar, ...]
    quiet: tuple[Span, ...]
    """Nobody speaks for longer than ``QUIET_S``: what skipping silence leaves out."""
    summary: str
    """What is to be seen, in words."""


def strip_of(scorecard: Scorecard) -> Strip | None:
    """Return the timeline of a call; None if nothing in it has a time."""
    times = talk_times(scorecard.transcript, announced_holds(scorecard.evaluation.judgement))
    duration_s = duration_of(scorecard)
    if times is None or not duration_s:
        return None
    return Strip(
        duration_s=duration_s,
        agent=_bars(times.agent, duration_s),
        customer=_bars(times.customer, duration_s),
        overtalk=_bars(times.overtalk, duration_s),
        holds=_bars(times.holds, duration_s),
        quiet=_quiet(scorecard, duration_s),
        summary=(
            f"The agent speaks {len(times.agent)} times, the customer {len(times.customer)} times; "
            f"they speak at once {len(times.overtalk)} times; {len(times.holds)} holds."
        ),
    )


def marks_of(scores: Iterable[CriterionScore], duration_s: float) -> tuple[Mark, ...]:
    """Return where each criterion's evidence lies on the timeline."""
    return tuple(
        Mark(score.criterion, _bar(Span(item.start_s, item.end_s or item.start_s), duration_s))
        for score in scores
        for item in score.evidence
        if item.start_s is not None
    )


def duration_of(scorecard: Scorecard) -> float | None:
    """Return a call's length in seconds; None for a written one."""
    known_s = scorecard.transcript.duration_s
    ends = [turn.end_s for turn in scorecard.transcript.turns if turn.end_s is not None]
    return known_s or max(ends, default=None)


def _quiet(scorecard: Scorecard, duration_s: float) -> tuple[Span, ...]:
    turns = scorecard.transcript.turns
    spoken = united(
        Span(part.start_s, part.end_s)
        for turn in turns
        for part in (turn.words or (turn,))
        if part.start_s is not None and part.end_s is not None
    )
    gaps = without([Span(0.0, duration_s)], spoken)
    return tuple(
        Span(round(gap.start_s, 2), round(gap.end_s, 2)) for gap in gaps if gap.length_s > QUIET_S
    )


def _bars(spans: Iterable[Span], duration_s: float) -> tuple[Bar, ...]:
    return tuple(_bar(span, duration_s) for span in spans)


def _bar(span: Span, duration_s: float) -> Bar:
    x = min(WIDE, WIDE * span.start_s / duration_s)
    width = max(1.5, WIDE * span.length_s / duration_s)
    return Bar(round(x, 1), round(min(width, WIDE - x), 1), round(span.start_s, 2))
