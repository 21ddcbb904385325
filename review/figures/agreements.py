"""How far machine and reviewers agree: per criterion, over time, by reviewer."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias, TypeVar

from pipeline.agreement import Agreement, Pair
from pipeline.agreement_counts import agreement_of, confusion
from pipeline.reviews import ReviewKind
from pipeline.store.agreeing import MachinePairs, ReviewerPairs, Said
from review.charts.dots import Entry, Reference, dot_chart
from review.charts.figures import Point, finely, kappa, percent, plain, signed
from review.charts.grids import confusion_matrix
from review.charts.lines import Axis, Series, small_multiples
from review.charts.svg import About
from review.charts.table import Chart
from review.figures.groups import point
from review.figures.wording import criterion_words
from review.wording import verdict_word

KAPPA = Axis("Cohen's kappa", kappa, None, 1.0, plain)
POINTS = Axis("points of a verdict, 0 to 1", signed(kappa), at_ticks=signed(finely))
ZERO = Reference("no difference", 0.0)
CHANCE = Reference("chance", 0.0)
Counted: TypeAlias = MachinePairs | ReviewerPairs
Key = TypeVar("Key")


@dataclass(frozen=True, slots=True)
class ReviewerRow:
    """One reviewer beside the machine and colleagues."""

    name: str
    with_machine: Agreement
    against_machine: str
    against_colleagues: str


@dataclass(frozen=True, slots=True)
class AgreementView:
    """What the page shows; charts are None where nothing was said by two judges."""

    kind: ReviewKind
    criteria: tuple[tuple[str, str], ...]
    """To choose from: id and words."""
    criterion: str
    machine: Chart | None
    machine_months: Chart | None
    machine_matrix: Chart | None
    reviewers: Chart | None
    reviewers_months: Chart | None
    reviewers_matrix: Chart | None
    rows: tuple[ReviewerRow, ...]
    lean_machine: Chart | None
    lean_colleagues: Chart | None
    reviews: int
    """Verdicts of reviewers in the period that the machine gave one for as well."""


def agreement_view(
    said: Said, kind: ReviewKind, criterion: str, names: Mapping[str, str], needed: int
) -> AgreementView:
    """Return the page.

    Args:
        said: In the period.
        kind: Reviews that the machine is compared with.
        criterion: Of the confusion matrices; the first one if it is another word.
        names: Of reviewers, by user id.
        needed: Pairs that a figure needs.
    """
    judged = [item.criterion for item in said.machine]
    order = tuple(dict.fromkeys([*judged, *(item.criterion for item in said.reviewers)]))
    chosen = criterion if criterion in order else (order[0] if order else "")
    machine = [item for item in said.machine if item.kind is kind]
    both = said.reviewers
    return AgreementView(
        kind,
        tuple((name, criterion_words(name)) for name in order),
        chosen,
        _by_criterion("machine", "Machine against reviewers", order, machine, needed),
        _by_month("machine-months", "Machine against reviewers, by month", order, machine, needed),
        _matrix("machine-matrix", "machine", "reviewers", chosen, machine),
        _by_criterion("reviewers", "Reviewer against reviewer", order, both, needed),
        _by_month("reviewer-months", "Reviewer against reviewer, by month", order, both, needed),
        _matrix("reviewer-matrix", "one reviewer", "the other", chosen, both),
        _reviewer_rows(said, machine, names, needed),
        _leaning(said, "machine", names),
        _leaning(said, "colleagues", names),
        sum(item.count for item in machine),
    )


def _grouped(
    items: Iterable[Counted], key: Callable[[Counted], Key]
) -> Mapping[Key, Counter[Pair]]:
    found: dict[Key, Counter[Pair]] = {}
    for item in items:
        found.setdefault(key(item), Counter())[item.pair] += item.count
    return found


def _by_criterion(
    key: str, title: str, order: Sequence[str], items: Sequence[Counted], needed: int
) -> Chart | None:
    if not items:
        return None
    counts = _grouped(items, lambda item: item.criterion)
    entries = []
    for name in order:
        found = agreement_of(counts.get(name, {}), min_pairs=needed)
        entries.append(Entry(criterion_words(name), _point(found), _note(found, needed)))
    about = About(
        key, title, "1 is perfect agreement, 0 what chance alone gives. Bars are 95 % intervals."
    )
    return dot_chart(about, "criterion", entries, KAPPA, CHANCE)


def _by_month(
    key: str, title: str, order: Sequence[str], items: Sequence[Counted], needed: int
) -> Chart | None:
    """Return a panel per criterion; None where there is only one month to show."""
    months = sorted({item.month for item in items})
    if len(months) < 2:
        return None
    counts = _grouped(items, lambda item: (item.criterion, item.month))
    series = []
    for name in order:
        known = [agreement_of(counts.get((name, m), {}), min_pairs=needed) for m in months]
        series.append(Series(criterion_words(name), tuple(_point(found) for found in known)))
    about = About(key, title, f"Months with fewer than {needed} pairs have no mark.")
    return small_multiples(about, "month", [_month(month) for month in months], series, KAPPA)


def _matrix(
    key: str, first: str, second: str, criterion: str, items: Sequence[Counted]
) -> Chart | None:
    counts = _grouped(items, lambda item: item.criterion)
    found = confusion(counts.get(criterion, {}))
    if not found.verdicts:
        return None
    about = About(
        key,
        f"{criterion_words(criterion)}: {first} and {second}",
        f"Rows: {first}. Columns: {second}. Framed cells: both said the same.",
    )
    names = [verdict_word(verdict).lower() for verdict in found.verdicts]
    return confusion_matrix(about, first, second, names, found.counts)


def _reviewer_rows(
    said: Said, machine: Sequence[MachinePairs], names: Mapping[str, str], needed: int
) -> tuple[ReviewerRow, ...]:
    leans = {(item.against, item.leaning.reviewer): item.leaning.words for item in said.leans}
    everybody = sorted({item.leaning.reviewer for item in said.leans})
    counts: dict[str, Counter[Pair]] = {}
    for item in machine:
        counts.setdefault(item.reviewer, Counter())[item.pair] += item.count
    return tuple(
        ReviewerRow(
            names.get(who, who),
            agreement_of(counts.get(who, {}), min_pairs=needed),
            leans.get(("machine", who), "no calls in common"),
            leans.get(("colleagues", who), "no calls in common"),
        )
        for who in everybody
    )


def _leaning(said: Said, against: str, names: Mapping[str, str]) -> Chart | None:
    entries = [
        Entry(
            names.get(item.leaning.reviewer, item.leaning.reviewer),
            point(item.leaning.points, item.leaning.calls),
            item.leaning.words,
        )
        for item in said.leans
        if item.against == against
    ]
    if not entries:
        return None
    whom = "the machine" if against == "machine" else "colleagues, both blind"
    about = About(
        f"lean-{against}",
        f"Strict or lenient, against {whom}",
        "Left of the line is stricter, right of it more lenient. Each call counts once.",
    )
    return dot_chart(about, "reviewer", entries, POINTS, ZERO)


def _point(found: Agreement) -> Point | None:
    if found.kappa is None:
        return None
    return Point(found.kappa, found.kappa_low, found.kappa_high, found.pairs)


def _note(found: Agreement, needed: int) -> str:
    if found.kappa is None:
        return f"not enough reviews yet ({found.pairs} of {needed})"
    return "" if found.observed is None else f"{percent(found.observed)} equal"


def _month(month: date) -> str:
    return f"{month:%b %Y}"
