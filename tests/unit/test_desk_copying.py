"""The desk has what the store has: new calls, calls scored anew, changed metadata."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import text

from pipeline.desk import copying, hooks
from pipeline.desk.call_values import Standing
from pipeline.desk.keeping import Keeper
from pipeline.errors import StoreError
from pipeline.store import Store
from tests.builders import criterion_score
from tests.desks import CRITICAL, DRAWN, LOW, SCORES, Office, after, office
from tests.stored import call_of


@pytest.fixture
def desk(tmp_path: Path) -> Office:
    return office(tmp_path)


def ids(desk: Office, condition: str = "1 = 1") -> list[str]:
    sql = f"SELECT call_id FROM calls WHERE {condition} ORDER BY urgency DESC, call_id"
    with desk.desk.reading() as connection:
        return list(connection.execute(text(sql)).scalars())


def found(desk: Office, words: str) -> list[str]:
    sql = (
        "SELECT c.call_id FROM call_text t JOIN calls c ON c.number = t.rowid "
        "WHERE call_text MATCH :words ORDER BY 1"
    )
    with desk.desk.reading() as connection:
        return list(connection.execute(text(sql), {"words": words}).scalars())


def test_there_is_nothing_to_copy_before_there_is_a_store(desk: Office) -> None:
    assert desk.copy() == 0
    assert not Path(desk.store.url).exists()


def test_a_call_arrives_with_what_the_queue_shows(desk: Office) -> None:
    desk.score(agent="Dana", team="North", flags=(LOW, DRAWN))
    assert desk.copy() == 1
    row = desk.row()
    assert (row.agent, row.team, row.score) == ("Dana", "North", 20.0)
    assert (row.flagged, row.random_slice, row.critical, row.unscored) == (True, True, False, 1)
    assert row.inclusion_probability == 0.05
    assert row.flags == (LOW, DRAWN)
    assert row.duration_s == desk.card().transcript.duration_s
    assert found(desk, "dana") == ["c1"]


def test_the_copied_scorecard_is_the_store_s(desk: Office) -> None:
    desk.score()
    desk.score("quiet", flags=(), scores=(SCORES[0], criterion_score("verification"), SCORES[2]))
    desk.copy()
    for call_id in ("c1", "quiet"):
        (stored,) = desk.store.read_scorecards([desk.row(call_id).evaluation_key])
        assert desk.card(call_id) == stored
        assert desk.card(call_id) == stored  # the second time from the desk alone


def test_a_waiting_call_needs_no_store_to_be_shown(desk: Office) -> None:
    desk.score()
    desk.copy()
    Path(desk.store.url).rename(Path(desk.store.url).with_suffix(".away"))
    assert desk.card().call.call_id == "c1"


def test_copying_again_does_nothing(desk: Office) -> None:
    desk.score()
    assert [desk.copy(), desk.copy()] == [1, 0]


def test_a_call_scored_again_replaces_its_copy_and_keeps_its_words(desk: Office) -> None:
    desk.score()
    desk.copy()
    desk.score(models="2", score=90.0, flags=(), at=after(1))
    assert desk.copy() == 1
    assert (desk.row().score, desk.row().flagged) == (90.0, False)
    assert ids(desk) == ["c1"]
    assert found(desk, "dana") == ["c1"]
    assert desk.card().evaluation.score == 90.0


def test_changed_metadata_of_an_old_call_arrives(desk: Office) -> None:
    for number in range(3):
        desk.score(f"c{number}", agent="Dana")
    desk.copy()
    desk.store.write_calls([call_of("c1", agent="Eli")])
    assert desk.copy() == 1
    assert desk.row("c1").agent == "Eli"
    assert desk.card("c1").call.metadata.agent == "Eli"


def test_an_evaluation_that_arrives_late_is_not_overlooked(desk: Office) -> None:
    desk.score("new", at=after(600))
    desk.copy()
    desk.score("old", at=after(0))
    assert desk.copy() == 1
    assert ids(desk) == ["new", "old"]


def test_the_worst_come_first(desk: Office) -> None:
    unsure = (criterion_score("greeting", probability=0.5), *SCORES[1:])
    very_unsure = (criterion_score("greeting", probability=0.35), *SCORES[1:])
    desk.score("fine", flags=(), score=100.0)
    desk.score("drawn", flags=(DRAWN,), score=0.0)
    desk.score("unsure", flags=(), score=0.0, scores=unsure)
    desk.score("very unsure", flags=(), score=100.0, scores=very_unsure)
    desk.score("low", score=50.0)
    desk.score("lower", score=40.0)
    desk.score("critical", flags=(CRITICAL,), score=0.0)
    desk.copy()
    worst = ["critical", "lower", "low", "very unsure", "unsure", "fine"]
    assert [name for name in ids(desk) if name != "drawn"] == worst
    assert set(ids(desk, "waiting = 1")) == {"drawn", *worst[:-1]}


def test_a_call_drawn_at_random_stands_somewhere_among_the_unsure_ones(desk: Office) -> None:
    for number in range(40):
        probability = 0.3 + 0.007 * number
        scores = (criterion_score("greeting", probability=probability), *SCORES[1:])
        desk.score(f"unsure-{number}", flags=(), scores=scores)
        desk.score(f"drawn-{number}", flags=(DRAWN,))
    desk.score("low", score=50.0)
    desk.copy()
    order = ids(desk)
    assert order[0] == "low"
    drawn = [place for place, name in enumerate(order) if name.startswith("drawn")]
    unsure = [place for place, name in enumerate(order) if name.startswith("unsure")]
    assert drawn[0] < unsure[len(unsure) // 2] < drawn[-1]


def test_the_place_of_a_call_for_blind_review_depends_on_its_id_alone(tmp_path: Path) -> None:
    places = []
    for name, flags, score in (("mild", (), 100.0), ("grave", (CRITICAL, DRAWN), 0.0)):
        desk = office(tmp_path / name, blind_share=1.0)
        desk.score("c0", flags=flags or (DRAWN,), score=score)
        desk.copy()
        places.append(desk.row("c0").urgency)
    assert places[0] == places[1]


def test_a_class_outweighs_every_score_of_the_one_before() -> None:
    def urgency(*, flagged: bool, uncertain: int, score: float, flags: int) -> float:
        return Standing(
            critical=False,
            flagged=flagged,
            random_slice=False,
            uncertain=uncertain,
            unscored=0,
            score=score,
            least_probability=0.0 if uncertain else None,
            flags=flags,
        ).urgency

    mildest_flagged = urgency(flagged=True, uncertain=0, score=100.0, flags=1)
    assert mildest_flagged > urgency(flagged=False, uncertain=9, score=0.0, flags=99)


def test_only_what_is_to_be_reviewed_can_be_drawn_for_blind_review(tmp_path: Path) -> None:
    desk = office(tmp_path, blind_share=1.0)
    desk.score("flagged")
    desk.score("fine", flags=(), scores=(SCORES[0], criterion_score("verification"), SCORES[2]))
    desk.copy()
    assert ids(desk, "blind = 1") == ["flagged"]


def test_copying_goes_on_where_it_was_stopped(
    desk: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(copying, "PIECE", 2)
    for number in range(5):
        desk.score(f"c{number}")
    told: list[tuple[int, int]] = []

    def stop_at_second(done: int, of: int) -> bool:
        told.append((done, of))
        return done == 0

    assert copying.copy_new(desk.desk, desk.store, desk.settings, stop_at_second) == 2
    assert told == [(0, 5), (2, 5)]
    assert len(ids(desk)) == 2
    assert desk.copy() == 3
    assert len(ids(desk)) == 5


def test_a_critical_fail_is_told_when_it_is_news(desk: Office) -> None:
    desk.score("before", flags=(CRITICAL,))
    with desk.desk.writing() as connection:
        hooks.add_hook(connection, "https://example.org/hook", ["critical_fail"], "ada")
    desk.copy()
    desk.score("news", flags=(CRITICAL,), at=after(1))
    desk.score("fine", flags=(), at=after(1))
    desk.copy()
    with desk.desk.reading() as connection:
        bodies = connection.execute(text("SELECT body FROM hook_deliveries")).scalars().all()
    (about,) = (json.loads(body)["about"] for body in bodies)
    assert (about["call_id"], about["criteria"]) == ("news", ["verification"])


def test_the_keeper_brings_both_up_to_date_while_others_score(tmp_path: Path) -> None:
    desk = office(tmp_path, review_poll_s=0.05)
    keeper = Keeper(desk.store, desk.desk, desk.settings)
    keeper.start()
    try:
        for number in range(5):
            desk.score(f"c{number}")
        assert wait_for(lambda: len(ids(desk)) == 5)
        assert not keeper.state.busy
    finally:
        keeper.stop()


def test_the_keeper_says_what_is_wrong_and_goes_on(tmp_path: Path) -> None:
    desk = office(tmp_path, review_poll_s=0.05)
    Path(desk.store.url).write_text("this is no store")
    keeper = Keeper(Store(desk.store.url, wait_s=1), desk.desk, desk.settings)
    with pytest.raises(StoreError):
        keeper.round()
    keeper.start()
    try:
        assert wait_for(lambda: keeper.state.trouble is not None)
        Path(desk.store.url).unlink()
        desk.score()
        assert wait_for(lambda: ids(desk) == ["c1"])
        assert wait_for(lambda: keeper.state.trouble is None)
    finally:
        keeper.stop()


def wait_for(holds: Callable[[], bool], limit_s: float = 20.0) -> bool:
    deadline = time.monotonic() + limit_s
    while time.monotonic() < deadline:
        if holds():
            return True
        time.sleep(0.02)
    return holds()
