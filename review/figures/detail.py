"""The page of one agent or team: criteria, talk metrics, and what came of the calls."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.comparing import (
    Figure,
    Tally,
    difference_of_means,
    difference_of_shares,
    mean,
    share,
    together,
)
from pipeline.relating import Correlation, correlation, line, sums
from pipeline.store.analysis import CallFigures, CriterionWeek, GroupFigures
from review.charts.dots import Entry, Reference, bar_chart, dot_chart
from review.charts.figures import percent, plain, points, signed
from review.charts.lines import Axis, Series, small_multiples
from review.charts.scatter import Dot, scatter
from review.charts.svg import About
from review.charts.table import Chart, Table
from review.figures.filters import Filters
from review.figures.groups import Belongs, criteria, criterion_names, mondays, point, point_of_share
from review.figures.wording import (
    METRICS,
    correlation_words,
    criterion_words,
    difference_words,
    figure_words,
    verdict_on,
)

BANDS = ((0.0, 60.0), (60.0, 80.0), (80.0, 90.0), (90.0, 100.1))
"""Of scores, for what is yes or no."""
SHARE = Axis("share passed", percent, 0.0, 1.0)
POINTS_APART = Axis("difference, percentage points", signed(percent))
WEEK_S = 7 * 86400


@dataclass(frozen=True, slots=True)
class CriterionCharts:
    """How a group does on each criterion, against others and the period before."""

    passed: Chart
    against: Chart
    before: Chart
    by_people: str
    """How many of the verdicts are people's, as a sentence."""


@dataclass(frozen=True, slots=True)
class OutcomeChart:
    """Scores against what came of the calls."""

    name: str
    words: str
    chart: Chart


def criterion_charts(
    found: GroupFigures, own: Belongs, peers: Belongs, rest: str
) -> CriterionCharts:
    """Return the charts of criteria.

    Args:
        found: Of everybody in scope.
        own: Whose calls are the group's.
        peers: The group and whom it is compared with.
        rest: What those are called.
    """
    rows = found.figures.criteria
    names = criterion_names(rows)
    now = criteria((row for row in rows if row.current), own)
    past = criteria((row for row in rows if not row.current), own)
    others = criteria(
        (row for row in rows if row.current), lambda whose: peers(whose) and not own(whose)
    )
    judged = sum(tally.count for tally, _ in now.values())
    people = sum(by_people for _, by_people in now.values())
    return CriterionCharts(
        _passed(names, now),
        _apart("criteria-against", f"Against {rest}", names, now, others),
        _apart("criteria-before", "Against the period before", names, now, past),
        f"{people:,} of {judged:,} verdicts are people's; the others are the machine's.",
    )


def _passed(names: Sequence[str], now: Mapping[str, tuple[Tally, int]]) -> Chart:
    entries = []
    for name in names:
        tally, by_people = now.get(name, (Tally(0, 0), 0))
        note = f"{by_people:,} by people" if tally.count else "did not apply"
        known = point_of_share(share(tally), tally.count)
        entries.append(Entry(criterion_words(name), known, note))
    about = About(
        "criteria-passed",
        "Share passed, by criterion",
        "Of the calls on which the criterion was judged and applied.",
    )
    return bar_chart(about, "criterion", entries, SHARE)


def _apart(
    key: str,
    title: str,
    names: Sequence[str],
    now: Mapping[str, tuple[Tally, int]],
    others: Mapping[str, tuple[Tally, int]],
) -> Chart:
    entries = []
    nothing = (Tally(0, 0), 0)
    for name in names:
        own, other = now.get(name, nothing)[0], others.get(name, nothing)[0]
        apart = difference_of_shares(own, other)
        note = verdict_on(apart) if apart else "nothing to compare with"
        entries.append(Entry(criterion_words(name), point(apart, own.count), note))
    about = About(
        key,
        title,
        "Right of the line is better. An interval that reaches over the line may be chance.",
    )
    return dot_chart(about, "criterion", entries, POINTS_APART, Reference("no difference", 0.0))


def criterion_weeks_chart(weeks: Sequence[CriterionWeek], filters: Filters) -> Chart:
    """Return a small chart of each criterion over the weeks."""
    known = {(item.criterion, item.week): item.tally for item in weeks}
    names = tuple(dict.fromkeys(item.criterion for item in weeks))
    days = mondays(filters.first, filters.last)
    series = []
    for name in names:
        tallies = [known.get((name, day), Tally(0, 0)) for day in days]
        marks = tuple(point_of_share(share(tally), tally.count) for tally in tallies)
        series.append(Series(criterion_words(name), marks))
    about = About("criteria-weeks", "Criteria by week", "Share passed; bands are 95 % intervals.")
    labels = [f"{day.day} {day:%b}" for day in days]
    return small_multiples(about, "week from", labels, series, SHARE)


def talk_table(found: GroupFigures, own: Belongs, peers: Belongs, rest: str) -> Table:
    """Return the talk metrics of a group beside those it is compared with."""
    rows = []
    for name, (words, written) in METRICS.items():
        mine = together(row.values for row in found.talk if row.name == name and own(row.whose))
        others = together(
            row.values
            for row in found.talk
            if row.name == name and peers(row.whose) and not own(row.whose)
        )
        if not mine.count:
            continue
        apart = difference_of_means(mine, others)
        rows.append(
            (
                words,
                figure_words(mean(mine), written),
                figure_words(mean(others), written),
                difference_words(apart, written),
                verdict_on(apart),
                f"{mine.count:,}",
            )
        )
    head = ("mean per call", "own", rest, "difference", "in a word", "calls")
    return Table("Talk metrics, means with 95 % intervals", head, tuple(rows))


def trend(calls: Sequence[CallFigures]) -> Figure | None:
    """Return by how many points a week the machine's scores rise; None for too few calls."""
    known = [(call.at_s / WEEK_S, call.score) for call in calls if call.score is not None]
    found = line(sums([week for week, _ in known], [score for _, score in known]))
    return None if found is None else found.slope


def outcome_charts(calls: Sequence[CallFigures]) -> tuple[OutcomeChart, ...]:
    """Return scores against CSAT, handling time and first-call resolution, of what is known."""
    scored = [call for call in calls if call.score is not None]
    csat = [(call.csat, call.score or 0.0) for call in scored if call.csat is not None]
    aht = [(call.aht_s / 60, call.score or 0.0) for call in scored if call.aht_s is not None]
    fcr = [(call.fcr, call.score or 0.0) for call in scored if call.fcr is not None]
    charts = []
    if csat:
        charts.append(_scatter("CSAT", "csat", csat, 0.5))
    if aht:
        charts.append(_scatter("handling time, minutes", "aht", aht, 1.0))
    if fcr:
        charts.append(_resolved(fcr))
    return tuple(charts)


def _scatter(
    name: str, key: str, pairs: Sequence[tuple[float, float]], step: float
) -> OutcomeChart:
    outcome, score = [one for one, _ in pairs], [other for _, other in pairs]
    alike = Counter((round(x / step) * step, round(y / 5) * 5.0) for x, y in pairs)
    dots = [Dot(x, y, count) for (x, y), count in alike.items()]
    found = correlation(outcome, score)
    words = correlation_words(found, name)
    about = About(f"outcome-{key}", f"Score and {name}", words)
    up = Axis("score, machine", points, 0.0, 100.0, plain)
    drawn = scatter(about, dots, Axis(name, plain), up, line(sums(outcome, score)))
    return OutcomeChart(about.title, f"{words} {_grouped(len(pairs), step)}", drawn)


def _grouped(calls: int, step: float) -> str:
    return (
        f"Larger marks stand for more calls ({calls:,} in all), put together in steps of 5 points."
    )


def _resolved(pairs: Sequence[tuple[float, float]]) -> OutcomeChart:
    entries = []
    for low, high in BANDS:
        known = [resolved for resolved, score in pairs if low <= score < high]
        tally = Tally(sum(value >= 0.5 for value in known), len(known))
        label = f"score {low:.0f} to {min(high, 100):.0f}"
        note = "" if known else "no calls"
        entries.append(Entry(label, point_of_share(share(tally), tally.count), note))
    found: Correlation = correlation([one for one, _ in pairs], [other for _, other in pairs])
    words = correlation_words(found, "first-call resolution")
    about = About("outcome-fcr", "First-call resolution by score", words)
    axis = Axis("settled in the first contact", percent, 0.0, 1.0)
    return OutcomeChart(about.title, words, bar_chart(about, "score, machine", entries, axis))
