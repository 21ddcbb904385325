"""Talk metrics in words: what the clock says, shortest useful form first."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from review.rendering import duration


@dataclass(frozen=True, slots=True)
class Fact:
    """One figure with its name."""

    name: str
    value: str
    title: str
    """What exactly was measured."""


def talk_facts(metrics: Mapping[str, float | None]) -> tuple[Fact, ...]:
    """Return what can be told of a call's talk metrics; nothing for a written call."""
    ratio = metrics.get("agent_talk_ratio")
    facts = []
    if ratio is not None:
        share = f"{ratio * 100:.0f} : {(1 - ratio) * 100:.0f}"
        facts.append(Fact("Agent : customer", share, "Shares of the time that the two speak"))
    for key, name, title in (
        ("silence_s", "Silence", "Nobody speaks, and it is no hold"),
        ("longest_silence_s", "Longest silence", "The longest stretch without a word, holds apart"),
        ("hold_s", "On hold", "Music, or silence after a hold was announced"),
        ("overtalk_s", "Both at once", "Agent and customer speak at the same time"),
        ("first_agent_word_s", "Agent's first word", "From the start of the recording"),
    ):
        value = metrics.get(key)
        if value:
            facts.append(Fact(name, _length(value), title))
    for key, name, title in (
        ("agent_interruptions", "Agent interrupts", "Began while the customer was not done"),
        ("customer_interruptions", "Customer interrupts", "Began while the agent was not done"),
    ):
        value = metrics.get(key)
        if value:
            facts.append(Fact(name, f"{value:.0f}\N{MULTIPLICATION SIGN}", title))
    pace = metrics.get("agent_words_per_minute")
    if pace is not None:
        facts.append(Fact("Agent's pace", f"{pace:.0f} words/min", "Per minute of their own talk"))
    return tuple(facts)


def _length(seconds: float) -> str:
    """Return a short length in seconds, a longer one as a clock shows it."""
    return f"{seconds:.1f} s" if seconds < 60 else duration(seconds)
