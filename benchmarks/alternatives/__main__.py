"""Compare turn classifiers that were tried with the shipped one, on groups that they never saw.

    python -m benchmarks.alternatives [NAME ...] [--groups t1 t2 t3 t4] [--out benchmarks/results]

Writes ``alternatives.json``; figures of alternatives that are not named stay as they are. A mix is
the mean of the shipped classifier's probabilities and the other's.
"""

from __future__ import annotations

import argparse
import json
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np

from benchmarks.alternatives.compare import Figures, Fit, Found, Predict, figures, predicted
from benchmarks.alternatives.finetuned import FineTuning, TrainableEncoder, fit_finetuned
from benchmarks.alternatives.sequence import SequenceOptions, fit_sequence
from benchmarks.stamp import Stamp, stamp
from models.encoder import ASSET, load_encoder
from models.moves import TurnProbabilities
from models.training.__main__ import one_thread
from models.training.crossfit import Prepared, fit_turn_classifier, prepare
from models.training.labelled import data_sha256, read_labelled
from models.turn_features import PartFeatures
from models.weights import require
from pipeline.domain import Record
from pipeline.rubric import bundled_rubric_path, load_rubric
from pipeline.settings import Settings

SHIPPED = "shipped"


class Alternative(Record):
    """One alternative by itself and mixed with the shipped classifier."""

    groups: tuple[str, ...]
    calls: int
    data_sha256: str
    stamp: Stamp
    alone: Figures
    mixed: Figures | None


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("names", nargs="*", help="which to measure; none: all")
    parser.add_argument("--groups", nargs="+", default=[f"t{n}" for n in range(1, 9)])
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    args = parser.parse_args()
    settings = Settings()
    fits = alternatives(str(require(settings.weights, ASSET)))
    unknown = sorted(set(args.names) - set(fits))
    if unknown:
        parser.error(f"unknown: {', '.join(unknown)}; known: {', '.join(fits)}")
    rubric = load_rubric(bundled_rubric_path())
    with one_thread():
        encoder = load_encoder(settings.weights)
        labelled = [c for c in read_labelled(args.data, ["train"]) if c.group in args.groups]
        calls = prepare(labelled, encoder)
        shipped, shipped_s = predicted(calls, fits[SHIPPED], print)
        for name in args.names or fits:
            print(name)
            found, seconds = (shipped, shipped_s)
            if name != SHIPPED:
                found, seconds = predicted(calls, fits[name], print)
            mixed = None if name == SHIPPED else figures(calls, mean(shipped, found), 0.0, rubric)
            measured = Alternative(
                groups=tuple(args.groups),
                calls=len(calls),
                data_sha256=data_sha256(args.data, ["train"]),
                stamp=stamp("torch", "scikit-learn", "numpy"),
                alone=figures(calls, found, seconds, rubric),
                mixed=mixed,
            )
            show(name, measured)
            write(args.out / "alternatives.json", name, measured)


def alternatives(encoder_folder: str) -> Mapping[str, Fit]:
    """Return how each alternative is fitted, by name."""
    trainable = TrainableEncoder(encoder_folder)
    quiet = lambda _: None  # noqa: E731
    return {
        SHIPPED: _shipped,
        "without_parts": _without_parts,
        "no_sequence": partial(fit_sequence, options=SequenceOptions(over_turns="none", epochs=80)),
        "gru": partial(fit_sequence, options=SequenceOptions(over_turns="gru", epochs=80)),
        "attention": partial(
            fit_sequence, options=SequenceOptions(over_turns="attention", epochs=80)
        ),
        "last_two_layers": partial(
            fit_finetuned, encoder=trainable, options=FineTuning(layers=2), say=quiet
        ),
        "lora": partial(
            fit_finetuned,
            encoder=trainable,
            options=FineTuning(layers=0, rank=8, rate=1e-3),
            say=quiet,
        ),
    }


def _shipped(calls: Sequence[Prepared]) -> Predict:
    classifier = fit_turn_classifier(calls)
    return lambda item: classifier.predict(item.features)


def _without_parts(calls: Sequence[Prepared]) -> Predict:
    classifier = fit_turn_classifier(calls)

    def predict(item: Prepared) -> TurnProbabilities:
        none = PartFeatures(np.zeros((0, 0), dtype=np.float32), ())
        bare = replace(item.features, parts=(none,) * len(item.features.roles))
        return classifier.predict(bare)

    return predict


def mean(one: Found, other: Found) -> Found:
    """Return the mean of two classifiers' probabilities, label by label."""
    return {
        call_id: TurnProbabilities(
            found.roles,
            found.names,
            np.stack([(found.of(n) + other[call_id].of(n)) / 2 for n in found.names], axis=1),
        )
        for call_id, found in one.items()
    }


def show(name: str, measured: Alternative) -> None:
    """Print one alternative's figures."""
    for label, found in ((name, measured.alone), ("  mixed with shipped", measured.mixed)):
        if found is not None:
            print(
                f"{label:22} kappa {found.mean_kappa:.3f}  moves {found.move_average_precision:.3f}"
                f"  evidence {found.evidence_average_precision:.3f}  sentiment F1 "
                f"{found.sentiment_macro_f1:.3f}  training {found.training_s:.0f} s",
                flush=True,
            )


def write(path: Path, name: str, measured: Alternative) -> None:
    """Write the figures, beside those of other alternatives that are there."""
    known = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    known[name] = measured.model_dump(mode="json")
    path.write_text(json.dumps(known, indent=1) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
