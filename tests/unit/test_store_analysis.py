from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from pipeline.comparing import Tally, together
from pipeline.domain import Call, CriterionScore, Evaluation, Flag, Verdict
from pipeline.reviews import Correction, CorrectionKind, Review, ReviewKind, ReviewVerdict
from pipeline.scoring import overall_score
from pipeline.store import Store
from pipeline.store.analysis import (
    Figures,
    Scope,
    Whose,
    figures,
    group_figures,
    rubrics_in_use,
)
from tests.builders import criterion, criterion_score, rubric, scored
from tests.stored import call_of, evaluation_of, score_call

DAY = datetime(2026, 3, 2, 12, tzinfo=UTC)
"""A Monday."""
RUBRIC = rubric(
    criterion("greeting"), criterion("empathy", weight=2), criterion("verification", critical=True)
)
SCOPE = Scope("test", DAY - timedelta(hours=12), DAY + timedelta(days=7))
ANA = Whose("North", "ana")


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    yield Store(str(tmp_path / "calls.duckdb"))


def made(
    call_id: str,
    scores: tuple[CriterionScore, ...] = (),
    *,
    agent: str = "ana",
    team: str | None = "North",
    at: datetime | None = DAY,
    flags: tuple[Flag, ...] = (),
    **metadata: Any,
) -> tuple[Call, Evaluation]:
    """Return a call and its evaluation, all passed unless scores are given."""
    given = scores or scored(greeting="pass", empathy="pass", verification="pass")
    call = call_of(call_id, agent=agent, team=team, started_at=at, **metadata)
    score = overall_score(call_id, RUBRIC, given)
    return call, evaluation_of(call, of=RUBRIC, scores=given, score=score, flags=flags)


def put(store: Store, call_id: str, *scores: tuple[CriterionScore, ...], **how: Any) -> str:
    """Put a call in, as ``made`` makes it; return the key of its evaluation."""
    call, found = made(call_id, *scores, **how)
    score_call(store, call, found, of=RUBRIC)
    return found.key


def review_of(
    call_id: str,
    evaluation_key: str,
    reviewer: str = "ben",
    kind: ReviewKind = ReviewKind.OPEN,
    hours: float = 1,
    **verdicts: str,
) -> Review:
    """Return a review with verdicts by criterion."""
    said = tuple(
        ReviewVerdict(
            criterion=name, machine_verdict=Verdict.PASS, verdict=Verdict(verdict), agrees=None
        )
        for name, verdict in verdicts.items()
    )
    return Review(
        key=f"{kind}-{reviewer}-{call_id}",
        call_id=call_id,
        evaluation_key=evaluation_key,
        reviewer=reviewer,
        finished_at=DAY + timedelta(hours=hours),
        kind=kind,
        verdicts=said,
    )


def review(store: Store, call_id: str, evaluation_key: str, *who: Any, **what: Any) -> Review:
    """Put a review in, as ``review_of`` makes it."""
    found = review_of(call_id, evaluation_key, *who, **what)
    store.write_reviews([found])
    return found


def asked(store: Store, scope: Scope = SCOPE) -> Figures:
    return store.ask(lambda connection: figures(connection, scope, before_too=True))


def human_of(store: Store) -> list[float]:
    return [row.human.mean for row in asked(store).scores if row.human.count]


@pytest.mark.parametrize(
    "verdicts",
    [
        {"greeting": "pass", "empathy": "partial", "verification": "pass"},
        {"greeting": "fail", "empathy": "not_applicable", "verification": "pass"},
        {"greeting": "pass", "empathy": "pass", "verification": "fail"},
        {"greeting": "partial", "empathy": "fail", "verification": "not_applicable"},
    ],
)
def test_the_score_by_people_is_computed_as_the_machines_is(
    store: Store, verdicts: dict[str, str]
) -> None:
    key = put(store, "c1")
    review(store, "c1", key, **verdicts)
    known = overall_score("c1", RUBRIC, scored(**verdicts))
    assert human_of(store) == [pytest.approx(known)]


def test_a_criterion_that_nobody_judged_keeps_the_machines_verdict(store: Store) -> None:
    key = put(store, "c1", scored(greeting="fail", empathy="pass", verification="pass"))
    review(store, "c1", key, empathy="fail")
    known = overall_score(
        "c1", RUBRIC, scored(greeting="fail", empathy="fail", verification="pass")
    )
    assert human_of(store) == [pytest.approx(known)]
    assert [row.machine.mean for row in asked(store).scores] == [pytest.approx(75.0)]


def test_a_correction_counts_until_it_is_taken_back(store: Store) -> None:
    key = put(store, "c1")
    said = review(store, "c1", key, greeting="pass", empathy="pass", verification="pass")
    wrong = Correction(
        key="x1",
        review_key=said.key,
        call_id="c1",
        evaluation_key=key,
        criterion="verification",
        reason="The birth date was wrong.",
        author="ben",
        made_at=DAY + timedelta(hours=2),
        verdict=Verdict.FAIL,
    )
    store.write_reviews([], [wrong])
    assert human_of(store) == [0.0]
    back = wrong.model_copy(
        update={
            "key": "x2",
            "kind": CorrectionKind.REVOCATION,
            "verdict": None,
            "revokes": "x1",
        }
    )
    store.write_reviews([], [back])
    assert human_of(store) == [100.0]


def test_a_settlement_goes_before_later_reviews(store: Store) -> None:
    key = put(store, "c1")
    review(store, "c1", key, "lea", ReviewKind.SETTLEMENT, hours=1, verification="pass")
    review(store, "c1", key, "ben", ReviewKind.BLIND, hours=5, verification="fail")
    assert human_of(store) == [100.0]


def test_without_reviews_no_score_is_peoples(store: Store) -> None:
    put(store, "c1")
    (row,) = asked(store).scores
    assert (row.calls, row.machine.count, row.human.count) == (1, 1, 0)


def test_calls_before_the_period_are_kept_apart_and_older_ones_left_out(store: Store) -> None:
    put(store, "now")
    put(store, "before", at=DAY - timedelta(days=3))
    put(store, "long ago", at=DAY - timedelta(days=30))
    put(store, "later", at=DAY + timedelta(days=8))
    assert [(row.current, row.calls) for row in asked(store).scores] == [(False, 1), (True, 1)]
    assert [row.week for row in asked(store).weeks] == [DAY.date()]


def test_a_call_without_a_time_counts_when_it_was_evaluated(store: Store) -> None:
    put(store, "c1", at=None)
    (use,) = store.ask(rubrics_in_use)
    scope = Scope("test", use.last - timedelta(hours=1), use.last + timedelta(hours=1))
    assert [row.calls for row in asked(store, scope).scores] == [1]
    assert (use.rubric, use.title, use.evaluations) == ("test", "Test rubric", 1)


def test_only_teams_that_may_be_seen_count_and_sealed_calls_never(store: Store) -> None:
    put(store, "c1")
    put(store, "c2", agent="cem", team="South")
    put(store, "c3", agent="eve", team=None)
    put(store, "c4")
    seen = Scope("test", SCOPE.since, SCOPE.until, teams=("North",), hidden=("c4",))
    assert [(row.whose, row.calls) for row in asked(store, seen).scores] == [(ANA, 1)]
    assert sum(row.calls for row in asked(store).scores) == 4
    nobody = Scope("test", SCOPE.since, SCOPE.until, teams=())
    assert asked(store, nobody) == Figures((), (), (), ())


def test_cells_tell_flagged_drawn_and_other_calls_apart(store: Store) -> None:
    slice_of = Flag(kind="random_slice", sentence="Drawn", inclusion_probability=0.05)
    low, unscored = Flag(kind="low_score", sentence="Low"), Flag(kind="unscored", sentence="Un")
    first = put(store, "c1", flags=(low, unscored, slice_of))
    second = put(store, "c2", flags=(slice_of,))
    put(store, "c3")
    review(store, "c1", first, verification="fail")
    review(store, "c2", second, verification="pass")
    found = {
        (row.cell.flag, row.cell.inclusion_probability): (
            row.cell.calls,
            row.cell.reviewed,
            row.cell.passed,
        )
        for row in asked(store).cells
    }
    assert found == {
        ("low_score", 0.05): (1, 1, 0),
        (None, 0.05): (1, 1, 1),
        (None, None): (1, 0, 0),
    }


def test_on_criteria_peoples_verdicts_win_and_are_counted(store: Store) -> None:
    key = put(store, "c1")
    put(store, "c2", scored(greeting="fail", empathy="not_applicable", verification="unscored"))
    review(store, "c1", key, greeting="fail")
    found = {row.criterion: (row.tally, row.by_people) for row in asked(store).criteria}
    assert found == {
        "greeting": (Tally(0, 2), 1),
        "empathy": (Tally(1, 1), 0),
        "verification": (Tally(1, 1), 0),
    }
    assert [row.criterion for row in asked(store).criteria] == [
        "greeting",
        "empathy",
        "verification",
    ]


def test_a_group_comes_with_what_the_manifest_says_came_of_its_calls(store: Store) -> None:
    put(store, "c1", csat=4.0, extra={"fcr": True, "aht_s": 321})
    put(store, "c2", extra={"fcr": "no", "aht_s": "fast"}, at=DAY + timedelta(hours=1))
    put(store, "c3", agent="cem")
    found = store.ask(lambda c: group_figures(c, SCOPE, "ana", by_team=False))
    assert [(call.call_id, call.csat, call.fcr, call.aht_s) for call in found.calls] == [
        ("c1", 4.0, 1.0, 321.0),
        ("c2", None, 0.0, None),
    ]
    assert [(week.criterion, week.tally) for week in found.criterion_weeks] == [
        ("greeting", Tally(2, 2)),
        ("empathy", Tally(2, 2)),
        ("verification", Tally(2, 2)),
    ]
    team = store.ask(lambda c: group_figures(c, SCOPE, "North", by_team=True))
    assert len(team.calls) == 3
    ratios = together(row.values for row in team.talk if row.name == "talk_ratio")
    assert ratios.count == 3
    assert ratios.mean == pytest.approx(0.3)


def test_the_latest_evaluation_and_the_latest_metadata_count(store: Store) -> None:
    call = call_of("c1", agent="ana", team="North", started_at=DAY)
    old = evaluation_of(call, of=RUBRIC, scores=[criterion_score("greeting", "fail")], score=10.0)
    new = evaluation_of(
        call,
        of=RUBRIC,
        models={"moves": "2"},
        scores=[criterion_score("greeting", "pass")],
        score=90.0,
        evaluated_at=old.evaluated_at + timedelta(days=1),
    )
    score_call(store, call, old, new, of=RUBRIC)
    store.write_calls([call_of("c1", agent="cem", team="North", started_at=DAY)])
    (row,) = asked(store).scores
    assert (row.whose.agent, row.calls, row.machine.mean) == ("cem", 1, 90.0)


def test_the_mark_changes_with_every_write(store: Store) -> None:
    marks = [store.mark()]
    for call_id in ("c1", "c2"):
        put(store, call_id)
        marks.append(store.mark())
    assert len(set(marks)) == 3
    assert store.mark() == marks[-1]
