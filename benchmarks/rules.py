"""What the bundled rubric's rules alone reach when every move is known.

    python -m benchmarks.rules [--data benchmarks/data] [--out FILE]

Takes labelled moves in place of predicted ones, so it measures the rules, and is the most that any
turn classifier could reach through them. The rules were written with labels_train in view, so only
labels_dev counts. Labels come from a language model, not from people. Results go to
benchmarks/results/rules.json.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Mapping, Sequence
from pathlib import Path

from benchmarks.stamp import Stamp, stamp
from benchmarks.verdicts import rounded
from models.moves import MOVE_NAMES
from models.training.labelled import LabelledCall, data_sha256, read_labelled
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record
from pipeline.logic import TurnMoves, decide
from pipeline.rubric import Criterion, bundled_rubric_path, load_rubric

HERE = Path(__file__).parent


class Figures(Record):
    """The rules on one set of calls."""

    calls: int
    mean_kappa: float
    kappa: Mapping[str, float]
    evidence_hit: Mapping[str, float]
    """Of the right verdicts with labelled evidence, the share that names at least one such turn."""


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    data_sha256: str
    rubric_sha256: str
    train: Figures
    """The calls that the rules were written with."""
    dev: Figures


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "rules.json")
    arguments = parser.parse_args()
    rubric = load_rubric(bundled_rubric_path())
    train, dev = (
        figures(rubric.criteria, read_labelled(arguments.data, [name])) for name in ("train", "dev")
    )
    report = Report(
        stamp=stamp(),
        data_sha256=data_sha256(arguments.data),
        rubric_sha256=rubric.sha256,
        train=train,
        dev=dev,
    )
    print(f"{'criterion':24} kappa train    dev   evidence dev")
    for name, kappa in dev.kappa.items():
        hit = dev.evidence_hit.get(name, float("nan"))
        print(f"{name:24} {train.kappa[name]:11.3f} {kappa:6.3f} {hit:14.3f}")
    print(f"{'mean':24} {train.mean_kappa:11.3f} {dev.mean_kappa:6.3f}")
    arguments.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")


def figures(criteria: Sequence[Criterion], calls: Sequence[LabelledCall]) -> Figures:
    """Return how the rules agree with the labels of these calls."""
    kappa: dict[str, float] = {}
    evidence_hit: dict[str, float] = {}
    for criterion in criteria:
        pairs, hits = [], []
        for call in calls:
            found = decide(criterion, call.turns, known_moves(call))
            pairs.append(Pair(call.verdicts[criterion.id], found.verdict))
            wanted = set(call.evidence.get(criterion.id, ()))
            if wanted and found.verdict is call.verdicts[criterion.id]:
                hits.append(bool(wanted & set(found.turns)))
        kappa[criterion.id] = rounded(cohens_kappa(pairs))
        if hits:
            evidence_hit[criterion.id] = round(statistics.mean(hits), 3)
    return Figures(
        calls=len(calls),
        mean_kappa=round(statistics.mean(kappa.values()), 3),
        kappa=kappa,
        evidence_hit=evidence_hit,
    )


def known_moves(call: LabelledCall) -> list[TurnMoves]:
    """Return the labelled moves of each turn, as if a classifier were certain of them."""
    return [
        TurnMoves(turn.index, {name: 1.0 for name in labels if name in MOVE_NAMES})
        for turn, labels in zip(call.turns, call.turn_labels, strict=True)
    ]


if __name__ == "__main__":
    main()
