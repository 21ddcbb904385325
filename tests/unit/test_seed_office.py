"""Made-up people leave behind what every page of the review app has to show."""

from __future__ import annotations

from pathlib import Path

import pytest
from sqlalchemy import text
from typer.testing import CliRunner

from flows.cli.app import app
from pipeline.desk import desk_for
from pipeline.store import Store

ARGUMENTS = ("--calls", "700", "--agents", "24", "--days", "40", "--until", "2026-03-02")


def seeded(store: Path, *more: str) -> str:
    done = CliRunner().invoke(app, ["seed", *ARGUMENTS, "--store", str(store), *more])
    assert done.exit_code == 0, done.output
    return done.output


@pytest.fixture(scope="module")
def office(tmp_path_factory: pytest.TempPathFactory) -> Path:
    store = tmp_path_factory.mktemp("office") / "office.duckdb"
    seeded(store, "--reviews", "0.25")
    return store


def counted(store: Path, question: str) -> int:
    desk = desk_for(str(store))
    with desk.reading() as connection:
        found = connection.execute(text(f"SELECT count(*) FROM {question}")).scalar_one()
    desk.close()
    return int(found)


@pytest.mark.parametrize(
    "what",
    [
        "reviews WHERE kind = 'open'",
        "reviews WHERE kind = 'blind'",
        "reviews WHERE kind = 'settlement'",
        "corrections WHERE kind = 'wrong_verdict'",
        "corrections WHERE evidence IS NOT NULL",
        "releases",
        "coaching_notes",
        "disputes",
        "claims",
        "drafts",
        "assignments",
        "saved_views",
        "users WHERE role = 'agent'",
        "audit_log WHERE action = 'call.read'",
    ],
)
def test_there_is_some_of_everything(office: Path, what: str) -> None:
    assert counted(office, what) > 0


def test_the_store_has_every_review_once(office: Path) -> None:
    reviews = list(Store(str(office)).export("reviews"))
    assert len(reviews) == counted(office, "reviews")
    assert len({review["review"] for review in reviews}) == len(reviews)
    assert counted(office, "reviews WHERE posted_at IS NULL") == 0


def test_nothing_is_said_before_the_call_or_after_the_last_day(office: Path) -> None:
    early = "reviews r JOIN calls c ON c.call_id = r.call_id WHERE r.finished_at <= c.evaluated_at"
    assert counted(office, early) == 0
    assert counted(office, "reviews WHERE finished_at >= '2026-03-02'") == 0


def test_the_same_numbers_give_the_same_reviews(office: Path, tmp_path: Path) -> None:
    again = tmp_path / "again.duckdb"
    seeded(again, "--reviews", "0.25")

    def said(store: Path) -> list[tuple[object, ...]]:
        return [
            tuple(row[name] for name in ("call_id", "reviewer", "finished_at", "human_score"))
            for row in Store(str(store)).export("reviews")
        ]

    assert said(again) == said(office)


def test_people_alone_review_nothing(tmp_path: Path) -> None:
    store = tmp_path / "people.duckdb"
    output = seeded(store, "--users")
    assert "callqa users link" in output
    assert counted(store, "users") > 10
    assert counted(store, "reviews") == 0
