"""Verdicts on domains that were never seen, against labels, beside simple references.

    python -m benchmarks.criteria [--data benchmarks/data] [--out benchmarks/results]

For each of the four groups of labels_dev: train on labels_train and the other three, judge it. The
labels come from a language model, not from people. Writes ``criteria.json`` (figures) and
``criteria_predictions.jsonl`` (one row per call and criterion, one per customer turn, as exported).
"""

from __future__ import annotations

import argparse
import json
import re
import statistics
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from benchmarks.references import commonest, mean_pooled
from benchmarks.stamp import Stamp, stamp
from benchmarks.verdicts import (
    CriterionFigures,
    Predicted,
    Verdicts,
    criterion_figures,
    kappa_of,
    sentiment_kappa,
)
from models.encoder import WIDTH, Encoder, load_encoder
from models.judge import HeadJudge
from models.training.crossfit import Prepared, fit_judge, prepare
from models.training.labelled import data_sha256, read_labelled
from pipeline.domain import Record, Transcript, Verdict
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings

FOLDS = ("d1", "d2", "d3", "d4")


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    data_sha256: str
    rubric_sha256: str
    labels: str = "by a language model, not by people"
    calls: int
    mean_kappa_all: float
    mean_kappa_all_by_fold: Mapping[str, float]
    spread_over_folds: float
    """Standard deviation of the folds' means."""
    mean_evidence_hit: float
    criteria: Mapping[str, CriterionFigures]
    sentiment_kappa: float
    reference_commonest: Mapping[str, float]
    reference_mean_pooled: Mapping[str, float]
    as_recognised_mean_kappa_all: float
    """The same calls, lower-cased and without punctuation."""
    calls_per_second: float
    """Judging written calls one by one, encoding included, models loaded."""


@dataclass(slots=True)
class Gathered:
    """What the folds leave behind."""

    predicted: list[Predicted]
    plain: list[Predicted]
    commonest: dict[tuple[str, str], Verdict]
    mean_pooled: dict[tuple[str, str], Verdict]
    judging_s: float = 0.0


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    settings = Settings()
    encoder = load_encoder(settings.weights)
    rubric = load_rubric(bundled_rubric_path())
    calls = prepare(read_labelled(args.data), encoder)
    gathered = Gathered([], [], {}, {})
    for fold in FOLDS:
        run_fold(fold, calls, rubric, encoder, settings, gathered)
    report = reported(gathered, rubric, args.data)
    args.out.mkdir(parents=True, exist_ok=True)
    (args.out / "criteria.json").write_text(report.model_dump_json(indent=1) + "\n")
    with (args.out / "criteria_predictions.jsonl").open("w", encoding="utf-8") as lines:
        for row in export_rows(gathered.predicted, rubric):
            lines.write(json.dumps(row) + "\n")
    show(report)


def run_fold(
    fold: str,
    calls: Sequence[Prepared],
    rubric: Rubric,
    encoder: Encoder,
    settings: Settings,
    gathered: Gathered,
) -> None:
    """Train without one group and judge it, as it stands and as a recogniser might write it."""
    train = [item for item in calls if item.call.group != fold]
    test = [item for item in calls if item.call.group == fold]
    criteria = [criterion.id for criterion in rubric.criteria]
    start = time.perf_counter()
    trained = fit_judge(train, rubric, encoder, lambda _: None)
    print(f"{fold}: trained on {len(train)} calls in {time.perf_counter() - start:.0f} s")
    judge = HeadJudge(encoder, trained, fold, settings.low_asr_confidence)
    start = time.perf_counter()
    for item in test:
        judgement = judge.judge(rubric, item.call.transcript())
        gathered.predicted.append(Predicted(item.call, judgement))
    gathered.judging_s += time.perf_counter() - start
    for item in test:
        judgement = judge.judge(rubric, without_punctuation(item.call.transcript()))
        gathered.plain.append(Predicted(item.call, judgement))
    gathered.commonest.update(commonest(train, test, criteria))
    gathered.mean_pooled.update(mean_pooled(train, test, criteria, WIDTH))


def without_punctuation(transcript: Transcript) -> Transcript:
    """Return the transcript lower-cased and without punctuation."""
    turns = tuple(
        turn.model_copy(update={"text": re.sub(r"[^\w\s']", " ", turn.text.lower())})
        for turn in transcript.turns
    )
    return transcript.model_copy(update={"turns": turns})


def reported(gathered: Gathered, rubric: Rubric, data: Path) -> Report:
    """Return all figures of the run."""
    criteria = [criterion.id for criterion in rubric.criteria]
    second = second_annotator(data / "labels_dev_second.jsonl")
    calls = [item.call for item in gathered.predicted]
    figures = {name: criterion_figures(name, gathered.predicted, second) for name in criteria}
    plain = [criterion_figures(name, gathered.plain, {}).kappa_all for name in criteria]
    by_fold = {
        fold: round(statistics.mean(f.kappa_by_fold[fold] for f in figures.values()), 3)
        for fold in FOLDS
    }
    hits = [f.evidence_hit for f in figures.values() if f.evidence_hit is not None]
    return Report(
        stamp=stamp("torch", "transformers", "scikit-learn", "numpy", "scipy"),
        data_sha256=data_sha256(data),
        rubric_sha256=rubric.sha256,
        calls=len(calls),
        mean_kappa_all=round(statistics.mean(f.kappa_all for f in figures.values()), 3),
        mean_kappa_all_by_fold=by_fold,
        spread_over_folds=round(statistics.stdev(by_fold.values()), 3),
        mean_evidence_hit=round(statistics.mean(hits), 3),
        criteria=figures,
        sentiment_kappa=sentiment_kappa(gathered.predicted),
        reference_commonest={n: kappa_of(gathered.commonest, calls, n) for n in criteria},
        reference_mean_pooled={n: kappa_of(gathered.mean_pooled, calls, n) for n in criteria},
        as_recognised_mean_kappa_all=round(statistics.mean(plain), 3),
        calls_per_second=round(len(calls) / gathered.judging_s, 2),
    )


def second_annotator(path: Path) -> Verdicts:
    """Return the second annotator's verdicts by call and criterion."""
    rows = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    return {
        (row["call_id"], name): Verdict(value)
        for row in rows
        for name, value in row["verdicts"].items()
    }


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


def show(report: Report) -> None:
    """Print the table."""
    print(f"{'criterion':22} kappa_all common  pooled  annot.  cover  evid.  ece   by fold")
    for name, f in report.criteria.items():
        hit = "  -  " if f.evidence_hit is None else f"{f.evidence_hit:.3f}"
        folds = " ".join(f"{value:.2f}" for value in f.kappa_by_fold.values())
        print(
            f"{name:22} {f.kappa_all:9.3f} {report.reference_commonest[name]:6.3f} "
            f"{report.reference_mean_pooled[name]:7.3f} {f.annotator_kappa or 0:7.3f} "
            f"{f.coverage:6.3f}  {hit}  {f.calibration_error:.3f} {folds}"
        )
    pooled = statistics.mean(report.reference_mean_pooled.values())
    print(
        f"mean kappa_all {report.mean_kappa_all:.3f} (folds {report.mean_kappa_all_by_fold}, "
        f"sd {report.spread_over_folds:.3f}); mean-pooled {pooled:.3f}; "
        f"without case and punctuation {report.as_recognised_mean_kappa_all:.3f}; "
        f"evidence {report.mean_evidence_hit:.3f}; sentiment kappa {report.sentiment_kappa:.3f}; "
        f"{report.calls_per_second:.1f} calls/s"
    )


if __name__ == "__main__":
    main()
