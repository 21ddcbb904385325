"""Verdicts on domains that were never seen, against labels, beside simple references.

    python -m benchmarks.criteria [--data benchmarks/data] [--out benchmarks/results]
                                  [--learning-curve]

For each of the four groups of labels_dev: train on labels_train and the other three, judge it. The
labels come from a language model, not from people. Writes to the folder:

- ``criteria.json``: all figures;
- ``criteria_predictions.jsonl``: one row per call and criterion, one per customer turn, as they are
  exported, with the thresholds that callqa ships;
- ``criteria_predictions_all.jsonl``: verdicts and probabilities with nothing withheld;
- ``learning_curve.json``, if asked for: the same judges trained on a quarter, half, three quarters.

Judges are kept in var/folds and trained anew only when something that they learn from changed.
"""

from __future__ import annotations

import argparse
import json
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.bootstrap import Interval
from benchmarks.curve import learning_curve
from benchmarks.encoding import RememberingEncoder
from benchmarks.folds import CACHE, folds
from benchmarks.gather import AS_WRITTEN, Bench, Gathered, texts_of
from benchmarks.heard import HEARD, read_heard
from benchmarks.report import Report, report_of
from benchmarks.verdicts import Predicted
from models.encoder import load_encoder
from models.training.__main__ import one_thread
from models.training.crossfit import prepare
from models.training.labelled import read_labelled
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    parser.add_argument("--heard", type=Path, default=HEARD)
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--learning-curve", action="store_true", help="trains twelve more judges")
    arguments = parser.parse_args()
    arguments.out.mkdir(parents=True, exist_ok=True)
    with one_thread():
        measure(arguments)


def measure(arguments: argparse.Namespace) -> None:
    """Run every fold and write what came of it."""
    start = time.perf_counter()
    settings = Settings()
    encoder = load_encoder(settings.weights)
    encoder.load()
    remembering = RememberingEncoder(encoder)
    calls = prepare(read_labelled(arguments.data), remembering)
    bench = Bench(
        rubric=load_rubric(bundled_rubric_path()),
        encoder=remembering,
        timed_encoder=encoder,
        settings=settings,
        texts=texts_of(calls),
        heard=read_heard(arguments.heard),
    )
    gathered = Gathered()
    training_calls = {}
    for fold in folds(arguments.data, bench.rubric, remembering, arguments.cache, calls=calls):
        bench.run(fold, gathered)
        training_calls[fold.name] = len(fold.train)
        print(f"{fold.name}: judged, {time.perf_counter() - start:.0f} s so far", flush=True)
    took_s = time.perf_counter() - start
    report = report_of(gathered, bench, arguments.data, training_calls, took_s)
    (arguments.out / "criteria.json").write_text(report.model_dump_json(indent=1) + "\n")
    for name, rows in (
        ("criteria_predictions.jsonl", export_rows(gathered.shipped[AS_WRITTEN], bench.rubric)),
        ("criteria_predictions_all.jsonl", verdict_rows(gathered.complete[AS_WRITTEN])),
    ):
        lines = [json.dumps(row) + "\n" for row in rows]
        (arguments.out / name).write_text("".join(lines), encoding="utf-8")
    show(report)
    if arguments.learning_curve:
        curve = learning_curve(arguments.data, bench, calls, arguments.cache)
        (arguments.out / "learning_curve.json").write_text(curve.model_dump_json(indent=1) + "\n")


def export_rows(predicted: Sequence[Predicted], rubric: Rubric) -> list[dict[str, object]]:
    """Return rows as ``callqa export evaluations`` and ``callqa export turns`` print them."""
    rows: list[dict[str, object]] = []
    for item in predicted:
        call_id = item.call.call_id
        for score in item.judgement.scores:
            row = score.model_dump(mode="json", exclude={"explanation"})
            about = {"rubric": rubric.id, "rubric_version": rubric.version}
            rows.append({"call_id": call_id, **about, **row})
        roles = {turn.index: str(turn.role) for turn in item.call.turns}
        rows += [
            {"call_id": call_id, "turn": t.turn, "role": roles[t.turn], "sentiment": t.sentiment}
            for t in item.judgement.turns
            if t.sentiment is not None
        ]
    return rows


def verdict_rows(predicted: Sequence[Predicted]) -> list[dict[str, object]]:
    """Return what was said about each call and criterion, without evidence."""
    keys = {"criterion", "verdict", "probability"}
    return [
        {"call_id": item.call.call_id, **score.model_dump(mode="json", include=keys)}
        for item in predicted
        for score in item.judgement.scores
    ]


def show(report: Report) -> None:
    """Print the table and the headline figures."""
    pooled, annotator = report.references.mean_pooled, report.references.second_annotator
    print("nothing withheld       kappa_all [95 %]     pooled annot. F1    fail: found right evid.")
    for name, f in report.nothing_withheld.criteria.items():
        print(
            f"{name:22} {_interval(f.kappa_all)}  {pooled.kappa_all[name].value:.3f}  "
            f"{annotator.kappa_all[name].value:.3f}  {_cell(f.macro_f1)} "
            f"{_cell(f.fail_recall):>11} {_cell(f.fail_precision)} {_cell(f.evidence_hit)}"
        )
    for title, figures in (("complete", report.nothing_withheld), ("shipped", report.shipped)):
        m = figures.mean
        print(
            f"mean, {title:9} kappa_all {_interval(m.kappa_all)} kappa {_interval(m.kappa)} F1 "
            f"{_cell(m.macro_f1)} fail {_cell(m.fail_recall)} {_cell(m.fail_precision)} evidence "
            f"{_cell(m.evidence_hit)} ece {m.calibration_error:.3f} coverage {m.coverage:.3f} "
            f"accuracy {_cell(m.accuracy)} folds {dict(m.kappa_all_by_fold)}"
        )
    risk = report.risk.pooled
    print(
        f"errors {risk.error:.3f}; with 15 % withheld {risk.error_15_withheld:.3f}; "
        f"AURC {risk.aurc:.4f}"
    )
    print(f"above mean-pooled by {_interval(report.references.gain_on_mean_pooled)}")
    print(f"sentiment kappa {_interval(report.sentiment.kappa)} F1 {report.sentiment.macro_f1:.3f}")
    for text, altered in report.altered.items():
        print(
            f"{text:28} word errors {altered.word_error_rate:.3f} kappa_all "
            f"{_interval(altered.figures.kappa_all)} errors {altered.figures.error:.3f}"
        )
    if report.listening is not None:
        every = report.listening.all
        print(
            f"heard: {every.verdicts - every.same} of {every.verdicts} verdicts differ; right "
            f"{every.written.right} as written, {every.heard.right} as heard; pooled kappa "
            f"{every.written.kappa_pooled:.3f} and {every.heard.kappa_pooled:.3f}"
        )
    print(
        f"{report.calls_per_second:.1f} calls/s on {report.threads} thread; {report.took_s:.0f} s"
    )


def _interval(found: Interval | None) -> str:
    return "-" if found is None else f"{found.value:.3f} [{found.low:.3f} {found.high:.3f}]"


def _cell(value: float | None) -> str:
    return "  -  " if value is None else f"{value:.3f}"


if __name__ == "__main__":
    main()
