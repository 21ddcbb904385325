from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from pipeline.desk import Desk, desk_for
from pipeline.desk.filters import QueueFilters, Sort
from pipeline.desk.queue import PAGE, QueuePage, queue_page, queue_rows
from pipeline.people import User, UserRole
from tests.review.builders import desk_call

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LEAD = User(user_id="lea", name="Lea", role=UserRole.LEAD, added_at=NOW, added_by="test")
LOW = ("low_score", "Scored 41 %, under the limit of 60 %")


@pytest.fixture
def desk(tmp_path: Path) -> Iterator[Desk]:
    found = desk_for(str(tmp_path / "calls.duckdb"))
    yield found
    found.close()


def pages(desk: Desk, **filters: Any) -> list[QueuePage]:
    found: list[QueuePage] = []
    after = None
    with desk.reading() as connection:
        while not found or after is not None:
            wanted = QueueFilters(**filters)
            found.append(queue_page(connection, LEAD, wanted, NOW, after=after))
            after = found[-1].after
    return found


@pytest.mark.parametrize("sort", list(Sort))
def test_every_call_is_on_exactly_one_page_also_where_many_are_alike(
    desk: Desk, sort: Sort
) -> None:
    count = 2 * PAGE + 7
    for number in range(count):
        desk_call(
            desk,
            f"c{number}",
            flags=[LOW],
            urgency=float(number % 3),
            score=None if number % 5 == 0 else float(number % 4),
            duration_s=None if number % 7 == 0 else 60.0,
        )
    forwards = pages(desk, sort=sort)
    assert [len(shown.rows) for shown in forwards] == [PAGE, PAGE, 7]
    every = [row.call_id for shown in forwards for row in shown.rows]
    assert len(set(every)) == count
    assert forwards[0].before is None
    with desk.reading() as connection:
        back = [
            queue_page(connection, LEAD, QueueFilters(sort=sort), NOW, before=shown.before)
            for shown in forwards[1:]
        ]
    for backwards, shown in zip(back, forwards, strict=False):
        assert [row.call_id for row in backwards.rows] == [row.call_id for row in shown.rows]
        assert backwards.after is not None
    assert [item.before is None for item in back] == [True, False]


def test_a_page_behind_a_call_that_is_gone_is_the_first_one(desk: Desk) -> None:
    desk_call(desk, "only", flags=[LOW])
    with desk.reading() as connection:
        for place in ({"after": 999}, {"before": 999}):
            shown = queue_page(connection, LEAD, QueueFilters(), NOW, **place)
            assert [row.call_id for row in shown.rows] == ["only"]


def test_a_count_ends_where_it_is_bounded(desk: Desk, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("pipeline.desk.queue.COUNTED", 2)
    for number in range(4):
        desk_call(desk, f"c{number}", flags=[LOW])
    with desk.reading() as connection:
        shown = queue_page(connection, LEAD, QueueFilters(), NOW)
    assert (shown.count, shown.counted_all, len(shown.rows)) == (2, False, 4)


def test_a_file_has_all_rows_in_the_order_of_the_pages(
    desk: Desk, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("pipeline.desk.queue.AT_ONCE", 3)
    for number in range(9):
        desk_call(desk, f"c{number}", flags=[LOW], urgency=float(number % 2))
    rows = [row.call_id for row in queue_rows(desk, LEAD, QueueFilters(), NOW)]
    assert rows == [row.call_id for shown in pages(desk) for row in shown.rows]
