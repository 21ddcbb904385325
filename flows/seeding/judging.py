"""A simulated reviewer: what they say about a call, given what is right about it."""

from __future__ import annotations

import random

from flows.seeding.remarks import reason, remark
from flows.seeding.staff import Person
from flows.seeding.truth import Truth
from pipeline.desk.drafts import Answer, Draft
from pipeline.domain import CriterionScore, Evidence, Transcript, Turn, Verdict
from pipeline.rubric import Criterion
from pipeline.store import Scorecard

OVERLOOKED = 0.12
"""Share of wrong verdicts of the machine with which a reviewer who sees them agrees."""
BENT = 0.15
"""How often the strictest or most lenient reviewer moves a doubtful verdict their way."""
REASON_SHARE = 0.6
"""How often a changed verdict gets a reason where the rubric does not ask for one."""
EVIDENCE_SHARE = 0.5
"""How often wrong or missing evidence is put right."""
NOTE_SHARE = 0.2
USUAL_TIME_S = 150.0
"""Median time with a call in front."""
LONGEST_QUOTE = 30
"""Words."""
SCALE = (Verdict.FAIL, Verdict.PARTIAL, Verdict.PASS)


def judged(
    card: Scorecard, truth: Truth, person: Person, rng: random.Random, *, blind: bool
) -> Draft:
    """Return a reviewer's finished draft for a call.

    Args:
        card: Of the call; its verdicts are not looked at in a blind review.
        truth: What is right.
        person: Who reviews.
        rng: Chooses.
        blind: Whether they see the machine's verdicts.
    """
    scores = {score.criterion: score for score in card.evaluation.judgement.scores}
    answers = tuple(
        _answer(criterion, scores[criterion.id], card.transcript, truth, person, rng, blind=blind)
        for criterion in card.rubric.criteria
    )
    return Draft(
        answers=answers,
        note=remark("notes", "review", rng) if rng.random() < NOTE_SHARE else "",
        active_s=round(person.pace * USUAL_TIME_S * rng.lognormvariate(0.0, 0.45), 1),
    )


def quote_of(turn: Turn) -> Evidence:
    """Return the words of a turn as evidence: all of a short one, its beginning else."""
    words = turn.text.split()
    if len(words) <= LONGEST_QUOTE:
        return Evidence(turn=turn.index, quote=turn.text, start_s=turn.start_s, end_s=turn.end_s)
    stops = [i + 1 for i in range(3, LONGEST_QUOTE) if words[i].endswith((".", "?", "!"))]
    count = stops[-1] if stops else LONGEST_QUOTE
    timed = turn.words[count - 1].end_s if len(turn.words) >= count else turn.end_s
    return Evidence(
        turn=turn.index, quote=" ".join(words[:count]), start_s=turn.start_s, end_s=timed
    )


def _answer(
    criterion: Criterion,
    score: CriterionScore,
    transcript: Transcript,
    truth: Truth,
    person: Person,
    rng: random.Random,
    *,
    blind: bool,
) -> Answer:
    right = truth.verdicts[criterion.id]
    said = _said(criterion, right, None if blind else score.verdict, person, rng)
    found = truth.evidence.get(criterion.id, ()) if said is right else ()
    quotes = tuple(quote_of(transcript.turns[turn]) for turn in found[:2])
    put_right = bool(quotes) and rng.random() < EVIDENCE_SHARE
    agrees = not blind and said is score.verdict
    if agrees:
        shown = {item.turn for item in score.evidence}
        better = put_right and not shown & {item.turn for item in quotes}
        why = remark("evidence", "wrong" if shown else "missing", rng) if better else ""
        evidence = quotes if better else None
        return Answer(criterion=criterion.id, agrees=True, evidence=evidence, reason=why)
    wanted = criterion.critical or rng.random() < REASON_SHARE
    return Answer(
        criterion=criterion.id,
        verdict=said,
        evidence=quotes if put_right else None,
        reason=reason(criterion.id, said, rng) if wanted else "",
    )


def _said(
    criterion: Criterion,
    right: Verdict,
    machine: Verdict | None,
    person: Person,
    rng: random.Random,
) -> Verdict:
    """Return the verdict that somebody gives, seeing the machine's or not."""
    if rng.random() < person.slips:
        return rng.choice([item for item in criterion.allowed if item is not right])
    wrong = machine is not None and machine not in (right, Verdict.UNSCORED)
    if wrong and machine is not None and rng.random() < OVERLOOKED:
        return machine
    if right in SCALE and rng.random() < BENT * abs(person.strictness):
        step = -1 if person.strictness > 0 else 1
        place = SCALE.index(right) + step
        if 0 <= place < len(SCALE) and SCALE[place] in criterion.allowed:
            return SCALE[place]
    return right
