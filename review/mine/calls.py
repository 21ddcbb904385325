"""An agent's released calls as their list and their trend show them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import Connection

from pipeline.desk.disputes import Dispute, DisputeState, disputes_on
from pipeline.desk.documents import rubric_of
from pipeline.desk.notes import Note, NoteState, notes_on
from pipeline.desk.released import ReleasedReview, released_reviews
from pipeline.desk.shown import shown_score, shown_verdicts
from pipeline.domain import Verdict
from pipeline.people import User
from review.mine.trend import ReviewedScore

TREND_CALLS = 200
"""Of the calls released last, so many make the trend."""
TO_WORK_ON = (Verdict.FAIL, Verdict.PARTIAL)


@dataclass(frozen=True, slots=True)
class MyCall:
    """One row of the list."""

    review: ReleasedReview
    score: float | None
    well: tuple[str, ...]
    """Questions that were passed, in the rubric's order."""
    work: tuple[str, ...]
    """Questions that were failed or passed in part, failed ones first."""
    notes: tuple[Note, ...]
    disputes: tuple[Dispute, ...]

    @property
    def due(self) -> tuple[Note, ...]:
        """Return the notes that wait to be confirmed."""
        return tuple(n for n in self.notes if n.state in (NoteState.OPEN, NoteState.OVERDUE))

    @property
    def open_disputes(self) -> int:
        """Return how many disputes a lead has not decided."""
        return sum(1 for item in self.disputes if item.state is DisputeState.OPEN)


def my_calls(connection: Connection, user: User, *, limit: int, offset: int) -> tuple[MyCall, ...]:
    """Return an agent's released calls, last released first."""
    found = released_reviews(connection, user, limit=limit, offset=offset)
    return tuple(_my_call(connection, user, review) for review in found)


def my_scores(connection: Connection, user: User) -> Sequence[ReviewedScore]:
    """Return the scores of an agent's released calls, for the trend."""
    scores = []
    for review in released_reviews(connection, user, limit=TREND_CALLS):
        score = shown_score(connection, review, shown_verdicts(connection, review))
        if score is not None:
            scores.append(ReviewedScore(review.started_at or review.finished_at, score))
    return scores


def _my_call(connection: Connection, user: User, review: ReleasedReview) -> MyCall:
    verdicts = shown_verdicts(connection, review)
    rubric = rubric_of(connection, review.rubric, review.rubric_version)
    questions = {item.id: item.question for item in rubric.criteria} if rubric else {}
    named = {criterion: questions.get(criterion, criterion) for criterion in verdicts}
    return MyCall(
        review=review,
        score=shown_score(connection, review, verdicts),
        well=tuple(named[item] for item in verdicts if verdicts[item] is Verdict.PASS),
        work=tuple(
            named[item] for kind in TO_WORK_ON for item in verdicts if verdicts[item] is kind
        ),
        notes=notes_on(connection, user, review.call_id),
        disputes=disputes_on(connection, user, review.call_id),
    )
