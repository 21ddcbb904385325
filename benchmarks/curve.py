"""How verdicts improve with more training calls: judges trained on a part of them."""

from __future__ import annotations

import statistics
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bootstrap import Interval, interval
from benchmarks.breakdown import error
from benchmarks.folds import fingerprint, folds
from benchmarks.gather import Bench
from benchmarks.stamp import Stamp, stamp
from benchmarks.verdicts import Predicted, known, mean_kappa_all, rows_of
from models.training.crossfit import Prepared
from models.training.labelled import data_sha256
from pipeline.domain import Record

SHARES = (0.25, 0.5, 0.75, 1.0)


class CurvePoint(Record):
    """Judges trained on one share of the calls."""

    share: float
    """Of every group's calls; whole calls, drawn once, a larger share holds a smaller one."""
    training_calls: float
    """Mean over the folds."""
    kappa_all: Interval
    """Mean over criteria, nothing withheld. The interval is over the calls that are judged; it does
    not say what other draws of training calls would have given."""
    error: float
    """Share of all verdicts that are wrong."""


class CurveReport(Record):
    """What ``benchmarks.criteria --learning-curve`` writes to ``learning_curve.json``."""

    stamp: Stamp
    data_sha256: str
    rubric_sha256: str
    judges: str
    """Fingerprint of all that the judges learned from, code included; see ``benchmarks.folds``."""
    labels: str = "by a language model, not by people"
    points: tuple[CurvePoint, ...]


def learning_curve(
    data: Path, bench: Bench, calls: Sequence[Prepared], cache: Path | None
) -> CurveReport:
    """Train on each share, judge the held-out groups with nothing withheld."""
    return CurveReport(
        stamp=stamp("torch", "transformers", "scikit-learn", "numpy", "scipy"),
        data_sha256=data_sha256(data),
        rubric_sha256=bench.rubric.sha256,
        judges=fingerprint(data, bench.rubric, bench.encoder),
        points=tuple(_point(share, data, bench, calls, cache) for share in SHARES),
    )


def _point(
    share: float, data: Path, bench: Bench, calls: Sequence[Prepared], cache: Path | None
) -> CurvePoint:
    predicted: list[Predicted] = []
    trained_on: list[int] = []
    for fold in folds(data, bench.rubric, bench.encoder, cache, share=share, calls=calls):
        judge = bench.judge(fold, shipped=False)
        trained_on.append(len(fold.train))
        predicted += [
            Predicted(item.call, judge.judge(bench.rubric, item.call.transcript()))
            for item in fold.test
        ]
    rows = rows_of(predicted, bench.criteria)
    point = CurvePoint(
        share=share,
        training_calls=statistics.mean(trained_on),
        kappa_all=known(interval(rows, mean_kappa_all)),
        error=error(rows),
    )
    print(f"{share:.0%} of the training calls: kappa_all {point.kappa_all.value:.3f}", flush=True)
    return point
