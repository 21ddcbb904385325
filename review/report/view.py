"""What the printed report of a call shows to somebody, put together from the desk."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.desk.notes import Note
from pipeline.desk.shown import ReleasedCard, ReleasedVerdict, Source
from pipeline.desk.statements import HumanVerdict, standing_verdicts, taken_back
from pipeline.domain import CriterionScore, Evidence, Flag, Verdict
from pipeline.people import User, knows_random_slice
from pipeline.reviews import Correction, Review
from pipeline.rubric import Criterion
from pipeline.store import Scorecard


@dataclass(frozen=True, slots=True)
class Line:
    """One criterion on paper."""

    criterion: Criterion
    machine: Verdict | None
    """None: not shown to this reader."""
    probability: float | None
    people: Verdict | None
    """None: nobody gave a verdict."""
    by: str
    """Who gave it, by name; empty where nobody did."""
    why: str
    """The reviewer's reason, else the machine's sentence."""
    evidence: tuple[Evidence, ...]


@dataclass(frozen=True, slots=True)
class Report:
    """The whole sheet."""

    machine_score: float | None
    human_score: float | None
    shows_machine: bool
    """The machine's verdicts and score have a column of their own."""
    sections: Mapping[str, tuple[Line, ...]]
    flags: tuple[Flag, ...]
    reviews: tuple[Review, ...]
    """Of this scorecard, oldest first; each reviewer by name."""
    notes: tuple[Note, ...]
    sealed: bool
    """Waits for blind reviews: nothing that was judged is shown."""


@dataclass(frozen=True, slots=True)
class Words:
    """What people said about a call, as the desk has it."""

    reviews: tuple[Review, ...]
    corrections: tuple[Correction, ...]
    standing: Mapping[str, HumanVerdict]
    """By criterion."""
    names: Mapping[str, str]
    """Of users, by id."""
    human_score: float | None
    notes: tuple[Note, ...]


def sealed_report() -> Report:
    """Return the sheet of a call that waits for blind reviews: it says just that."""
    return Report(None, None, False, {}, (), (), (), True)


def full_report(card: Scorecard, said: Words, user: User) -> Report:
    """Return the sheet for somebody who reviews: machine and people side by side.

    Args:
        card: Of a call that is not sealed.
        said: By people.
        user: Who reads it; only leads learn that a call was drawn at random.
    """
    scores = {score.criterion: score for score in card.evaluation.judgement.scores}
    lines = [_line(item, scores[item.id], said) for item in card.rubric.criteria]
    return Report(
        machine_score=card.evaluation.score,
        human_score=said.human_score,
        shows_machine=True,
        sections=_sections(lines),
        flags=tuple(
            flag
            for flag in card.evaluation.flags
            if flag.kind != "random_slice" or knows_random_slice(user)
        ),
        reviews=tuple(
            item.model_copy(update={"reviewer": said.names.get(item.reviewer, item.reviewer)})
            for item in said.reviews
            if item.evaluation_key == card.evaluation.key
        ),
        notes=tuple(note for note in said.notes if note.withdrawn_at is None),
        sealed=False,
    )


def released_report(card: ReleasedCard, notes: tuple[Note, ...]) -> Report:
    """Return the sheet for the agent: the scorecard as it was released to them."""
    return Report(
        machine_score=None,
        human_score=card.score,
        shows_machine=False,
        sections=_sections([_released(item) for item in card.verdicts]),
        flags=(),
        reviews=(),
        notes=tuple(note for note in notes if note.withdrawn_at is None),
        sealed=False,
    )


def _line(criterion: Criterion, machine: CriterionScore, said: Words) -> Line:
    word = said.standing.get(criterion.id)
    if word is None:
        return Line(
            criterion,
            machine.verdict,
            machine.probability,
            None,
            "",
            machine.explanation or "",
            machine.evidence,
        )
    reason, evidence = _given(criterion.id, word, said)
    same = word.verdict is machine.verdict
    return Line(
        criterion=criterion,
        machine=machine.verdict,
        probability=machine.probability,
        people=word.verdict,
        by=said.names.get(word.by, word.by),
        why=reason or (machine.explanation or "" if same else ""),
        evidence=machine.evidence if evidence is None else evidence,
    )


def _given(
    criterion: str, word: HumanVerdict, said: Words
) -> tuple[str, tuple[Evidence, ...] | None]:
    """Return the reason and the evidence that a review gave; None: the machine's evidence stands.

    What was taken back does not count.
    """
    gone = taken_back(said.corrections)
    review = next(item for item in said.reviews if item.key == word.review_key)
    given = standing_verdicts(review, said.corrections).get(criterion)
    changed = [
        item
        for item in said.corrections
        if (item.review_key, item.criterion) == (word.review_key, criterion)
        and item.revokes is None
        and item.key not in gone
    ]
    reasons = [item.reason for item in changed if item.reason]
    evidence = [item.evidence for item in changed if item.evidence is not None]
    reason = reasons[-1] if reasons else (given.reason if given else None) or ""
    return reason, evidence[-1] if evidence else given.evidence if given else None


def _released(item: ReleasedVerdict) -> Line:
    by = {
        Source.REVIEWER: "a reviewer",
        Source.CONFIRMED: "the machine, confirmed by a reviewer",
        Source.MACHINE: "the machine, checked by nobody",
        Source.DISPUTE: "a lead, after your dispute",
    }[item.source]
    why = item.reason or item.explanation or ""
    return Line(item.criterion, None, None, item.verdict, by, why, item.evidence)


def _sections(lines: list[Line]) -> Mapping[str, tuple[Line, ...]]:
    names = dict.fromkeys(line.criterion.section for line in lines)
    return {name: tuple(line for line in lines if line.criterion.section == name) for name in names}
