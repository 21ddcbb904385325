"""A made-up office at work: what its people said about made-up calls, day by day.

Everything is done with the functions that the review app itself uses, with its clock set back.
The same store, share and seed give the same reviews; only ids without a meaning differ.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Sequence
from datetime import UTC, date, datetime, timedelta

from flows.seeding.agenda import CLOSES, Agenda, moment_on, working_days, working_time
from flows.seeding.judging import judged
from flows.seeding.pools import Pools
from flows.seeding.premises import Premises
from flows.seeding.remarks import remark
from flows.seeding.staff import Person, Staff
from flows.seeding.talking import Talking
from flows.seeding.unfinished import leave
from pipeline.desk import audit
from pipeline.desk.calls import CallRow, call_row_from
from pipeline.desk.queries import query
from pipeline.desk.reviewing import SubmittedReview, kind_for, revoke, submit
from pipeline.desk.times import as_of
from pipeline.people import may_see
from pipeline.reviews import ReviewKind

REVOKED = 0.03
"""Share of corrections that their author takes back."""


class Office:
    """Reviews calls on an agenda.

    Args:
        premises: Where.
        staff: Who.
        agenda: When; filled by ``plan``.
        rng: Chooses.
    """

    def __init__(
        self, premises: Premises, staff: Staff, agenda: Agenda, rng: random.Random
    ) -> None:
        self.premises, self.staff, self.agenda, self._rng = premises, staff, agenda, rng
        self._talking = Talking(premises, staff, agenda, rng)
        with premises.desk.reading() as connection:
            rows = connection.execute(query("calls_waiting")).mappings()
            self._pools = Pools([call_row_from(row) for row in rows], rng)
        self.reviews = 0

    def plan(self, days: Sequence[date], reviews: int, settled: Callable[[int], None]) -> None:
        """Put reviews on the agenda, as many on each day as on any other.

        Args:
            days: Working days.
            reviews: How many altogether.
            settled: Told how many are done.
        """
        for number in range(reviews):
            day = days[number * len(days) // reviews]

            def act(moment: datetime) -> None:
                self._review(moment)
                settled(self.reviews)

            self.agenda.put(moment_on(day, self._rng), act)

    def _review(self, moment: datetime) -> None:
        """Let somebody review the next call."""
        found = self._pools.next(moment)
        if found is None:
            return
        call, before = found
        person = self._who(call, before)
        known = self.premises.card(call.call_id)
        if known is None:
            return
        card, truth = known
        desk, user = self.premises.desk, person.user
        with as_of(moment), desk.writing() as connection:
            kind = kind_for(connection, call, user.user_id)
            audit.record(connection, user.user_id, "call.read", f"call:{call.call_id}")
        draft = judged(card, truth, person, self._rng, blind=kind is ReviewKind.BLIND)
        done = moment + timedelta(seconds=draft.active_s + self._rng.uniform(5, 200))
        with as_of(done):
            made = submit(desk, user, card, draft, started_at=moment, now=done)
        self.reviews += 1
        self._go_on(call, before, person, made, done)

    def _who(self, call: CallRow, before: str | None) -> Person:
        """Return a reviewer who may see a call and has not judged it."""
        return self._rng.choice(
            [
                person
                for person in self.staff.reviewers
                if person.user.user_id != before
                and may_see(person.user, call.agent, call.team, False)
            ]
        )

    def _go_on(
        self,
        call: CallRow,
        before: str | None,
        person: Person,
        made: SubmittedReview,
        done: datetime,
    ) -> None:
        """Put on the agenda what follows a review."""
        if made.review.kind is ReviewKind.BLIND and before is None:
            self._pools.half_done(call, person.user.user_id)
            return
        for correction in made.corrections:
            if self._rng.random() < REVOKED:
                self._take_back(call, person, correction.key, done)
        self._talking.after_review(call, done)

    def _take_back(self, call: CallRow, person: Person, key: str, done: datetime) -> None:
        why = remark("revocations", "revoked", self._rng)

        def act(moment: datetime) -> None:
            with as_of(moment):
                revoke(
                    self.premises.desk,
                    person.user,
                    call.call_id,
                    key,
                    why,
                    now=moment,
                )

        self.agenda.put(working_time(done, self._rng.uniform(0.01, 1.0)), act)


def work(
    premises: Premises,
    staff: Staff,
    *,
    reviews: int,
    first: date,
    until: date,
    seed: int,
    settled: Callable[[int], None],
) -> int:
    """Let people review calls from a first day up to another; return how many they reviewed.

    Args:
        premises: Where; the desk is up to the store.
        staff: Who.
        reviews: How many reviews, if so many calls wait.
        first: The first day with calls.
        until: The day before which everything happens.
        seed: The same number gives the same reviews.
        settled: Told how many are done.
    """
    days = working_days(first + timedelta(days=1), until) or [until - timedelta(days=1)]
    end = datetime.combine(days[-1], CLOSES, UTC)
    rng = random.Random(f"{seed}/office")
    office = Office(premises, staff, Agenda(end), rng)
    office.plan(days, reviews, settled)
    office.agenda.run()
    leave(premises, staff, end, rng)
    return office.reviews
