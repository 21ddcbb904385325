"""Talk metrics: who spoke how long, how fast, and when nobody did.

From the times of words where there are any, else of turns. Written calls have no times, so every
metric of theirs is None. Silence between a recording's first and last word counts; before and
after that the line may simply not be open yet, or still.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, dataclass, fields

from pipeline.domain import Role, Transcript, Turn
from pipeline.spans import Span, overlap, total_s, united, without

PAUSE_S = 0.5
"""A shorter gap between two words of one speaker is part of the speech."""
MIN_OVERTALK_S = 0.2
"""Shorter overlaps are the error of word times, not two people speaking."""
MIN_INTERRUPTION_LEFT_S = 0.5
"""An interruption starts when the other still has this much to say …"""
MIN_INTERRUPTION_WORDS = 3
"""… and has at least so many words: "mm-hm" and "okay, yeah" are listening."""
MIN_RATE_TALK_S = 10.0
"""Words per minute are not given for less talk than this."""


@dataclass(frozen=True, slots=True)
class TalkMetrics:
    """What the clock says about one call. None: cannot be told."""

    duration_s: float | None = None
    agent_talk_s: float | None = None
    customer_talk_s: float | None = None
    agent_talk_ratio: float | None = None
    """Agent's share of what agent and customer spoke, in [0, 1]."""
    silence_s: float | None = None
    """Nobody speaks and it is no hold."""
    silence_ratio: float | None = None
    """Share of the duration, in [0, 1]."""
    longest_silence_s: float | None = None
    hold_s: float | None = None
    """Music after the agent's first word, and silence right after a hold was announced."""
    longest_hold_s: float | None = None
    overtalk_s: float | None = None
    """Agent and customer speak at once."""
    agent_interruptions: float | None = None
    """How often the agent began to speak while the customer had not finished."""
    customer_interruptions: float | None = None
    agent_words_per_minute: float | None = None
    """Per minute of the agent's own talk."""
    customer_words_per_minute: float | None = None
    first_agent_word_s: float | None = None
    """From the start of the recording."""

    def as_mapping(self) -> Mapping[str, float | None]:
        """Return the metrics by name, rounded to milliseconds or thousandths."""
        return {
            name: None if value is None else round(value, 3) for name, value in asdict(self).items()
        }


METRIC_NAMES = tuple(field.name for field in fields(TalkMetrics))


@dataclass(frozen=True, slots=True)
class TalkTimes:
    """The stretches that the metrics and findings are made from."""

    agent: tuple[Span, ...]
    customer: tuple[Span, ...]
    silences: tuple[Span, ...]
    holds: tuple[Span, ...]
    overtalk: tuple[Span, ...]


def talk_times(transcript: Transcript, hold_turns: Collection[int] = ()) -> TalkTimes | None:
    """Return who spoke when, None where no turn has times.

    Args:
        transcript: Of a recording or of a written call.
        hold_turns: Indices of turns that announce a hold; a silence after one of them is a hold.
    """
    timed = [turn for turn in transcript.turns if turn.start_s is not None]
    if not timed:
        return None
    everyone = united(span for turn in timed for span in _speech(turn))
    agent = _of(timed, Role.AGENT)
    customer = _of(timed, Role.CUSTOMER)
    gaps = without([Span(everyone[0].start_s, everyone[-1].end_s)], everyone) if everyone else ()
    holds = _holds(transcript, timed, agent, gaps, hold_turns)
    together = [span for span in overlap(agent, customer) if span.length_s >= MIN_OVERTALK_S]
    return TalkTimes(
        agent=agent,
        customer=customer,
        silences=without(gaps, [*holds, *_music(transcript)]),
        holds=holds,
        overtalk=tuple(together),
    )


def talk_metrics(transcript: Transcript, hold_turns: Collection[int] = ()) -> TalkMetrics:
    """Return the talk metrics of one call; all None but the duration for a call without times."""
    times = talk_times(transcript, hold_turns)
    if times is None:
        return TalkMetrics(duration_s=transcript.duration_s)
    duration_s = transcript.duration_s or max(turn.end_s or 0.0 for turn in transcript.turns)
    agent_s, customer_s = total_s(times.agent), total_s(times.customer)
    silence_s = total_s(times.silences)
    return TalkMetrics(
        duration_s=duration_s,
        agent_talk_s=agent_s,
        customer_talk_s=customer_s,
        agent_talk_ratio=agent_s / (agent_s + customer_s) if agent_s + customer_s else None,
        silence_s=silence_s,
        silence_ratio=min(1.0, silence_s / duration_s) if duration_s else None,
        longest_silence_s=max((span.length_s for span in times.silences), default=0.0),
        hold_s=total_s(times.holds),
        longest_hold_s=max((span.length_s for span in times.holds), default=0.0),
        overtalk_s=total_s(times.overtalk),
        agent_interruptions=float(_interruptions(transcript.turns, Role.AGENT, Role.CUSTOMER)),
        customer_interruptions=float(_interruptions(transcript.turns, Role.CUSTOMER, Role.AGENT)),
        agent_words_per_minute=_words_per_minute(transcript.turns, Role.AGENT, agent_s),
        customer_words_per_minute=_words_per_minute(transcript.turns, Role.CUSTOMER, customer_s),
        first_agent_word_s=times.agent[0].start_s if times.agent else None,
    )


def _speech(turn: Turn) -> tuple[Span, ...]:
    """Return when a turn was spoken: its words without the pauses between them."""
    if turn.words:
        return united((Span(word.start_s, word.end_s) for word in turn.words), PAUSE_S)
    if turn.start_s is None or turn.end_s is None:
        return ()
    return united([Span(turn.start_s, turn.end_s)])


def _of(turns: Sequence[Turn], role: Role) -> tuple[Span, ...]:
    return united((span for turn in turns if turn.role is role for span in _speech(turn)), PAUSE_S)


def _music(transcript: Transcript) -> tuple[Span, ...]:
    return united(
        Span(sound.start_s, sound.end_s) for sound in transcript.sounds if sound.kind == "music"
    )


def _holds(
    transcript: Transcript,
    timed: Sequence[Turn],
    agent: Sequence[Span],
    gaps: Sequence[Span],
    hold_turns: Collection[int],
) -> tuple[Span, ...]:
    """Return music after the agent's first word, and silences that follow an announced hold.

    A silence follows a turn if nobody but a recorded voice or the customer's short answer to the
    announcement comes between: it is the longest gap before the agent speaks again.
    """
    if not agent:
        return ()
    began_s = agent[0].start_s
    music = [Span(max(span.start_s, began_s), span.end_s) for span in _music(transcript)]
    silent: list[Span] = []
    for turn in timed:
        if turn.index not in hold_turns or turn.role is not Role.AGENT or turn.end_s is None:
            continue
        end_s = turn.end_s
        back_s = min((span.start_s for span in agent if span.start_s >= end_s), default=None)
        until = [gap for gap in gaps if back_s and end_s <= gap.start_s and gap.end_s <= back_s]
        silent += sorted(until, key=lambda gap: gap.length_s)[-1:]
    return united([*music, *silent])


def _interruptions(turns: Sequence[Turn], by: Role, of: Role) -> int:
    """Return how many turns of one role start while the other still has something to say."""
    others = [turn for turn in turns if turn.role is of]
    return sum(
        1
        for turn in turns
        if turn.role is by
        and len(turn.text.split()) >= MIN_INTERRUPTION_WORDS
        and any(_breaks_into(turn, other) for other in others)
    )


def _breaks_into(turn: Turn, other: Turn) -> bool:
    if turn.start_s is None or other.start_s is None or other.end_s is None:
        return False
    return other.start_s < turn.start_s <= other.end_s - MIN_INTERRUPTION_LEFT_S


def _words_per_minute(turns: Sequence[Turn], role: Role, talk_s: float) -> float | None:
    if talk_s < MIN_RATE_TALK_S:
        return None
    count = sum(
        len(turn.words) or len(turn.text.split())
        for turn in turns
        if turn.role is role and turn.start_s is not None
    )
    return 60 * count / talk_s
