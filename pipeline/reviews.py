"""What people say about an evaluation: a reviewer's pass, and what it changed.

Both are only ever added. A correction is taken back by another one that names it in ``revokes``;
what was said before stays on record.
"""

from __future__ import annotations

from datetime import datetime

from pipeline.domain import Evidence, Record, Verdict


class Review(Record):
    """One reviewer's pass over one evaluation; confirms each verdict that it does not correct."""

    key: str
    call_id: str
    evaluation_key: str
    reviewer: str
    finished_at: datetime
    started_at: datetime | None = None
    note: str | None = None


class Correction(Record):
    """One changed verdict or evidence."""

    key: str
    review_key: str
    call_id: str
    evaluation_key: str
    criterion: str
    reason: str
    """Why, in the reviewer's words."""
    author: str
    made_at: datetime
    verdict: Verdict | None = None
    """None: the machine's verdict stands."""
    evidence: tuple[Evidence, ...] | None = None
    """None: the machine's evidence stands. Empty: nothing was said that the verdict rests on."""
    revokes: str | None = None
    """Key of the correction that this one takes back."""
