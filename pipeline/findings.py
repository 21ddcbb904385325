"""Findings: what is worth a look though no criterion asked about it.

Limits that depend on a team's work are settings; the others stand here.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence

from pipeline.domain import Finding, Role, Transcript, Turn
from pipeline.metrics import TalkMetrics, TalkTimes, talk_metrics, talk_times
from pipeline.redaction import MASKS
from pipeline.secrets_spoken import find_secrets
from pipeline.settings import Settings
from pipeline.spans import Span, overlap, total_s, united, without

OVERTALK_SHARE = 0.15
"""Share of agent's and customer's talk (chosen, not measured)."""
OVERTALK_S = 10.0
"""Less overtalk than this is never a finding: in short calls shares say little."""
MISSING_KINDS = ("unheard", "noise", "dropout")
"""Sounds under which words may lie: there nobody was heard, which is not that nobody spoke."""
FAST_WORDS_PER_MINUTE = 280.0
"""Of talk, pauses left out. Agents in twelve calls read by speech synthesis at its ordinary pace
measured 193 to 237; this is a fifth more."""


def find_findings(
    transcript: Transcript, *, settings: Settings, hold_turns: Collection[int] = ()
) -> tuple[Finding, ...]:
    """Return the findings of one call: those about time in order, then spoken secrets.

    Args:
        transcript: Redacted or not; a mask counts like the secret it covers.
        settings: The limits from which a silence, a hold or a late start is long.
        hold_turns: Indices of turns that announce a hold.
    """
    times = talk_times(transcript, hold_turns)
    timed: list[Finding] = []
    if times is not None:
        metrics = talk_metrics(transcript, hold_turns)
        timed = [
            *_long(times, settings, _missing(transcript)),
            *_slow_first_word(times, settings, _missing(transcript)),
            *_overtalk(times),
            *_fast_speech(metrics),
        ]
    timed.sort(key=lambda finding: -1.0 if finding.start_s is None else finding.start_s)
    return (*timed, *_secrets(transcript))


def clock(seconds: float) -> str:
    """Return a time of the call as people read it: ``1:05``, or ``1:02:05`` from an hour on."""
    minutes, second = divmod(int(seconds), 60)
    hours, minute = divmod(minutes, 60)
    return f"{hours}:{minute:02d}:{second:02d}" if hours else f"{minute}:{second:02d}"


def _missing(transcript: Transcript) -> tuple[Span, ...]:
    return united(
        Span(item.start_s, item.end_s) for item in transcript.sounds if item.kind in MISSING_KINDS
    )


def _long(times: TalkTimes, settings: Settings, missing: Sequence[Span]) -> Iterator[Finding]:
    for span in without(times.silences, missing):
        if span.length_s >= settings.long_silence_s:
            yield Finding(
                kind="long_silence",
                sentence=f"Nobody spoke for {span.length_s:.0f} seconds from {clock(span.start_s)}",
                start_s=span.start_s,
                end_s=span.end_s,
            )
    for span in times.holds:
        if span.length_s >= settings.long_hold_s:
            yield Finding(
                kind="long_hold",
                sentence=f"The customer was on hold for {span.length_s:.0f} seconds "
                f"from {clock(span.start_s)}",
                start_s=span.start_s,
                end_s=span.end_s,
            )


def _slow_first_word(
    times: TalkTimes, settings: Settings, missing: Sequence[Span]
) -> Iterator[Finding]:
    """Yield a finding if the customer had to wait for the agent's first word, as far as heard."""
    if times.agent and times.agent[0].start_s >= settings.slow_first_word_s:
        first_s = times.agent[0].start_s
        if overlap([Span(0.0, first_s)], missing):
            return
        yield Finding(
            kind="slow_first_word",
            sentence=f"The agent's first word came after {first_s:.0f} seconds",
            start_s=0.0,
            end_s=first_s,
        )


def _overtalk(times: TalkTimes) -> Iterator[Finding]:
    together_s = total_s(times.overtalk)
    talk_s = total_s([*times.agent, *times.customer])
    if together_s >= OVERTALK_S and together_s >= OVERTALK_SHARE * talk_s:
        longest = max(times.overtalk, key=lambda span: span.length_s)
        yield Finding(
            kind="overtalk",
            sentence=f"Agent and customer spoke at once for {together_s:.0f} seconds, "
            f"{100 * together_s / talk_s:.0f} % of the talk",
            start_s=longest.start_s,
            end_s=longest.end_s,
        )


def _fast_speech(metrics: TalkMetrics) -> Iterator[Finding]:
    rate = metrics.agent_words_per_minute
    if rate is not None and rate >= FAST_WORDS_PER_MINUTE:
        yield Finding(
            kind="fast_speech",
            sentence=f"The agent spoke {rate:.0f} words per minute, hard to follow",
        )


def _secrets(transcript: Transcript) -> Iterator[Finding]:
    """Yield one finding per turn and kind of secret, masked already or not."""
    spots = find_secrets(transcript.turns)
    for turn in transcript.turns:
        kinds = {spot.kind for spot in spots if spot.turn == turn.index}
        kinds |= {kind for kind, mask in MASKS.items() if mask in turn.text}
        for kind in sorted(kinds):
            span = _span(turn)
            yield Finding(
                kind="card_number_spoken" if kind == "card_number" else "secret_spoken",
                sentence=f"{_WHO[turn.role]} said a {MASKS[kind].strip('[]')} aloud"
                + (f" at {clock(span.start_s)}" if span else ""),
                start_s=span.start_s if span else None,
                end_s=span.end_s if span else None,
            )


_WHO = {
    Role.AGENT: "The agent",
    Role.CUSTOMER: "The customer",
    Role.SYSTEM: "A recorded voice",
    Role.UNKNOWN: "Somebody",
}


def _span(turn: Turn) -> Span | None:
    if turn.start_s is None or turn.end_s is None:
        return None
    return Span(turn.start_s, turn.end_s)
