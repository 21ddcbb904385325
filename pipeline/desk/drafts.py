"""A review that is not finished: what one reviewer has answered so far about one call."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

from pydantic import Field
from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.desk.times import time_text
from pipeline.domain import Evidence, Record, Verdict
from pipeline.reviews import CorrectionKind

LONGEST_TEXT = 4000
"""Characters of a reason or a note."""
Text = Annotated[str, Field(max_length=LONGEST_TEXT)]


class Answer(Record):
    """What a reviewer says about one criterion."""

    criterion: str
    agrees: bool = False
    """With the machine's verdict."""
    verdict: Verdict | None = None
    """Another verdict, or in a blind review the verdict; None with ``agrees``, or not decided."""
    evidence: tuple[Evidence, ...] | None = None
    """The words it rests on; None: as the machine has them."""
    kind: CorrectionKind | None = None
    """What was wrong; None: told from what was changed."""
    reason: Text = ""

    @property
    def given(self) -> bool:
        """Return whether this says anything about the verdict."""
        return self.agrees or self.verdict is not None


class Draft(Record):
    """Everything a reviewer has entered."""

    answers: tuple[Answer, ...] = ()
    """At most one per criterion."""
    note: Text = ""
    active_s: float = Field(default=0.0, ge=0.0, le=86_400.0)
    """Time spent with the call in front."""

    def answer_to(self, criterion: str) -> Answer:
        """Return what is said about a criterion; an empty answer if nothing is."""
        found = [answer for answer in self.answers if answer.criterion == criterion]
        return found[-1] if found else Answer(criterion=criterion)


class KeptDraft(Record):
    """A draft and when it was begun and last saved."""

    draft: Draft
    evaluation_key: str
    """What it is about; after a new evaluation the draft no longer fits."""
    started_at: datetime
    saved_at: datetime


def read_draft(connection: Connection, call_id: str, user_id: str) -> KeptDraft | None:
    """Return a reviewer's draft for a call; None if there is none."""
    keys = {"call_id": call_id, "user_id": user_id}
    row = connection.execute(query("draft"), keys).mappings().first()
    if row is None:
        return None
    return KeptDraft(
        draft=Draft.model_validate_json(row["body"]),
        evaluation_key=row["evaluation_key"],
        started_at=row["started_at"],
        saved_at=row["saved_at"],
    )


def save_draft(
    connection: Connection,
    call_id: str,
    user_id: str,
    evaluation_key: str,
    draft: Draft,
    now: datetime,
) -> None:
    """Keep a draft in the place of an earlier one; when it was begun stays."""
    connection.execute(
        query("save_draft"),
        {
            "call_id": call_id,
            "user_id": user_id,
            "evaluation_key": evaluation_key,
            "body": draft.model_dump_json(),
            "now": time_text(now),
        },
    )


def drop_draft(connection: Connection, call_id: str, user_id: str) -> None:
    """Throw a draft away, if there is one."""
    connection.execute(query("drop_draft"), {"call_id": call_id, "user_id": user_id})
