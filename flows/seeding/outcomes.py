"""What is known of a call from elsewhere: what customers said of it, whether it solved the matter.

Made up so that a look at scores against outcomes shows what it shows in life: they go together, but
loosely.
"""

from __future__ import annotations

import random
from dataclasses import dataclass

from pipeline.domain import Sentiment, Verdict

ANSWERED = 0.3
"""Share of customers who answer the survey."""
FOLLOWED_UP = 0.8
"""Share of calls of which it is known whether the customer had to contact again."""
SOLVED = {Verdict.PASS: 0.87, Verdict.PARTIAL: 0.45, Verdict.FAIL: 0.15}
"""How likely the customer need not contact again, by the right verdict on the resolution."""
LEAVES = {Sentiment.NEGATIVE: -1.0, Sentiment.NEUTRAL: 0.0, Sentiment.POSITIVE: 0.55}
WRITTEN_TURN_S = 28.0
"""How long an agent works on one turn of a chat."""


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a customer survey, a ticket system and the telephone system say."""

    csat: float | None
    """From 1 to 5."""
    fcr: bool | None
    """First-contact resolution."""
    aht_s: int
    """Handling time: the call and the work after it."""


def outcome_of(
    *,
    true_score: float | None,
    resolution: Verdict | None,
    sentiment_end: Sentiment,
    duration_s: float | None,
    turns: int,
    rng: random.Random,
) -> Outcome:
    """Return the outcome of a call.

    Args:
        true_score: From the right verdicts, in [0, 100].
        resolution: The right verdict on the resolution, if the rubric asks about it.
        sentiment_end: How the customer left.
        duration_s: None for a chat.
        turns: How many the call has.
        rng: Chooses.
    """
    quality = 0.0 if true_score is None else (true_score - 75.0) / 25.0
    satisfied = 3.4 + LEAVES[sentiment_end] + 0.45 * quality + rng.gauss(0.0, 0.8)
    answered, followed_up = rng.random() < ANSWERED, rng.random() < FOLLOWED_UP
    solved = rng.random() < SOLVED.get(resolution or Verdict.PARTIAL, SOLVED[Verdict.PARTIAL])
    talk_s = turns * WRITTEN_TURN_S if duration_s is None else duration_s
    return Outcome(
        csat=float(min(5, max(1, round(satisfied)))) if answered else None,
        fcr=solved if followed_up else None,
        aht_s=round(talk_s + max(5.0, rng.gauss(70.0, 30.0))),
    )
