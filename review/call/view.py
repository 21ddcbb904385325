"""All that the call page shows, put together from one read of the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from pipeline.desk import people
from pipeline.desk.answers import score_with
from pipeline.desk.calls import CallRow
from pipeline.desk.claims import Claim
from pipeline.desk.drafts import Draft, KeptDraft, read_draft
from pipeline.desk.history import HistoryEntry, history, is_sealed
from pipeline.desk.reviewing import blind_reviewers, kind_for
from pipeline.desk.statements import HumanVerdict, corrections_of, human_verdicts, reviews_of
from pipeline.domain import Flag, Role
from pipeline.people import User, knows_random_slice
from pipeline.reviews import ReviewKind
from pipeline.store import Scorecard
from review.call.cards import Section, sections_of
from review.call.facts import Fact, talk_facts
from review.call.strip import Mark, Strip, duration_of, marks_of, strip_of
from review.call.turns import TurnView, turn_views


@dataclass(frozen=True, slots=True)
class Said:
    """What the desk knows of people's work on a call."""

    kind: ReviewKind | None
    """What kind of review the viewer may make now; None: they wait for a second person."""
    blind: bool
    """Nobody may see the machine's verdicts yet, nor anybody's review."""
    blind_done: int
    kept: KeptDraft | None
    human_score: float | None
    history: tuple[HistoryEntry, ...]
    """Newest first."""
    names: Mapping[str, str]
    """Of users, by id."""
    others: tuple[Claim, ...]
    """Who else has the call open."""


@dataclass(frozen=True, slots=True)
class CallView:
    """The page."""

    row: CallRow
    scorecard: Scorecard
    said: Said
    draft: Draft
    opened_at: datetime
    """When the review was begun: sent back with it, so that a second click is the same review."""
    sections: tuple[Section, ...]
    turns: tuple[TurnView, ...]
    strip: Strip | None
    marks: tuple[Mark, ...]
    facts: tuple[Fact, ...]
    flags: tuple[Flag, ...]
    channels: tuple[str, ...]
    """Who is on each channel of the recording, as ``agent``, ``customer`` or ``both``."""

    @property
    def has_sound(self) -> bool:
        """Whether the call was spoken; its recording may still be missing."""
        return self.row.source == "recording"

    @property
    def questions(self) -> Mapping[str, str]:
        """The criteria's questions, by id."""
        return {item.id: item.question for item in self.scorecard.rubric.criteria}

    @property
    def count(self) -> int:
        """How many criteria there are."""
        return sum(len(section.cards) for section in self.sections)


def said_about(
    connection: Connection,
    row: CallRow,
    scorecard: Scorecard,
    viewer: User,
    others: tuple[Claim, ...] = (),
) -> Said:
    """Return what people have said about a call, as far as the viewer may know it."""
    reviews = reviews_of(connection, row.call_id)
    blind = is_sealed(reviews, row)
    corrections = corrections_of(connection, row.call_id)
    standing = {} if blind else human_verdicts(reviews, corrections, row.evaluation_key)
    kept = read_draft(connection, row.call_id, viewer.user_id)
    return Said(
        kind=kind_for(connection, row, viewer.user_id),
        blind=blind,
        blind_done=len(blind_reviewers(connection, row)),
        kept=kept if kept and kept.evaluation_key == row.evaluation_key else None,
        human_score=_human_score(row, scorecard, standing) if standing else None,
        history=tuple(reversed(history(connection, row, viewer))),
        names={user.user_id: user.name for user in people.users(connection)},
        others=others,
    )


def _human_score(
    row: CallRow, scorecard: Scorecard, standing: Mapping[str, HumanVerdict]
) -> float | None:
    """Return the score with people's verdicts in the place of the machine's."""
    said = {name: word.verdict for name, word in standing.items()}
    scores = scorecard.evaluation.judgement.scores
    return score_with(row.call_id, scorecard.rubric, scores, said)


def call_view(
    row: CallRow,
    scorecard: Scorecard,
    said: Said,
    viewer: User,
    *,
    now: datetime,
    entered: Draft | None = None,
    problems: Mapping[str, str] | None = None,
) -> CallView:
    """Return the page.

    Args:
        row: The call.
        scorecard: Its present one.
        said: What people said about it.
        viewer: Who looks.
        now: When.
        entered: What was just sent and not accepted; None: the kept draft.
        problems: What is wrong with it, by criterion.
    """
    draft = entered or (said.kept.draft if said.kept else Draft())
    duration_s = duration_of(scorecard)
    scores = () if said.blind else scorecard.evaluation.judgement.scores
    return CallView(
        row=row,
        scorecard=scorecard,
        said=said,
        draft=draft,
        opened_at=said.kept.started_at if said.kept else now,
        sections=sections_of(scorecard, draft, problems or {}, blind=said.blind),
        turns=turn_views(scorecard),
        strip=strip_of(scorecard),
        marks=marks_of(scores, duration_s) if duration_s else (),
        facts=talk_facts(scorecard.evaluation.metrics),
        flags=()
        if said.blind
        else tuple(
            flag for flag in row.flags if flag.kind != "random_slice" or knows_random_slice(viewer)
        ),
        channels=_channels(scorecard),
    )


def _channels(scorecard: Scorecard) -> tuple[str, ...]:
    """Return who speaks most on each channel."""
    names = []
    for channel in range(scorecard.transcript.channels or 1):
        talk = {Role.AGENT: 0, Role.CUSTOMER: 0}
        for turn in scorecard.transcript.turns:
            if turn.channel == channel and turn.role in talk:
                talk[turn.role] += len(turn.text)
        names.append(max(talk, key=lambda role: talk[role]).value if any(talk.values()) else "both")
    return tuple(names) if len(names) > 1 else ("both",)
