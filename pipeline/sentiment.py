"""How the customer's sentiment began, ended and moved, from what each customer turn expresses."""

from __future__ import annotations

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

from pipeline.domain import Role, Sentiment, Turn, TurnJudgement

Trend: TypeAlias = Literal["improved", "steady", "worsened"]

VALUES = {Sentiment.NEGATIVE: -1, Sentiment.NEUTRAL: 0, Sentiment.POSITIVE: 1}
LEANING = 0.1
"""A stretch is neutral while its mean value is within this of zero. Chosen on the 160 labelled
training calls, whose labels come from a language model: from the true sentiment of each turn,
kappa with the call's labels is 0.76 for the start and 0.78 for the end."""


@dataclass(frozen=True, slots=True)
class SentimentCourse:
    """The customer's sentiment over a call; None where there is nothing to judge it by."""

    start: Sentiment | None
    """In the first third of the customer's turns, at least one turn."""
    end: Sentiment | None
    """In the last third."""
    trend: Trend | None


def sentiment_course(turns: Sequence[Turn], judgements: Sequence[TurnJudgement]) -> SentimentCourse:
    """Return start, end and trend of the customer's sentiment.

    Turns whose sentiment was not judged are left out, never taken as neutral. With fewer than
    two judged turns start and end are the same turn, and the trend is None.

    Args:
        turns: All turns of the call, in order.
        judgements: In any order; sentiments of turns that are not the customer's are ignored.
    """
    customer = [turn.index for turn in turns if turn.role is Role.CUSTOMER]
    judged = {item.turn: item.sentiment for item in judgements}
    values = [VALUES[found] for index in customer if (found := judged.get(index)) is not None]
    if not values:
        return SentimentCourse(None, None, None)
    third = math.ceil(len(values) / 3)
    start, end = _leaning(values[:third]), _leaning(values[-third:])
    return SentimentCourse(start, end, _trend(start, end) if len(values) > 1 else None)


def _leaning(values: Sequence[int]) -> Sentiment:
    mean = sum(values) / len(values)
    if abs(mean) <= LEANING:
        return Sentiment.NEUTRAL
    return Sentiment.POSITIVE if mean > 0 else Sentiment.NEGATIVE


def _trend(start: Sentiment, end: Sentiment) -> Trend:
    if VALUES[end] == VALUES[start]:
        return "steady"
    return "improved" if VALUES[end] > VALUES[start] else "worsened"
