"""The words that a verdict rests on: which turns, which part of them, and when it was said."""

from __future__ import annotations

from collections.abc import Sequence

from models.moves import TurnProbabilities, ground
from models.parts import sentence_spans
from pipeline.domain import Evidence, Turn, Verdict
from pipeline.logic import RuleOutcome
from pipeline.rubric import Criterion

MOST_TURNS = 4
"""More than a reviewer wants to listen to hides the one that matters."""
LIKELY = 0.3
"""A turn this likely to be a ground of the verdict is shown."""
RULE_SHARE = 0.2
"""What being named by the rule adds to that, where rule and verdict agree."""
FAINT = 0.05
"""If nothing is likely, the best turn is shown from here on, as moves are."""
QUOTE_CHARACTERS = 240
"""Longer turns are quoted from one sentence on (about 15 seconds of speech)."""


def evidence_turns(
    criterion: Criterion,
    verdict: Verdict,
    turns: Sequence[Turn],
    found: TurnProbabilities,
    rule: RuleOutcome | None,
) -> tuple[int, ...]:
    """Return the turns to show for a verdict, in order; none if it rests on absence.

    Args:
        criterion: Only turns of its roles are shown.
        verdict: What was decided.
        turns: All turns of the call.
        found: From the turn classifier.
        rule: What the criterion's rule decided, if it has one.
    """
    named = rule.turns if rule is not None and rule.verdict is verdict else ()
    likely = found.of(ground(criterion.id, verdict))
    scores = {
        turn.index: float(likely[at]) + RULE_SHARE * (turn.index in named)
        for at, turn in enumerate(turns)
        if turn.role in criterion.roles
    }
    ranked = sorted(scores, key=lambda index: (-scores[index], index))
    chosen = [index for index in ranked if scores[index] >= LIKELY]
    if not chosen:
        chosen = [index for index in ranked if index in named]
    if not chosen:
        chosen = [index for index in ranked[:1] if scores[index] >= FAINT]
    return tuple(sorted(chosen[:MOST_TURNS]))


def quoted(turn: Turn, start: int | None = None, end: int | None = None) -> Evidence:
    """Return a turn as evidence, with the times of the quoted words.

    Args:
        turn: Its text is quoted verbatim.
        start: First character of the quote; None quotes the whole turn, or the first sentences
            of a long one.
        end: End of the quote, exclusive.
    """
    if start is None or end is None:
        start, end = 0, _cut(turn.text)
    quote = turn.text[start:end].strip()
    start_s, end_s = _times(turn, start, end)
    return Evidence(turn=turn.index, quote=quote, start_s=start_s, end_s=end_s)


def _cut(text: str) -> int:
    """Return where the quote of a whole turn ends: at a sentence, else at a word."""
    if len(text) <= QUOTE_CHARACTERS:
        return len(text)
    ends = [end for _, end in sentence_spans(text) if end <= QUOTE_CHARACTERS]
    if ends:
        return ends[-1]
    space = text.rfind(" ", 0, QUOTE_CHARACTERS)
    return space if space > 0 else QUOTE_CHARACTERS


def _times(turn: Turn, start: int, end: int) -> tuple[float | None, float | None]:
    """Return when the characters were said; the turn's own times where words cannot be aligned."""
    at = 0
    inside = []
    for word in turn.words:
        spoken = word.text.strip()
        at = turn.text.find(spoken, at)
        if at < 0:
            return turn.start_s, turn.end_s
        if at < end and at + len(spoken) > start:
            inside.append(word)
        at += len(spoken)
    if not inside:
        return turn.start_s, turn.end_s
    return inside[0].start_s, max(word.end_s for word in inside)
