"""Fill a store with made-up calls, batch by batch."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, datetime

import numpy as np

from flows.seeding.calendar import start_times
from flows.seeding.calls import MadeCall, Standing, make_call
from flows.seeding.choosing import Chooser
from flows.seeding.material import LabelledCall, material_folder, read_material
from flows.seeding.people import agents_of
from flows.seeding.rendition import Rendition, rendition_of
from flows.seeding.tables import heard_tables
from flows.seeding.verdicts import explanations
from flows.seeding.wording import wording_of
from pipeline.errors import StoreError
from pipeline.store import Store

BATCH = 2000
"""Calls per transaction. With DuckDB's own, memory stays under 1 GB at 100,000 calls."""
WRITTEN_SHARE = 0.12
"""Share of chats."""
RENDITIONS = 4
"""In how many ways each labelled call is spoken."""


@dataclass(frozen=True, slots=True)
class Wanted:
    """How many calls of what kind."""

    calls: int = 10_000
    agents: int = 60
    days: int = 120
    seed: int = 0
    until: date = date(2026, 1, 1)
    """The first day without calls."""


class Maker:
    """Makes calls: the same ones for the same wishes.

    Args:
        wanted: How many of what kind.
        standing: Rubric and settings.
        first_number: Number in the id of the first call.

    Raises:
        PrerequisiteError: The labelled calls are not part of this installation.
    """

    def __init__(self, wanted: Wanted, standing: Standing, first_number: int = 1) -> None:
        self.wanted = wanted
        self.standing = standing
        self.first_number = first_number
        self.material: tuple[LabelledCall, ...] = read_material(material_folder())
        self._wordings = [wording_of(call) for call in self.material]
        self._explanations = [explanations(call, standing.rubric) for call in self.material]
        self._chooser = Chooser(self.material, standing.rubric)
        self.agents = agents_of(wanted.agents, self._chooser.queues, self._rng("agents"))
        self._renditions: dict[tuple[int, int, bool], Rendition] = {}

    def ids(self) -> list[str]:
        """Return the ids of all calls to be made."""
        return [f"c-{self.first_number + index:06d}" for index in range(self.wanted.calls)]

    def calls(self) -> Iterator[MadeCall]:
        """Yield the calls in the order in which they came in."""
        wanted = self.wanted
        seeds = np.random.default_rng([wanted.seed, self.first_number])
        times = start_times(wanted.calls, wanted.days, wanted.until, seeds)
        for call_id, started_at in zip(self.ids(), times, strict=True):
            yield self._make(call_id, started_at, self._rng(call_id))

    def _make(self, call_id: str, started_at: datetime, rng: random.Random) -> MadeCall:
        agent = rng.choices(self.agents, [agent.load for agent in self.agents])[0]
        written = rng.random() < WRITTEN_SHARE
        days_left = (self.wanted.until - started_at.date()).days
        time = 1.0 - days_left / self.wanted.days
        index, queue = self._chooser.choose(agent, time, written=written, rng=rng)
        return make_call(
            call_id,
            self._rendition(index, rng.randrange(RENDITIONS), written),
            self._explanations[index],
            agent=agent,
            queue=queue,
            started_at=started_at,
            standing=self.standing,
            rng=rng,
        )

    def _rendition(self, index: int, number: int, written: bool) -> Rendition:
        key = (index, number, written)
        if key not in self._renditions:
            self._renditions[key] = rendition_of(
                self.material[index],
                self._wordings[index],
                written=written,
                seed=f"{self.wanted.seed}/{key}",
                settings=self.standing.settings,
            )
        return self._renditions[key]

    def _rng(self, what: str) -> random.Random:
        return random.Random(f"{self.wanted.seed}/{what}")


def free_number(store: Store, calls: int) -> int:
    """Return from which number on ids are free in a store, for so many calls.

    Args:
        store: May not be there yet.
        calls: How many ids in a row.
    """
    first = 1
    while store.exists():
        ids = [f"c-{first + index:06d}" for index in range(calls)]
        taken = store.find_calls(call_ids=ids, sha256s=[])
        if not taken:
            break
        first = max(int(call_id.removeprefix("c-")) for call_id in taken) + 1
    return first


def check_empty(store: Store) -> None:
    """Do nothing if a store holds no calls.

    Raises:
        StoreError: It holds some; made-up calls among them would mislead.
    """
    if store.exists() and (count := store.counts().calls):
        raise StoreError(
            f"expected a store without calls, found {count} in {store.url}: name another one with "
            "--store, or add made-up calls to these with --add"
        )


def fill(store: Store, maker: Maker, settled: Callable[[int], None]) -> None:
    """Make all calls and store them, a batch in one transaction.

    Args:
        store: Where to.
        maker: Makes them.
        settled: Told how many calls have been stored, after each batch.

    Raises:
        StoreError: The store cannot be written, or holds another rubric of this version.
    """
    batch: list[MadeCall] = []
    done = 0
    for made in maker.calls():
        batch.append(made)
        if len(batch) == BATCH or done + len(batch) == maker.wanted.calls:
            store.write_bulk(
                [item.call for item in batch],
                heard_tables([item.heard for item in batch]),
                [item.evaluation for item in batch],
                maker.standing.rubric,
            )
            done += len(batch)
            batch.clear()
            settled(done)
