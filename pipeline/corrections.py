"""From what reviewers said to labelled examples, each of which tells where it comes from.

One call gives at most one example of a criterion. What a lead settled is the last word. People who
contradict each other, or themselves, give none until somebody settles it: a mean of two contrary
labels is nobody's judgement. What a reviewer did not say is no example, for silence is not
agreement, and what was taken back is gone.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum
from itertools import groupby

from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import Record, Verdict
from pipeline.reviews import ReviewKind
from pipeline.rubric import Rubric
from pipeline.splits import Part, part_of

SURE = 0.9
"""From this probability on a model that contradicts a label is worth a second look."""
AGREEING = 0.6
"""From this kappa on a model's word counts against a label: "substantial" agreement (Landis and
Koch 1977, doi:10.2307/2529310)."""
MIN_LABELS = 20
"""Under so many labels nobody knows how well a model agrees."""


class ExampleKind(StrEnum):
    """How a label came about."""

    AGREED = "agreed"
    """A reviewer said yes to the machine's verdict."""
    CORRECTED = "corrected"
    BLIND = "blind"
    """Given without seeing the machine's verdict, by one reviewer or by two that agree."""
    SETTLED = "settled"
    """A lead decided."""


class Sampling(StrEnum):
    """How a call came to be reviewed."""

    FLAGGED = "flagged"
    RANDOM = "random"
    """Nothing flagged it; it was drawn at random."""
    OTHER = "other"
    """Somebody found it by a search, or was shown it for learning."""


class Statement(Record):
    """What one reviewer says about one criterion of one call, as the store has it."""

    call_id: str
    criterion: str
    verdict: Verdict
    turns: tuple[int, ...] | None = None
    """Of the words that the reviewer says it rests on, ascending; None: nothing was said of it."""
    reviewer: str
    kind: ReviewKind
    at: datetime
    """When it was last changed."""
    review_key: str
    evaluation_key: str
    transcript_key: str
    """Turns are counted in this transcript."""
    machine_verdict: Verdict
    machine_probability: float | None = None
    model_versions: Mapping[str, str]
    """Of the models that gave the machine's verdict."""
    rubric: str
    rubric_version: int
    meaning_sha256: str
    """``Criterion.meaning_sha256`` of what was asked; empty if the store lost the rubric."""
    agent: str | None = None
    team: str | None = None
    language: str | None = None
    flagged: bool = False
    drawn: bool = False
    """Whether the call is in the random slice."""
    inclusion_probability: float | None = None
    """With which it was drawn into the random slice."""

    @property
    def sampling(self) -> Sampling:
        """How the call came to be reviewed."""
        if self.flagged:
            return Sampling.FLAGGED
        return Sampling.RANDOM if self.drawn else Sampling.OTHER

    @property
    def stands_for(self) -> float | None:
        """With which probability a call like this is reviewed; None: somebody chose it."""
        if self.flagged:
            return 1.0
        return self.inclusion_probability if self.drawn else None


class Example(Record):
    """One label to learn from or to judge by."""

    said: Statement
    """The statement that counts: the settlement, or else the last one."""
    kind: ExampleKind
    reviewers: tuple[str, ...]
    """Everybody who said the same, sorted; of a settled one the lead alone."""

    @property
    def part(self) -> Part:
        """Whether it teaches or judges."""
        return part_of(self.said.call_id, self.said.agent, drawn=self.said.drawn)


class Contradiction(Record):
    """Different verdicts on the same criterion of the same call, which a lead should settle."""

    call_id: str
    criterion: str
    statements: tuple[Statement, ...]
    """Oldest first; at least two verdicts among them."""

    @property
    def by_one(self) -> bool:
        """Whether a single reviewer contradicts himself."""
        return len({item.reviewer for item in self.statements}) == 1


class Learned(Record):
    """What statements give."""

    examples: tuple[Example, ...]
    """By call and criterion."""
    contradictions: tuple[Contradiction, ...]
    cut_off: int
    """Statements about criteria that meant something else, or are no longer asked."""


class Doubtful(Record):
    """A label that may be wrong."""

    example: Example
    verdict: Verdict
    """What the model says."""
    probability: float


def learn_from(statements: Iterable[Statement], rubric: Rubric) -> Learned:
    """Return the examples and contradictions in what reviewers said.

    Args:
        statements: All that stand, in any order.
        rubric: The one in force: statements about a criterion that meant something else, in a
            rubric of the same id, are cut off.
    """
    meanings = {item.id: item.meaning_sha256 for item in rubric.criteria}
    every = list(statements)
    counted = [
        item
        for item in every
        if item.rubric == rubric.id and meanings.get(item.criterion) == item.meaning_sha256
    ]
    judged = [item for item in counted if item.verdict is not Verdict.UNSCORED]
    examples, contradictions = [], []
    for (call_id, criterion), own in groupby(sorted(judged, key=_order), key=_topic):
        known = _last_words(own)
        if len({item.verdict for item in known}) > 1:
            contradictions.append(
                Contradiction(call_id=call_id, criterion=criterion, statements=known)
            )
        else:
            examples.append(_example(known))
    return Learned(
        examples=tuple(examples),
        contradictions=tuple(contradictions),
        cut_off=len(every) - len(counted),
    )


def possibly_wrong(
    examples: Sequence[Example], opinions: Mapping[tuple[str, str], tuple[Verdict, float]]
) -> tuple[Doubtful, ...]:
    """Return the labels that a confident, well-agreeing model contradicts, the surest first.

    Settled labels are left alone: somebody looked twice already.

    Args:
        examples: All there are; they tell how well the model agrees.
        opinions: The model's verdict and its probability by call and criterion; of a model that
            did not learn from that label, or it would hardly contradict it.
    """
    by_criterion: dict[str, list[Example]] = defaultdict(list)
    for item in examples:
        if (item.said.call_id, item.said.criterion) in opinions:
            by_criterion[item.said.criterion].append(item)
    found = []
    for own in by_criterion.values():
        judged = [(item, *opinions[item.said.call_id, item.said.criterion]) for item in own]
        pairs = [Pair(item.said.verdict, verdict) for item, verdict, _ in judged]
        if len(pairs) < MIN_LABELS or (cohens_kappa(pairs) or 0.0) < AGREEING:
            continue
        found += [
            Doubtful(example=item, verdict=verdict, probability=probability)
            for item, verdict, probability in judged
            if verdict not in (item.said.verdict, Verdict.UNSCORED)
            and probability >= SURE
            and item.kind is not ExampleKind.SETTLED
        ]
    return tuple(
        sorted(
            found,
            key=lambda d: (-d.probability, d.example.said.call_id, d.example.said.criterion),
        )
    )


def machine_opinions(
    examples: Iterable[Example],
) -> Mapping[tuple[str, str], tuple[Verdict, float]]:
    """Return what the machine said before the reviewer did, for ``possibly_wrong``."""
    return {
        (item.said.call_id, item.said.criterion): (
            item.said.machine_verdict,
            item.said.machine_probability,
        )
        for item in examples
        if item.said.machine_probability is not None
    }


def _order(item: Statement) -> tuple[str, str, datetime, str]:
    return item.call_id, item.criterion, item.at, item.review_key


def _topic(item: Statement) -> tuple[str, str]:
    return item.call_id, item.criterion


def _last_words(statements: Iterable[Statement]) -> tuple[Statement, ...]:
    """Return the latest settlement alone if there is one, else everything."""
    known = tuple(statements)
    settled = [item for item in known if item.kind is ReviewKind.SETTLEMENT]
    return (settled[-1],) if settled else known


def _example(agreeing: Sequence[Statement]) -> Example:
    """Return the one example in statements that all give the same verdict."""
    last = agreeing[-1]
    with_turns = [item for item in agreeing if item.turns is not None]
    # Who named the words last says what the verdict rests on, though somebody agreed later.
    said = with_turns[-1] if with_turns else last
    return Example(
        said=said,
        kind=_kind(said),
        reviewers=tuple(sorted({item.reviewer for item in agreeing})),
    )


def _kind(said: Statement) -> ExampleKind:
    if said.kind is ReviewKind.SETTLEMENT:
        return ExampleKind.SETTLED
    if said.kind is ReviewKind.BLIND:
        return ExampleKind.BLIND
    agreed = said.verdict is said.machine_verdict
    return ExampleKind.AGREED if agreed else ExampleKind.CORRECTED
