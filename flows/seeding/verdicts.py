"""A simulated judge: mostly right, and as sure as it should be.

For each verdict a probability is drawn, and the verdict is right with just that probability; so
the probabilities are fitted by construction, and wrong verdicts have lower ones.
"""

from __future__ import annotations

import random
from collections.abc import Mapping, Sequence

from flows.seeding.material import LabelledCall
from pipeline.domain import Reason, Role, Turn, Verdict
from pipeline.logic import TurnMoves, decide
from pipeline.rubric import Criterion, Rubric
from pipeline.rule_reader import read_rule

WRONG = {
    "greeting": 0.16,
    "empathy": 0.20,
    "identity_verification": 0.06,
    "sensitive_data": 0.015,
    "prohibited_promises": 0.08,
    "hold_etiquette": 0.15,
    "professionalism": 0.025,
    "resolution": 0.11,
    "closing": 0.11,
}
"""Share of wrong verdicts. Their mean is about what benchmarks/results/criteria.json measures;
critical criteria get fewer, because the calls measured there have more faults than life has: with
the shares measured there nearly every call scored 0 would be a false alarm."""
USUALLY_WRONG = 0.095
"""The same for a criterion that was not measured: the mean."""
SHAPE = 0.5
"""How unequally sure the judge is: the smaller, the more verdicts are certain."""
WITHHELD_UNDER = 0.35
"""A verdict less probable than this is not given."""
UNHEARD_UNDER = 0.6
"""Mean word probability under which criteria are often not judged."""
UNHEARD_SHARE = 0.35
EVIDENCE_WRONG = 0.05
"""Share of right verdicts that rest on the wrong turn."""
MAX_EVIDENCE = 3
NOT_SURE = "The models were not sure enough to give a verdict."
NOT_HEARD = "Too much of the call could not be understood to judge this."

Drawn = tuple[Verdict, float | None, Reason | None]


def draw_verdict(
    criterion: Criterion, truth: Verdict, confidence: float | None, rng: random.Random
) -> Drawn:
    """Return verdict, probability and reason for one criterion.

    Args:
        criterion: Which verdicts it allows.
        truth: The right verdict.
        confidence: Mean word probability of the recording; None for a chat.
        rng: Chooses.
    """
    if confidence is not None and confidence < UNHEARD_UNDER and rng.random() < UNHEARD_SHARE:
        return Verdict.UNSCORED, None, Reason.LOW_ASR_CONFIDENCE
    wrong = WRONG.get(criterion.id, USUALLY_WRONG)
    probability = 1.0 - rng.betavariate(SHAPE, SHAPE * (1.0 - wrong) / wrong)
    if probability < WITHHELD_UNDER:
        return Verdict.UNSCORED, None, Reason.MODEL_ABSTAINED
    stated = round(probability, 3)
    if rng.random() < probability:
        return truth, stated, None
    return _mistaken(criterion, truth, rng), stated, None


def _mistaken(criterion: Criterion, truth: Verdict, rng: random.Random) -> Verdict:
    """Return a wrong verdict; neighbours on the scale are likelier."""
    others = [verdict for verdict in criterion.allowed if verdict is not truth]
    scale = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL)
    near = [
        2.0 if truth in scale and other in scale and abs(_step(truth, other)) == 1 else 1.0
        for other in others
    ]
    return rng.choices(others, near)[0]


def _step(one: Verdict, other: Verdict) -> int:
    scale = (Verdict.PASS, Verdict.PARTIAL, Verdict.FAIL)
    return scale.index(one) - scale.index(other)


def draw_evidence(
    criterion: Criterion,
    call: LabelledCall,
    verdict: Verdict,
    rng: random.Random,
) -> tuple[int, ...]:
    """Return the turns that a verdict rests on: those of the labels, or others if it errs."""
    if verdict in (Verdict.UNSCORED, Verdict.NOT_APPLICABLE):
        return ()
    roles = {turn.index: turn.role for turn in call.turns}
    right = [i for i in call.evidence.get(criterion.id, ()) if roles[i] in criterion.roles]
    errs = verdict is not call.verdicts[criterion.id]
    if not errs and (not right or rng.random() >= EVIDENCE_WRONG):
        return tuple(right[:MAX_EVIDENCE])
    if errs and right and rng.random() < 0.6:
        return tuple(right[:1])
    if errs and verdict is Verdict.FAIL and rng.random() < 0.5:
        return ()
    return _any_turn(criterion.roles, call.turns, rng)


def _any_turn(roles: Sequence[Role], turns: Sequence[Turn], rng: random.Random) -> tuple[int, ...]:
    among = [turn.index for turn in turns if turn.role in roles]
    return (rng.choice(among),) if among else ()


def explanations(call: LabelledCall, rubric: Rubric) -> Mapping[tuple[str, Verdict], str]:
    """Return the sentence for each verdict of each criterion: that of the rubric's rule."""
    moves = [TurnMoves(turn, dict.fromkeys(names, 1.0)) for turn, names in call.moves.items()]
    sentences: dict[tuple[str, Verdict], str] = {}
    for criterion in rubric.criteria:
        if criterion.rule is None:
            continue
        outcome = decide(criterion, call.turns, moves)
        sentences[criterion.id, outcome.verdict] = outcome.because
        for case in read_rule(criterion.rule, criterion.allowed).rule.cases:
            sentences.setdefault((criterion.id, case.verdict), case.because)
    return sentences
