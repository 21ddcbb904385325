"""Let every fold's judge judge the calls that it never saw: as written, altered, and as heard."""

from __future__ import annotations

import random
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from benchmarks.asr import by_role
from benchmarks.breakdown import Judged
from benchmarks.folds import Fold
from benchmarks.heard import HeardCall
from benchmarks.listening import Listened
from benchmarks.noise import WORD_ERROR_RATES, Vocabulary, misheard, without_punctuation
from benchmarks.references import commonest, mean_pooled
from benchmarks.verdicts import Predicted
from benchmarks.word_errors import WordErrors, count
from models.encoder import Encoder
from models.judge import HeadJudge
from models.training.crossfit import Prepared
from models.withholding import Withholding
from pipeline.domain import Transcript, Verdict
from pipeline.rubric import Rubric
from pipeline.settings import Settings

AS_WRITTEN = "as written"
PLAIN = "lower-cased, no punctuation"
TIMED_EVERY = 4
"""Speed is measured on every fourth call, with an encoder that remembers nothing."""

Alter = Callable[[Transcript], Transcript]


@dataclass(slots=True)
class Gathered:
    """What the folds leave behind."""

    complete: dict[str, list[Predicted]] = field(default_factory=dict)
    """By text, with nothing withheld."""
    shipped: dict[str, list[Predicted]] = field(default_factory=dict)
    """By text, with the thresholds that callqa ships."""
    word_errors: dict[str, WordErrors] = field(default_factory=dict)
    """By altered text, against the text as written."""
    listened: list[Listened] = field(default_factory=list)
    commonest: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    mean_pooled: dict[tuple[str, str], Verdict] = field(default_factory=dict)
    timed_calls: int = 0
    judging_s: float = 0.0

    def judged(self, text: str = AS_WRITTEN) -> Judged:
        """Return the calls of all folds, judged from one text."""
        return Judged(self.complete[text], self.shipped[text])


@dataclass(frozen=True, slots=True)
class Bench:
    """What every fold is measured with."""

    rubric: Rubric
    encoder: Encoder
    """Remembers, for the same calls are judged several times."""
    timed_encoder: Encoder
    settings: Settings
    texts: Mapping[str, Alter]
    heard: Sequence[HeardCall]

    @property
    def criteria(self) -> tuple[str, ...]:
        """Ids of the criteria, in the rubric's order."""
        return tuple(criterion.id for criterion in self.rubric.criteria)

    def judge(self, fold: Fold, *, shipped: bool, encoder: Encoder | None = None) -> HeadJudge:
        """Return the fold's judge, with the shipped thresholds or with none."""
        settings = self.settings
        withhold = Withholding(settings.stated_error, settings.withhold_under) if shipped else None
        return HeadJudge(
            encoder or self.encoder,
            fold.trained,
            fold.name,
            settings.low_asr_confidence,
            withhold=withhold,
        )

    def run(self, fold: Fold, gathered: Gathered) -> None:
        """Judge the fold's calls in every form."""
        for text, alter in self.texts.items():
            self._judge_text(fold, text, alter, gathered)
        gathered.listened += self._listen(fold)
        gathered.commonest.update(commonest(fold, self.criteria))
        gathered.mean_pooled.update(mean_pooled(fold, self.criteria))
        self._time(fold, gathered)

    def _judge_text(self, fold: Fold, text: str, alter: Alter, gathered: Gathered) -> None:
        calls = [item.call for item in fold.test]
        altered = [alter(call.transcript()) for call in calls]
        for into, judge in (
            (gathered.complete, self.judge(fold, shipped=False)),
            (gathered.shipped, self.judge(fold, shipped=True)),
        ):
            into.setdefault(text, []).extend(
                Predicted(call, judge.judge(self.rubric, transcript))
                for call, transcript in zip(calls, altered, strict=True)
            )
        errors = (
            count(by_role(call.transcript()), by_role(transcript))
            for call, transcript in zip(calls, altered, strict=True)
        )
        gathered.word_errors[text] = sum(errors, gathered.word_errors.get(text, WordErrors()))

    def _listen(self, fold: Fold) -> list[Listened]:
        """Return both forms of the fold's recorded calls, judged with nothing withheld."""
        judge = self.judge(fold, shipped=False)
        calls = {item.call.call_id: item.call for item in fold.test}
        return [
            Listened(
                heard,
                Predicted(call, judge.judge(self.rubric, call.transcript())),
                Predicted(call, judge.judge(self.rubric, heard.transcript)),
            )
            for heard in self.heard
            if (call := calls.get(heard.call_id)) is not None
        ]

    def _time(self, fold: Fold, gathered: Gathered) -> None:
        judge = self.judge(fold, shipped=True, encoder=self.timed_encoder)
        transcripts = [item.call.transcript() for item in fold.test[::TIMED_EVERY]]
        start = time.perf_counter()
        for transcript in transcripts:
            judge.judge(self.rubric, transcript)
        gathered.judging_s += time.perf_counter() - start
        gathered.timed_calls += len(transcripts)


def texts_of(calls: Sequence[Prepared]) -> dict[str, Alter]:
    """Return in what forms calls are judged: as written, without punctuation, misheard."""
    vocabulary = Vocabulary.of(turn.text for item in calls for turn in item.call.turns)

    def misheard_at(rate: float) -> Alter:
        def alter(transcript: Transcript) -> Transcript:
            seed = f"{transcript.key} {rate}"
            return misheard(transcript, rate, vocabulary, random.Random(seed))

        return alter

    return {
        AS_WRITTEN: lambda transcript: transcript,
        PLAIN: without_punctuation,
        **{f"misheard, {rate:.0%} of words": misheard_at(rate) for rate in WORD_ERROR_RATES},
    }
