"""What the shipped heads say about the cases, and the failures that are known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from models.encoder import ASSET, Encoder, ReadText
from models.judge import HeadJudge
from models.weights import require
from pipeline.domain import Sentiment, Verdict
from pipeline.marked_yaml import YamlSyntaxError, read_yaml
from pipeline.settings import Settings
from tests.behaviour.cases import SENTIMENT, Case, CaseError, read_cases
from tests.builders import transcript
from tests.judging import support_rubric, trained

KNOWN = Path(__file__).parent / "known_failures.yaml"
HEAD = """\
# Cases that the shipped heads get wrong, and why as far as we can tell. A case that fails and is
# not here, or is here and passes, fails the tests. Renew: python -m tests.behaviour --write-known
"""
UNEXPLAINED = "not looked into yet"


@dataclass(frozen=True, slots=True)
class Outcome:
    """What was said about a case."""

    case: Case
    said: Verdict | Sentiment
    probability: float
    shown: tuple[int, ...]
    """Turns of the evidence; for sentiment none."""

    @property
    def passed(self) -> bool:
        """Whether it is what the guideline demands, resting on one of the marked turns."""
        return self.said == self.case.expected and not self.is_misplaced

    @property
    def is_misplaced(self) -> bool:
        """Whether the evidence shows none of the marked turns."""
        marked = () if self.case.criterion == SENTIMENT else self.case.marked
        return bool(marked) and not set(marked) & set(self.shown)

    def __str__(self) -> str:
        """Return what was expected and what was said instead."""
        told = f"expected {self.case.expected}, said {self.said} ({self.probability:.0%})"
        if self.said == self.case.expected and self.is_misplaced:
            told += f", resting on {list(self.shown)} and none of {list(self.case.marked)}"
        return told


class RememberingEncoder(Encoder):
    """Encodes each distinct text once: cases share most of their turns, and it takes a minute."""

    def __init__(self, folder: Path) -> None:
        super().__init__(folder)
        self._known: dict[str, ReadText] = {}

    def read(self, texts: Sequence[str]) -> tuple[ReadText, ...]:
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().read(new), strict=True))
        return tuple(self._known[text] for text in texts)


def judged(judge: HeadJudge, case: Case) -> Outcome:
    """Return what a judge says about a case."""
    found = judge.judge(support_rubric(), transcript(case.turns))
    if case.criterion == SENTIMENT:
        turn = next(item for item in found.turns if item.turn in case.marked)
        if turn.sentiment is None or turn.sentiment_probability is None:
            raise AssertionError(f"{case.id}: the sentiment of turn {turn.turn} was not judged")
        return Outcome(case, turn.sentiment, turn.sentiment_probability, ())
    score = next(score for score in found.scores if score.criterion == case.criterion)
    shown = tuple(evidence.turn for evidence in score.evidence)
    return Outcome(case, score.verdict, score.probability or 0.0, shown)


@cache
def outcomes() -> Mapping[str, Outcome]:
    """Return what the shipped heads say about every case, by its id; judges once per process.

    Nothing is withheld as too unsure: the checklist is about what the heads have learned.
    """
    cases = read_cases()
    encoder = RememberingEncoder(require(Settings().weights, ASSET))
    encoder.read([turn.text for case in cases for turn in case.turns])
    judge = HeadJudge(encoder, trained(), "behaviour", low_asr_confidence=0.0)
    return {case.id: judged(judge, case) for case in cases}


def read_known(path: Path = KNOWN) -> Mapping[str, str]:
    """Return why each known failure fails, by the id of its case.

    Raises:
        CaseError: The file is not a mapping of ids to reasons.
    """
    try:
        read = read_yaml(path.read_text(encoding="utf-8"))
        if read.mistakes:
            raise CaseError(f"{path.name}: {read.mistakes[0].message}")
        return TypeAdapter(dict[str, str]).validate_python(read.value or {})
    except (YamlSyntaxError, ValidationError) as error:
        raise CaseError(f"{path.name}: expected lines of an id and a reason") from error


def known_text(found: Sequence[Outcome], reasons: Mapping[str, str]) -> str:
    """Return the file of known failures for these outcomes, keeping the reasons that there are."""
    import yaml

    failed = {o.case.id: reasons.get(o.case.id, UNEXPLAINED) for o in found if not o.passed}
    body = yaml.safe_dump(failed, sort_keys=False, allow_unicode=True, width=10_000)
    return HEAD + (body if failed else "{}\n")
