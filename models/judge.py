"""Turns to verdicts: encoder, turn classifier, rules and heads behind the port ``Judge``.

For each criterion the first of these that is there decides: its trained head, its rule, its
examples. A house head edits what head or rule say. What none of them can tell is unscored with the
reason.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from models.audible import Audible, listen
from models.doubts import Doubt, doubt
from models.encoder import Encoder, load_encoder
from models.evidence import evidence_turns, quoted
from models.examples import ExampleReader
from models.features import call_features, rule_features, rule_shares
from models.heads import FittedHead
from models.hearing import Hearing
from models.house.heads import Basis, HouseHead
from models.house.stored import house_version
from models.moves import SHOWN_FROM, TurnProbabilities
from models.probability import ProbabilityFit
from models.sentiment import turn_sentiments
from models.trained import TrainedJudge, bundled_heads, heads_version, load_trained
from models.turn_features import turn_features
from models.withholding import Withholding
from models.wording import explained, in_words, unscored
from pipeline.domain import (
    CriterionScore,
    Evidence,
    Judgement,
    Reason,
    Transcript,
    Turn,
    TurnJudgement,
    Verdict,
)
from pipeline.logic import RuleOutcome, decide
from pipeline.rubric import Criterion, Rubric
from pipeline.settings import Settings

JUDGE_VERSION = "3"
"""Raised with every change of code that can change a verdict."""
RULE_THRESHOLD = 0.4
"""From this probability on a move counts for evidence and explanations."""


@dataclass(frozen=True, slots=True)
class Heard:
    """A call as the classifiers see it."""

    turns: tuple[Turn, ...]
    found: TurnProbabilities
    features: Mapping[str, float]
    audible: Audible | None
    """What was understood of the recording; None for a written call."""


class HeadJudge:
    """Judges transcripts with trained heads, rules and examples."""

    def __init__(
        self,
        encoder: Encoder,
        trained: TrainedJudge,
        version: str,
        low_asr_confidence: float,
        *,
        withhold: Withholding | None = None,
        unheard_share: float | None = None,
        house: Sequence[HouseHead] = (),
    ) -> None:
        """Make a judge; nothing is loaded yet.

        Args:
            encoder: The one that the heads were trained on.
            trained: Heads and turn classifier.
            version: Of the heads, for provenance.
            low_asr_confidence: Mean word probability under which nothing is judged.
            withhold: When to withhold a verdict; None: never (for measuring).
            unheard_share: As in ``models.hearing.Hearing``.
            house: At most one for each criterion; those that were fitted on other heads are
                left aside, and then not named in ``versions``.
        """
        self._house = {head.criterion: head for head in house if head.heads == version}
        self.heads = version
        self._encoder = encoder
        self._trained = trained
        self._examples = ExampleReader(encoder)
        self._hearing = Hearing(low_asr_confidence, unheard_share)
        self._withhold = withhold
        self.versions: Mapping[str, str] = {
            "encoder": encoder.version,
            "heads": f"heads@{version}",
            "judge": f"{JUDGE_VERSION}, {self._hearing}, {withhold}",
            **{f"house {name}": house_version(own) for name, own in sorted(self._house.items())},
        }

    def load(self) -> None:
        """Load the encoder now rather than at the first call; does nothing the second time."""
        self._encoder.load()

    def judge(self, rubric: Rubric, transcript: Transcript) -> Judgement:
        """Return one score per criterion, and moves and sentiment per turn. Pure.

        Args:
            rubric: Any; criteria that were not trained are judged by rule or examples.
            transcript: As it will be stored, so that quotes are found in it.
        """
        doubts = [doubt(rubric, criterion, transcript) for criterion in rubric.criteria]
        pairs = list(zip(rubric.criteria, doubts, strict=True))
        if any(found is not None and found.silences_call for found in doubts):
            return Judgement(scores=tuple(_doubted(c, found) for c, found in pairs if found))
        heard = self._hear(transcript)
        scores = tuple(
            _doubted(criterion, found) if found else self._score(criterion, heard)
            for criterion, found in pairs
        )
        return Judgement(scores=scores, turns=_turn_judgements(heard.found))

    def bases(self, rubric: Rubric, transcript: Transcript) -> Mapping[str, Basis]:
        """Return what house heads see of a call, by criterion: what they learn from and edit.

        Criteria that are judged by examples alone are left out; no house head edits those.
        """
        heard = self._hear(transcript)
        found = {criterion.id: self._basis(criterion, heard) for criterion in rubric.criteria}
        return {name: basis for name, basis in found.items() if basis is not None}

    def _hear(self, transcript: Transcript) -> Heard:
        turns = transcript.turns
        read = self._encoder.read([turn.text for turn in turns])
        found = self._trained.turns.predict(turn_features(turns, read))
        audible = listen(transcript, found.moves(SHOWN_FROM))
        return Heard(turns, found, call_features(turns, found), audible)

    def _score(self, criterion: Criterion, heard: Heard) -> CriterionScore:
        basis = self._basis(criterion, heard)
        if basis is None:
            return self._by_example(criterion, heard)
        house = self._house.get(criterion.id)
        if house is not None and house.fits(criterion, self.heads):
            needed = self._threshold(criterion, house.probability)
            shares = house.probabilities(basis)
            return self._decided(criterion, heard, shares, house.probability, needed)
        fitted = self._fitted(criterion)
        if fitted is None:
            fit, needed = self._trained.rule, self._untrained(criterion)
        else:
            fit, needed = fitted.probability, self._threshold(criterion, fitted.probability)
        return self._decided(criterion, heard, basis.shares, fit, needed)

    def _basis(self, criterion: Criterion, heard: Heard) -> Basis | None:
        """Return what head or rule say, and of what; None if there is neither."""
        own = rule_features(criterion, heard.turns, heard.found)
        features = {**heard.features, **own}
        fitted = self._fitted(criterion)
        if fitted is not None:
            return Basis(fitted.head.probabilities(features), features)
        return Basis(rule_shares(criterion, own), features) if own else None

    def _fitted(self, criterion: Criterion) -> FittedHead | None:
        """Return the trained head of a criterion, if it still asks the same."""
        fitted = self._trained.heads.get(criterion.id)
        return fitted if fitted is not None and fitted.fits(criterion) else None

    def _decided(
        self,
        criterion: Criterion,
        heard: Heard,
        shares: Mapping[Verdict, float],
        fit: ProbabilityFit,
        needed: float,
    ) -> CriterionScore:
        """Return the likeliest verdict with its evidence, or why it is withheld."""
        verdict = max(shares, key=lambda name: shares[name])
        probability = fit.fitted(shares[verdict])
        if probability < needed:
            return unscored(
                criterion,
                Reason.MODEL_ABSTAINED,
                f"Closest to {in_words(verdict)}, but only {probability:.0%} sure; "
                f"this criterion is judged from {needed:.0%} on.",
            )
        rule = None
        if criterion.rule is not None:
            moves = heard.found.moves(SHOWN_FROM)
            rule = decide(criterion, heard.turns, moves, RULE_THRESHOLD)
        shown = evidence_turns(criterion, verdict, heard.turns, heard.found, rule)
        by_index = {turn.index: turn for turn in heard.turns}
        evidence = tuple(quoted(by_index[index]) for index in shown)
        return self._checked(
            criterion, heard, verdict, probability, explained(verdict, rule), evidence, rule
        )

    def _by_example(self, criterion: Criterion, heard: Heard) -> CriterionScore:
        needed = self._untrained(criterion)
        told = self._examples.verdict(criterion, heard.turns, self._trained.examples, needed)
        if told.found is None or told.probability is None:
            return unscored(criterion, Reason.MODEL_ABSTAINED, told.sentence)
        by_index = {turn.index: turn for turn in heard.turns}
        place = told.found.place
        evidence = () if place is None else (quoted(by_index[place.turn], place.start, place.end),)
        return self._checked(
            criterion, heard, told.found.verdict, told.probability, told.sentence, evidence
        )

    def _threshold(self, criterion: Criterion, fit: ProbabilityFit) -> float:
        """Return the probability from which a trained head's verdict is given."""
        return 0.0 if self._withhold is None else self._withhold.threshold(criterion.id, fit)

    def _untrained(self, criterion: Criterion) -> float:
        """Return the probability from which a rule's or an example's verdict is given."""
        return 0.0 if self._withhold is None else self._withhold.untrained(criterion.id)

    def _checked(
        self,
        criterion: Criterion,
        heard: Heard,
        verdict: Verdict,
        probability: float,
        sentence: str,
        evidence: tuple[Evidence, ...],
        rule: RuleOutcome | None = None,
    ) -> CriterionScore:
        """Return the score, unless what it rests on was not heard."""
        shown = {item.turn for item in evidence}
        problem = self._hearing.problem(criterion, verdict, rule, shown, heard.turns, heard.audible)
        if problem is not None:
            return unscored(criterion, Reason.LOW_ASR_CONFIDENCE, problem)
        return CriterionScore(
            criterion=criterion.id,
            verdict=verdict,
            probability=round(probability, 4),
            explanation=sentence,
            evidence=evidence,
        )


def build_judge(
    settings: Settings, heads: Path | None = None, house: Sequence[HouseHead] = ()
) -> HeadJudge:
    """Return the judge. Its versions are known at once; torch and the encoder load at first use.

    Args:
        settings: Where the weights are, and what counts as badly heard.
        heads: Folder of trained heads; None: those that come with callqa.
        house: Edits of their verdicts that this house's reviewers taught.

    Raises:
        PrerequisiteError: Weights or heads are missing; the message is what fixes it.
    """
    folder = bundled_heads() if heads is None else heads
    trained = load_trained(folder)
    encoder = load_encoder(settings.weights)
    return HeadJudge(
        encoder,
        trained,
        heads_version(folder),
        settings.low_asr_confidence,
        withhold=Withholding(settings.stated_error, settings.withhold_under),
        unheard_share=settings.unheard_share,
        house=house,
    )


def _doubted(criterion: Criterion, found: Doubt) -> CriterionScore:
    return unscored(criterion, found.reason, found.sentence)


def _turn_judgements(found: TurnProbabilities) -> tuple[TurnJudgement, ...]:
    sentiments = {item.turn: item for item in turn_sentiments(found)}
    judgements = []
    for entry in found.moves(SHOWN_FROM):
        own = sentiments.get(entry.turn)
        judgements.append(
            TurnJudgement(
                turn=entry.turn,
                moves=dict(entry.probabilities),
                sentiment=own.sentiment if own else None,
                sentiment_probability=round(own.probability, 4) if own else None,
            )
        )
    return tuple(judgements)
