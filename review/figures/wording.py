"""Sentences about figures: what differs, by how much, and how sure that is."""

from __future__ import annotations

from pipeline.comparing import Figure
from pipeline.pass_rate import PassRate
from pipeline.relating import Correlation
from review.charts.figures import (
    UNKNOWN,
    Point,
    Written,
    in_words,
    interval,
    percent,
    plain,
    points,
    signed,
)

METRICS = {
    "agent_talk_ratio": ("Agent's share of the talk", percent),
    "silence_ratio": ("Silence, share of the call", percent),
    "hold_s": ("Hold, seconds", points),
    "overtalk_s": ("Both speak at once, seconds", points),
    "agent_interruptions": ("Interruptions by the agent", plain),
    "customer_interruptions": ("Interruptions by the customer", plain),
    "agent_words_per_minute": ("Agent's words per minute", points),
    "first_agent_word_s": ("Agent's first word after, seconds", points),
    "duration_s": ("Length of the call, seconds", points),
}
"""Talk metrics that pages show: their names, and how they are written."""


def criterion_words(criterion: str) -> str:
    """Return a criterion's id as people read it."""
    return criterion.replace("_", " ")


def figure_words(figure: Figure | None, written: Written) -> str:
    """Return a figure with its interval."""
    if figure is None:
        return UNKNOWN
    return in_words(Point(figure.value, figure.low, figure.high), written)


def difference_words(figure: Figure | None, written: Written = points) -> str:
    """Return a difference with its interval and sign."""
    return figure_words(figure, signed(written))


def difference_value(figure: Figure) -> str:
    """Return a difference of scores with its sign."""
    return signed(points)(figure.value)


def difference_ends(figure: Figure) -> str:
    """Return the ends of the interval of a difference of scores."""
    return interval(Point(figure.value, figure.low, figure.high), signed(points))


def verdict_on(figure: Figure | None) -> str:
    """Return whether a difference is more than chance, in a word or two."""
    if figure is None or figure.low is None:
        return "not enough calls"
    if not figure.differs:
        return "no difference seen"
    return "higher" if figure.value > 0 else "lower"


def rate_words(rate: PassRate) -> str:
    """Return the true pass rate, or why there is none."""
    if rate.true is None:
        return rate.missing
    known = Point(rate.true.value, rate.true.low, rate.true.high)
    return in_words(known, percent)


def correlation_words(found: Correlation, what: str) -> str:
    """Return how far scores and something else go together, as a sentence."""
    if found.pearson is None:
        return f"{found.pairs} calls have both figures: too few, or one of them never varies."
    strength = abs(found.pearson.value)
    word = "strongly" if strength >= 0.5 else "moderately" if strength >= 0.3 else "weakly"
    way = "higher" if found.pearson.value > 0 else "lower"
    said = (
        f"On {found.pairs:,} calls a higher score goes {word} with {way} {what}"
        if found.pearson.differs
        else f"On {found.pairs:,} calls scores and {what} are not seen to go together"
    )
    numbers = [f"Pearson {figure_words(found.pearson, plain)}"]
    if found.spearman is not None:
        numbers.append(f"Spearman {figure_words(found.spearman, plain)}")
    return f"{said}: {', '.join(numbers)}, 95 % intervals."
