"""What an agent sees of a call: the scorecard as people reviewed it, where that was released.

A verdict that a reviewer gave is shown as the reviewer's, whether it is the machine's too or not.
Where no reviewer gave one, the machine's is shown and marked as one that nobody checked: it counts
in the score, so it is not kept from the agent, and they may dispute it. A machine's verdict that
a reviewer changed is not shown.
"""

from __future__ import annotations

from collections.abc import Mapping
from enum import StrEnum

from sqlalchemy import Connection

from pipeline.desk.answers import score_with
from pipeline.desk.documents import rubric_of
from pipeline.desk.queries import query
from pipeline.desk.released import ReleasedReview
from pipeline.desk.statements import (
    HumanVerdict,
    corrections_of,
    human_verdicts,
    reviews_of,
    standing_verdicts,
    taken_back,
)
from pipeline.domain import CriterionScore, Evidence, Record, Verdict
from pipeline.reviews import Correction, Review
from pipeline.rubric import Criterion
from pipeline.store import Scorecard


class Source(StrEnum):
    """Who stands behind a verdict that an agent sees."""

    REVIEWER = "reviewer"
    """A person gave it, and the machine another one or none."""
    CONFIRMED = "confirmed"
    """The machine gave it and a person agreed."""
    MACHINE = "machine"
    """The machine gave it; the review says nothing about it."""
    DISPUTE = "dispute"
    """A lead gave it, upholding a dispute."""


class ReleasedVerdict(Record):
    """One criterion as an agent sees it."""

    criterion: Criterion
    verdict: Verdict
    source: Source
    reason: str | None
    """In the reviewer's words; None: they gave none."""
    explanation: str | None
    """The machine's sentence, where its verdict stands."""
    evidence: tuple[Evidence, ...]


class ReleasedCard(Record):
    """A whole call as its agent sees it."""

    review: ReleasedReview
    score: float | None
    verdicts: tuple[ReleasedVerdict, ...]

    def of(self, criterion: str) -> ReleasedVerdict | None:
        """Return one criterion, or None if the rubric has none of this name."""
        return next((item for item in self.verdicts if item.criterion.id == criterion), None)

    def having(self, *verdicts: Verdict) -> tuple[ReleasedVerdict, ...]:
        """Return the criteria with one of these verdicts, in the rubric's order."""
        return tuple(item for item in self.verdicts if item.verdict in verdicts)


class Said(Record):
    """What people say about a call, as far as it was released."""

    verdicts: Mapping[str, HumanVerdict]
    """By criterion."""
    reviews: Mapping[str, Review]
    """Released ones, by key."""
    corrections: tuple[Correction, ...]
    """Of those reviews, as far as they stand; oldest first."""
    disputed: frozenset[str]
    """Keys of reviews by which a lead upheld a dispute."""


def said_about(connection: Connection, review: ReleasedReview) -> Said:
    """Return what people say about a call, as far as its agent may see it."""
    keys = connection.execute(query("released_keys"), {"call_id": review.call_id}).all()
    shown = {key for key, _ in keys}
    reviews = [item for item in reviews_of(connection, review.call_id) if item.key in shown]
    corrections = corrections_of(connection, review.call_id)
    gone = taken_back(corrections)
    return Said(
        verdicts=human_verdicts(reviews, corrections, review.evaluation_key),
        reviews={item.key: item for item in reviews},
        corrections=tuple(
            item
            for item in corrections
            if item.review_key in shown and item.revokes is None and item.key not in gone
        ),
        disputed=frozenset(key for key, disputed in keys if disputed),
    )


def shown_verdicts(connection: Connection, review: ReleasedReview) -> Mapping[str, Verdict]:
    """Return the verdicts that an agent sees, by criterion: people's, else the machine's."""
    rows = connection.execute(query("machine_verdicts"), {"call_id": review.call_id}).mappings()
    said = said_about(connection, review).verdicts
    return {
        row["criterion"]: said[row["criterion"]].verdict
        if row["criterion"] in said
        else Verdict(row["verdict"])
        for row in rows
    }


def shown_score(
    connection: Connection, review: ReleasedReview, verdicts: Mapping[str, Verdict]
) -> float | None:
    """Return the score that an agent sees.

    After the machine judged the call again it stays the one that was reviewed.
    """
    rubric = rubric_of(connection, review.rubric, review.rubric_version)
    if review.rescored or rubric is None:
        return review.human_score
    scores = tuple(
        CriterionScore(criterion=criterion, verdict=verdict)
        for criterion, verdict in verdicts.items()
    )
    return score_with(review.call_id, rubric, scores, {})


def released_card(
    connection: Connection, review: ReleasedReview, scorecard: Scorecard
) -> ReleasedCard:
    """Return a call as its agent sees it.

    Args:
        connection: Open on the desk.
        review: The released one.
        scorecard: Of the call; if it was judged again since, only criteria that the rubric still
            has are shown.
    """
    said = said_about(connection, review)
    scores = {score.criterion: score for score in scorecard.evaluation.judgement.scores}
    verdicts = tuple(_verdict(item, scores[item.id], said) for item in scorecard.rubric.criteria)
    return ReleasedCard(
        review=review,
        score=shown_score(
            connection, review, {item.criterion.id: item.verdict for item in verdicts}
        ),
        verdicts=verdicts,
    )


def _verdict(criterion: Criterion, machine: CriterionScore, said: Said) -> ReleasedVerdict:
    """Return one criterion: what people say, else what the machine says."""
    word = said.verdicts.get(criterion.id)
    if word is None:
        return ReleasedVerdict(
            criterion=criterion,
            verdict=machine.verdict,
            source=Source.MACHINE,
            reason=None,
            explanation=machine.explanation,
            evidence=machine.evidence,
        )
    review = said.reviews[word.review_key]
    given = standing_verdicts(review, said.corrections)[criterion.id]
    changed = [
        item
        for item in said.corrections
        if item.review_key == review.key and item.criterion == criterion.id
    ]
    evidence = [item.evidence for item in changed if item.evidence is not None]
    reasons = [item.reason for item in changed if item.reason] + [given.reason or ""]
    return ReleasedVerdict(
        criterion=criterion,
        verdict=word.verdict,
        source=_source(word, given.agrees, said.disputed),
        reason=reasons[0] or None,
        explanation=machine.explanation if word.verdict is machine.verdict else None,
        evidence=evidence[-1] if evidence else given.evidence or machine.evidence,
    )


def _source(word: HumanVerdict, agrees: bool | None, disputed: frozenset[str]) -> Source:
    if word.review_key in disputed:
        return Source.DISPUTE
    return Source.CONFIRMED if agrees else Source.REVIEWER
