"""How far predicted verdicts agree with labels: kappa, evidence, probabilities, sentiment."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.probability import calibration_error
from models.training.labelled import LabelledCall
from pipeline.agreement import Pair, cohens_kappa
from pipeline.domain import CriterionScore, Judgement, Record, Sentiment, Verdict

Verdicts = Mapping[tuple[str, str], Verdict]
"""By call id and criterion."""


class CriterionFigures(Record):
    """One criterion over all held-out calls."""

    kappa_all: float
    """Cohen's kappa, an abstention counted as an error."""
    kappa_by_fold: Mapping[str, float]
    coverage: float
    accuracy: float
    """Of the calls that were judged."""
    fail_recall: float | None
    evidence_hit: float | None
    """Of the right verdicts with labelled evidence, the share that shows at least one such turn."""
    calibration_error: float
    annotator_kappa: float | None
    """Two annotators with each other: the ceiling."""


@dataclass(frozen=True, slots=True)
class Predicted:
    """One held-out call and what was said about it."""

    call: LabelledCall
    judgement: Judgement


def criterion_figures(
    criterion: str, predicted: Sequence[Predicted], second: Verdicts
) -> CriterionFigures:
    """Return the figures of one criterion; ``second`` holds another annotator's verdicts."""
    pairs = [Pair(p.call.verdicts[criterion], _score_of(p, criterion).verdict) for p in predicted]
    judged = [pair for pair in pairs if pair.second is not Verdict.UNSCORED]
    groups = [p.call.group for p in predicted]
    fails = [pair.second is Verdict.FAIL for pair in pairs if pair.first is Verdict.FAIL]
    hits = [hit for p in predicted if (hit := _evidence_hit(p, criterion)) is not None]
    sure = [
        (score.probability, score.verdict is p.call.verdicts[criterion])
        for p in predicted
        if (score := _score_of(p, criterion)).probability is not None
    ]
    both = [
        Pair(p.call.verdicts[criterion], second[p.call.call_id, criterion])
        for p in predicted
        if (p.call.call_id, criterion) in second
    ]
    return CriterionFigures(
        kappa_all=rounded(cohens_kappa(pairs)),
        kappa_by_fold={
            group: rounded(
                cohens_kappa([pair for pair, g in zip(pairs, groups, strict=True) if g == group])
            )
            for group in sorted(set(groups))
        },
        coverage=round(len(judged) / len(pairs), 3),
        accuracy=round(sum(a is b for a, b in judged) / max(1, len(judged)), 3),
        fail_recall=_share(fails),
        evidence_hit=_share(hits),
        calibration_error=round(
            calibration_error([p for p, _ in sure if p is not None], [right for _, right in sure]),
            3,
        ),
        annotator_kappa=rounded(cohens_kappa(both)) if both else None,
    )


def kappa_of(predicted: Verdicts, calls: Sequence[LabelledCall], criterion: str) -> float:
    """Return kappa_all of bare verdicts; for references."""
    pairs = [Pair(c.verdicts[criterion], predicted[c.call_id, criterion]) for c in calls]
    return rounded(cohens_kappa(pairs))


def sentiment_kappa(predicted: Sequence[Predicted]) -> float:
    """Return Cohen's kappa of the sentiment of customer turns."""
    pairs: list[tuple[Sentiment | None, Sentiment | None]] = []
    for item in predicted:
        said = {turn.turn: turn.sentiment for turn in item.judgement.turns}
        for index, labels in enumerate(item.call.turn_labels):
            truth = [label for label in labels if label.startswith("sentiment=")]
            if truth:
                pairs.append((Sentiment(truth[0].partition("=")[2]), said.get(index)))
    observed = sum(a is b for a, b in pairs) / len(pairs)
    expected = sum(
        sum(a is name for a, _ in pairs) * sum(b is name for _, b in pairs) for name in Sentiment
    )
    chance = expected / len(pairs) ** 2
    return round((observed - chance) / (1 - chance), 3)


def _score_of(item: Predicted, criterion: str) -> CriterionScore:
    return next(score for score in item.judgement.scores if score.criterion == criterion)


def _evidence_hit(item: Predicted, criterion: str) -> bool | None:
    wanted = set(item.call.evidence.get(criterion, ()))
    score = _score_of(item, criterion)
    if not wanted or score.verdict is not item.call.verdicts[criterion]:
        return None
    return bool(wanted & {evidence.turn for evidence in score.evidence})


def _share(values: Sequence[bool]) -> float | None:
    return round(sum(values) / len(values), 3) if values else None


def rounded(kappa: float | None) -> float:
    """Return a kappa to three places.

    Raises:
        ValueError: There is none, because nothing was compared: that is not a kappa of 0.
    """
    if kappa is None:
        raise ValueError("no pairs of verdicts to compare")
    return round(kappa, 3)
