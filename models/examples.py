"""Judge a criterion that has no trained head and no rule: by its examples.

Each sentence of the call is compared with the examples of each verdict; what stands out from
ordinary sentences far enough decides. What resembles no example is not judged, for "not heard" is
never "not done", unless the rubric says what it means (``otherwise``).
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from models.encoder import Encoder
from models.example_background import Background, bundled_background
from models.example_likeness import Likeness, fit_likeness
from models.example_sentences import EncodedSentences, SpokenSentences, encode_words
from models.probability import ProbabilityFit
from models.wording import in_words
from pipeline.domain import Turn, Verdict
from pipeline.logic import places
from pipeline.rubric import Criterion

__all__ = ["ByExample", "ExampleReader", "Place", "Resemblance", "SpokenSentences"]

CLOSE = 2.6
"""From so many standard deviations above ordinary sentences on, the closest sentence of a call
rather resembles the examples than not."""
SHARPNESS = 1.3
"""Log odds per standard deviation. Both are fitted by logistic regression on whether calls pass
sixteen criteria, each counted the same, with 5 and 10 examples: those of own_criteria.yaml on t1 to
t4 and of move_criteria.yaml on t1 to t8 (with 2 examples the slope was 1.0). benchmarks/own.py
measures how far off the probabilities are for criteria that were left out of the fit."""


@dataclass(frozen=True, slots=True)
class Place:
    """A sentence of a call."""

    turn: int
    start: int
    """First character in the turn's text."""
    end: int


@dataclass(frozen=True, slots=True)
class Resemblance:
    """What the examples say about a call."""

    verdict: Verdict
    """That of the examples that the call resembles most, or the one for a call that resembles
    none."""
    share: float
    """Raw probability of the verdict; not yet fitted."""
    is_close: bool
    """Whether there is a verdict at all. False: nothing resembles an example, and the rubric does
    not say what that means."""
    by_absence: bool
    """Whether the verdict rests on nothing in the call resembling the other verdicts' examples."""
    place: Place | None
    """The sentence to point at; None if the verdict is by absence and nothing resembles its own
    examples."""
    closest: Place
    """The sentence that comes closest to an example that is looked for, close or not."""

    @property
    def sentence(self) -> str:
        """What people are told."""
        if self.by_absence:
            return (
                "Nothing said resembles what another verdict would need; "
                f"the rubric counts that as {in_words(self.verdict)}."
            )
        return f"Resembles an example of {in_words(self.verdict)}; no trained head yet."


@dataclass(frozen=True, slots=True)
class ByExample:
    """A verdict by examples, or why there is none."""

    found: Resemblance | None
    """None if there was nothing to compare."""
    probability: float | None
    """That the verdict is right; None if it is withheld."""
    sentence: str
    """What people are told."""


class ExampleReader:
    """Compares calls with examples; remembers the last call and the criteria that it has seen.

    Args:
        encoder: For examples, calls and background alike.
        background: Ordinary sentences; None: those that come with callqa.
    """

    def __init__(self, encoder: Encoder, background: Background | None = None) -> None:
        self._encoder = encoder
        self._background = background or bundled_background(encoder)
        self._known: dict[str, Mapping[Verdict, Likeness]] = {}
        self._last: tuple[tuple[Turn, ...], SpokenSentences] | None = None

    def verdict(
        self, criterion: Criterion, turns: Sequence[Turn], fit: ProbabilityFit, needed: float
    ) -> ByExample:
        """Return the verdict on a call, or why there is none.

        Args:
            criterion: Judged by its examples alone.
            turns: All turns of the call.
            fit: What the share of a verdict means where the rubric does not say what silence
                means; where it does, the share is fitted already.
            needed: Probability under which a verdict is withheld.
        """
        found = self.read(criterion, turns, self.sentences(turns))
        if found is None:
            return ByExample(None, None, "No model, rule or example to judge this by.")
        probability = fit.fitted(found.share) if criterion.otherwise is None else found.share
        if probability < needed or not found.is_close:
            sentence = "Nothing in the call is close enough to one of the criterion's examples."
            return ByExample(found, None, sentence)
        return ByExample(found, probability, found.sentence)

    def sentences(self, turns: Sequence[Turn]) -> SpokenSentences:
        """Return the sentences of a call, to be encoded once for all criteria."""
        asked = tuple(turns)
        if self._last is None or self._last[0] != asked:
            self._last = asked, SpokenSentences(asked, self._encoder)
        return self._last[1]

    def read(
        self,
        criterion: Criterion,
        turns: Sequence[Turn],
        spoken: SpokenSentences,
    ) -> Resemblance | None:
        """Return what the examples say about a call.

        None if the criterion has no usable examples, or nobody of its roles speaks where it looks.

        Args:
            criterion: Its examples, ``otherwise``, roles and scope count.
            turns: All turns of the call.
            spoken: Their sentences.
        """
        looked_for = [v for v in verdicts_with_examples(criterion) if v is not criterion.otherwise]
        inside = places(turns)[criterion.scope]
        looked_at = {t.index for t in turns if t.role in criterion.roles and t.index in inside}
        looked_at &= {span.turn for span in spoken.spans}
        if not looked_for or not looked_at:
            return None
        spans, compared = spoken.of_turns(looked_at)
        found: dict[Verdict, tuple[float, Place]] = {}
        for verdict, likeness in self._likenesses(criterion).items():
            scores = likeness.of(compared)
            span = spans[int(scores.argmax())]
            found[verdict] = float(scores.max()), Place(span.turn, span.start, span.end)
        return decided(criterion, looked_for, found)

    def _likenesses(self, criterion: Criterion) -> Mapping[Verdict, Likeness]:
        """Return for each verdict with examples how to tell what resembles them."""
        key = criterion.model_dump_json(include={"examples", "allowed", "roles"})
        if key in self._known:
            return self._known[key]
        usable = [item for item in criterion.examples if item.verdict in criterion.allowed]
        encoded = encode_words(self._encoder, [item.text for item in usable])

        def of(verdict: Verdict, *, same: bool) -> EncodedSentences:
            return encoded.rows(
                [at for at, item in enumerate(usable) if (item.verdict is verdict) is same]
            )

        self._known[key] = {
            verdict: fit_likeness(
                of(verdict, same=True), of(verdict, same=False), self._background, criterion.roles
            )
            for verdict in verdicts_with_examples(criterion)
        }
        return self._known[key]


def verdicts_with_examples(criterion: Criterion) -> tuple[Verdict, ...]:
    """Return the allowed verdicts that have examples, in the order of the examples."""
    given = dict.fromkeys(item.verdict for item in criterion.examples)
    return tuple(verdict for verdict in given if verdict in criterion.allowed)


def decided(
    criterion: Criterion,
    looked_for: Sequence[Verdict],
    found: Mapping[Verdict, tuple[float, Place]],
) -> Resemblance:
    """Return the verdict for what was found.

    The odds of each verdict grow with how far its closest sentence stands out; that nothing
    resembles the examples has odds of 1.

    Args:
        criterion: Its ``otherwise`` counts.
        looked_for: Verdicts that have to be heard; at least one.
        found: Standard deviations and place of the closest sentence, by verdict.
    """
    odds = {v: math.exp(SHARPNESS * (found[v][0] - CLOSE)) for v in looked_for}
    best = max(odds, key=lambda verdict: odds[verdict])
    total = 1.0 + sum(odds.values())
    otherwise = criterion.otherwise
    if otherwise is None or odds[best] >= 1.0:
        where = found[best][1]
        return Resemblance(best, odds[best] / total, odds[best] >= 1.0, False, where, where)
    own = found.get(otherwise)
    place = own[1] if own is not None and own[0] >= CLOSE else None
    return Resemblance(otherwise, 1.0 / total, True, True, place, found[best][1])
