"""Fillers, repetitions and restarts put into speech, and existing ones taken out.

Source of the rate: about 6 disfluencies per 100 words in task-oriented and telephone speech
(Shriberg, Preliminaries to a Theory of Speech Disfluencies, 1994; Bortfeld et al. 2001,
doi:10.1177/00238309010440020101, found 5.97, fillers first, then restarts and repeats).
"""

from __future__ import annotations

import random
import re
from collections.abc import Sequence

from benchmarks.counterfactuals.turns import changed_turns
from pipeline.domain import Role, Turn

PER_WORD = 0.06
FILLERS = ("um", "uh", "er", "you know", "like")
WEIGHTS = (4, 4, 2, 1, 1)
FILLER_SHARE = 0.43
RESTART_SHARE = 0.32
"""Of the three kinds, after the rates of Bortfeld et al.; the rest are repetitions."""
REPEATED = (
    "a an and are at because but can do for he how I I'm I've if in is it it's my of on or she so "
    "that that's the there they this to was we what when with you your"
).split()
OPENERS = {*REPEATED, "yes", "yeah", "no", "okay", "oh", "hello", "hi", "well", "right", "thanks"}
"""Words that lose their capital when something is said before them; others may be names."""
FILLED = r"(?:um+|uh+|uhm|er+m?|em|hmm?)"
FIRST = re.compile(rf"(^|[.?!]\s+)({FILLED})(?:[,.]|\.\.\.)?\s+(\w)", re.I)
LATER = re.compile(rf",?\s+{FILLED}\b(?:,(?=\s))?(?=[\s.?!,]|$)", re.I)
PRONOUN = re.compile(r"I\b")
AGAIN = re.compile(rf"\b((?-i:a)|{'|'.join(REPEATED[1:])})(?:,|\.\.\.|--)?\s+\1(?![\w'])", re.I)


def halting(turns: Sequence[Turn], role: Role, rng: random.Random) -> tuple[Turn, ...]:
    """Return a call in which one role speaks with disfluencies, six per hundred words."""
    return changed_turns(turns, lambda turn: halted(turn.text, rng), role)


def fluent(turns: Sequence[Turn], role: Role) -> tuple[Turn, ...]:
    """Return a call in which one role's fillers and repeated words are taken out."""
    return changed_turns(turns, lambda turn: smoothed(turn.text), role)


def halted(text: str, rng: random.Random) -> str:
    """Return a text with disfluencies; with commas around them if it has punctuation."""
    comma = "," if re.search(r"[,.?!]", text) else ""
    words = text.split()
    said: list[str] = []
    for at, word in enumerate(words):
        if rng.random() < PER_WORD and word[0].isalpha():
            opens = at == 0 or words[at - 1][-1] in ".?!"
            before = _disfluency(words[at:], comma, opens, rng)
            if before[0].rstrip(",") in FILLERS and not opens and said[-1][-1].isalnum():
                said[-1] += comma
            said += before
            if opens and word.strip(",.?!").lower() in OPENERS and not PRONOUN.match(word):
                word = word[:1].lower() + word[1:]
        said.append(word)
    return " ".join(said)


def _disfluency(ahead: Sequence[str], comma: str, opens: bool, rng: random.Random) -> list[str]:
    """Return what is said before the words ahead are."""
    kind = rng.random()
    word = ahead[0]
    whole = word.isalpha() or "'" in word
    if kind < FILLER_SHARE or not whole:
        filler = rng.choices(FILLERS, WEIGHTS)[0]
        shown = filler[:1].upper() + filler[1:] if opens and word[:1].isupper() else filler
        return [shown + comma]
    if kind < FILLER_SHARE + RESTART_SHARE and len(ahead) > 1:
        if len(word) > 4:
            return [f"{word[:2]}--"]
        return [word, f"{ahead[1].strip('.,?!')}{comma}"]
    return [word + comma]


def smoothed(text: str) -> str:
    """Return a text without fillers and repeated words; unchanged if it is nothing else."""

    def opening(match: re.Match[str]) -> str:
        capital = match[2][0].isupper()
        return match[1] + (match[3].upper() if capital else match[3])

    plain = AGAIN.sub(r"\1", LATER.sub("", FIRST.sub(opening, text)))
    return plain if re.search(r"\w{3}", plain) else text
