"""What happened to a call, in order: scored, reviewed, corrected, taken back, talked about."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import datetime

from sqlalchemy import Connection

from pipeline.desk.calls import CallRow
from pipeline.desk.statements import corrections_of, reviews_of, taken_back
from pipeline.desk.talk import talk_history
from pipeline.domain import Record
from pipeline.people import User, UserRole, ranks_at_least
from pipeline.reviews import Correction, CorrectionKind, Review, ReviewKind

MACHINE = "callqa"
"""Who scored."""


class HistoryEntry(Record):
    """One line of a call's history."""

    at: datetime
    who: str
    """User id, or ``MACHINE``."""
    what: str
    """Such as ``call.scored``, ``review.submitted``, ``correction.made``, ``dispute.opened``."""
    detail: str
    """In words, for people; a reviewer's or an agent's own where they gave some."""
    criterion: str | None = None
    correction_key: str | None = None
    """Of a correction."""
    stands: bool = True
    """False for a correction that was taken back."""
    revocable: bool = False
    """Whether the user who looks may take this correction back."""


def history(connection: Connection, call: CallRow, user: User) -> tuple[HistoryEntry, ...]:
    """Return what happened to a call, oldest first, as far as a user may know.

    While two people are to judge a call blindly, each sees only what they did themselves. Agents
    have no history: what they see of a call is in ``pipeline.desk.shown``.
    """
    if user.role is UserRole.AGENT:
        return ()
    reviews = reviews_of(connection, call.call_id)
    corrections = corrections_of(connection, call.call_id)
    entries = [
        *_scored(call),
        *(_reviewed(review) for review in reviews),
        *_corrected(corrections, user),
        *_talked(connection, call.call_id),
    ]
    if is_sealed(reviews, call):
        entries = [entry for entry in entries if entry.who == user.user_id]
    return tuple(sorted(entries, key=lambda entry: entry.at))


def is_sealed(reviews: Sequence[Review], call: CallRow) -> bool:
    """Return whether a call still waits for blind reviews.

    Args:
        reviews: All of the call's.
        call: The call.
    """
    judges = {
        review.reviewer
        for review in reviews
        if review.evaluation_key == call.evaluation_key and review.kind is ReviewKind.BLIND
    }
    return call.blind and len(judges) < 2


def _scored(call: CallRow) -> Iterator[HistoryEntry]:
    score = "nothing could be scored" if call.score is None else f"score {call.score:.0f}"
    detail = f"{call.rubric} v{call.rubric_version}: {score}"
    yield HistoryEntry(at=call.evaluated_at, who=MACHINE, what="call.scored", detail=detail)


def _reviewed(review: Review) -> HistoryEntry:
    agreed = sum(said.agrees is True for said in review.verdicts)
    if review.kind is ReviewKind.BLIND:
        detail = f"judged {len(review.verdicts)} criteria without seeing the machine's verdicts"
    elif review.kind is ReviewKind.SETTLEMENT:
        detail = f"settled {', '.join(said.criterion for said in review.verdicts)}"
    else:
        detail = f"agreed with {agreed} of {len(review.verdicts)} verdicts"
    if review.human_score is not None:
        detail += f"; score {review.human_score:.0f}"
    if review.note:
        detail += f'; "{review.note}"'
    return HistoryEntry(
        at=review.finished_at, who=review.reviewer, what="review.submitted", detail=detail
    )


def _corrected(corrections: Sequence[Correction], user: User) -> Iterator[HistoryEntry]:
    gone = taken_back(corrections)
    leads = ranks_at_least(user, UserRole.LEAD)
    for item in corrections:
        back = item.kind is CorrectionKind.REVOCATION
        stands = not back and item.key not in gone
        yield HistoryEntry(
            at=item.made_at,
            who=item.author,
            what="correction.revoked" if back else "correction.made",
            detail=_changed(item),
            criterion=item.criterion,
            correction_key=item.revokes if back else item.key,
            stands=stands,
            revocable=stands and (leads or item.author == user.user_id),
        )


def _changed(correction: Correction) -> str:
    """Return what a correction says in words."""
    said = correction.kind.value.replace("_", " ")
    if correction.kind is CorrectionKind.REVOCATION:
        said = "taken back"
    elif correction.verdict is not None:
        said += f": {correction.verdict.value.replace('_', ' ')}"
    return f"{said}. {correction.reason}" if correction.reason else said


def _talked(connection: Connection, call_id: str) -> Iterator[HistoryEntry]:
    for entry in talk_history(connection, call_id):
        yield HistoryEntry(at=entry.at, who=entry.who, what=entry.what, detail=entry.detail)
