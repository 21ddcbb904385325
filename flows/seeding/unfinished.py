"""What a made-up office leaves on its desks: assignments, claimed calls, begun drafts, views."""

from __future__ import annotations

import random
from datetime import datetime, timedelta

from flows.seeding.judging import judged
from flows.seeding.premises import Premises
from flows.seeding.staff import Staff
from pipeline.desk import audit
from pipeline.desk.assignments import assign
from pipeline.desk.claims import next_call
from pipeline.desk.drafts import save_draft
from pipeline.desk.filters import QueueFilters, Sort
from pipeline.desk.queue import queue_page
from pipeline.desk.times import as_of
from pipeline.desk.views import save_view
from pipeline.domain import Verdict
from pipeline.people import User

CLAIMED_MINUTES = 2 * 24 * 60.0
"""Longer than the app's own claims, so that they are seen on the day after, too."""
AT_WORK = 3
"""Reviewers with a call in front of them."""
GIVEN = 4
"""Calls given to each of some reviewers."""


def leave(premises: Premises, staff: Staff, end: datetime, rng: random.Random) -> None:
    """Leave things undone at the end of the last day.

    Args:
        premises: Where.
        staff: Who.
        end: When.
        rng: Chooses.
    """
    lead = staff.leads[0]
    people = list(staff.reviewers)
    rng.shuffle(people)
    for days_ago, person in enumerate(people[:GIVEN]):
        given_at = end - timedelta(days=days_ago, hours=rng.uniform(1, 7))
        _give(premises, lead, person.user, given_at, rng)
    for person in people[GIVEN : GIVEN + AT_WORK]:
        begun = end - timedelta(minutes=rng.uniform(3, 25))
        with as_of(begun):
            call_id = next_call(premises.desk, person.user, QueueFilters(), CLAIMED_MINUTES, begun)
        known = None if call_id is None else premises.card(call_id)
        if call_id is None or known is None:
            continue
        card, truth = known
        draft = judged(card, truth, person, rng, blind=False)
        some = draft.answers[: rng.randint(2, len(draft.answers) - 2)]
        draft = draft.model_copy(update={"answers": some})
        with as_of(begun), premises.desk.writing() as connection:
            key = card.evaluation.key
            save_draft(connection, call_id, person.user.user_id, key, draft, begun)
            audit.record(connection, person.user.user_id, "call.read", f"call:{call_id}")
    _views(premises, lead, people[0].user, end)


def _give(premises: Premises, lead: User, reviewer: User, at: datetime, rng: random.Random) -> None:
    """Give somebody the calls on top of their queue, some to be done on the same day."""
    due_on = at.date() + timedelta(days=rng.randint(0, 4))
    with as_of(at), premises.desk.writing() as connection:
        rows = queue_page(connection, reviewer, QueueFilters(), at).rows
        free = [row.call_id for row in rows if not (row.holders or row.assigned or row.blind)]
        made = assign(connection, lead, free[:GIVEN], reviewer, due_on, at)
        about = {"to": reviewer.user_id, "due_on": due_on.isoformat()}
        for call_id in made.given:
            audit.record(connection, lead.user_id, "call.assigned", f"call:{call_id}", about)


def _views(premises: Premises, lead: User, reviewer: User, at: datetime) -> None:
    """Keep some views, for everybody and for one person."""
    critical = QueueFilters(flag="critical_fail", sort=Sort.NEWEST)
    unchecked = QueueFilters(
        criterion="identity_verification", verdict=Verdict.FAIL, sort=Sort.NEWEST
    )
    with premises.desk.writing() as connection:
        save_view(connection, lead, "Critical, newest first", critical, shared=True, now=at)
        save_view(connection, lead, "Identity not checked", unchecked, shared=True, now=at)
        mine = QueueFilters(words="refund", sort=Sort.NEWEST)
        save_view(connection, reviewer, "Talk of refunds", mine, shared=False, now=at)
