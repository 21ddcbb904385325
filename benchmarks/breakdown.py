"""The same verdicts, counted apart: short and long calls, noisy and clean ones, altered texts."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from benchmarks.bootstrap import Interval, interval
from benchmarks.noise import is_noisy
from benchmarks.verdicts import Predicted, Row, known, mean_kappa_all, rounded, rows_of
from models.training.labelled import LabelledCall
from pipeline.agreement import cohens_kappa
from pipeline.domain import Record, Verdict


@dataclass(frozen=True, slots=True)
class Judged:
    """The same calls, judged twice."""

    complete: Sequence[Predicted]
    """With nothing withheld."""
    shipped: Sequence[Predicted]
    """With the thresholds that callqa ships."""

    def only(self, wanted: Callable[[LabelledCall], bool]) -> Judged:
        """Return some of the calls."""
        return Judged(
            [item for item in self.complete if wanted(item.call)],
            [item for item in self.shipped if wanted(item.call)],
        )


class PartFigures(Record):
    """Some of the calls, or all of them with altered texts."""

    calls: int
    kappa_all: Interval
    """Mean over criteria, nothing withheld."""
    criteria: Mapping[str, float]
    """``kappa_all`` by criterion. Of a verdict that never varies in a part, kappa tells little."""
    error: float
    """Share of all verdicts that are wrong, nothing withheld."""
    shipped_error: float
    """Share of the given verdicts that are wrong, thresholds as shipped."""
    shipped_coverage: float


class LengthFigures(Record):
    """One third of the calls by length."""

    least_words: int
    most_words: int
    figures: PartFigures


class Breakdown(Record):
    """Verdicts by what kind of call it is."""

    by_length: tuple[LengthFigures, ...]
    """Thirds, the shortest first."""
    clean: PartFigures
    noisy: PartFigures
    """Written as a recogniser would; ``benchmarks.noise.is_noisy`` says which."""


def breakdown(judged: Judged, criteria: Sequence[str]) -> Breakdown:
    """Return the figures of all kinds of call."""
    noisy = judged.only(is_noisy)
    clean = judged.only(lambda call: not is_noisy(call))
    return Breakdown(
        by_length=tuple(_third(judged, part, criteria) for part in thirds(_calls(judged))),
        clean=part_figures(clean, criteria),
        noisy=part_figures(noisy, criteria),
    )


def thirds(calls: Sequence[LabelledCall]) -> tuple[tuple[LabelledCall, ...], ...]:
    """Return the calls in three parts of about the same number, the shortest first."""
    ordered = sorted(calls, key=lambda call: (words(call), call.call_id))
    cuts = [round(len(ordered) * part / 3) for part in range(4)]
    return tuple(tuple(ordered[a:b]) for a, b in pairwise(cuts))


def words(call: LabelledCall) -> int:
    """Return the number of words of a call, all roles."""
    return sum(len(turn.text.split()) for turn in call.turns)


def part_figures(judged: Judged, criteria: Sequence[str]) -> PartFigures:
    """Return the figures of some calls."""
    rows = rows_of(judged.complete, criteria)
    shipped = rows_of(judged.shipped, criteria)
    columns = dict(zip(criteria, zip(*rows, strict=True), strict=True))
    return PartFigures(
        calls=len(rows),
        kappa_all=known(interval(rows, mean_kappa_all)),
        criteria={name: rounded(cohens_kappa(pairs)) for name, pairs in columns.items()},
        error=error(rows),
        shipped_error=error(shipped),
        shipped_coverage=coverage(shipped),
    )


def error(rows: Sequence[Row]) -> float:
    """Return the share of given verdicts that are wrong; 0 if none was given."""
    given = [pair for row in rows for pair in row if pair.second is not Verdict.UNSCORED]
    wrong = sum(pair.first is not pair.second for pair in given)
    return round(wrong / max(1, len(given)), 3)


def coverage(rows: Sequence[Row]) -> float:
    """Return the share of all criteria and calls on which a verdict was given."""
    pairs = [pair for row in rows for pair in row]
    return round(sum(pair.second is not Verdict.UNSCORED for pair in pairs) / len(pairs), 3)


def _third(judged: Judged, calls: Sequence[LabelledCall], criteria: Sequence[str]) -> LengthFigures:
    ids = {call.call_id for call in calls}
    return LengthFigures(
        least_words=min(map(words, calls)),
        most_words=max(map(words, calls)),
        figures=part_figures(judged.only(lambda call: call.call_id in ids), criteria),
    )


def _calls(judged: Judged) -> list[LabelledCall]:
    return [item.call for item in judged.complete]
