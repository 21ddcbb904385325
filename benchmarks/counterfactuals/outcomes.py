"""What the judge says of calls and of their counterfactuals, side by side."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from benchmarks.counterfactuals.variants import Variant
from benchmarks.folds import Fold
from models.encoder import Encoder, ReadText
from models.judge import HeadJudge
from models.training.labelled import LabelledCall
from models.withholding import Withholding
from pipeline.domain import Judgement, Sentiment, Turn, Verdict
from pipeline.rubric import Rubric
from pipeline.settings import Settings


@dataclass(frozen=True, slots=True)
class Outcome:
    """One call and one counterfactual of it."""

    call_id: str
    variant: Variant
    verdicts: Mapping[str, tuple[Verdict, Verdict]]
    """By criterion: before and after."""
    sentiments: tuple[tuple[Sentiment, Sentiment], ...]
    """Of the customer's turns: before and after."""
    changed_turns: int


class TurnMemory(Encoder):
    """Encodes every text once: an unchanged turn has the very same vector in each counterfactual.

    ``benchmarks.encoding`` remembers whole calls, and a counterfactual is another call.
    """

    def __init__(self, encoder: Encoder) -> None:
        vars(self).update(vars(encoder))
        self._known: dict[str, ReadText] = {}

    def read(self, texts: Sequence[str]) -> tuple[ReadText, ...]:
        """Return each text and its parts as vectors."""
        new = [text for text in dict.fromkeys(texts) if text not in self._known]
        self._known.update(zip(new, super().read(new), strict=True))
        return tuple(self._known[text] for text in texts)


def outcomes(
    fold: Fold,
    variants: Sequence[Variant],
    rubric: Rubric,
    encoder: TurnMemory,
    settings: Settings,
) -> Iterator[Outcome]:
    """Yield what changes in the held-out calls of a fold, call by call.

    Only counterfactuals that differ from what they are compared with.

    Args:
        fold: Its judge never saw the group that it judges here.
        variants: A variant that others are compared with comes before them.
        rubric: All its criteria are judged.
        encoder: Remembers turns.
        settings: What is withheld, and when.
    """
    judge = HeadJudge(
        encoder,
        fold.trained,
        fold.name,
        settings.low_asr_confidence,
        withhold=Withholding(settings.stated_error, settings.withhold_under),
    )
    made = [(item.call, {v.key: v.make(item.call) for v in variants}) for item in fold.test]
    # All at once: sorted by length, they pad one another least.
    encoder.read([turn.text for _, texts in made for turns in texts.values() for turn in turns])
    for call, turns_of in made:
        judged: dict[str | None, Judgement] = {None: judge.judge(rubric, call.transcript())}
        for variant in variants:
            turns, before = turns_of[variant.key], turns_of.get(variant.against or "", call.turns)
            changed = _differences(before, turns)
            if not _differences(call.turns, turns):
                judged[variant.key] = judged[None]
            else:
                transcript = call.transcript().model_copy(update={"turns": tuple(turns)})
                judged[variant.key] = judge.judge(rubric, transcript)
            if changed:
                yield _compared(
                    call, variant, judged[variant.against], judged[variant.key], changed
                )


def _compared(
    call: LabelledCall, variant: Variant, before: Judgement, after: Judgement, changed: int
) -> Outcome:
    verdicts = {
        old.criterion: (old.verdict, new.verdict)
        for old, new in zip(before.scores, after.scores, strict=True)
    }
    sentiments = tuple(
        (old.sentiment, new.sentiment)
        for old, new in zip(before.turns, after.turns, strict=True)
        if old.sentiment is not None and new.sentiment is not None
    )
    return Outcome(call.call_id, variant, verdicts, sentiments, changed)


def _differences(before: Sequence[Turn], after: Sequence[Turn]) -> int:
    return sum(a.text != b.text for a, b in zip(before, after, strict=True))
