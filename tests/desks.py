"""A desk and a store with a scored call in both, and people to review it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from pipeline.desk import Desk, desk_for
from pipeline.desk.calls import CallRow, call_row
from pipeline.desk.copying import copy_new
from pipeline.desk.documents import scorecard_of
from pipeline.domain import CriterionScore, Evidence, Flag
from pipeline.people import User, UserRole
from pipeline.rubric import Rubric
from pipeline.settings import Settings
from pipeline.store import Scorecard, Store
from tests.builders import criterion, criterion_score, rubric
from tests.stored import call_of, evaluation_of, transcript_of

BEGAN = datetime(2026, 3, 2, 10, 0, tzinfo=UTC)
LOW = Flag(kind="low_score", sentence="Scored 20 %, under the limit of 60 %")
CRITICAL = Flag(kind="critical_fail", sentence="Identity was not verified (critical)")
DRAWN = Flag(kind="random_slice", sentence="Drawn at random", inclusion_probability=0.05)
QUOTE = Evidence(turn=0, quote="this is Dana", start_s=0.4, end_s=1.25)
RUBRIC = rubric(
    criterion("greeting"),
    criterion("verification", critical=True),
    criterion("closing"),
)
SCORES = (
    criterion_score("greeting", "pass", evidence=(QUOTE,)),
    criterion_score("verification", "fail"),
    criterion_score("closing", "unscored"),
)


def after(minutes: float) -> datetime:
    """Return a moment some minutes after everything was scored."""
    return BEGAN + timedelta(minutes=minutes)


def person(user_id: str = "ana", role: UserRole = UserRole.REVIEWER) -> User:
    """Return somebody who works here."""
    return User(user_id=user_id, name=user_id.title(), role=role, added_at=BEGAN, added_by="test")


@dataclass(frozen=True, slots=True)
class Office:
    """A store, its desk, and how they are set up."""

    store: Store
    desk: Desk
    settings: Settings

    def score(
        self,
        call_id: str = "c1",
        *,
        scores: tuple[CriterionScore, ...] = SCORES,
        flags: tuple[Flag, ...] = (LOW,),
        score: float | None = 20.0,
        of: Rubric = RUBRIC,
        models: str = "1",
        lines: tuple[str, ...] = (),
        at: datetime = BEGAN,
        agent: str | None = None,
        team: str | None = None,
    ) -> None:
        """Write a scored call into the store."""
        call = call_of(call_id, agent=agent, team=team)
        self.store.write_transcript(call, transcript_of(call, *lines))
        evaluation = evaluation_of(
            call,
            of=of,
            models={"moves": models},
            score=score,
            scores=scores,
            flags=flags,
            evaluated_at=at,
        )
        self.store.write_evaluations([evaluation], of)

    def copy(self) -> int:
        """Bring the desk up to the store."""
        return copy_new(self.desk, self.store, self.settings)

    def card(self, call_id: str = "c1") -> Scorecard:
        """Return a call's scorecard as its page gets it."""
        found = scorecard_of(self.desk, self.store, call_id)
        assert found is not None
        return found

    def row(self, call_id: str = "c1") -> CallRow:
        """Return a call as the queue has it."""
        with self.desk.reading() as connection:
            found = call_row(connection, call_id)
        assert found is not None
        return found


def office(folder: Path, **settings: object) -> Office:
    """Return an empty office; no call is drawn for blind review unless settings say so."""
    url = str(folder / "calls.duckdb")
    chosen = Settings.model_validate({"store": url, "blind_share": 0.0, **settings})
    return Office(Store(url, wait_s=5), desk_for(url), chosen)
