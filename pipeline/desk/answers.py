"""From what a reviewer entered to what is kept: checked against rubric, transcript and machine."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import NamedTuple

from pipeline.desk.drafts import Answer, Draft
from pipeline.domain import CriterionScore, Evidence, Transcript, Verdict
from pipeline.errors import ReviewError
from pipeline.reviews import CorrectionKind, ReviewKind, ReviewVerdict
from pipeline.rubric import Criterion, Rubric
from pipeline.scoring import overall_score
from pipeline.store import Scorecard


class Changed(NamedTuple):
    """What one answer changes in the machine's score of a criterion."""

    criterion: str
    kind: CorrectionKind
    verdict: Verdict | None
    """None: it stands."""
    evidence: tuple[Evidence, ...] | None
    """None: it stands."""
    reason: str


def check(scorecard: Scorecard, draft: Draft, kind: ReviewKind, *, partial: bool) -> None:
    """Do nothing if a draft can become a review.

    Args:
        scorecard: Of the call as it was shown.
        draft: What was entered.
        kind: Blind reviews cannot agree with what they do not show.
        partial: Whether criteria may be left without an answer.

    Raises:
        ReviewError: It cannot; says what is wrong criterion by criterion.
    """
    scores = {score.criterion: score for score in scorecard.evaluation.judgement.scores}
    problems: dict[str, str] = {}
    for criterion in scorecard.rubric.criteria:
        answer = draft.answer_to(criterion.id)
        found = next(
            _problems(criterion, scores[criterion.id], answer, scorecard.transcript, kind), None
        )
        if found is None and not answer.given and not partial:
            found = "Not answered yet."
        if found is not None:
            problems[criterion.id] = found
    unknown = {answer.criterion for answer in draft.answers} - scores.keys()
    if unknown:
        raise ReviewError(f"the rubric has no criterion {', '.join(sorted(unknown))}")
    if problems:
        raise ReviewError(_summary(len(problems), problems), problems)
    if not any(answer.given for answer in draft.answers) and not draft.note.strip():
        raise ReviewError("nothing was answered: agree or give a verdict, criterion by criterion")


def verdicts(scorecard: Scorecard, draft: Draft, kind: ReviewKind) -> tuple[ReviewVerdict, ...]:
    """Return what a checked draft says about each criterion that it answers."""
    said = []
    for score in scorecard.evaluation.judgement.scores:
        answer = draft.answer_to(score.criterion)
        if not answer.given:
            continue
        blind = kind is ReviewKind.BLIND
        said.append(
            ReviewVerdict(
                criterion=score.criterion,
                machine_verdict=score.verdict,
                verdict=answer.verdict or score.verdict,
                agrees=None if blind else (answer.verdict or score.verdict) is score.verdict,
                reason=(answer.reason.strip() or None) if kind is not ReviewKind.OPEN else None,
                evidence=answer.evidence if blind else None,
            )
        )
    return tuple(said)


def changes(scorecard: Scorecard, draft: Draft) -> tuple[Changed, ...]:
    """Return what a checked draft changes; never asked of a blind one, which knew of nothing."""
    found = []
    for score in scorecard.evaluation.judgement.scores:
        answer = draft.answer_to(score.criterion)
        verdict = answer.verdict if answer.verdict is not score.verdict else None
        evidence = answer.evidence if answer.evidence != score.evidence else None
        if not answer.given or (verdict is None and evidence is None):
            continue
        found.append(
            Changed(
                score.criterion,
                kind_of_change(score, verdict, evidence, answer.kind),
                verdict,
                evidence,
                answer.reason.strip(),
            )
        )
    return tuple(found)


def kind_of_change(
    score: CriterionScore,
    verdict: Verdict | None,
    evidence: tuple[Evidence, ...] | None,
    said: CorrectionKind | None = None,
) -> CorrectionKind:
    """Return what was wrong: what the reviewer says if it can be, else what the change shows.

    A changed verdict is a wrong verdict whatever else changed. Evidence that keeps all that the
    machine had and adds to it was missing; any other was wrong.
    """
    if verdict is not None:
        return CorrectionKind.WRONG_VERDICT
    if said in (CorrectionKind.WRONG_EVIDENCE, CorrectionKind.MISSING_EVIDENCE):
        return said
    kept = all(item in (evidence or ()) for item in score.evidence)
    return CorrectionKind.MISSING_EVIDENCE if kept else CorrectionKind.WRONG_EVIDENCE


def score_with(
    call_id: str,
    rubric: Rubric,
    scores: tuple[CriterionScore, ...],
    said: Mapping[str, Verdict],
    *,
    blind: bool = False,
) -> float | None:
    """Return the call's score with people's verdicts in the place of the machine's.

    Args:
        call_id: Named in errors only.
        rubric: The rubric of the scores.
        scores: The machine's, one per criterion.
        said: People's verdicts by criterion.
        blind: What nobody said counts as unscored, not as the machine has it.
    """
    merged = []
    for score in scores:
        verdict = said.get(score.criterion, Verdict.UNSCORED if blind else score.verdict)
        merged.append(CriterionScore(criterion=score.criterion, verdict=verdict))
    return overall_score(call_id, rubric, merged)


def _problems(
    criterion: Criterion,
    score: CriterionScore,
    answer: Answer,
    transcript: Transcript,
    kind: ReviewKind,
) -> Iterator[str]:
    """Yield what is wrong with one answer, the most important first."""
    verdict = answer.verdict
    if answer.agrees and kind is ReviewKind.BLIND:
        yield "A blind review gives a verdict of its own."
    if answer.agrees and score.verdict is Verdict.UNSCORED and verdict is None:
        yield "The machine gave no verdict to agree with: give one."
    if answer.agrees and verdict not in (None, score.verdict):
        yield "It both agrees and gives another verdict."
    if verdict is not None and verdict not in criterion.allowed:
        allowed = ", ".join(item.value.replace("_", " ") for item in criterion.allowed)
        yield f"The rubric allows {allowed}."
    changed = verdict not in (None, score.verdict) and kind is not ReviewKind.BLIND
    if criterion.critical and changed and not answer.reason.strip():
        yield "This criterion is critical: say why its verdict changes."
    for item in answer.evidence or ():
        if not 0 <= item.turn < len(transcript.turns):
            yield f"There is no turn {item.turn}."
        elif item.quote not in transcript.turns[item.turn].text:
            yield f"The quote is not in turn {item.turn}."


def _summary(count: int, problems: Mapping[str, str]) -> str:
    if all(problem == "Not answered yet." for problem in problems.values()):
        return f"{count} criteria have no answer yet" if count > 1 else "1 criterion has no answer"
    return f"{count} answers need a look" if count > 1 else "1 answer needs a look"
