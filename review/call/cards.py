"""The scorecard as a reviewer answers it: one card per criterion."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass

from pipeline.desk.drafts import Answer, Draft
from pipeline.domain import CriterionScore, Evidence, Verdict
from pipeline.reviews import CorrectionKind
from pipeline.rubric import Criterion
from pipeline.store import Scorecard
from review.wording import VERDICT_WORDS

KEYS: Mapping[Verdict, str] = {
    Verdict.PASS: "1",
    Verdict.PARTIAL: "2",
    Verdict.FAIL: "3",
    Verdict.NOT_APPLICABLE: "4",
}
"""The same key always means the same verdict, whichever a criterion allows."""
KINDS: Mapping[CorrectionKind, str] = {
    CorrectionKind.WRONG_VERDICT: "Wrong verdict",
    CorrectionKind.WRONG_EVIDENCE: "Wrong evidence",
    CorrectionKind.MISSING_EVIDENCE: "Missing evidence",
}
AGREE = "agree"


@dataclass(frozen=True, slots=True)
class Option:
    """One verdict that may be given."""

    verdict: Verdict
    word: str
    key: str
    value: str
    """As the form sends it: the verdict, or ``agree`` where it is the machine's."""
    chosen: bool


@dataclass(frozen=True, slots=True)
class Card:
    """One criterion: what was asked, what the machine says, what the reviewer says."""

    number: int
    """From 1, in the order of the page."""
    criterion: Criterion
    machine: CriterionScore | None
    """None in a blind review."""
    options: tuple[Option, ...]
    answer: Answer
    evidence: tuple[Evidence, ...]
    """As it stands: the reviewer's, else the machine's."""
    problem: str

    @property
    def choice(self) -> str:
        """What the reviewer chose, as the form sends it; empty: nothing yet."""
        if self.answer.agrees:
            return AGREE
        return self.answer.verdict.value if self.answer.verdict else ""

    @property
    def machine_evidence_json(self) -> str:
        """The machine's evidence, for the page to compare with."""
        return evidence_json(self.machine.evidence if self.machine else ())

    @property
    def evidence_json(self) -> str:
        """The reviewer's evidence as the form sends it; empty: as the machine has it."""
        return "" if self.answer.evidence is None else evidence_json(self.answer.evidence)


@dataclass(frozen=True, slots=True)
class Section:
    """Criteria that belong together."""

    name: str
    score: float | None
    cards: tuple[Card, ...]


def sections_of(
    scorecard: Scorecard, draft: Draft, problems: Mapping[str, str], *, blind: bool
) -> tuple[Section, ...]:
    """Return the cards in the rubric's order, by section.

    Args:
        scorecard: Of the call.
        draft: What the reviewer has entered.
        problems: What is wrong with an answer, by criterion.
        blind: Leave out everything that the machine says.
    """
    scores = {item.criterion: item for item in scorecard.evaluation.judgement.scores}
    named: dict[str, list[Card]] = {}
    places = list(dict.fromkeys(criterion.section for criterion in scorecard.rubric.criteria))
    by_section = sorted(scorecard.rubric.criteria, key=lambda item: places.index(item.section))
    for number, criterion in enumerate(by_section, start=1):
        machine = None if blind else scores.get(criterion.id)
        answer = draft.answer_to(criterion.id)
        named.setdefault(criterion.section, []).append(
            Card(
                number=number,
                criterion=criterion,
                machine=machine,
                options=_options(criterion, machine, answer),
                answer=answer,
                evidence=_standing(machine, answer),
                problem=problems.get(criterion.id, ""),
            )
        )
    points = {} if blind else scorecard.evaluation.section_scores
    return tuple(Section(name, points.get(name), tuple(cards)) for name, cards in named.items())


def evidence_json(evidence: tuple[Evidence, ...]) -> str:
    """Return evidence as JSON."""
    return json.dumps([item.model_dump(mode="json") for item in evidence])


def _standing(machine: CriterionScore | None, answer: Answer) -> tuple[Evidence, ...]:
    if answer.evidence is not None:
        return answer.evidence
    return machine.evidence if machine else ()


def _options(
    criterion: Criterion, machine: CriterionScore | None, answer: Answer
) -> tuple[Option, ...]:
    options = []
    for verdict, key in KEYS.items():
        if verdict not in criterion.allowed:
            continue
        same = machine is not None and machine.verdict is verdict
        chosen = answer.agrees if same else not answer.agrees and answer.verdict is verdict
        value = AGREE if same else verdict.value
        options.append(Option(verdict, VERDICT_WORDS[verdict], key, value, chosen))
    return tuple(options)
