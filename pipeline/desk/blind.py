"""Blind double review: two people judge a call without the machine's verdicts or each other's.

Until both are done the call is sealed: nobody sees its verdicts, score or flags anywhere. Then
their differences are shown, and a lead settles them.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from enum import StrEnum

from sqlalchemy import Connection, bindparam

from pipeline.desk.calls import CallRow
from pipeline.desk.database import Desk
from pipeline.desk.queries import query
from pipeline.desk.reviewing import Decided, SubmittedReview, decide
from pipeline.desk.statements import reviews_of
from pipeline.domain import Record, Verdict
from pipeline.errors import ReviewError
from pipeline.people import User
from pipeline.reviews import Review, ReviewKind, ReviewVerdict
from pipeline.store import Scorecard

NEEDED = 2
"""Blind reviews of a call."""


class BlindStage(StrEnum):
    """How far a call drawn for blind double review has come."""

    WAITS_FOR_FIRST = "waits_for_first"
    WAITS_FOR_SECOND = "waits_for_second"
    TO_SETTLE = "to_settle"
    """Both are done and differ in something that no lead has settled."""
    AGREED = "agreed"
    SETTLED = "settled"


class Difference(Record):
    """One criterion as two people judged it, and the machine."""

    criterion: str
    first: ReviewVerdict | None
    """None: this reviewer left the criterion out."""
    second: ReviewVerdict | None
    machine_verdict: Verdict
    settled: ReviewVerdict | None = None
    """What a lead decided."""

    @property
    def differs(self) -> bool:
        """Return whether the two say different things; one who says nothing differs from nobody."""
        if self.first is None or self.second is None:
            return False
        return self.first.verdict is not self.second.verdict


class BlindState(Record):
    """Where the blind double review of a call stands."""

    call_id: str
    evaluation_key: str
    stage: BlindStage
    reviews: tuple[Review, ...]
    """The blind ones, at most two, in the order in which they were finished."""
    comparisons: tuple[Difference, ...]
    """All criteria, in the order of the rubric; empty until both are done."""

    @property
    def open_differences(self) -> tuple[Difference, ...]:
        """Return what is left for a lead to settle."""
        return tuple(item for item in self.comparisons if item.differs and item.settled is None)


def open_blind(connection: Connection, call_ids: Iterable[str]) -> frozenset[str]:
    """Return those of the calls that are sealed: drawn, and not yet judged by two people."""
    wanted = list(call_ids)
    if not wanted:
        return frozenset()
    question = query("sealed").bindparams(bindparam("call_ids", expanding=True))
    return frozenset(connection.execute(question, {"call_ids": wanted}).scalars())


def blind_state(connection: Connection, call: CallRow) -> BlindState | None:
    """Return where a call's blind double review stands; None if it was not drawn for one."""
    if not call.blind:
        return None
    reviews = [
        review
        for review in reviews_of(connection, call.call_id)
        if review.evaluation_key == call.evaluation_key
    ]
    blind = _one_each(review for review in reviews if review.kind is ReviewKind.BLIND)
    if len(blind) < NEEDED:
        stage = BlindStage.WAITS_FOR_SECOND if blind else BlindStage.WAITS_FOR_FIRST
        return _state(call, stage, blind, ())
    settlements = [review for review in reviews if review.kind is ReviewKind.SETTLEMENT]
    found = _comparisons(connection, call, blind, settlements)
    differing = [item for item in found if item.differs]
    if not differing:
        stage = BlindStage.AGREED
    elif all(item.settled is not None for item in differing):
        stage = BlindStage.SETTLED
    else:
        stage = BlindStage.TO_SETTLE
    return _state(call, stage, blind, found)


def settle(
    desk: Desk,
    user: User,
    call: CallRow,
    scorecard: Scorecard,
    decided: Mapping[str, Decided],
    *,
    now: datetime,
) -> SubmittedReview:
    """Store a lead's verdicts on criteria that two blind reviews judge differently.

    Raises:
        ReviewError: The reviews are not both in, a criterion is not in dispute or settled
            already, or the verdicts cannot be stored (see ``reviewing.decide``).
    """
    with desk.writing() as connection:
        state = blind_state(connection, call)
        if state is None or not state.comparisons:
            raise ReviewError("there is nothing to settle before two people have judged this call")
        unsettled = {item.criterion for item in state.open_differences}
        wrong = {name: "Nobody disagrees here." for name in decided if name not in unsettled}
        if wrong:
            raise ReviewError("some of these are not to be settled", wrong)
        if not decided:
            raise ReviewError("give a verdict on at least one difference")
        return decide(connection, user, scorecard, decided, now=now)


def _state(
    call: CallRow,
    stage: BlindStage,
    reviews: Sequence[Review],
    comparisons: tuple[Difference, ...],
) -> BlindState:
    return BlindState(
        call_id=call.call_id,
        evaluation_key=call.evaluation_key,
        stage=stage,
        reviews=tuple(reviews),
        comparisons=comparisons,
    )


def _one_each(reviews: Iterable[Review]) -> list[Review]:
    """Return the first blind review of each of the first two reviewers."""
    first: dict[str, Review] = {}
    for review in reviews:
        first.setdefault(review.reviewer, review)
    return list(first.values())[:NEEDED]


def _comparisons(
    connection: Connection, call: CallRow, blind: Sequence[Review], settlements: Sequence[Review]
) -> tuple[Difference, ...]:
    said = [{item.criterion: item for item in review.verdicts} for review in blind]
    settled = {item.criterion: item for review in settlements for item in review.verdicts}
    machine = connection.execute(query("machine_verdicts"), {"call_id": call.call_id}).mappings()
    return tuple(
        Difference(
            criterion=row["criterion"],
            first=said[0].get(row["criterion"]),
            second=said[1].get(row["criterion"]),
            machine_verdict=row["verdict"],
            settled=settled.get(row["criterion"]),
        )
        for row in machine
    )
