"""A seeded store holds what scoring would have stored, only made up, and says so."""

from __future__ import annotations

import re
from datetime import date
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.seeding.material import material_folder, read_material
from flows.seeding.truth import Truths
from pipeline.domain import CallMetadata, Role, Verdict
from pipeline.errors import StoreError
from pipeline.evaluate import evaluate
from pipeline.redaction import redact_transcript
from pipeline.settings import Settings
from pipeline.store import Store
from pipeline.store.records import Scorecard

RUN = CliRunner()
CALLS = 150
UNTIL = date(2026, 6, 1)


def seed(store: Path, *more: str) -> None:
    arguments = ["seed", "--calls", "40", "--agents", "7", "--until", UNTIL.isoformat()]
    result = RUN.invoke(app, [*arguments, "--store", str(store), *more])
    if result.exception is not None:
        raise result.exception


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Store:
    path = tmp_path_factory.mktemp("seeded") / "seeded.duckdb"
    seed(path, "--calls", str(CALLS))
    return Store(str(path))


@pytest.fixture(scope="module")
def cards(store: Store) -> list[Scorecard]:
    found = [store.read_scorecard(f"c-{number:06d}") for number in range(1, CALLS + 1)]
    return [card for card in found if card is not None]


def test_every_call_has_a_scorecard(store: Store, cards: list[Scorecard]) -> None:
    assert len(cards) == CALLS
    counts = store.counts()
    assert (counts.calls, counts.evaluations, counts.transcripts) == (CALLS, CALLS, CALLS)
    assert 0 < counts.flagged_calls < CALLS


def test_the_product_itself_makes_the_same_evaluation_of_what_is_stored(
    cards: list[Scorecard],
) -> None:
    for card in cards:
        stored = card.evaluation
        assert stored == evaluate(
            card.call,
            card.transcript,
            card.rubric,
            stored.judgement,
            settings=Settings(),
            model_versions=stored.model_versions,
            software_version=stored.software_version,
            at=stored.evaluated_at,
        )


def test_nobody_can_take_the_verdicts_for_real_ones(cards: list[Scorecard]) -> None:
    for card in cards:
        assert card.call.metadata.extra["made_up"] is True
        assert set(card.evaluation.model_versions) == {"seed"}
        assert "made-up" in card.call.source


def test_words_are_those_of_the_text_and_stand_in_order(cards: list[Scorecard]) -> None:
    spoken = [card.transcript for card in cards if card.transcript.source == "recording"]
    assert len(spoken) > CALLS / 2
    for transcript in spoken:
        starts = [turn.start_s for turn in transcript.turns]
        assert starts == sorted(starts, key=lambda start: start or 0.0)
        for turn in transcript.turns:
            assert " ".join(word.text for word in turn.words) == turn.text
            times = [time for word in turn.words for time in (word.start_s, word.end_s)]
            assert times == sorted(times)
            assert (turn.start_s, turn.end_s) == (times[0], times[-1])
            assert transcript.duration_s is not None and times[-1] < transcript.duration_s


def test_chats_have_no_times_and_no_recorded_voice(cards: list[Scorecard]) -> None:
    chats = [card for card in cards if card.transcript.source == "text"]
    assert chats
    for card in chats:
        assert card.transcript.duration_s is None
        assert card.evaluation.metrics["agent_talk_s"] is None
        for turn in card.transcript.turns:
            assert turn.role is not Role.SYSTEM
            assert (turn.start_s, turn.words, turn.asr_confidence) == (None, (), None)


def test_evidence_is_quoted_with_its_times(cards: list[Scorecard]) -> None:
    for card in cards:
        for evidence in (e for s in card.evaluation.judgement.scores for e in s.evidence):
            turn = card.transcript.turns[evidence.turn]
            assert evidence.quote in turn.text
            assert evidence.start_s == turn.start_s
            assert (evidence.end_s is None) == (turn.end_s is None)


def test_telling_a_call_anew_speaks_no_new_secret(cards: list[Scorecard]) -> None:
    for card in cards:
        assert not redact_transcript(card.transcript).counts


def test_calls_come_in_on_working_days_and_are_numbered_by_time(cards: list[Scorecard]) -> None:
    times = [card.call.metadata.started_at for card in cards]
    known = [time for time in times if time is not None]
    assert len(known) == CALLS and known == sorted(known)
    assert {time.weekday() for time in known} <= set(range(6))
    assert all(8 <= time.hour < 18 and time.date() < UNTIL for time in known)
    assert (UNTIL - known[0].date()).days <= 120


def test_metadata_has_what_a_lead_filters_and_compares_by(cards: list[Scorecard]) -> None:
    metadata = [card.call.metadata for card in cards]
    assert len({item.agent for item in metadata}) == 7
    assert len({item.team for item in metadata}) == 6
    assert len({item.queue for item in metadata}) > 3
    rated = [item.csat for item in metadata if item.csat is not None]
    assert 0.15 * CALLS < len(rated) < 0.45 * CALLS
    assert all(1 <= value <= 5 and value == int(value) for value in rated)
    assert {item.extra["fcr"] for item in metadata} == {True, False, None}
    assert all(isinstance(item.extra["aht_s"], int) for item in metadata)


def test_what_is_right_is_known_for_made_up_calls_only(cards: list[Scorecard]) -> None:
    truths = Truths(read_material(material_folder()))
    given = wrong = 0
    for card in cards:
        truth = truths.of(card.call)
        assert truth is not None
        for score in card.evaluation.judgement.scores:
            if score.verdict is not Verdict.UNSCORED:
                given += 1
                wrong += score.verdict is not truth.verdicts[score.criterion]
    assert 0.05 < wrong / given < 0.14
    real = cards[0].call.model_copy(update={"metadata": CallMetadata()})
    assert truths.of(real) is None


def test_the_same_seed_and_date_give_the_same_calls(tmp_path: Path) -> None:
    for name, number in (("one", "3"), ("same", "3"), ("other", "4")):
        seed(tmp_path / name, "--seed", number)
    one, same, other = (
        [list(Store(str(tmp_path / name)).export(what)) for what in ("turns", "evaluations")]
        for name in ("one", "same", "other")
    )
    assert one == same
    assert one != other


def test_a_store_with_calls_is_left_alone_unless_told(tmp_path: Path) -> None:
    store = tmp_path / "calls.duckdb"
    seed(store)
    with pytest.raises(StoreError, match="found 40 in"):
        seed(store)
    seed(store, "--add")
    ids = [row["call_id"] for row in Store(str(store)).export("calls")]
    assert ids == [f"c-{number:06d}" for number in range(1, 81)]


def test_the_help_says_that_the_calls_are_made_up() -> None:
    text = " ".join(re.sub(r"[│╭╰─╮╯]", " ", RUN.invoke(app, ["seed", "--help"]).stdout).split())
    assert "made-up calls" in text
    assert "Every call is marked as made up" in text
