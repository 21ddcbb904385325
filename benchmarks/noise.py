"""Calls as a recogniser might have written them, and which written calls look like that already.

``misheard`` makes errors at a given rate: words deleted (short ones most), replaced by words that
sound alike or stand elsewhere in the call, and short words put in. Punctuation and capitals stay,
as Whisper writes them; ``without_punctuation`` takes those away and leaves the words.
"""

from __future__ import annotations

import random
import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from models.training.labelled import LabelledCall
from pipeline.domain import Role, Transcript, Turn

WORD_ERROR_RATES = (0.05, 0.10, 0.20)
SUBSTITUTED, DELETED = 0.60, 0.25
"""Shares of the errors; the rest are insertions. Set by reasoning, not measured: recognisers of
telephone speech mostly replace words, and put in the fewest."""
SHORT_LETTERS = 3
SHORT_WEIGHT = 3.0
"""A word of up to so many letters is so many times as likely to be deleted as a longer one."""
ENDS = frozenset(".?!\u2026\"'\u201d\u2019)]-\u2013\u2014")
"""A turn that a person wrote down with care ends in one of these."""
NOISY_FROM = 0.1
"""Share of turns that end in nothing from which a written call counts as noisy. In calls_dev the
share is either 0 or at least 0.14, so any value between them picks the same calls."""
WORD = re.compile(r"[^\W\d_]+(?:['\u2019][^\W\d_]+)*")
SOUNDEX = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words that a recogniser knows, by how they sound."""

    by_sound: Mapping[str, tuple[str, ...]]

    @classmethod
    def of(cls, texts: Iterable[str]) -> Vocabulary:
        """Return all words of the texts, lower-cased."""
        words = sorted({found.lower() for text in texts for found in WORD.findall(text)})
        by_sound: dict[str, list[str]] = {}
        for word in words:
            by_sound.setdefault(soundex(word), []).append(word)
        return cls({code: tuple(own) for code, own in by_sound.items()})

    def alike(self, word: str) -> list[str]:
        """Return the other words that sound like this one."""
        own = self.by_sound.get(soundex(word), ())
        return [other for other in own if other != word.lower()]


def soundex(word: str) -> str:
    """Return the Soundex code: equal for English words that sound somewhat alike.

    Source: Russell 1918 (US patent 1,261,167), in the form of the United States National Archives:
    of two letters with the same digit the second counts if a vowel stands between, not with h or w.
    """
    letters = [letter for letter in word.lower() if "a" <= letter <= "z"]
    if not letters:
        return ""
    code, last = letters[0].upper(), SOUNDEX.get(letters[0])
    for letter in letters[1:]:
        digit = SOUNDEX.get(letter)
        if digit is not None and digit != last:
            code += str(digit)
        if letter not in "hw":
            last = digit
    return code[:4].ljust(4, "0")


def misheard(
    transcript: Transcript, rate: float, vocabulary: Vocabulary, rng: random.Random
) -> Transcript:
    """Return the transcript with word errors; a turn of which nothing is left is gone.

    Args:
        transcript: A written call.
        rate: Expected errors per word.
        vocabulary: What words are replaced by.
        rng: Seeded: the same state gives the same errors.
    """
    words = [found for turn in transcript.turns for found in WORD.findall(turn.text)]
    if not words:
        return transcript
    mean_weight = sum(_deletion_weight(word) for word in words) / len(words)

    def heard(found: re.Match[str]) -> str:
        word = found[0]
        deleted = rate * DELETED * _deletion_weight(word) / mean_weight
        drawn = rng.random()
        if drawn < deleted:
            written = ""
        elif drawn < deleted + rate * SUBSTITUTED:
            written = _like(word, _substitute(word, words, vocabulary, rng))
        else:
            written = word
        if rng.random() < rate * (1 - SUBSTITUTED - DELETED):
            written = f"{written} {_inserted(words, rng)}".strip()
        return written

    changed = [(turn.text, WORD.sub(heard, turn.text)) for turn in transcript.turns]
    return _with_texts(transcript, [new if new == old else _tidy(new) for old, new in changed])


def without_punctuation(transcript: Transcript) -> Transcript:
    """Return the transcript lower-cased and without punctuation."""
    texts = [re.sub(r"[^\w\s']", " ", turn.text.lower()) for turn in transcript.turns]
    return _with_texts(transcript, texts, keep_empty=True)


def is_noisy(call: LabelledCall) -> bool:
    """Return whether a call was written as a recogniser would: turns that end in nothing."""
    return unended(call.turns) >= NOISY_FROM


def unended(turns: Sequence[Turn]) -> float:
    """Return the share of the agent's and the customer's turns that end without punctuation."""
    said = [t.text.rstrip() for t in turns if t.role is not Role.SYSTEM and t.text.strip()]
    return sum(text[-1] not in ENDS for text in said) / max(1, len(said))


def _deletion_weight(word: str) -> float:
    return SHORT_WEIGHT if len(word) <= SHORT_LETTERS else 1.0


def _substitute(word: str, words: Sequence[str], vocabulary: Vocabulary, rng: random.Random) -> str:
    choice = vocabulary.alike(word) or [other for other in words if other.lower() != word.lower()]
    return rng.choice(choice) if choice else word


def _inserted(words: Sequence[str], rng: random.Random) -> str:
    short = [word for word in words if len(word) <= SHORT_LETTERS]
    return rng.choice(short or list(words)).lower()


def _like(word: str, other: str) -> str:
    """Return the other word with a capital where the first had one."""
    return other.capitalize() if word[0].isupper() else other.lower()


def _tidy(text: str) -> str:
    """Return the text without the gaps and stray marks that deleted words leave."""
    text = re.sub(r"\s+([.,?!])", r"\1", " ".join(text.split()))
    text = re.sub(r"([,;]\s*)+(?=[.,?!])", "", text).lstrip(" ,;.")
    text = re.sub(r"(?<!\.)\.\.(?!\.)", ".", text)
    return text if WORD.search(text) or re.search(r"\d", text) else ""


def _with_texts(
    transcript: Transcript, texts: Sequence[str], *, keep_empty: bool = False
) -> Transcript:
    """Return the transcript with other texts; turns without any are left out, the rest counted."""
    said = [
        (turn, text)
        for turn, text in zip(transcript.turns, texts, strict=True)
        if text or keep_empty
    ]
    turns = tuple(
        turn.model_copy(update={"index": index, "text": text})
        for index, (turn, text) in enumerate(said)
    )
    return transcript.model_copy(update={"turns": turns})
