"""How well criteria of one's own are judged from nothing but a few examples.

    python -m benchmarks.own [--data benchmarks/data] [--out benchmarks/results/own.json]

The four criteria of examples/own_criteria.yaml on calls that were labelled for them by a language
model, not by people. Each group is judged without its own sentences in the background. On t1 to t4
the method and its two constants were chosen; t5 to t8 were labelled afterwards and decided nothing.

Beside it the verdict of the nearest example by cosine (what callqa did before), as it was, and with
the rubric's ``otherwise`` where nothing is near; and the nine bundled criteria as if they had
nothing but their examples.
"""

from __future__ import annotations

import argparse
import statistics
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from benchmarks.bootstrap import Interval, interval
from benchmarks.confusion import precision, recall
from benchmarks.own_judging import (
    LabelledForOwn,
    Method,
    by_likeness,
    by_nearest,
    read_labelled_for_own,
    with_examples,
)
from benchmarks.stamp import Stamp, stamp
from models.encoder import Encoder, load_encoder
from models.example_background import bundled_background
from models.probability import calibration_error
from models.training.labelled import read_labelled
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Verdict
from pipeline.rubric import Criterion, bundled_rubric_path, load_rubric
from pipeline.settings import Settings

HERE = Path(__file__).parent
RUBRIC = HERE.parent / "examples" / "own_criteria.yaml"
CHOSEN_ON = ("t1", "t2", "t3", "t4")
UNSEEN = ("t5", "t6", "t7", "t8")
COUNTS = (2, 5, 10)
"""Examples of each verdict."""
DRAWS = 5
"""Random choices of examples, for the counts that leave a choice."""


class Figures(Record):
    """One criterion, method and number of examples."""

    kappa: Interval
    """With the first examples of the rubric; an abstention counts as an error."""
    kappa_of_draws: tuple[float, ...]
    """The same with examples drawn at random; empty where all of them are used."""
    precision: float | None
    """Of the verdict that has to be heard: how often it was right to say it."""
    recall: float | None
    """How much of it was found."""
    evidence_hit: float | None
    """Of those found, the share that points at a labelled turn."""
    coverage: float
    accuracy: float | None
    calibration_error: float | None
    """Of the probabilities of the verdicts given; None where there are none (cosine)."""


class Means(Record):
    """Over the four criteria."""

    kappa: float
    kappa_of_draws: float | None
    evidence_hit: float
    coverage: float
    accuracy: float
    calibration_error: float | None


Table = Mapping[str, Mapping[str, Mapping[str, Figures]]]
"""By criterion, method and number of examples."""


class GroupFigures(Record):
    """One set of groups."""

    groups: tuple[str, ...]
    calls: int
    base_rate: Mapping[str, float]
    """Share of the calls with the verdict that has to be heard."""
    criteria: Table
    mean: Mapping[str, Mapping[str, Means]]


class Report(Record):
    """What this benchmark writes."""

    stamp: Stamp
    rubric_sha256: str
    labels: str = "by a language model, not by people"
    chosen_on: GroupFigures
    unseen: GroupFigures
    nine_by_examples: Mapping[str, Mapping[str, float]]
    """Kappa (abstention an error) of the bundled criteria on all these calls, by method."""


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=HERE / "data")
    parser.add_argument("--out", type=Path, default=HERE / "results" / "own.json")
    arguments = parser.parse_args()
    encoder = load_encoder(Settings().weights)
    rubric = load_rubric(RUBRIC)
    calls = read_labelled_for_own(arguments.data, encoder)
    likeness = by_likeness(encoder, bundled_background(encoder), [*CHOSEN_ON, *UNSEEN])
    methods: dict[str, Method] = {
        "examples": likeness,
        "nearest": by_nearest(encoder, otherwise=False),
        "nearest_otherwise": by_nearest(encoder, otherwise=True),
    }
    report = Report(
        stamp=stamp("torch", "transformers", "numpy"),
        rubric_sha256=rubric.sha256,
        chosen_on=measured(CHOSEN_ON, calls, rubric.criteria, methods),
        unseen=measured(UNSEEN, calls, rubric.criteria, methods),
        nine_by_examples=nine(arguments.data, calls, methods, encoder),
    )
    arguments.out.write_text(report.model_dump_json(indent=1) + "\n", encoding="utf-8")
    show("t1 to t4 (chosen on)", report.chosen_on)
    show("t5 to t8 (unseen)", report.unseen)
    for method in ("examples", "nearest"):
        kappas = [by_method[method] for by_method in report.nine_by_examples.values()]
        print(f"nine bundled criteria by their examples alone, {method}: mean kappa "
              f"{statistics.mean(kappas):.3f}")  # fmt: skip


def measured(
    groups: Sequence[str],
    calls: Sequence[LabelledForOwn],
    criteria: Sequence[Criterion],
    methods: Mapping[str, Method],
) -> GroupFigures:
    """Return all figures of some groups."""
    own = [call for call in calls if call.group in groups]
    table = {
        criterion.id: {
            name: {str(count): figures(criterion, count, own, method) for count in COUNTS}
            for name, method in methods.items()
        }
        for criterion in criteria
    }
    return GroupFigures(
        groups=tuple(groups),
        calls=len(own),
        base_rate={
            c.id: round(sum(call.verdicts[c.id] is looked_for(c) for call in own) / len(own), 3)
            for c in criteria
        },
        criteria=table,
        mean={
            name: {
                str(n): means([by_method[name][str(n)] for by_method in table.values()])
                for n in COUNTS
            }
            for name in methods
        },
    )


def figures(
    criterion: Criterion, count: int, calls: Sequence[LabelledForOwn], method: Method
) -> Figures:
    """Return the figures of one criterion with so many examples of each verdict."""
    first, *drawn = choices(criterion, count)
    said = [method(first, call) for call in calls]
    labels = [call.verdicts[criterion.id] for call in calls]
    pairs = [Pair(label, one.verdict) for label, one in zip(labels, said, strict=True)]
    given = [pair for pair in pairs if pair.second is not Verdict.UNSCORED]
    sure = [
        (one.probability, one.verdict is label) for one, label in zip(said, labels, strict=True)
    ]
    fitted = [(p, right) for p, right in sure if p is not None]
    named = looked_for(criterion)
    hits = [
        one.turn in call.evidence[criterion.id]
        for one, call in zip(said, calls, strict=True)
        if one.verdict is named and call.verdicts[criterion.id] is named
    ]
    kappa = interval(pairs, cohens_kappa)
    assert kappa is not None
    return Figures(
        kappa=kappa,
        kappa_of_draws=tuple(round(kappa_with(c, calls, method), 3) for c in drawn),
        precision=_rounded(precision(pairs, named)),
        recall=_rounded(recall(pairs, named)),
        evidence_hit=_rounded(sum(hits) / len(hits) if hits else None),
        coverage=round(len(given) / len(pairs), 3),
        accuracy=_rounded(sum(a is b for a, b in given) / len(given) if given else None),
        calibration_error=_rounded(
            calibration_error([p for p, _ in fitted], [r for _, r in fitted]) if fitted else None
        ),
    )


def choices(criterion: Criterion, count: int) -> Iterator[Criterion]:
    """Yield the criterion with its first examples, then with ones drawn at random."""
    yield with_examples(criterion, count, draw=None)
    if count < max(COUNTS):
        for draw in range(DRAWS):
            yield with_examples(criterion, count, draw=draw)


def kappa_with(criterion: Criterion, calls: Sequence[LabelledForOwn], method: Method) -> float:
    """Return kappa over all calls, an abstention counted as an error."""
    pairs = [Pair(call.verdicts[criterion.id], method(criterion, call).verdict) for call in calls]
    return cohens_kappa(pairs) or 0.0


def looked_for(criterion: Criterion) -> Verdict:
    """Return the verdict that has to be heard."""
    (verdict,) = (v for v in criterion.allowed if v is not criterion.otherwise)
    return verdict


def means(parts: Sequence[Figures]) -> Means:
    """Return the means over criteria; what some criterion does not have is left out."""
    drawn = [kappa for part in parts for kappa in part.kappa_of_draws]
    errors = [p.calibration_error for p in parts if p.calibration_error is not None]
    return Means(
        kappa=round(statistics.mean(part.kappa.value for part in parts), 3),
        kappa_of_draws=round(statistics.mean(drawn), 3) if drawn else None,
        evidence_hit=round(statistics.mean(part.evidence_hit or 0.0 for part in parts), 3),
        coverage=round(statistics.mean(part.coverage for part in parts), 3),
        accuracy=round(statistics.mean(part.accuracy or 0.0 for part in parts), 3),
        calibration_error=round(statistics.mean(errors), 3) if errors else None,
    )


def nine(
    data: Path, calls: Sequence[LabelledForOwn], methods: Mapping[str, Method], encoder: Encoder
) -> Mapping[str, Mapping[str, float]]:
    """Return kappa of the bundled criteria as if they had no head and no rule."""
    labelled = {call.call_id: call for call in read_labelled(data, ["train"])}
    return {
        criterion.id: {
            name: round(
                cohens_kappa(
                    [
                        Pair(
                            labelled[call.call_id].verdicts[criterion.id],
                            methods[name](criterion, call).verdict,
                        )
                        for call in calls
                    ]
                )
                or 0.0,
                3,
            )
            for name in ("examples", "nearest")
        }
        for criterion in load_rubric(bundled_rubric_path()).criteria
    }


def show(title: str, report: GroupFigures) -> None:
    """Print one table."""
    print(f"\n{title}, {report.calls} calls")
    print(f"{'criterion':14}{'method':19}{'n':>3}  kappa              draws  prec.  recall "
          "evid.  cover  acc.   ece")  # fmt: skip
    for criterion, by_method in report.criteria.items():
        for method, by_count in by_method.items():
            for count, f in by_count.items():
                drawn = statistics.mean(f.kappa_of_draws) if f.kappa_of_draws else None
                numbers = (f.precision, f.recall, f.evidence_hit, f.coverage, f.accuracy)
                print(
                    f"{criterion:14}{method:19}{count:>3}  {f.kappa.value:.2f} "
                    f"({f.kappa.low:5.2f} to {f.kappa.high:4.2f})  {_cell(drawn)}  "
                    + "  ".join(_cell(number) for number in (*numbers, f.calibration_error))
                )
    for method, by_n in report.mean.items():
        for n, m in by_n.items():
            print(f"mean {method} with {n}: kappa {m.kappa:.3f}, draws {_cell(m.kappa_of_draws)}, "
                  f"evidence {m.evidence_hit:.3f}, coverage {m.coverage:.3f}, accuracy "
                  f"{m.accuracy:.3f}, ece {_cell(m.calibration_error)}")  # fmt: skip


def _cell(value: float | None) -> str:
    return "  -  " if value is None else f"{value:5.2f}"


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


if __name__ == "__main__":
    main()
