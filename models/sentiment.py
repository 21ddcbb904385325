"""What each customer turn expresses: negative, neutral or positive, from its words alone."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from models.moves import TurnProbabilities, sentiment_label
from pipeline.domain import Role, Sentiment

WEIGHTS = {Sentiment.NEGATIVE: 1.2, Sentiment.NEUTRAL: 0.8, Sentiment.POSITIVE: 1.2}
"""Neutral turns are three in five and would swallow the others; best macro F1 on labels_train."""


@dataclass(frozen=True, slots=True)
class TurnSentiment:
    """What one customer turn expresses."""

    turn: int
    sentiment: Sentiment
    probability: float
    """Its share among the three."""


def turn_sentiments(found: TurnProbabilities) -> tuple[TurnSentiment, ...]:
    """Return the sentiment of every customer turn; other roles are never judged.

    Empty if the classifier does not know all three sentiments.
    """
    labels = [sentiment_label(sentiment) for sentiment in WEIGHTS]
    if any(label not in found.names for label in labels):
        return ()
    table = np.stack([found.of(label) for label in labels], axis=1)
    table = table * np.array(list(WEIGHTS.values()), dtype=np.float32)
    names = list(WEIGHTS)
    sentiments = []
    for index, role in enumerate(found.roles):
        if role is Role.CUSTOMER:
            best = int(table[index].argmax())
            share = float(table[index, best] / max(float(table[index].sum()), 1e-6))
            sentiments.append(TurnSentiment(index, names[best], share))
    return tuple(sentiments)
