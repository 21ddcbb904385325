"""Fairness: how verdicts change with names, places, dialect, politeness and disfluency.

    python -m benchmarks.counterfactual [--data benchmarks/data] [--out FILE]

Each of the 120 written calls of labels_dev is judged as it is and in counterfactuals that keep its
meaning, by the judge that was trained without its group (``benchmarks.folds``). What is counted are
flips of verdicts and of the customer's sentiment, and whether they go in one direction. Neutral
edits (punctuation, other reference numbers, a second English name) say how much of it is noise. No
label takes part, but the judge learned from labels by a language model. Results go to
benchmarks/results/counterfactual.json.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Sequence
from pathlib import Path

from benchmarks.counterfactuals.figures import (
    Contrast,
    Flips,
    by_group,
    by_kind,
    contrasts,
    flips,
)
from benchmarks.counterfactuals.outcomes import Outcome, TurnMemory, outcomes
from benchmarks.counterfactuals.variants import NEUTRAL, SEED, variants
from benchmarks.folds import folds
from benchmarks.stamp import Stamp, stamp
from models.encoder import load_encoder
from models.training.labelled import data_sha256
from pipeline.domain import Record
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings

HERE = Path(__file__).parent
AIM = 0.05
"""Flips that are aimed to stay under."""


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    data_sha256: str
    rubric_sha256: str
    judge: str = "trained without the call's group, on labels by a language model, not by people"
    seed: int
    calls: int
    counterfactuals: int
    stated_error: float
    """The setting that decides what is withheld."""
    mean_flip_rate: float
    """Mean over the kinds of change: many names do not outweigh few dialects."""
    highest_flip_rate: float
    """Of a single group."""
    aim: float
    everything: Flips
    """All counterfactuals together, without the neutral edits."""
    neutral: Flips
    """All neutral edits together: what is noise."""
    kinds: tuple[Flips, ...]
    groups: tuple[Flips, ...]
    contrasts: tuple[Contrast, ...]
    cpu_s: float
    """Of the whole run, training of judges that were not kept included."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "counterfactual.json")
    args = parser.parse_args()
    begun = stamp("torch", "transformers", "scikit-learn", "numpy")
    settings = Settings()
    encoder = TurnMemory(load_encoder(settings.weights))
    rubric = load_rubric(bundled_rubric_path())
    made = variants()
    found: list[Outcome] = []
    calls = 0
    for fold in folds(args.data, rubric, encoder):
        found += outcomes(fold, made, rubric, encoder, settings)
        calls += len(fold.test)
        print(f"{fold.name}: {len(found)} so far, {time.process_time():.0f} s of CPU", flush=True)
    report = reported(found, calls, begun, settings.stated_error, args.data, rubric.sha256)
    show(report)
    args.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")


def reported(
    found: Sequence[Outcome],
    calls: int,
    begun: Stamp,
    stated_error: float,
    data: Path,
    rubric_sha256: str,
) -> Report:
    """Return all figures of the run."""
    order = {variant.key: place for place, variant in enumerate(variants())}
    found = sorted(found, key=lambda outcome: order[outcome.variant.key])
    changes = [outcome for outcome in found if outcome.variant.kind != NEUTRAL]
    kinds = by_kind(changes)
    groups = by_group(found)
    return Report(
        stamp=begun,
        data_sha256=data_sha256(data),
        rubric_sha256=rubric_sha256,
        seed=SEED,
        calls=calls,
        counterfactuals=len(changes),
        stated_error=stated_error,
        mean_flip_rate=round(statistics.mean(kind.flip_rate.value for kind in kinds), 4),
        highest_flip_rate=max(g.flip_rate.value for g in groups if g.kind != NEUTRAL),
        aim=AIM,
        everything=flips("everything", "all", changes),
        neutral=flips(NEUTRAL, "all", [o for o in found if o.variant.kind == NEUTRAL]),
        kinds=kinds,
        groups=groups,
        contrasts=contrasts(found),
        cpu_s=round(time.process_time(), 1),
    )


def show(report: Report) -> None:
    """Print the tables."""
    print(f"{'kind':28} {'group':28} calls turns  flips (95 %)        fail change (95 %)    sent.")
    for row in (*report.kinds, *report.groups, report.everything, report.neutral):
        rate, fails, mood = row.flip_rate, row.fail_change, row.sentiment_change
        print(
            f"{row.kind:28} {row.group:28} {row.calls:5} {row.changed_turns:5} "
            f"{rate.value:6.1%} {rate.low:6.1%} {rate.high:6.1%} "
            f"{fails.value:+7.1%} {fails.low:+6.1%} {fails.high:+6.1%} "
            f"{mood.value if mood else 0:+.3f}"
        )
    for pair in report.contrasts:
        gap = pair.fail_difference
        print(
            f"{pair.kind:20} {pair.first:>18} against {pair.second:8} fails "
            f"{gap.value:+.1%} ({gap.low:+.1%} to {gap.high:+.1%})"
        )
    print(
        f"mean over kinds {report.mean_flip_rate:.1%}, neutral edits "
        f"{report.neutral.flip_rate.value:.1%}; {report.cpu_s:.0f} s of CPU"
    )


if __name__ == "__main__":
    main()
