"""Try criteria on calls before they are scored with: what would pass, what would fail, how sure."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Mapping, Sequence
from functools import cached_property
from typing import TYPE_CHECKING

from flows.trial import TriedCall, TriedCriterion, ordered, tried_call
from flows.trial_notes import about_borrowed, about_examples
from flows.wiring import Engines
from pipeline.agreement import Pair
from pipeline.domain import CriterionScore, Transcript, Verdict
from pipeline.errors import InputError
from pipeline.estimate import LabelledPair, estimate
from pipeline.labels import Label
from pipeline.mistakes import did_you_mean
from pipeline.rubric import Criterion, Rubric
from pipeline.trial_calls import TrialCalls, said_in

if TYPE_CHECKING:
    from models.examples import ExampleReader
    from models.heads import FittedHead


class Trying:
    """Judges calls by some criteria of a rubric as scoring would.

    Args:
        engines: The judge of one set of settings.
        rubric: Which criteria there are.
    """

    def __init__(self, engines: Engines, rubric: Rubric) -> None:
        self.engines = engines
        self.rubric = rubric

    def chosen(self, named: Sequence[str]) -> tuple[Criterion, ...]:
        """Return the criteria to try: those named, else all without a trained head.

        Raises:
            InputError: There is no such criterion, or none is left, or nothing to judge one by.
        """
        known = {criterion.id: criterion for criterion in self.rubric.criteria}
        for name in named:
            if name not in known:
                raise InputError(
                    f"the rubric has no criterion {name}{did_you_mean(name, known)} "
                    f"(it has {', '.join(known)})"
                )
        chosen = [known[name] for name in dict.fromkeys(named)] or [
            criterion for criterion in known.values() if not self._has_head(criterion)
        ]
        if not chosen:
            raise InputError(
                "every criterion of this rubric has a trained head already; "
                "name one with --criterion to try it all the same"
            )
        return tuple(chosen)

    def judged_by(self, criterion: Criterion) -> str:
        """Return what would judge a criterion."""
        if self._has_head(criterion):
            return "trained head"
        return "examples" if criterion.rule is None else "rule"

    def scores(
        self,
        criteria: Sequence[Criterion],
        calls: Mapping[str, Transcript],
        tick: Callable[[], None] = lambda: None,
    ) -> Mapping[str, Mapping[str, CriterionScore]]:
        """Return the scores by criterion and call; ``tick`` is called after each call."""
        asked = self.rubric.model_copy(update={"criteria": tuple(criteria)})
        found: dict[str, dict[str, CriterionScore]] = {c.id: {} for c in criteria}
        for call_id, transcript in calls.items():
            for score in self.engines.judge.judge(asked, transcript).scores:
                found[score.criterion][call_id] = score
            tick()
        return found

    def tried(
        self,
        criterion: Criterion,
        scores: Mapping[str, CriterionScore],
        calls: TrialCalls,
        labels: Sequence[Label],
    ) -> TriedCriterion:
        """Return what to tell about one criterion.

        Args:
            criterion: One of those that ``scores`` is about.
            scores: By call.
            calls: All that were tried.
            labels: For this criterion and these calls.
        """
        texts = [example.text for example in criterion.examples]
        borrowed = {
            call_id
            for call_id, transcript in calls.transcripts.items()
            if said_in(texts, transcript)
        }
        kept = {call_id: score for call_id, score in scores.items() if call_id not in borrowed}
        own = [label for label in labels if label.call_id in kept]
        judged = sum(score.verdict is not Verdict.UNSCORED for score in kept.values())
        plain = TriedCriterion(
            criterion=criterion.id,
            question=criterion.question,
            judged_by=self.judged_by(criterion),
            counts=Counter(score.verdict for score in scores.values()),
            calls=ordered([tried_call(call_id, score) for call_id, score in scores.items()]),
            estimate=estimate([_paired(label, kept) for label in own], judged) if own else None,
            warnings=(*about_examples(criterion), *about_borrowed(borrowed)),
        )
        shown = {call.call_id for v in Verdict for call in plain.surest(v)}
        shown |= {call.call_id for call in plain.least_sure}
        filled = tuple(
            self._with_closest(criterion, call, calls) if call.call_id in shown else call
            for call in plain.calls
        )
        return plain.model_copy(update={"calls": filled})

    def _with_closest(self, criterion: Criterion, call: TriedCall, calls: TrialCalls) -> TriedCall:
        """Return the call with what came closest, where there is nothing else to quote."""
        if call.quote is not None or self.judged_by(criterion) != "examples":
            return call
        turns = calls.transcripts[call.call_id].turns
        found = self._reader.read(criterion, turns, self._reader.sentences(turns))
        if found is None:
            return call
        at = found.closest
        (text,) = (turn.text for turn in turns if turn.index == at.turn)
        update = {"turn": at.turn, "quote": text[at.start : at.end], "is_closest": True}
        return call.model_copy(update=update)

    def _has_head(self, criterion: Criterion) -> bool:
        fitted = self._heads.get(criterion.id)
        return fitted is not None and fitted.fits(criterion)

    @cached_property
    def _heads(self) -> Mapping[str, FittedHead]:
        from models.trained import bundled_heads, load_trained

        return load_trained(bundled_heads()).heads

    @cached_property
    def _reader(self) -> ExampleReader:
        from models.encoder import load_encoder
        from models.examples import ExampleReader

        return ExampleReader(load_encoder(self.engines.settings.weights))


def _paired(label: Label, scores: Mapping[str, CriterionScore]) -> LabelledPair:
    return LabelledPair(Pair(label.verdict, scores[label.call_id].verdict), label.picked)
