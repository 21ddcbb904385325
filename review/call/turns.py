"""The words of a call as the page shows them: each word knows when it was said."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from markupsafe import Markup, escape

from pipeline.domain import Role, Sentiment, Turn, TurnJudgement
from pipeline.store import Scorecard

DOUBTFUL_UNDER = 0.35
"""A word that the recogniser gives less than this is marked as one to check against the sound."""
SPEAKERS: Mapping[Role, str] = {
    Role.AGENT: "Agent",
    Role.CUSTOMER: "Customer",
    Role.SYSTEM: "Recording",
    Role.UNKNOWN: "Unknown speaker",
}
WORD = Markup('<span data-start="{}">{}</span>')
DOUBTFUL_WORD = Markup('<span class="doubtful" data-start="{}">{}</span>')


@dataclass(frozen=True, slots=True)
class TurnView:
    """One turn."""

    index: int
    role: Role
    speaker: str
    start_s: float | None
    end_s: float | None
    text: str
    words: Markup
    """The text, escaped; what is timed stands in a span with ``data-start`` in seconds."""
    doubtful: bool
    """Some words in it were hardly recognised."""
    sentiment: Sentiment | None
    sentiment_probability: float | None
    pause_s: float | None
    """Nobody spoke for so long before it; None if shorter than is worth saying."""


PAUSE_SHOWN_S = 8.0


def turn_views(scorecard: Scorecard) -> tuple[TurnView, ...]:
    """Return the turns of a call in order."""
    judged = {item.turn: item for item in scorecard.evaluation.judgement.turns}
    views = []
    ended_s: float | None = None
    for turn in scorecard.transcript.turns:
        views.append(_view(turn, judged.get(turn.index), ended_s))
        if turn.end_s is not None:
            ended_s = max(ended_s or 0.0, turn.end_s)
    return tuple(views)


def _view(turn: Turn, judged: TurnJudgement | None, ended_s: float | None) -> TurnView:
    pause_s = None if turn.start_s is None or ended_s is None else turn.start_s - ended_s
    return TurnView(
        index=turn.index,
        role=turn.role,
        speaker=SPEAKERS[turn.role],
        start_s=turn.start_s,
        end_s=turn.end_s,
        text=turn.text,
        words=Markup("").join(_pieces(turn)),
        doubtful=any(word.probability < DOUBTFUL_UNDER for word in turn.words),
        sentiment=judged.sentiment if judged else None,
        sentiment_probability=judged.sentiment_probability if judged else None,
        pause_s=pause_s if pause_s is not None and pause_s >= PAUSE_SHOWN_S else None,
    )


def _pieces(turn: Turn) -> Iterator[Markup]:
    """Yield the text in order: words where they are found in it, and what stands between them.

    The text is what counts: a word that was redacted from it is not found and not shown.
    """
    at = 0
    for word in turn.words:
        found = turn.text.find(word.text, at) if word.text else -1
        if found < 0 or found - at > len(word.text) + 40:
            continue
        if found > at:
            yield escape(turn.text[at:found])
        shape = DOUBTFUL_WORD if word.probability < DOUBTFUL_UNDER else WORD
        yield shape.format(f"{word.start_s:.2f}", word.text)
        at = found + len(word.text)
    yield escape(turn.text[at:])
