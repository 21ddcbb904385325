"""Find secrets in a conversation: what must not be stored.

Full card numbers, the code on the card's back, PINs, passwords, social security and national
insurance numbers. The last four digits, account, order and telephone numbers, postcodes and
one-time codes are no secrets here: identity is verified with them, and evidence quotes them.

A card number is known by its length and check digit (ISO/IEC 7812, Luhn), or by what was asked
before it; the others only by what was said before them. When in doubt after such a cue, the words
count as secret.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.cards_spoken import card_numbers, dictated_card_numbers
from pipeline.domain import Role, Turn
from pipeline.passwords_spoken import PASSWORD_TURNS, passwords
from pipeline.spoken_digits import DigitRun, digit_runs
from pipeline.spots import Kind, Spot

CUE_GAP = 40
"""Characters between a cue and the digits it announces."""


@dataclass(frozen=True, slots=True)
class CuedDigits:
    """A secret made of digits that is known by the words before it."""

    kind: Kind
    cue: re.Pattern[str]
    lengths: range


CUED = (
    CuedDigits(
        "security_code",
        re.compile(
            r"(?<!\[)\b(?:c ?v ?v2?|c ?v ?c2?|cv2|security code"
            r"|(?:three|3|four|4)[- ]digits? (?:code|number)"
            r"|(?:three|3) (?:digits |numbers )?(?:on|off|from) the back|code (?:on|off|from) the"
            r" (?:back|signature strip))\b",
            re.I,
        ),
        range(3, 5),
    ),
    CuedDigits(
        "pin",
        re.compile(
            r"(?<!\[)\b(?<!little )(?:pin|p i n|p\.i\.n\.|pin number|passcode|pass code)(?!\w)",
            re.I,
        ),
        range(4, 9),
    ),
    CuedDigits(
        "social_security",
        re.compile(
            r"(?<!\[)\b(?:social(?: security)?|s ?s ?n|national insurance|n i number)\b", re.I
        ),
        range(6, 12),
    ),
)

ASKED_TURNS = 4
"""Digits answer a question for a secret that was asked so many turns before at most."""
_OTHER_NUMBER = re.compile(
    r"\b(?:last|final) (?:two|2|three|3|four|4|five|5|six|6|few|digits)\b"
    r"|\b(?:account|order|reference|booking|policy|member(?:ship)?|customer|phone|mobile|telephone"
    r"|house|meter|claim|tracking|invoice|ticket|case) (?:number|code)\b"
    r"|\b(?:postcode|post code|zip|date of birth|birthday|reference|amount|how much|expiry)\b",
    re.I,
)
_ENDING = re.compile(r"\b(?:last|final|ends?|ending)\b", re.I)
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_NI = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")


def find_secrets(turns: Sequence[Turn]) -> tuple[Spot, ...]:
    """Return where secrets are, in order and without overlaps."""
    runs = [digit_runs(turn.text) for turn in turns]
    found: list[Spot] = []
    for at, turn in enumerate(turns):
        found += card_numbers(turn, runs[at])
        found += _cued(turn, runs[at], turns[max(0, at - ASKED_TURNS) : at])
        found += _written(turn)
        found += passwords(turn, turns[max(0, at - PASSWORD_TURNS) : at])
    found += dictated_card_numbers(turns, runs)
    return _apart(found)


def _cued(turn: Turn, runs: Sequence[DigitRun], before: Sequence[Turn]) -> Iterator[Spot]:
    """Yield digits of the right length that follow their cue in the turn or answer it."""
    for secret in CUED:
        cues = [match.end() for match in secret.cue.finditer(turn.text)]
        asked = _is_asked(secret, [other for other in before if _is_other(other, turn)])
        for run in runs:
            cued = any(
                0 <= run.start - cue <= CUE_GAP and not _ENDING.search(turn.text, cue, run.start)
                for cue in cues
            )
            if (cued or asked) and len(run.digits) in secret.lengths:
                yield Spot(turn.index, run.start, run.end, secret.kind)


def _is_other(other: Turn, turn: Turn) -> bool:
    """Return whether another may be speaking; where roles are unknown, anybody may."""
    return other.role is not turn.role or turn.role is Role.UNKNOWN


def _is_asked(secret: CuedDigits, before: Sequence[Turn]) -> bool:
    """Return whether the other speaks of the secret, and has asked for no other number since."""
    for turn in reversed(before):
        if _OTHER_NUMBER.search(turn.text):
            return False
        if secret.cue.search(turn.text):
            return True
    return False


def _written(turn: Turn) -> Iterator[Spot]:
    for pattern in (_SSN, _NI):
        for match in pattern.finditer(turn.text):
            yield Spot(turn.index, match.start(), match.end(), "social_security")


def _apart(spots: Sequence[Spot]) -> tuple[Spot, ...]:
    """Return the spots in order; overlapping ones are joined and keep the first's kind."""
    apart: list[Spot] = []
    for spot in sorted(spots, key=lambda item: (item.turn, item.start, -item.end)):
        last = apart[-1] if apart else None
        if last and last.turn == spot.turn and spot.start < last.end:
            apart[-1] = Spot(last.turn, last.start, max(last.end, spot.end), last.kind)
        else:
            apart.append(spot)
    return tuple(apart)
