"""All figures of one run of ``benchmarks.criteria``, as they are written to ``criteria.json``."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from benchmarks.bootstrap import Interval, interval
from benchmarks.breakdown import Breakdown, PartFigures, breakdown, part_figures
from benchmarks.folds import fingerprint
from benchmarks.gather import AS_WRITTEN, Bench, Gathered
from benchmarks.listening import ListeningReport, listening_report
from benchmarks.references import ReferenceFigures, reference_figures, second_annotator
from benchmarks.reliability import Reliability, reliability
from benchmarks.risk import RiskCurve, risk_curve
from benchmarks.sentiments import SentimentFigures, sentiment_figures
from benchmarks.stamp import Stamp, stamp
from benchmarks.verdicts import (
    JudgeFigures,
    Row,
    judge_figures,
    known,
    mean_kappa_all,
    outcomes,
    rows_from,
    rows_of,
)
from models.training.labelled import data_sha256
from pipeline.domain import Record

SECOND = "labels_dev_second.jsonl"


class References(Record):
    """What the judge is compared with, on the same calls in the same run."""

    commonest: ReferenceFigures
    mean_pooled: ReferenceFigures
    second_annotator: ReferenceFigures
    """Another reading by a language model: the ceiling, for labels cannot be met better."""
    gain_on_mean_pooled: Interval
    """How much the judge's mean ``kappa_all`` is above mean-pooling, nothing withheld."""


class Altered(Record):
    """The held-out calls with altered texts."""

    word_error_rate: float
    figures: PartFigures


class RiskReport(Record):
    """Errors among the verdicts that are left when the least probable are withheld."""

    pooled: RiskCurve
    """All criteria together, ordered by fitted probability."""
    criteria: Mapping[str, RiskCurve]


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    data_sha256: str
    rubric_sha256: str
    judges: str
    """Fingerprint of all that the judges learned from, code included; see ``benchmarks.folds``."""
    labels: str = "by a language model, not by people"
    calls: int
    training_calls: Mapping[str, int]
    """By fold."""
    stated_error: float
    """The setting that the shipped thresholds follow."""
    nothing_withheld: JudgeFigures
    shipped: JudgeFigures
    references: References
    risk: RiskReport
    reliability: Reliability
    """Of all verdicts together, nothing withheld."""
    sentiment: SentimentFigures
    breakdown: Breakdown
    altered: Mapping[str, Altered]
    listening: ListeningReport | None
    """None if nothing was heard: ``python -m benchmarks.heard`` makes what it needs."""
    calls_per_second: float
    """Judging written calls one by one, encoding included, models loaded."""
    threads: int
    took_s: float
    """The whole run; judges that were trained before are not trained again."""


def report_of(
    gathered: Gathered, bench: Bench, data: Path, training_calls: Mapping[str, int], took_s: float
) -> Report:
    """Return all figures of the run."""
    import torch

    criteria = bench.criteria
    written = gathered.judged()
    by_criterion = {name: outcomes(name, written.complete) for name in criteria}
    pooled = [outcome for own in by_criterion.values() for outcome in own]
    return Report(
        stamp=stamp("torch", "transformers", "scikit-learn", "numpy", "scipy"),
        data_sha256=data_sha256(data),
        rubric_sha256=bench.rubric.sha256,
        judges=fingerprint(data, bench.rubric, bench.encoder),
        calls=len(written.complete),
        training_calls=training_calls,
        stated_error=bench.settings.stated_error,
        nothing_withheld=judge_figures(written.complete, criteria),
        shipped=judge_figures(written.shipped, criteria),
        references=_references(gathered, bench, data),
        risk=RiskReport(
            pooled=risk_curve(pooled),
            criteria={name: risk_curve(own) for name, own in by_criterion.items()},
        ),
        reliability=reliability(pooled),
        sentiment=sentiment_figures(written.complete, data / SECOND),
        breakdown=breakdown(written, criteria),
        altered={
            text: Altered(
                word_error_rate=round(gathered.word_errors[text].rate, 3),
                figures=part_figures(gathered.judged(text), criteria),
            )
            for text in gathered.complete
        },
        listening=listening_report(gathered.listened, criteria),
        calls_per_second=round(gathered.timed_calls / gathered.judging_s, 2),
        threads=torch.get_num_threads(),
        took_s=round(took_s),
    )


def _references(gathered: Gathered, bench: Bench, data: Path) -> References:
    criteria = bench.criteria
    written = gathered.complete[AS_WRITTEN]
    calls = [item.call for item in written]
    second = second_annotator(data / SECOND)
    read_twice = [call for call in calls if (call.call_id, criteria[0]) in second]
    pooled = rows_from(gathered.mean_pooled, calls, criteria)
    both = list(zip(rows_of(written, criteria), pooled, strict=True))

    def gain(drawn: list[tuple[Row, Row]]) -> float:
        own, other = zip(*drawn, strict=True)
        return known(mean_kappa_all(own)) - known(mean_kappa_all(other))

    return References(
        commonest=reference_figures(rows_from(gathered.commonest, calls, criteria), criteria),
        mean_pooled=reference_figures(pooled, criteria),
        second_annotator=reference_figures(rows_from(second, read_twice, criteria), criteria),
        gain_on_mean_pooled=known(interval(both, lambda drawn: gain(list(drawn)))),
    )
