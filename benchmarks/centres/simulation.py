"""One centre, one seed: reviewers correct call after call, candidates are fitted, the gate decides.

A fresh centre for each seed: its calls have ids and agents of their own, so that another half of
them is held out, other calls are drawn at random, and reviewers err elsewhere.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from benchmarks.centres.house_rules import HouseRule, labels_of
from benchmarks.centres.known import KnownCall
from models.house.edits import WeighedEdits
from models.house.heads import Lesson, feature_table, fit_edits
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Verdict
from pipeline.gate import decide
from pipeline.paired import Costs, Judged
from pipeline.rubric import Criterion, Rubric
from pipeline.splits import inclusion_weights, part_of

REVIEWS = (10, 20, 40, 80)
TEST_CALLS = 40
"""Never reviewed; they tell what is gained."""
MISTAKES = 0.05
SLICE = 0.5
"""Of the calls that nothing flags; far more than a real centre draws, for this one has 80 calls to
review in all."""
AGENTS = 12
COSTS = Costs()


@dataclass(frozen=True, slots=True)
class Reviewed:
    """One call, and what reviewers say or would say about it."""

    known: KnownCall
    name: str
    agent: str
    drawn: bool
    said: Mapping[str, Verdict]
    """By criterion, mistakes included."""

    @property
    def inclusion(self) -> float:
        """With which probability it is reviewed."""
        return 1.0 if self.known.flagged else SLICE


@dataclass(frozen=True, slots=True)
class Step:
    """What one retraining of one criterion came to."""

    criterion: str
    reviews: int
    """Reviewed calls so far."""
    asked: int
    """The number of reviews that was asked for; a centre may have fewer."""
    promoted: bool
    kappa: float
    """Of the model in force after the gate, on the test calls."""
    before: float
    """Of the model in force before."""
    candidate: float


@dataclass(frozen=True, slots=True)
class Centre:
    """A centre as one seed makes it."""

    queue: tuple[Reviewed, ...]
    """In the order in which they are reviewed."""
    test: tuple[KnownCall, ...]


def drawn_centre(
    calls: Sequence[KnownCall], rules: tuple[HouseRule, ...], rubric: Rubric, seed: int
) -> Centre:
    """Return the centre of one seed."""
    rng = random.Random(seed)
    order = rng.sample(list(calls), len(calls))
    test, rest = order[:TEST_CALLS], order[TEST_CALLS:]
    queue = []
    for known in rest:
        drawn = rng.random() < SLICE
        said = said_of(known, rules, rubric, rng)
        agent = f"{seed} agent {rng.randrange(AGENTS)}"
        if known.flagged or drawn:
            queue.append(Reviewed(known, f"{seed} {known.call.call_id}", agent, drawn, said))
    return Centre(tuple(queue), tuple(test))


def said_of(
    known: KnownCall, rules: tuple[HouseRule, ...], rubric: Rubric, rng: random.Random
) -> Mapping[str, Verdict]:
    """Return what a reviewer says about a call: the house's verdicts, now and then a wrong one."""
    truth = labels_of(known.call, rules)
    said = {}
    for criterion in rubric.criteria:
        right = truth[criterion.id]
        wrong = [verdict for verdict in criterion.allowed if verdict is not right]
        said[criterion.id] = rng.choice(wrong) if rng.random() < MISTAKES else right
    return said


def shuffled(centre: Centre, seed: int) -> Centre:
    """Return the centre with each criterion's labels dealt out anew among the reviewed calls."""
    rng = random.Random(seed)
    names = list(centre.queue[0].said)
    dealt = {}
    for name in names:
        labels = [item.said[name] for item in centre.queue]
        dealt[name] = rng.sample(labels, len(labels))
    queue = tuple(
        Reviewed(
            item.known,
            item.name,
            item.agent,
            item.drawn,
            {name: dealt[name][at] for name in names},
        )
        for at, item in enumerate(centre.queue)
    )
    return Centre(queue, centre.test)


def loop(
    centre: Centre,
    rules: tuple[HouseRule, ...],
    bundled: Sequence[KnownCall],
    criterion: Criterion,
    sizes: Sequence[int] = REVIEWS,
) -> list[Step]:
    """Return what retraining one criterion after so many reviews comes to.

    Args:
        centre: Its queue and test calls.
        rules: Of the house.
        bundled: Calls that the gate must not forget, unseen by whoever judged them.
        criterion: Which.
        sizes: Numbers of reviews, ascending.
    """
    champion: WeighedEdits | None = None
    truth = [labels_of(known.call, rules)[criterion.id] for known in centre.test]
    kappa = _kappa(truth, verdicts(champion, centre.test, criterion))
    steps = []
    for asked in sizes:
        seen = centre.queue[:asked]
        train, judging = parts(seen)
        if not train:
            steps.append(Step(criterion.id, len(seen), asked, False, kappa, kappa, kappa))
            continue
        candidate = fit_edits(criterion, lessons(train, criterion.id))
        held_out = _judged(judging, champion, candidate, criterion)
        labels = [known.call.verdicts[criterion.id] for known in bundled]
        said = (verdicts(model, bundled, criterion) for model in (champion, candidate))
        kept = [
            Judged(known.call.call_id, label, one, other)
            for known, label, one, other in zip(bundled, labels, *said, strict=True)
        ]
        decision = decide(
            criterion.id, held_out, kept, COSTS, reviews=len(seen), critical=criterion.critical
        )
        own = _kappa(truth, verdicts(candidate, centre.test, criterion))
        before, kappa = kappa, own if decision.promote else kappa
        steps.append(Step(criterion.id, len(seen), asked, decision.promote, kappa, before, own))
        champion = candidate if decision.promote else champion
    return steps


def parts(seen: Sequence[Reviewed]) -> tuple[list[Reviewed], list[Reviewed]]:
    """Return the reviewed calls that teach, and those that judge."""
    train: list[Reviewed] = []
    judging: list[Reviewed] = []
    for item in seen:
        drawn = item.drawn and not item.known.flagged
        part = part_of(item.name, item.agent, drawn=drawn)
        (train if part == "train" else judging).append(item)
    return train, judging


def lessons(train: Sequence[Reviewed], criterion: str) -> list[Lesson]:
    """Return what reviewed calls teach about one criterion."""
    weights = inclusion_weights([item.inclusion for item in train])
    return [
        Lesson(item.name, item.known.bases[criterion], item.said[criterion], weight, item.agent)
        for item, weight in zip(train, weights, strict=True)
    ]


def verdicts(
    model: WeighedEdits | None, calls: Sequence[KnownCall], criterion: Criterion
) -> list[Verdict]:
    """Return the verdicts of a model, nothing withheld; None: of the heads that are shipped."""
    bases = [known.bases[criterion.id] for known in calls]
    if model is None or not bases:
        return [basis.given for basis in bases]
    given = [model.best(basis.shares) for basis in bases]
    votes = model.votes(given, feature_table(model.features, bases))
    return [model.verdicts[int(at)] for at in np.argmax(votes, axis=1)]


def _judged(
    judging: Sequence[Reviewed],
    champion: WeighedEdits | None,
    candidate: WeighedEdits,
    criterion: Criterion,
) -> list[Judged]:
    calls = [item.known for item in judging]
    weights = inclusion_weights([item.inclusion for item in judging])
    said = (verdicts(model, calls, criterion) for model in (champion, candidate))
    return [
        Judged(item.name, item.said[criterion.id], one, other, weight)
        for item, weight, one, other in zip(judging, weights, *said, strict=True)
    ]


def _kappa(truth: Sequence[Verdict], said: Sequence[Verdict]) -> float:
    found = cohens_kappa([Pair(a, b) for a, b in zip(truth, said, strict=True)])
    return 0.0 if found is None else found
