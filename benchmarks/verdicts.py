"""How far predicted verdicts agree with labels, criterion by criterion and as means.

An abstention counts as an error in ``kappa_all``, and is left out of ``kappa``, of accuracy and of
macro F1.
"""

from __future__ import annotations

import statistics
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias, TypeVar

from benchmarks.bootstrap import Interval, interval
from benchmarks.confusion import confusion, macro_f1, precision, recall
from benchmarks.risk import Outcome
from models.probability import calibration_error
from models.training.labelled import LabelledCall
from pipeline.agreement import Pair, agreement, cohens_kappa
from pipeline.domain import CriterionScore, Judgement, Record, Verdict

T = TypeVar("T")
Verdicts = Mapping[tuple[str, str], Verdict]
"""By call id and criterion."""
Row: TypeAlias = tuple[Pair, ...]
"""One call: label and verdict, criterion by criterion."""


class CriterionFigures(Record):
    """One criterion over all held-out calls."""

    calls: int
    coverage: float
    """Share of the calls that got a verdict."""
    accuracy: float | None
    """Share of the given verdicts that are right."""
    kappa: Interval | None
    """Cohen's kappa of the given verdicts."""
    kappa_all: Interval
    """The same over all calls, an abstention counted as an error."""
    kappa_all_by_fold: Mapping[str, float]
    macro_f1: float | None
    fails: int
    """Calls labelled ``fail``."""
    fail_recall: float | None
    """Share of them that were found; an abstention finds nothing."""
    fail_precision: float | None
    """Share of the verdicts ``fail`` that were right; None if there were none."""
    evidence_hit: float | None
    """Of the right verdicts with labelled evidence, the share that shows at least one such turn."""
    calibration_error: float
    """Of the given verdicts; see ``benchmarks.reliability``."""
    confusion: Mapping[str, Mapping[str, int]]
    """How often each label was judged what."""


class MeanFigures(Record):
    """The same, averaged over the criteria for which it is defined; None if it is for none."""

    coverage: float
    accuracy: float | None
    kappa: Interval | None
    kappa_all: Interval
    kappa_all_by_fold: Mapping[str, float]
    spread_over_folds: float
    """Standard deviation of the folds' means."""
    macro_f1: float | None
    fail_recall: float | None
    fail_precision: float | None
    evidence_hit: float | None
    calibration_error: float


class JudgeFigures(Record):
    """One judge on all held-out calls."""

    criteria: Mapping[str, CriterionFigures]
    mean: MeanFigures


@dataclass(frozen=True, slots=True)
class Predicted:
    """One held-out call and what was said about it."""

    call: LabelledCall
    judgement: Judgement

    def score(self, criterion: str) -> CriterionScore:
        """Return what was said about one criterion."""
        return next(score for score in self.judgement.scores if score.criterion == criterion)

    def pair(self, criterion: str) -> Pair:
        """Return label and verdict."""
        return Pair(self.call.verdicts[criterion], self.score(criterion).verdict)


def judge_figures(predicted: Sequence[Predicted], criteria: Sequence[str]) -> JudgeFigures:
    """Return all figures of one judge."""
    figures = {name: criterion_figures(name, predicted) for name in criteria}
    rows = rows_of(predicted, criteria)
    by_fold = {
        fold: round(statistics.mean(f.kappa_all_by_fold[fold] for f in figures.values()), 3)
        for fold in next(iter(figures.values())).kappa_all_by_fold
    }
    every = figures.values()
    mean = MeanFigures(
        coverage=rounded(_mean(f.coverage for f in every)),
        accuracy=_mean(f.accuracy for f in every),
        kappa=interval(rows, mean_kappa),
        kappa_all=known(interval(rows, mean_kappa_all)),
        kappa_all_by_fold=by_fold,
        spread_over_folds=round(statistics.stdev(by_fold.values()), 3) if len(by_fold) > 1 else 0.0,
        macro_f1=_mean(f.macro_f1 for f in every),
        fail_recall=_mean(f.fail_recall for f in every),
        fail_precision=_mean(f.fail_precision for f in every),
        evidence_hit=_mean(f.evidence_hit for f in every),
        calibration_error=rounded(_mean(f.calibration_error for f in every)),
    )
    return JudgeFigures(criteria=figures, mean=mean)


def criterion_figures(criterion: str, predicted: Sequence[Predicted]) -> CriterionFigures:
    """Return the figures of one criterion."""
    pairs = [item.pair(criterion) for item in predicted]
    judged = [pair for pair in pairs if pair.second is not Verdict.UNSCORED]
    groups = [item.call.group for item in predicted]
    hits = [hit for item in predicted if (hit := _evidence_hit(item, criterion)) is not None]
    sure = outcomes(criterion, predicted)
    found = agreement(pairs)
    return CriterionFigures(
        calls=len(pairs),
        coverage=round(len(judged) / len(pairs), 3),
        accuracy=_rounded(found.observed),
        kappa=_interval(found.kappa, found.kappa_low, found.kappa_high),
        kappa_all=known(interval(pairs, cohens_kappa)),
        kappa_all_by_fold={
            group: rounded(
                cohens_kappa([pair for pair, g in zip(pairs, groups, strict=True) if g == group])
            )
            for group in sorted(set(groups))
        },
        macro_f1=_rounded(macro_f1(judged)),
        fails=sum(pair.first is Verdict.FAIL for pair in pairs),
        fail_recall=_rounded(recall(pairs, Verdict.FAIL)),
        fail_precision=_rounded(precision(pairs, Verdict.FAIL)),
        evidence_hit=_rounded(sum(hits) / len(hits) if hits else None),
        calibration_error=round(
            calibration_error([o.probability for o in sure], [o.right for o in sure]), 3
        ),
        confusion=confusion(pairs),
    )


def outcomes(criterion: str, predicted: Sequence[Predicted]) -> list[Outcome]:
    """Return probability and rightness of the verdicts that were given on one criterion."""
    found = []
    for item in predicted:
        score = item.score(criterion)
        if score.verdict is not Verdict.UNSCORED and score.probability is not None:
            right = score.verdict is item.call.verdicts[criterion]
            found.append(Outcome(score.probability, right))
    return found


def rows_of(predicted: Sequence[Predicted], criteria: Sequence[str]) -> list[Row]:
    """Return label and verdict of every criterion, call by call."""
    return [tuple(item.pair(name) for name in criteria) for item in predicted]


def rows_from(
    verdicts: Verdicts, calls: Sequence[LabelledCall], criteria: Sequence[str]
) -> list[Row]:
    """Return the same of bare verdicts, for references."""
    return [
        tuple(Pair(c.verdicts[name], verdicts[c.call_id, name]) for name in criteria) for c in calls
    ]


def mean_kappa_all(rows: Sequence[Row]) -> float | None:
    """Return the mean over criteria of kappa, abstentions counted as errors."""
    return _mean_over_criteria([list(pairs) for pairs in zip(*rows, strict=True)])


def mean_kappa(rows: Sequence[Row]) -> float | None:
    """Return the mean over criteria of kappa, abstentions left out."""
    columns = zip(*rows, strict=True)
    return _mean_over_criteria(
        [[pair for pair in pairs if Verdict.UNSCORED not in pair] for pairs in columns]
    )


def pooled_kappa_all(rows: Sequence[Row]) -> float | None:
    """Return kappa over the verdicts of all criteria together, abstentions counted as errors."""
    return cohens_kappa([pair for row in rows for pair in row])


def _mean_over_criteria(columns: Sequence[Sequence[Pair]]) -> float | None:
    known = [kappa for pairs in columns if (kappa := cohens_kappa(pairs)) is not None]
    return statistics.mean(known) if known else None


def _evidence_hit(item: Predicted, criterion: str) -> bool | None:
    wanted = set(item.call.evidence.get(criterion, ()))
    score = item.score(criterion)
    if not wanted or score.verdict is not item.call.verdicts[criterion]:
        return None
    return bool(wanted & {evidence.turn for evidence in score.evidence})


def _mean(values: Iterable[float | None]) -> float | None:
    found = [value for value in values if value is not None]
    return round(statistics.mean(found), 3) if found else None


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 3)


def _interval(value: float | None, low: float | None, high: float | None) -> Interval | None:
    if value is None or low is None or high is None:
        return None
    return Interval(value=round(value, 3), low=round(low, 3), high=round(high, 3))


def known(found: T | None) -> T:
    """Return what was found.

    Raises:
        ValueError: There is none, because nothing was compared: that is not a figure of 0.
    """
    if found is None:
        raise ValueError("no pairs of verdicts to compare")
    return found


def rounded(figure: float | None) -> float:
    """Return a figure to three places.

    Raises:
        ValueError: There is none.
    """
    return round(known(figure), 3)
