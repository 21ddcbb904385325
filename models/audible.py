"""A recording as far as it was understood: whose words may be missing, when, and how much."""

from __future__ import annotations

import math
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Role, Sound, Transcript, Turn, Word
from pipeline.findings import MISSING_KINDS
from pipeline.logic import TurnMoves
from pipeline.spans import Span, overlap, total_s, united

PAUSE_S = 0.5
"""A shorter gap between two words belongs to the speech (as in ``pipeline.metrics``)."""
FIRST_WORDS = 4
"""Who calls waits to be greeted: 2 of 280 labelled training calls open with the customer. "Hello?"
and "Yes, Brown speaking" are no such opening: whoever is called says that."""
OPEN_END_S = 2.0
"""A recording that ends so soon after a question ended before its answer: of 280 labelled training
calls 4 end with a question, and 21 in 100 turns within them are one."""
HEARD_FROM = 0.3
"""A less probable word counts as not heard."""
MOSTLY = 0.5
"""Share of the recording."""
LAST_TURNS = 3
OVER = 0.5
"""Probability of a goodbye from which the call was over when the recording ended."""


@dataclass(frozen=True, slots=True)
class Missing:
    """A gap, and how much of it lies in the stretch that matters."""

    gap: Sound
    within_s: float


@dataclass(frozen=True, slots=True)
class Audible:
    """One recording."""

    turns: tuple[Turn, ...]
    moves: tuple[TurnMoves, ...]
    gaps: tuple[Sound, ...]
    """Where words may be missing: unheard, noise, dropout."""
    duration_s: float
    no_opening: str | None
    """Why the opening of the call seems not to be on the recording, as a sentence; None: it is."""
    no_end: str | None
    """The same for its end."""

    def missing(
        self, roles: Collection[Role], within: Span | None = None, *, sure: bool = False
    ) -> tuple[Missing, ...]:
        """Return where words of these roles may be missing in a stretch of the recording.

        Args:
            roles: Whose.
            within: None: the whole recording.
            sure: Leave out a channel on which nobody was heard if the other one is known.
        """
        window = within or Span(0.0, self.duration_s)
        found = (gap for gap in self.gaps if self.whose(gap.channel, sure=sure) & set(roles))
        parts = ((gap, total_s(overlap([_span(gap)], [window]))) for gap in found)
        return tuple(Missing(gap, within_s) for gap, within_s in parts if within_s > 0)

    def share_missing(self, role: Role, *, sure: bool = False) -> float:
        """Return the share of a role's speech that was not understood, in [0, 1].

        Where sound is gone or covered nobody knows how much was said: as much as elsewhere.

        Args:
            role: Whose.
            sure: As in ``missing``.
        """
        gaps = [missing.gap for missing in self.missing([role], sure=sure)]
        lost_s = total_s(_span(gap) for gap in gaps if gap.kind != "unheard")
        said_s = total_s(_span(gap) for gap in gaps if gap.kind == "unheard")
        heard = (word for turn in self.turns if turn.role is role for word in self.words(turn))
        spoken_s = total_s(united((Span(w.start_s, w.end_s) for w in heard), PAUSE_S)) + said_s
        lost = min(1.0, lost_s / self.duration_s)
        known = said_s / spoken_s if spoken_s else 0.0
        return lost + (1 - lost) * known

    def doubtful(self, roles: Collection[Role], within: Span) -> tuple[int, int]:
        """Return how many words in a stretch were hardly heard, and how many there are."""
        turns = [turn for turn in self.turns if turn.role in roles]
        heard = {id(w) for t in turns for w in self.words(t) if w.probability >= HEARD_FROM}
        words = [w for t in turns for w in t.words if within.start_s <= w.start_s <= within.end_s]
        return sum(id(word) not in heard for word in words), len(words)

    def words(self, turn: Turn) -> Iterator[Word]:
        """Yield the words of a turn that were said where words were understood."""
        own = [gap for gap in self.gaps if gap.channel == turn.channel]
        for word in turn.words:
            middle_s = (word.start_s + word.end_s) / 2
            if not any(gap.start_s <= middle_s <= gap.end_s for gap in own):
                yield word

    def whose(self, channel: int | None, *, sure: bool = False) -> set[Role]:
        """Return for whose words a channel counts; for everybody's where that cannot be told.

        Who is who was found out from what was said: not if most of one side is missing.

        Args:
            channel: 0-based; None: all.
            sure: Whether nobody's own channel is told from the other one.
        """
        everybody = {Role.AGENT, Role.CUSTOMER, Role.UNKNOWN}
        channels = {turn.channel for turn in self.turns} | {channel}
        if channel is None or len(channels) == 1:
            return everybody
        own = _main_role(turn for turn in self.turns if turn.channel == channel)
        if own is None and sure:
            other = _main_role(turn for turn in self.turns if turn.channel != channel)
            return everybody - {other} if other else everybody
        return everybody if own is None or self._mostly_missing(channel) else {own}

    def _mostly_missing(self, channel: int) -> bool:
        lost_s = total_s(_span(gap) for gap in self.gaps if gap.channel == channel)
        return lost_s > MOSTLY * self.duration_s


def listen(transcript: Transcript, moves: Sequence[TurnMoves]) -> Audible | None:
    """Return what was understood of a recording; None for a written call.

    Args:
        transcript: With its sounds.
        moves: Of its turns; they tell whether the call was over when the recording ended.
    """
    if transcript.source != "recording" or transcript.duration_s is None:
        return None
    duration_s = transcript.duration_s
    spoken = [turn for turn in transcript.turns if turn.role is not Role.SYSTEM]
    over = _over(spoken, moves)
    gaps = tuple(
        item
        for item in transcript.sounds
        if item.kind in MISSING_KINDS and not (over and _is_tail(item, spoken, duration_s))
    )
    return Audible(
        turns=transcript.turns,
        moves=tuple(moves),
        gaps=gaps,
        duration_s=duration_s,
        no_opening=_no_opening(transcript),
        no_end=None if over else _no_end(transcript, spoken),
    )


def _no_opening(transcript: Transcript) -> str | None:
    if any(item.kind == "cut" and item.end_s == 0 for item in transcript.sounds):
        return "The recording begins while somebody is already speaking"
    first = transcript.turns[0] if transcript.turns else None
    if first is None or first.role is not Role.CUSTOMER:
        return None
    if len(first.words) < FIRST_WORDS:
        return None
    return "The first words on the recording are the customer's, as if the opening were missing"


def _no_end(transcript: Transcript, spoken: Sequence[Turn]) -> str | None:
    if any(item.kind == "cut" and item.end_s > 0 for item in transcript.sounds):
        return "The recording ends while somebody is still speaking"
    last = spoken[-1] if spoken else None
    if last is None or last.end_s is None or not last.text.rstrip().endswith("?"):
        return None
    if (transcript.duration_s or 0.0) - last.end_s > OPEN_END_S:
        return None
    return "The recording ends with a question that nobody answers"


def _over(spoken: Sequence[Turn], moves: Sequence[TurnMoves]) -> bool:
    """Return whether the agent had said goodbye, or the customer hung up."""
    likely = {entry.turn: entry.probabilities for entry in moves}
    goodbye = any(
        likely.get(turn.index, {}).get("goodbye", 0.0) >= OVER for turn in spoken[-LAST_TURNS:]
    )
    hung_up = any(likely.get(turn.index, {}).get("hang_up", 0.0) >= OVER for turn in spoken[-1:])
    return goodbye or hung_up


def _is_tail(gap: Sound, spoken: Sequence[Turn], duration_s: float) -> bool:
    """Return whether the line was gone after the last word on it, which hides nothing any more."""
    last_s = max((t.end_s or 0.0 for t in spoken if t.channel == gap.channel), default=math.inf)
    return gap.start_s >= last_s - PAUSE_S and gap.end_s >= duration_s - PAUSE_S


def _span(gap: Sound) -> Span:
    return Span(gap.start_s, gap.end_s)


def _main_role(turns: Iterator[Turn]) -> Role | None:
    """Return who speaks most in some turns; None if nobody does, or nobody known."""
    talk: dict[Role, int] = {}
    for turn in turns:
        if turn.role in (Role.AGENT, Role.CUSTOMER):
            talk[turn.role] = talk.get(turn.role, 0) + len(turn.words)
    return max(talk, key=lambda role: talk[role], default=None)
