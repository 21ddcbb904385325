"""How long the queue's questions take on a desk with many calls: median and 95th percentile.

``python -m benchmarks.queue [CALLS]`` makes a desk with made-up rows (nine verdicts and about 150
words a call, words as frequent as in language) and asks what pages ask.
"""

from __future__ import annotations

import itertools
import json
import random
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
from sqlalchemy import Connection, text

from pipeline.desk import Desk
from pipeline.desk.claims import next_call
from pipeline.desk.filters import QueueFilters, Shown, Sort
from pipeline.desk.queue import queue_page
from pipeline.desk.times import time_text
from pipeline.domain import Verdict
from pipeline.people import User, UserRole

CALLS = 100_000
REPEATS = 25
VERDICTS = ("pass", "partial", "fail", "not_applicable", "unscored")
SHARES = (70, 8, 6, 14, 2)
CRITERIA = tuple(f"criterion_{index}" for index in range(9))
START = datetime(2026, 1, 1, tzinfo=UTC)
NOW = START + timedelta(days=90)
LEAD = User(user_id="lea", name="Lea", role=UserRole.LEAD, added_at=START, added_by="system")
REVIEWER = LEAD.model_copy(
    update={"user_id": "rob", "role": UserRole.REVIEWER, "teams": ("team-03", "team-07")}
)


def calls(count: int, chance: random.Random) -> Iterator[dict[str, Any]]:
    """Yield rows of ``calls``, as the database takes them."""
    for number in range(1, count + 1):
        agent = chance.randrange(200)
        flagged, unsure = chance.random() < 0.25, chance.random() < 0.15
        kinds = chance.sample(("critical_fail", "low_score", "negative_ending", "finding"), 2)
        flags = [{"kind": kind, "sentence": f"Something about {kind}"} for kind in kinds]
        yield {
            "number": number,
            "call_id": f"2026-01-call-{number:07d}",
            "key": f"{number:064x}",
            "agent": f"Agent {agent:03d}",
            "team": f"team-{agent % 12:02d}",
            "started_at": time_text(START + timedelta(seconds=77 * number)),
            "duration_s": chance.lognormvariate(5.3, 0.6),
            "score": None if chance.random() < 0.01 else round(100 * chance.betavariate(6, 2), 2),
            "flagged": int(flagged),
            "random_slice": int(chance.random() < 0.05),
            "uncertain": int(unsure),
            "flags": json.dumps(flags if flagged else []),
            "urgency": round(100 * chance.random(), 3),
            "blind": int(chance.random() < 0.03),
        }


def fill(connection: Connection, count: int) -> None:
    """Put calls, verdicts, words and some reviews on a desk."""
    chance = random.Random(7)
    rows = list(calls(count, chance))
    connection.execute(text(INSERT), rows)
    connection.execute(
        text("INSERT INTO call_verdicts VALUES (:call_id, :position, :criterion, :verdict, 0.9)"),
        [
            {"call_id": row["call_id"], "position": position, "criterion": name, "verdict": verdict}
            for row in rows
            for position, (name, verdict) in enumerate(
                zip(CRITERIA, chance.choices(VERDICTS, SHARES, k=len(CRITERIA)), strict=True)
            )
        ],
    )
    vocabulary = [f"word{index}" for index in range(8000)]
    frequent = list(itertools.accumulate(1 / (index + 1) for index in range(8000)))
    connection.execute(
        text("INSERT INTO call_text (rowid, words) VALUES (:number, :words)"),
        [
            {
                "number": row["number"],
                "words": " ".join(chance.choices(vocabulary, cum_weights=frequent, k=150)),
            }
            for row in rows
        ],
    )
    reviewed = [row for row in rows if row["flagged"] and chance.random() < 0.2]
    connection.execute(text(REVIEW), reviewed)


INSERT = """
INSERT INTO calls (
    number, call_id, evaluation_key, transcript_key, revision, recording_sha256, source, rubric,
    rubric_version, evaluated_at, agent, team, started_at, duration_s, score, sentiment_end,
    critical, flagged, random_slice, uncertain, unscored, flags, urgency, blind
) VALUES (
    :number, :call_id, :key, :key, 1, :key, 'recording', 'support', 1, :started_at, :agent, :team,
    :started_at, :duration_s, :score, 'neutral', 0, :flagged, :random_slice, :uncertain, 0, :flags,
    :urgency, :blind
)
"""
REVIEW = """
INSERT INTO reviews (
    key, call_id, evaluation_key, reviewer, kind, started_at, finished_at, active_s
) VALUES ('r-' || :call_id, :call_id, :key, 'rob', 'open', :started_at, :started_at, 90)
"""


def page_50(connection: Connection, user: User) -> Callable[[], object]:
    """Return what asks for the fiftieth page, reached by going from page to page."""
    after = None
    for _ in range(49):
        after = queue_page(connection, user, QueueFilters(), NOW, after=after).after
    return lambda: queue_page(connection, user, QueueFilters(), NOW, after=after)


def questions() -> dict[str, QueueFilters]:
    """Return what is asked."""
    fail = {"criterion": CRITERIA[3], "verdict": Verdict.FAIL}
    passed = {"criterion": CRITERIA[3], "verdict": Verdict.PASS}
    every = {"reviewed": Shown.ANY}
    return {
        "default": QueueFilters(),
        "sort by score": QueueFilters(sort=Sort.LOWEST),
        "sort by score, all calls": QueueFilters(sort=Sort.LOWEST, **every),
        "newest, all calls": QueueFilters(sort=Sort.NEWEST, **every),
        "criterion failed": QueueFilters(**fail),
        "criterion failed, all calls": QueueFilters(**fail, **every),
        "criterion passed, all calls": QueueFilters(**passed, **every),
        "common word": QueueFilters(words="word0"),
        "common word, all calls": QueueFilters(words="word0", **every),
        "two common words as a phrase": QueueFilters(words='"word0 word1"', **every),
        "rare word": QueueFilters(words="word4000"),
        "rare word, all calls": QueueFilters(words="word4000", **every),
        "one agent": QueueFilters(agent="Agent 017"),
        "one team": QueueFilters(team="team-04"),
        "critical fails": QueueFilters(flag="critical_fail"),
        "reviewed": QueueFilters(reviewed=Shown.YES, sort=Sort.NEWEST),
        "reviewed by one": QueueFilters(reviewer="rob", reviewed=Shown.YES),
        "score 0 to 40": QueueFilters(score_min=0, score_max=40),
        "one day": QueueFilters(since=START.date(), until=START.date(), **every),
        "nothing found": QueueFilters(team="nobody's"),
    }


def measured(ask: Callable[[], object]) -> dict[str, float]:
    """Return median and 95th percentile of repeated asking, in milliseconds."""
    taken = []
    for _ in range(REPEATS):
        began = time.perf_counter()
        ask()
        taken.append(1000 * (time.perf_counter() - began))
    return {f"p{share}_ms": round(float(np.percentile(taken, share)), 2) for share in (50, 95)}


def main() -> None:
    """Fill a desk, ask, print and write down."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else CALLS
    with tempfile.TemporaryDirectory() as folder:
        desk = Desk(f"sqlite:///{Path(folder) / 'queue.desk'}")
        began = time.perf_counter()
        with desk.writing() as connection:
            fill(connection, count)
        filled_s = time.perf_counter() - began
        found: dict[str, dict[str, float]] = {}
        with desk.reading() as connection:
            for user in (LEAD, REVIEWER):
                for name, filters in questions().items():
                    ask = lambda user=user, filters=filters: queue_page(  # noqa: E731
                        connection, user, filters, NOW
                    )
                    found[f"{name} ({user.role})"] = measured(ask)
                found[f"page 50 ({user.role})"] = measured(page_50(connection, user))
        found["next call"] = measured(lambda: next_call(desk, REVIEWER, QueueFilters(), 30, NOW))
        for name, figures in found.items():
            print(f"{name:45s} {figures['p50_ms']:8.1f} {figures['p95_ms']:8.1f}")
        print(f"filled in {filled_s:.0f} s")


if __name__ == "__main__":
    main()
