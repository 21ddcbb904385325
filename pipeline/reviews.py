"""What people say about an evaluation: a reviewer's pass, and what it changed.

All of it is only ever added. A correction is taken back by another one that names it in
``revokes``; what was said before stays on record. Silence is not agreement: a criterion about
which a review has no ``ReviewVerdict`` was not judged by that reviewer.
"""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum

from pipeline.domain import Evidence, Record, Verdict


class ReviewKind(StrEnum):
    """How a review came about, which decides what it may be compared with."""

    OPEN = "open"
    """The reviewer saw the machine's verdicts."""
    BLIND = "blind"
    """The reviewer saw neither the machine's verdicts nor another review."""
    SETTLEMENT = "settlement"
    """A lead decided where two blind reviews differ."""


class CorrectionKind(StrEnum):
    """What was wrong."""

    WRONG_VERDICT = "wrong_verdict"
    WRONG_EVIDENCE = "wrong_evidence"
    """The verdict is right, the words it rests on are not."""
    MISSING_EVIDENCE = "missing_evidence"
    """The verdict is right, words that it rests on were not found."""
    REVOCATION = "revocation"
    """Takes back the correction that ``revokes`` names."""


class ReviewVerdict(Record):
    """What a reviewer says about one criterion, in so many words or keys."""

    criterion: str
    machine_verdict: Verdict
    verdict: Verdict
    agrees: bool | None
    """Said yes to the machine's verdict; None: was not shown it."""
    reason: str | None = None
    """Why, given blind or by a lead who settles; in open reviews a correction says it."""
    evidence: tuple[Evidence, ...] | None = None
    """Given blind: the words it rests on."""


class Review(Record):
    """One reviewer's pass over one evaluation."""

    key: str
    call_id: str
    evaluation_key: str
    reviewer: str
    finished_at: datetime
    kind: ReviewKind = ReviewKind.OPEN
    started_at: datetime | None = None
    active_s: float | None = None
    """Time spent with the call in front."""
    note: str | None = None
    machine_score: float | None = None
    human_score: float | None = None
    """Percentage in [0, 100] by this reviewer's verdicts, the machine's where none was given
    (never in a blind review); None if nothing could be scored."""
    verdicts: tuple[ReviewVerdict, ...] = ()


class Correction(Record):
    """One changed verdict or evidence."""

    key: str
    review_key: str
    call_id: str
    evaluation_key: str
    criterion: str
    reason: str
    """Why, in the reviewer's words; may be empty where the rubric does not call it critical."""
    author: str
    made_at: datetime
    kind: CorrectionKind = CorrectionKind.WRONG_VERDICT
    verdict: Verdict | None = None
    """None: the machine's verdict stands."""
    evidence: tuple[Evidence, ...] | None = None
    """None: the machine's evidence stands. Empty: nothing was said that the verdict rests on."""
    revokes: str | None = None
    """Key of the correction that this one takes back."""
