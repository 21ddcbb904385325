"""Disputes are decided by a lead: upheld with another verdict, or rejected with words.

An upheld dispute is a review by the lead of that one criterion. It is the last word on it, so the
human score changes and the models learn from it, and the agent sees it at once.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection

from pipeline.desk.disputes import Dispute, DisputeState, find_dispute
from pipeline.desk.queries import query
from pipeline.desk.released import released_review
from pipeline.desk.releases import show
from pipeline.desk.reviewing import Decided, decide
from pipeline.desk.shown import shown_verdicts
from pipeline.desk.times import present, time_text
from pipeline.desk.words import written
from pipeline.domain import Verdict
from pipeline.errors import TalkError
from pipeline.people import User, UserRole, ranks_at_least
from pipeline.store import Scorecard


def uphold(
    connection: Connection,
    user: User,
    scorecard: Scorecard,
    dispute_id: str,
    verdict: Verdict,
    words: str,
) -> None:
    """Give the agent right: the criterion gets another verdict.

    Args:
        connection: In a transaction for writing.
        user: A lead or an admin.
        scorecard: Of the call.
        dispute_id: An open dispute about a call that the user may see.
        verdict: What holds from now on.
        words: Why; the agent reads them.

    Raises:
        TalkError: It is not open or not theirs to decide, the call was scored again meanwhile,
            nothing is said, or the verdict is the one that was disputed.
        ReviewError: The rubric does not allow the verdict.
    """
    dispute = _open(connection, user, dispute_id)
    if dispute.evaluation_key != scorecard.evaluation.key:
        raise TalkError(
            "the call was scored again since its review: review it anew, release that, and reject "
            "this dispute with a word about it"
        )
    if verdict is _disputed_verdict(connection, user, dispute):
        raise TalkError(
            f"{verdict.value.replace('_', ' ')} is what was disputed: choose another verdict, or "
            "reject the dispute"
        )
    said, now = written(words, "a decision"), present()
    decided = {dispute.criterion: Decided(verdict, said)}
    made = decide(connection, user, scorecard, decided, now=now)
    _decide(connection, user, dispute, DisputeState.UPHELD, said, now, made.review.key)
    show(connection, user, dispute.call_id, dispute.evaluation_key)


def reject(connection: Connection, user: User, dispute_id: str, words: str) -> None:
    """Let the verdict stand.

    Args:
        connection: In a transaction for writing.
        user: A lead or an admin.
        dispute_id: An open dispute about a call that the user may see.
        words: Why; the agent reads them.

    Raises:
        TalkError: It is not open, not theirs to decide, or nothing is said.
    """
    dispute = _open(connection, user, dispute_id)
    said = written(words, "a decision")
    _decide(connection, user, dispute, DisputeState.REJECTED, said, present(), None)


def _open(connection: Connection, user: User, dispute_id: str) -> Dispute:
    """Return a dispute that is this user's to decide."""
    if not ranks_at_least(user, UserRole.LEAD):
        raise TalkError("only leads and admins decide disputes")
    dispute = find_dispute(connection, user, dispute_id)
    if dispute is None:
        raise TalkError("there is no such dispute about a call that you may see")
    if dispute.state is not DisputeState.OPEN:
        raise TalkError(f"this dispute is no longer open: it is {dispute.state.value}")
    return dispute


def _disputed_verdict(connection: Connection, user: User, dispute: Dispute) -> Verdict | None:
    """Return the verdict that the agent sees."""
    review = released_review(connection, user, dispute.call_id)
    if review is None:
        return None
    return shown_verdicts(connection, review).get(dispute.criterion)


def _decide(
    connection: Connection,
    user: User,
    dispute: Dispute,
    state: DisputeState,
    words: str,
    now: datetime,
    outcome_key: str | None,
) -> None:
    values = {
        "dispute_id": dispute.dispute_id,
        "state": state.value,
        "decided_by": user.user_id,
        "now": time_text(now),
        "decision": words,
        "outcome_key": outcome_key,
    }
    if connection.execute(query("dispute_decide"), values).rowcount != 1:
        raise TalkError("somebody else decided this dispute just now")
