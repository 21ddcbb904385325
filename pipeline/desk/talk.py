"""What is said about one call, and how much of it waits for whom."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Literal

from sqlalchemy import Connection

from pipeline.desk.calls import CallRow
from pipeline.desk.disputes import Dispute, count_disputes, disputes_on
from pipeline.desk.notes import Note, count_notes, notes_on
from pipeline.desk.pairs import count_to_settle
from pipeline.desk.queries import query
from pipeline.desk.released import ReleasedReview, released_review
from pipeline.desk.releases import Waiting, count_waiting, waiting_on
from pipeline.domain import Record
from pipeline.people import User, UserRole, ranks_at_least

Happening = Literal[
    "review.released",
    "note.written",
    "note.acknowledged",
    "note.withdrawn",
    "dispute.opened",
    "dispute.withdrawn",
    "dispute.upheld",
    "dispute.rejected",
]


class Talk(Record):
    """What a call's page shows of notes, disputes and releases."""

    call_id: str
    agent: str | None
    notes: tuple[Note, ...]
    disputes: tuple[Dispute, ...]
    waiting: Waiting | None
    """The review that could be released now; for leads and admins only."""
    released: ReleasedReview | None
    """The review that the agent sees."""
    leads: bool
    """The user may write notes, release and decide."""


class TalkEntry(Record):
    """One line of a call's history."""

    at: datetime
    who: str
    """User id."""
    what: Happening
    detail: str
    """In people's words, or empty."""


class TalkCounts(Record):
    """How much waits for a user: what stands beside the links of the navigation."""

    disputes: int = 0
    """Open ones that the user decides."""
    notes: int = 0
    """An agent's to confirm; for leads the overdue ones."""
    releases: int = 0
    """Finished reviews that agents do not see yet."""
    pairs: int = 0
    """Blind double reviews to settle."""
    assigned: int = 0
    """Calls assigned to the user and not done."""

    @property
    def by_page(self) -> Mapping[str, int]:
        """Return them by the address of the page where they wait."""
        return {
            "/queue": self.assigned,
            "/mine": self.notes,
            "/coaching": self.notes,
            "/disputes": self.disputes,
            "/releases": self.releases,
            "/blind": self.pairs,
        }


def talk_on(connection: Connection, user: User, call: CallRow) -> Talk:
    """Return what is said about a call, as far as a user may see it."""
    call_id = call.call_id
    leads = ranks_at_least(user, UserRole.LEAD)
    return Talk(
        call_id=call_id,
        agent=call.agent,
        notes=notes_on(connection, user, call_id),
        disputes=disputes_on(connection, user, call_id),
        waiting=waiting_on(connection, user, call_id) if leads else None,
        released=released_review(connection, user, call_id),
        leads=leads,
    )


def talk_history(connection: Connection, call_id: str) -> tuple[TalkEntry, ...]:
    """Return what happened to a call besides its reviews, first happened first.

    Not for agents: it names notes that were taken back.
    """
    rows = connection.execute(query("talk_history"), {"call_id": call_id})
    return tuple(
        TalkEntry(at=row.happened_at, who=row.who, what=row.what, detail=row.detail) for row in rows
    )


def counts_for(connection: Connection, user: User) -> TalkCounts:
    """Return how much waits for a user."""
    if user.role is UserRole.AGENT:
        return TalkCounts(notes=count_notes(connection, user).due)
    assigned = connection.execute(query("assigned_open"), {"user_id": user.user_id}).scalar_one()
    if not ranks_at_least(user, UserRole.LEAD):
        return TalkCounts(assigned=int(assigned))
    return TalkCounts(
        disputes=count_disputes(connection, user).open,
        notes=count_notes(connection, user).overdue,
        releases=count_waiting(connection, user),
        pairs=count_to_settle(connection, user),
        assigned=int(assigned),
    )
