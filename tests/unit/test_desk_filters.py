from __future__ import annotations

from datetime import UTC, datetime
from urllib.parse import parse_qsl

import pytest

from pipeline.desk.filters import QueueFilters, read_filters
from pipeline.people import User, UserRole

NOW = datetime(2026, 3, 4, 12, tzinfo=UTC)
LEAD = User(user_id="lea", name="Lea", role=UserRole.LEAD, added_at=NOW, added_by="test")


def test_an_address_says_what_is_asked_and_nothing_else() -> None:
    assert QueueFilters().address() == ""
    everything = {
        "reviewed": "any",
        "agent": "Ana & co",
        "team": "north",
        "from": "2026-03-01",
        "to": "2026-03-02",
        "criterion": "greeting",
        "verdict": "fail",
        "flag": "low_score",
        "reviewer": "rob",
        "assigned": "me",
        "score_min": "12.5",
        "score_max": "80",
        "q": 'refund "account number"',
        "sort": "-score",
    }
    filters = read_filters(everything, LEAD).filters
    assert dict(parse_qsl(filters.address())) == everything
    assert read_filters(dict(parse_qsl(filters.address())), LEAD).filters == filters


@pytest.mark.parametrize(
    "parameters",
    [
        {"from": "yesterday"},
        {"score_min": "many"},
        {"score_max": "101"},
        {"score_min": "nan"},
        {"verdict": "maybe", "criterion": "greeting"},
        {"criterion": "greeting"},
        {"verdict": "fail"},
        {"flag": "bad"},
        {"sort": "random()"},
        {"reviewed": "sometimes"},
        {"q": "!!! --"},
    ],
)
def test_what_makes_no_sense_is_told_and_left_out(parameters: dict[str, str]) -> None:
    found = read_filters(parameters, LEAD)
    assert len(found.problems) >= 1
    assert found.filters.model_copy(update={"words": ""}) == QueueFilters()
