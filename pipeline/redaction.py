"""Mask secrets in a transcript before it is stored or judged.

Text and words stay in step: a mask takes the place of the words it covers and keeps their times,
one mask word for each space-separated part, so that whatever matches words with text still does.
Masking twice changes nothing.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from pipeline.domain import Transcript, Turn, Word
from pipeline.secrets_spoken import find_secrets
from pipeline.spots import Kind, Spot

MASKS: Mapping[Kind, str] = {
    "card_number": "[card number]",
    "security_code": "[security code]",
    "pin": "[PIN]",
    "password": "[password]",
    "social_security": "[social security number]",
}


@dataclass(frozen=True, slots=True)
class Redaction:
    """A transcript without secrets, and how many of each kind were masked."""

    transcript: Transcript
    counts: Mapping[Kind, int]


def redact_transcript(transcript: Transcript) -> Redaction:
    """Return the transcript with every secret masked in the text and in the words of its turns."""
    counts: Counter[Kind] = Counter()
    turns = transcript.turns
    # What is left after a mask, such as the expiry date after a card, can be a secret in turn.
    while spots := find_secrets(turns):
        counts.update(spot.kind for spot in spots)
        turns = tuple(
            _redacted(turn, here) if (here := [s for s in spots if s.turn == turn.index]) else turn
            for turn in turns
        )
    return Redaction(transcript.model_copy(update={"turns": turns}), dict(counts))


def _redacted(turn: Turn, spots: Sequence[Spot]) -> Turn:
    text = turn.text
    for spot in reversed(spots):
        text = text[: spot.start] + MASKS[spot.kind] + text[spot.end :]
    return turn.model_copy(update={"text": text, "words": _redacted_words(turn, spots)})


def _redacted_words(turn: Turn, spots: Sequence[Spot]) -> tuple[Word, ...]:
    """Return the words with those in a spot replaced by masks.

    If the words are not those of the text, none is kept: a secret could be left among them.
    """
    places = _places(turn)
    if places is None:
        return ()
    kept: list[Word] = []
    covered: list[Word] = []
    for at, (word, start) in enumerate(zip(turn.words, places, strict=True)):
        end = start + len(word.text.strip())
        spot = next((item for item in spots if start < item.end and item.start < end), None)
        if spot is None:
            kept.append(word)
            continue
        covered.append(word)
        following = places[at + 1] if at + 1 < len(places) else len(turn.text)
        if following >= spot.end:
            around = turn.text[places[at - len(covered) + 1] : spot.start]
            tail = turn.text[spot.end : max(end, spot.end)]
            kept += _mask_words(around + MASKS[spot.kind] + tail, covered)
            covered = []
    return tuple(kept)


def _places(turn: Turn) -> Sequence[int] | None:
    """Return where each word starts in the text, None if they do not make up the text."""
    places: list[int] = []
    cursor = 0
    for word in turn.words:
        text = word.text.strip()
        start = turn.text.find(text, cursor)
        if start < 0 or turn.text[cursor:start].strip():
            return None
        places.append(start)
        cursor = start + len(text)
    return None if turn.text[cursor:].strip() else places


def _mask_words(mask: str, covered: Sequence[Word]) -> list[Word]:
    """Return the mask's parts as words that share the time of those they cover evenly."""
    parts = mask.split()
    start_s, end_s = covered[0].start_s, covered[-1].end_s
    step_s = (end_s - start_s) / len(parts)
    probability = sum(word.probability for word in covered) / len(covered)
    return [
        Word(
            text=part,
            start_s=start_s + at * step_s,
            end_s=end_s if at == len(parts) - 1 else start_s + (at + 1) * step_s,
            probability=probability,
        )
        for at, part in enumerate(parts)
    ]
