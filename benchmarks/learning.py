"""What reviews teach: simulated centres with house rules of their own.

``python -m benchmarks.learning`` takes some ten minutes on two cores; the first time three more,
to train three judges that never saw a centre's calls (kept under ``var/folds``).

Each of three centres has 120 labelled calls, of which 40 are never reviewed and tell what is
gained. Two criteria are decided by house rules; reviewers see flagged and random calls only, and
5 % of what they say is wrong. After 10, 20, 40 and 80 reviews candidates are fitted on the reviewed
calls that teach, and the gate decides on those that are held out. The calls of the other two
centres, judged by judges that never saw them, stand for the bundled ones, not to be forgotten.
"""

from __future__ import annotations

import argparse
import statistics
import time
from collections.abc import Iterator, Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from functools import partial
from pathlib import Path

from benchmarks.centres.house_rules import PAIRS, labels_of
from benchmarks.centres.known import KnownCall, known_centres
from benchmarks.centres.sampling import Coverage, coverage
from benchmarks.centres.simulation import REVIEWS, Step, drawn_centre, loop, shuffled
from benchmarks.encoding import RememberingEncoder
from benchmarks.folds import CACHE
from benchmarks.stamp import Stamp, stamp
from models.encoder import load_encoder
from models.training.__main__ import one_thread
from models.training.labelled import data_sha256
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric
from pipeline.settings import Settings

WORSE = 0.02
SHUFFLED_SIZES = ((40,), (80,), REVIEWS)


class Point(Record):
    """After so many reviews."""

    asked: int
    reviews: float
    """Mean: a centre may have fewer flagged and random calls."""
    kappa: float
    """Of the model in force after the gate, on test calls; mean over the repetitions."""
    spread: float
    """Standard deviation over the repetitions."""
    gain: float
    candidate_gain: float
    """Had every candidate been promoted."""
    promoted: float
    """Share of the repetitions in which this gate promoted."""


class Curve(Record):
    """One criterion of one centre."""

    criterion: str
    house_rule: str | None
    """None: decided as the shipped rubric says."""
    changed: int
    """Calls of the centre that the house rule decides otherwise."""
    kappa_0: float
    kappa_if_told: float
    """If the shipped verdict were replaced by the house's exactly where the house differs: no edit
    of these heads can be expected to do better."""
    points: tuple[Point, ...]


class CentreFigures(Record):
    """One centre with one pair of house rules."""

    centre: str
    rules: str
    calls: int
    flagged: int
    curves: tuple[Curve, ...]
    promotions: int
    promoted_worse: int
    """Promotions after which the kappa on test calls was lower by more than 0.02."""
    worst: float
    """Least change of kappa by any promotion."""


class Shuffled(Record):
    """With labels dealt out at random."""

    gates_at: tuple[int, ...]
    repetitions: int
    with_promotion: float
    """Share of the repetitions in which any criterion was promoted at any gate."""
    by_gate: float
    """Share of single decisions that promoted."""


class Learning(Record):
    """All figures."""

    stamp: Stamp
    data_sha256: str
    simulated_s: float
    """Without encoding calls and training judges."""
    repetitions: int
    centres: tuple[CentreFigures, ...]
    shuffled: tuple[Shuffled, ...]
    pass_rate: Coverage


@dataclass(frozen=True, slots=True)
class Task:
    """A centre, its rules, and what must not be forgotten."""

    name: str
    rules: str
    calls: tuple[KnownCall, ...]
    bundled: tuple[KnownCall, ...]
    rubric: Rubric

    def steps(self, seed: int, *, shuffle: bool = False) -> list[Step]:
        """Return one repetition, criterion by criterion."""
        rules = PAIRS[self.rules]
        centre = drawn_centre(self.calls, rules, self.rubric, seed)
        if shuffle:
            centre = shuffled(centre, seed)
        sizes = REVIEWS
        return [
            step
            for criterion in self.rubric.criteria
            for step in loop(centre, rules, self.bundled, criterion, sizes)
        ]


def main() -> None:
    """Measure, print, write."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--data", type=Path, default=Path("benchmarks/data"))
    parser.add_argument("--out", type=Path, default=Path("benchmarks/results"))
    parser.add_argument("--cache", type=Path, default=CACHE)
    parser.add_argument("--repetitions", type=int, default=50)
    parser.add_argument("--shuffled", type=int, default=200)
    parser.add_argument("--workers", type=int, default=2)
    arguments = parser.parse_args()
    rubric, settings = load_rubric(bundled_rubric_path()), Settings()
    with one_thread():
        encoder = RememberingEncoder(load_encoder(settings.weights))
        known = dict(known_centres(arguments.data, rubric, encoder, settings, arguments.cache))
    report = measured(known, rubric, settings, arguments)
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "learning.json").write_text(report.model_dump_json(indent=1) + "\n")
    for line in report.shuffled:
        print(f"shuffled, gates at {line.gates_at}: {line.with_promotion:.3f} of repetitions")
    print(report.pass_rate)
    print(f"{report.simulated_s:.0f} s")


def measured(
    known: Mapping[str, tuple[KnownCall, ...]],
    rubric: Rubric,
    settings: Settings,
    arguments: argparse.Namespace,
) -> Learning:
    """Return all figures; prints each centre's when they are there."""
    start = time.perf_counter()
    tasks = tuple(_tasks(known, rubric))
    # Tasks are large: each worker gets them once, not with every repetition.
    with ProcessPoolExecutor(arguments.workers, initializer=_start, initargs=(tasks,)) as pool:
        centres = []
        for at, task in enumerate(tasks):
            steps = list(pool.map(partial(_repetition, at), range(arguments.repetitions)))
            centres.append(figures(task, steps))
            show(centres[-1])
        dealt = list(pool.map(partial(_repetition, 0, shuffle=True), range(arguments.shuffled)))
    everybody = [call for calls in known.values() for call in calls]
    return Learning(
        stamp=stamp("numpy", "scikit-learn", "torch", "transformers"),
        data_sha256=data_sha256(arguments.data),
        simulated_s=round(time.perf_counter() - start, 1),
        repetitions=arguments.repetitions,
        centres=tuple(centres),
        shuffled=tuple(_shuffled(dealt, sizes) for sizes in SHUFFLED_SIZES),
        pass_rate=coverage(
            everybody, PAIRS[tasks[0].rules], rubric, settings.low_score, arguments.shuffled
        ),
    )


_worker_tasks: tuple[Task, ...] = ()


def _start(tasks: tuple[Task, ...]) -> None:
    """Keep the tasks in a worker process."""
    global _worker_tasks
    _worker_tasks = tasks


def _repetition(at: int, seed: int, *, shuffle: bool = False) -> list[Step]:
    return _worker_tasks[at].steps(seed, shuffle=shuffle)


def _tasks(known: Mapping[str, tuple[KnownCall, ...]], rubric: Rubric) -> Iterator[Task]:
    for rules in PAIRS:
        for name, calls in known.items():
            bundled = [call for other, own in known.items() if other != name for call in own]
            yield Task(name, rules, calls, tuple(bundled), rubric)


def figures(task: Task, repetitions: Sequence[Sequence[Step]]) -> CentreFigures:
    """Return what the repetitions of one centre came to."""
    steps = [step for own in repetitions for step in own]
    changes = [step.kappa - step.before for step in steps if step.promoted]
    return CentreFigures(
        centre=task.name,
        rules=task.rules,
        calls=len(task.calls),
        flagged=sum(known.flagged for known in task.calls),
        curves=tuple(_curve(task, criterion.id, steps) for criterion in task.rubric.criteria),
        promotions=len(changes),
        promoted_worse=sum(change < -WORSE for change in changes),
        worst=round(min(changes, default=0.0), 3),
    )


def _curve(task: Task, criterion: str, steps: Sequence[Step]) -> Curve:
    rules = PAIRS[task.rules]
    own = [step for step in steps if step.criterion == criterion]
    first = [step for step in own if step.asked == REVIEWS[0]]
    start = statistics.mean(step.before for step in first)
    truth = [labels_of(known.call, rules)[criterion] for known in task.calls]
    usual = [known.call.verdicts[criterion] for known in task.calls]
    given = [known.bases[criterion].given for known in task.calls]
    told = [
        house if house is not shipped else said
        for house, shipped, said in zip(truth, usual, given, strict=True)
    ]
    return Curve(
        criterion=criterion,
        house_rule=next((rule.words for rule in rules if rule.criterion == criterion), None),
        changed=sum(a is not b for a, b in zip(truth, usual, strict=True)),
        kappa_0=round(start, 3),
        kappa_if_told=round(cohens_kappa([*map(Pair, truth, told)]) or 0.0, 3),
        points=tuple(_point([s for s in own if s.asked == asked], start) for asked in REVIEWS),
    )


def _point(steps: Sequence[Step], start: float) -> Point:
    kappas = [step.kappa for step in steps]
    mean = statistics.mean(kappas)
    return Point(
        asked=steps[0].asked,
        reviews=round(statistics.mean(step.reviews for step in steps), 1),
        kappa=round(mean, 3),
        spread=round(statistics.pstdev(kappas), 3),
        gain=round(mean - start, 3),
        candidate_gain=round(statistics.mean(step.candidate for step in steps) - start, 3),
        promoted=round(statistics.mean(step.promoted for step in steps), 3),
    )


def _shuffled(repetitions: Sequence[Sequence[Step]], sizes: tuple[int, ...]) -> Shuffled:
    counted = [[step for step in own if step.asked in sizes] for own in repetitions]
    every = [step.promoted for own in counted for step in own]
    return Shuffled(
        gates_at=sizes,
        repetitions=len(counted),
        with_promotion=round(
            statistics.mean(any(step.promoted for step in own) for own in counted), 4
        ),
        by_gate=round(statistics.mean(every), 5),
    )


def show(found: CentreFigures) -> None:
    """Print one centre's table."""
    print(f"{found.centre}, {found.rules}: {found.flagged} of {found.calls} flagged", flush=True)
    for curve in found.curves:
        cells = "  ".join(
            f"{p.gain:+.3f} ({p.candidate_gain:+.3f}, {p.promoted:.0%})" for p in curve.points
        )
        mark = "*" if curve.house_rule else " "
        print(f" {mark}{curve.criterion:22} {curve.kappa_0:.3f} {cells}", flush=True)
    print(
        f"  promotions {found.promotions}, worse {found.promoted_worse}, least {found.worst:+.3f}"
    )


if __name__ == "__main__":
    main()
