"""Reviews as they are made: submitted, decided by a lead, taken back. Each is one transaction.

What is stored is only ever added, here first; ``pipeline.desk.posting`` passes it on to the store.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import NamedTuple

from pydantic import JsonValue
from sqlalchemy import Connection

from pipeline.desk import audit, hooks
from pipeline.desk.answers import Changed, changes, check, score_with, verdicts
from pipeline.desk.calls import CallRow, call_row
from pipeline.desk.database import Desk
from pipeline.desk.drafts import Answer, Draft, drop_draft
from pipeline.desk.queries import query
from pipeline.desk.statements import add, add_correction, corrections_of, reviews_of, taken_back
from pipeline.desk.times import time_text
from pipeline.domain import Verdict
from pipeline.errors import ReviewError
from pipeline.keys import text_sha256
from pipeline.people import User, UserRole, ranks_at_least
from pipeline.reviews import Correction, CorrectionKind, Review, ReviewKind
from pipeline.store import Scorecard


class SubmittedReview(NamedTuple):
    """A review and what it changed."""

    review: Review
    corrections: tuple[Correction, ...]


class Decided(NamedTuple):
    """A lead's verdict on one criterion, and why."""

    verdict: Verdict
    reason: str


def kind_for(connection: Connection, call: CallRow, user_id: str) -> ReviewKind | None:
    """Return what kind of review somebody may make of a call now.

    None: theirs of two blind ones is done, and the other one is not.
    """
    if not call.blind:
        return ReviewKind.OPEN
    done = blind_reviewers(connection, call)
    if len(done) >= 2:
        return ReviewKind.OPEN
    return None if user_id in done else ReviewKind.BLIND


def blind_reviewers(connection: Connection, call: CallRow) -> tuple[str, ...]:
    """Return who has judged a call's present evaluation blindly, in that order."""
    keys = {"call_id": call.call_id, "evaluation_key": call.evaluation_key}
    return tuple(connection.execute(query("blind_reviewers"), keys).scalars())


def submit(
    desk: Desk,
    user: User,
    scorecard: Scorecard,
    draft: Draft,
    *,
    started_at: datetime,
    now: datetime,
    partial: bool = False,
) -> SubmittedReview:
    """Store a reviewer's pass over a call and what it changes; claim and draft are done with.

    The same draft submitted twice, by a second click, is one review.

    Args:
        desk: Where.
        user: Who reviewed.
        scorecard: Of the call as it was shown.
        draft: What was entered.
        started_at: When the draft was begun.
        now: When it is submitted.
        partial: Whether criteria may be left without an answer.

    Raises:
        ReviewError: It is incomplete or not allowed, or the call was scored again meanwhile.
    """
    call_id = scorecard.call.call_id
    with desk.writing() as connection:
        call = _present(connection, scorecard)
        key = _review_key(scorecard, user.user_id, started_at)
        known = [review for review in reviews_of(connection, call_id) if review.key == key]
        if known:
            return SubmittedReview(known[0], ())
        kind = kind_for(connection, call, user.user_id)
        if kind is None:
            raise ReviewError("you have judged this call: it waits for a second person")
        check(scorecard, draft, kind, partial=partial)
        made = _made(scorecard, user, draft, kind, key, started_at, now)
        _store(connection, user, made)
        drop_draft(connection, call_id, user.user_id)
    return made


def decide(
    connection: Connection,
    user: User,
    scorecard: Scorecard,
    decided: Mapping[str, Decided],
    *,
    now: datetime,
) -> SubmittedReview:
    """Store a lead's verdicts on some criteria: they settle differences and disputes.

    Args:
        connection: In the caller's writing transaction.
        user: A lead or an admin.
        scorecard: Of the call.
        decided: By criterion.
        now: When.

    Raises:
        ReviewError: The user is no lead, a verdict is not allowed, a reason is missing, or the
            call was scored again meanwhile.
    """
    if not ranks_at_least(user, UserRole.LEAD):
        raise ReviewError("only a lead can settle what others disagree about")
    missing = {name: "Say why." for name, item in decided.items() if not item.reason.strip()}
    if missing:
        raise ReviewError("every decision needs its reason", missing)
    _present(connection, scorecard)
    draft = Draft(
        answers=tuple(
            Answer(criterion=name, verdict=item.verdict, reason=item.reason)
            for name, item in decided.items()
        )
    )
    check(scorecard, draft, ReviewKind.SETTLEMENT, partial=True)
    key = _review_key(scorecard, user.user_id, now)
    made = _made(scorecard, user, draft, ReviewKind.SETTLEMENT, key, now, now)
    _store(connection, user, made)
    return made


def revoke(
    desk: Desk, user: User, call_id: str, correction_key: str, reason: str, *, now: datetime
) -> Correction:
    """Take a correction back; both stay on record. Its author may, and any lead.

    Raises:
        ReviewError: There is none of that key, it no longer stands, somebody else's it is, or no
            reason is given.
    """
    if not reason.strip():
        raise ReviewError("say why the correction is taken back")
    with desk.writing() as connection:
        known = corrections_of(connection, call_id)
        found = [item for item in known if item.key == correction_key and item.revokes is None]
        if not found:
            raise ReviewError("there is no such correction of this call")
        (correction,) = found
        if correction.key in taken_back(known):
            raise ReviewError("this correction was taken back already")
        if correction.author != user.user_id and not ranks_at_least(user, UserRole.LEAD):
            raise ReviewError("only who made a correction, or a lead, can take it back")
        back = correction.model_copy(
            update={
                "key": text_sha256({"kind": "revocation", "revokes": correction.key}),
                "kind": CorrectionKind.REVOCATION,
                "verdict": None,
                "evidence": None,
                "reason": reason.strip(),
                "author": user.user_id,
                "made_at": now,
                "revokes": correction.key,
            }
        )
        add_correction(connection, back)
        audit.record(
            connection,
            user.user_id,
            "correction.revoked",
            f"call:{call_id}",
            {"correction": correction.key, "criterion": correction.criterion},
        )
    return back


def _present(connection: Connection, scorecard: Scorecard) -> CallRow:
    """Return the call if the scorecard is still its present one.

    Raises:
        ReviewError: It was scored again since it was shown.
    """
    call = call_row(connection, scorecard.call.call_id)
    if call is None or call.evaluation_key != scorecard.evaluation.key:
        raise ReviewError("this call was scored again meanwhile: load the page anew")
    return call


def _review_key(scorecard: Scorecard, user_id: str, started_at: datetime) -> str:
    return text_sha256(
        {
            "kind": "review",
            "evaluation_key": scorecard.evaluation.key,
            "reviewer": user_id,
            "started_at": time_text(started_at),
        }
    )


def _made(
    scorecard: Scorecard,
    user: User,
    draft: Draft,
    kind: ReviewKind,
    key: str,
    started_at: datetime,
    now: datetime,
) -> SubmittedReview:
    """Return the records of a checked draft."""
    evaluation = scorecard.evaluation
    said = verdicts(scorecard, draft, kind)
    human_score = score_with(
        evaluation.call_id,
        scorecard.rubric,
        evaluation.judgement.scores,
        {item.criterion: item.verdict for item in said},
        blind=kind is ReviewKind.BLIND,
    )
    review = Review(
        key=key,
        call_id=evaluation.call_id,
        evaluation_key=evaluation.key,
        reviewer=user.user_id,
        kind=kind,
        started_at=started_at,
        finished_at=now,
        active_s=draft.active_s,
        note=draft.note.strip() or None,
        machine_score=evaluation.score,
        human_score=human_score,
        verdicts=said,
    )
    changed = () if kind is ReviewKind.BLIND else changes(scorecard, draft)
    return SubmittedReview(review, tuple(_correction(review, item) for item in changed))


def _correction(review: Review, changed: Changed) -> Correction:
    return Correction(
        key=text_sha256(
            {"kind": "correction", "review_key": review.key, "criterion": changed.criterion}
        ),
        review_key=review.key,
        call_id=review.call_id,
        evaluation_key=review.evaluation_key,
        criterion=changed.criterion,
        kind=changed.kind,
        verdict=changed.verdict,
        evidence=changed.evidence,
        reason=changed.reason,
        author=review.reviewer,
        made_at=review.finished_at,
    )


def _store(connection: Connection, user: User, made: SubmittedReview) -> None:
    """Add the rows, settle claim and assignment, and tell whoever wants to know."""
    review, corrections = made
    add(connection, review, corrections)
    whose = {"call_id": review.call_id, "user_id": review.reviewer}
    connection.execute(query("review_ends_claim"), whose)
    connection.execute(
        query("review_ends_assignment"), {**whose, "now": time_text(review.finished_at)}
    )
    about: dict[str, JsonValue] = {
        "review_key": review.key,
        "kind": review.kind.value,
        "corrections": len(corrections),
    }
    audit.record(connection, user.user_id, "review.submitted", f"call:{review.call_id}", about)
    told: dict[str, JsonValue] = {
        **about,
        "call_id": review.call_id,
        "reviewer": review.reviewer,
        "human_score": review.human_score,
        "finished_at": time_text(review.finished_at),
    }
    if review.kind is not ReviewKind.BLIND:
        told["score"] = review.machine_score
    hooks.emit(connection, "review_submitted", told)
