"""Give a seeded store the people who work with it, and what they did."""

from __future__ import annotations

import random
from collections.abc import Callable
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from flows.seeding.agenda import OPENS
from flows.seeding.making import Maker
from flows.seeding.office import work
from flows.seeding.premises import Premises
from flows.seeding.staff import Staff, hire
from flows.seeding.truth import Truths
from pipeline.desk import desk_for
from pipeline.desk.copying import copy_new
from pipeline.desk.posting import post
from pipeline.desk.times import as_of
from pipeline.settings import Settings
from pipeline.store import Store

Counting = Callable[[str, int], AbstractContextManager[Callable[[int], None]]]
"""Shows how far a count has come: of what, and of how many."""


@dataclass(frozen=True, slots=True)
class Staffed:
    """Who works here now, by user id, and what they did."""

    admin: str
    leads: tuple[str, ...]
    reviewers: tuple[str, ...]
    agents: tuple[str, ...]
    reviews: int


def staff(maker: Maker, settings: Settings, reviews: int, counting: Counting) -> Staffed:
    """Add people to a seeded store's desk and let them review, then post it to the store.

    Args:
        maker: Made the calls.
        settings: Of the store and its desk.
        reviews: How many; 0: people only.
        counting: Shows how far it has come.

    Raises:
        StoreError: Store or desk cannot be used.
    """
    desk, store = desk_for(settings.store, settings.desk), Store(settings.store)
    wanted = maker.wanted
    first = wanted.until - timedelta(days=wanted.days)
    hired_at = datetime.combine(first, OPENS, UTC)
    with as_of(hired_at), desk.writing() as connection:
        people = hire(connection, maker.agents, random.Random(f"{wanted.seed}/staff"))
    done = 0
    if reviews:
        with counting("calls copied", wanted.calls) as copied:
            copy_new(desk, store, settings, lambda count, _of: copied(count) is None)
        premises = Premises(desk, store, settings, Truths(maker.material))
        with counting("reviews", reviews) as settled:
            done = work(
                premises,
                people,
                reviews=reviews,
                first=first,
                until=wanted.until,
                seed=wanted.seed,
                settled=settled,
            )
        post(desk, store)
    desk.close()
    return _staffed(people, done)


def _staffed(people: Staff, reviews: int) -> Staffed:
    return Staffed(
        admin=people.admin.user_id,
        leads=tuple(user.user_id for user in people.leads),
        reviewers=tuple(person.user.user_id for person in people.reviewers),
        agents=tuple(user.user_id for user in people.agents),
        reviews=reviews,
    )
