"""Blind double reviews as a list: what waits for whom, and how far two people agree so far."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, column, distinct, func, select

from pipeline.desk.blind import BlindStage
from pipeline.desk.queries import query
from pipeline.desk.scope import may_be_seen
from pipeline.domain import Record
from pipeline.people import User

PAIRS = (
    query("pairs")
    .columns(
        *(
            column(name)
            for name in (
                "call_id",
                "agent",
                "team",
                "started_at",
                "source",
                "done",
                "one",
                "other",
                "last_at",
                "differing",
                "unsettled",
                "stage",
            )
        )
    )
    .subquery("p")
)
SAID = (
    query("pair_verdicts")
    .columns(*(column(name) for name in ("team", "agent", "call_id", "criterion", "same")))
    .subquery("s")
)


class Pair(Record):
    """A call drawn for blind double review. It says nothing of what anybody judged."""

    call_id: str
    agent: str | None
    team: str | None
    started_at: datetime | None
    source: str
    done: int
    """How many have judged it."""
    one: str | None
    """User id of somebody who has."""
    other: str | None
    """Of the other one; the same while only one has."""
    last_at: datetime | None
    differing: int
    """Criteria on which they differ."""
    unsettled: int
    """Of those, without a lead's verdict."""
    stage: BlindStage

    @property
    def reviewers(self) -> tuple[str, ...]:
        """Return who has judged it."""
        return tuple(dict.fromkeys(name for name in (self.one, self.other) if name))


class Together(Record):
    """How often two people say the same."""

    criterion: str | None
    """None: of all."""
    pairs: int
    """Calls that two people judged."""
    judged: int
    """Criteria that both gave a verdict on, over all calls."""
    same: int

    @property
    def share(self) -> float | None:
        """Return the share of equal verdicts; None: nothing was judged twice."""
        return self.same / self.judged if self.judged else None


def pairs_for(
    connection: Connection, user: User, stage: BlindStage, *, limit: int = 50, offset: int = 0
) -> tuple[Pair, ...]:
    """Return the calls of one stage that a user may see, longest waiting first."""
    rows = connection.execute(
        select(PAIRS)
        .where(_seen(user) & (PAIRS.c.stage == stage.value))
        .order_by(func.coalesce(PAIRS.c.last_at, PAIRS.c.started_at), PAIRS.c.call_id)
        .limit(limit)
        .offset(offset)
    )
    return tuple(Pair.model_validate(dict(row._mapping)) for row in rows)


def count_pairs(connection: Connection, user: User) -> Mapping[BlindStage, int]:
    """Return how many calls that a user may see are in which stage."""
    rows = connection.execute(
        select(PAIRS.c.stage, func.count()).where(_seen(user)).group_by(PAIRS.c.stage)
    )
    counted = {BlindStage(stage): int(count) for stage, count in rows}
    return {stage: counted.get(stage, 0) for stage in BlindStage}


def count_to_settle(connection: Connection, user: User) -> int:
    """Return how many calls wait for a lead to settle them."""
    which = _seen(user) & (PAIRS.c.unsettled > 0)
    return int(
        connection.execute(select(func.count()).select_from(PAIRS).where(which)).scalar_one()
    )


def agreement_so_far(connection: Connection, user: User) -> tuple[Together, ...]:
    """Return how often two people say the same: of all first, then criterion by criterion."""
    seen = may_be_seen(user, SAID.c.agent, SAID.c.team)
    counts = (
        func.count(distinct(SAID.c.call_id)).label("pairs"),
        func.count().label("judged"),
        func.coalesce(func.sum(SAID.c.same), 0).label("same"),
    )
    whole = connection.execute(select(*counts).select_from(SAID).where(seen)).mappings().one()
    rows = connection.execute(
        select(SAID.c.criterion, *counts)
        .where(seen)
        .group_by(SAID.c.criterion)
        .order_by(SAID.c.criterion)
    ).mappings()
    return (
        Together.model_validate({**whole, "criterion": None}),
        *(Together.model_validate(dict(row)) for row in rows),
    )


def _seen(user: User) -> ColumnElement[bool]:
    return may_be_seen(user, PAIRS.c.agent, PAIRS.c.team)
