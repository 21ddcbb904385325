"""Agreement as rows: for files and programs, the same figures as the page draws."""

from __future__ import annotations

from collections import Counter
from typing import Literal

from pipeline.agreement import Pair
from pipeline.agreement_counts import agreement_of
from pipeline.domain import Record
from pipeline.reviews import ReviewKind
from pipeline.store.agreeing import Said


class AgreementRow(Record):
    """How far two judges agree on one criterion."""

    between: Literal["machine_reviewer", "reviewer_reviewer"]
    kind: ReviewKind
    """Of the reviews: what blind ones say was not swayed by the machine."""
    criterion: str
    pairs: int
    """Calls that both judged."""
    observed: float | None
    """Share of equal verdicts, in [0, 1]."""
    kappa: float | None
    """Cohen's; None without enough pairs."""
    kappa_low: float | None
    """Ends of the 95 % interval."""
    kappa_high: float | None
    needed: int
    """Pairs that kappa needs."""


def agreement_rows(said: Said, needed: int) -> tuple[AgreementRow, ...]:
    """Return agreement by kind of review and criterion, in the rubric's order."""
    counts: dict[tuple[str, ReviewKind, str], Counter[Pair]] = {}
    for item in said.machine:
        key = ("machine_reviewer", item.kind, item.criterion)
        counts.setdefault(key, Counter())[item.pair] += item.count
    for both in said.reviewers:
        key = ("reviewer_reviewer", ReviewKind.BLIND, both.criterion)
        counts.setdefault(key, Counter())[both.pair] += both.count
    rows = []
    for (between, kind, criterion), pairs in counts.items():
        found = agreement_of(pairs, min_pairs=needed)
        rows.append(
            AgreementRow(
                between="machine_reviewer"
                if between == "machine_reviewer"
                else "reviewer_reviewer",
                kind=kind,
                criterion=criterion,
                pairs=found.pairs,
                observed=found.observed,
                kappa=found.kappa,
                kappa_low=found.kappa_low,
                kappa_high=found.kappa_high,
                needed=needed,
            )
        )
    return tuple(rows)
