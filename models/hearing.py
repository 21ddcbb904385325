"""Whether what a verdict rests on was heard: the words themselves, or the place where none were.

A verdict that rests on words stands if those words were heard well. One that rests on absence is
withheld if what is absent may have been said where nothing was understood: "not heard" is never
"not done". Written calls are always heard.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass

from models.absence import Absence, absence, bare_absence
from models.audible import HEARD_FROM, Audible, Missing
from models.gap_wording import missing_in_words
from pipeline.domain import Turn, Verdict
from pipeline.logic import RuleOutcome, places
from pipeline.rubric import Criterion
from pipeline.spans import Span

DOUBTFUL, FEW = 1 / 8, 2
"""Share, and number, of hardly heard words from which a place was not understood. On undamaged
recordings at most a ninth of the words of an opening or a closing are."""
SENTENCE_S = 2.0
"""A sentence fits: "what's your date of birth?", or the answer. A longer stretch without credible
words may hold what a whole-call criterion asks for, whatever its share of a long call is; less
than this in all holds none."""
CONSIDERABLE = 0.25
"""Share of a role's speech that may be missing before "nothing bad was heard" is no verdict any
more. Faults are rare, so what was missed seldom held one."""
ANCHORED_FROM = 0.4
"""Probability of a move from which a turn is the point that a rule names."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """How well a call must be heard to be judged."""

    low_asr_confidence: float
    """Mean word probability under which the words of a verdict were heard badly."""
    unheard_share: float | None
    """Share of a role's speech that may be missing from a whole call; None: only the words that
    were recognised count."""

    def problem(
        self,
        criterion: Criterion,
        verdict: Verdict,
        rule: RuleOutcome | None,
        evidence: Collection[int],
        turns: Sequence[Turn],
        audible: Audible | None,
    ) -> str | None:
        """Return why a verdict cannot be given, as a sentence; None if it can.

        Args:
            criterion: What was judged.
            verdict: What was decided.
            rule: What the criterion's rule decided, if it has one.
            evidence: Indices of the turns that are shown for the verdict.
            turns: All turns of the call.
            audible: What was understood of the recording; None for a written call.
        """
        if self.unheard_share is None:
            audible = None
        confidence = heard_confidence(criterion, turns, evidence, audible if evidence else None)
        if confidence is not None and confidence < self.low_asr_confidence:
            return f"The words that decide this were not heard well enough ({confidence:.0%})."
        if audible is None or self.unheard_share is None:
            return None
        absent = absence(criterion, verdict, rule)
        if absent is None and not evidence:
            absent = bare_absence(criterion, verdict)
        return None if absent is None else _missed(absent, audible, self.unheard_share)

    def __str__(self) -> str:
        """Return it for provenance: what changes the text changes verdicts."""
        share = "" if self.unheard_share is None else f", unheard to {self.unheard_share:g}"
        return f"words from {self.low_asr_confidence:g}{share}"


def heard_confidence(
    criterion: Criterion,
    turns: Sequence[Turn],
    evidence: Collection[int],
    audible: Audible | None = None,
) -> float | None:
    """Return the mean word probability of the evidence, or of all turns of the roles without any.

    Words that are too improbable, or were said where nothing was understood, count with 0. None
    for written calls.

    Args:
        criterion: Its roles count where there is no evidence.
        turns: All turns of the call.
        evidence: Indices of the turns that a verdict rests on.
        audible: What was understood; None: each word counts with its probability.
    """
    matter = [t for t in turns if (t.index in evidence if evidence else t.role in criterion.roles)]
    heard = [(t, t.asr_confidence, max(1, len(t.words))) for t in matter]
    known = [(_of_turn(t, mean, audible), n) for t, mean, n in heard if mean is not None]
    if not known:
        return None
    return sum(c * words for c, words in known) / sum(words for _, words in known)


def _of_turn(turn: Turn, mean: float, audible: Audible | None) -> float:
    if audible is None or not turn.words:
        return mean
    kept = (w.probability for w in audible.words(turn) if w.probability >= HEARD_FROM)
    return sum(kept) / len(turn.words)


def _missed(absent: Absence, audible: Audible, unheard_share: float) -> str | None:
    """Return where what is absent may have been said unheard, as a sentence; None: nowhere."""
    everywhere = absent.place == "whole_call"
    window = _window(absent, audible)
    missing = audible.missing(absent.roles, window, sure=absent.of_faults)
    if missing and (not everywhere or _matters(absent, audible, missing, unheard_share)):
        return missing_in_words(missing, audible)
    ends = None if everywhere and absent.of_faults else _ends(absent, audible)
    if ends is not None:
        return f"{ends}: what is missing may hold it."
    hardly, words = audible.doubtful(absent.roles, window)
    if hardly < FEW or hardly <= (CONSIDERABLE if absent.of_faults else DOUBTFUL) * words:
        return None
    return f"{hardly} of {words} words in which it may have been said were hardly understood."


def _matters(
    absent: Absence, audible: Audible, missing: Sequence[Missing], unheard_share: float
) -> bool:
    """Return whether enough is missing from a whole call to have held what is absent."""
    sure = absent.of_faults
    share = max(audible.share_missing(role, sure=sure) for role in absent.roles)
    if absent.of_faults:
        return share > CONSIDERABLE
    lengths = [gap.within_s for gap in missing]
    long = max(lengths, default=0.0) >= SENTENCE_S
    return long or (share > unheard_share and sum(lengths) >= SENTENCE_S)


def _ends(absent: Absence, audible: Audible) -> str | None:
    """Return why the part of the call in which it would have been said is not recorded."""
    opening = audible.no_opening if absent.place != "closing" else None
    end = audible.no_end if absent.place != "opening" and absent.before is None else None
    return opening or end


def _window(absent: Absence, audible: Audible) -> Span:
    """Return when it would have been said."""
    chosen = places(audible.turns)[absent.place]
    inside = [turn for turn in audible.turns if turn.index in chosen]
    start_s, end_s = 0.0, audible.duration_s
    if absent.place == "opening" and inside:
        end_s = max(turn.end_s or 0.0 for turn in inside)
    if absent.place == "closing" and inside:
        start_s = min(turn.start_s or 0.0 for turn in inside)
    if absent.before is not None and absent.before.end == "first":
        end_s = _first_s(absent.before.moves, audible, end_s)
    return Span(start_s, end_s)


def _first_s(moves: Sequence[str], audible: Audible, default_s: float) -> float:
    """Return when the first turn with one of the moves begins."""
    having = {
        entry.turn
        for entry in audible.moves
        if any(entry.probabilities.get(name, 0.0) >= ANCHORED_FROM for name in moves)
    }
    starts = (turn.start_s for turn in audible.turns if turn.index in having)
    return min((at for at in starts if at is not None), default=default_s)
