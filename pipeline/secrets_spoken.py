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
from typing import Literal, TypeAlias

from pipeline.domain import Role, Turn
from pipeline.spoken_digits import DigitRun, digit_runs

Kind: TypeAlias = Literal["card_number", "security_code", "pin", "password", "social_security"]

CARD_DIGITS = range(13, 20)
"""Lengths of card numbers (ISO/IEC 7812)."""
CARD_LENGTHS = (16, 15, 14, 13, 19, 18, 17)
"""The same, commonest first."""
CARD_STARTS = "23456"
"""First digits of payment cards."""
CUE_TURNS = 8
"""A card number that was asked for may be said in pieces over this many turns."""
TURNS_AFTER = 4
"""Expiry date and code come within so many turns after the number."""
MIN_PIECE_DIGITS = 3
MIN_ECHO_DIGITS = 4
CUE_GAP = 40
"""Characters between a cue and the digits it announces."""

_CARD_CUE = re.compile(
    r"(?<!\[)\b(?:(?:card|long|credit card|debit card|full) numbers?"
    r"|numbers? (?:on|across|off) (?:the|your|my) (?:front|card)|long numbers?|sixteen digits?"
    r"|16 digits?)\b",
    re.I,
)
_AMOUNT = re.compile(
    r"\W*(?:dollars?|pounds?|euros?|bucks|quid|pence|cents?|percent|per cent|years?|months?|weeks?"
    r"|days?|hours?|minutes?|miles?|digits?|numbers?)\b",
    re.I,
)
_LAST_FOUR = re.compile(r"\b(?:last|final) (?:four|4|three|3|five|5|few|digits)\b", re.I)


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
            r"(?<!\[)\b(?:c ?v ?v2?|c ?v ?c2?|cv2|security code|security number"
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
_SSN = re.compile(r"(?<![\d-])\d{3}-\d{2}-\d{4}(?![\d-])")
_NI = re.compile(r"\b[A-CEGHJ-PR-TW-Z]{2} ?\d{2} ?\d{2} ?\d{2} ?[A-D]\b")
_PASSWORD_CUE = re.compile(r"(?<!\[)\bpass ?words?\b", re.I)
_LEAD_IN = re.compile(r"(?:\b(?:is|it's|that's|was|it is|that is)\b|'s\b|[:=])[\s,]*", re.I)
_NO_PASSWORD = re.compile(
    r"^\W*(?:not|no|nope|wrong|incorrect|invalid|expired|locked|reset|rejected|the|a|an|in|on|being"
    r"|never|still|too|correct|right|changed|gone|what|why|i|you|we|can|could|do|don't|should"
    r"|safe|secure|my business|none|sorry|required|needed|working|there|it|always)\b",
    re.I,
)
_PASSWORD_ASKED = re.compile(
    r"\b(?:what(?:'s| is| was)|tell|give|read|say|spell|need|have|know|confirm)\b[^.?!]*"
    r"(?<!\[)\bpass ?words?\b",
    re.I,
)
_PAUSES = re.compile(
    r"^(?:(?:um+|uh+|er+m?|well|okay|ok|yeah|yes|sure|fine|right)\b[\s,.]*)+", re.I
)
_SPELLED = re.compile(
    r"\b(?:capitals?|lower ?case|upper ?case|all one word|all small|exclamation (?:mark|point)"
    r"|hash ?tag|underscore)\b",
    re.I,
)
PASSWORD_TURNS = 6
"""Words with "capital" and the like in them are a password if one was spoken of this recently."""
SHORT_ANSWER_WORDS = 6
"""An answer to "what is the password" with no "it's" in it is the password if it is this short."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of digits in one of the turns of a dictation."""

    at: int
    """Position of the turn."""
    run: DigitRun


@dataclass(frozen=True, slots=True)
class Spot:
    """A secret in a text."""

    turn: int
    start: int
    """Offset of its first character in the turn's text."""
    end: int
    kind: Kind


def find_secrets(turns: Sequence[Turn]) -> tuple[Spot, ...]:
    """Return where secrets are, in order and without overlaps."""
    runs = [digit_runs(turn.text) for turn in turns]
    found: list[Spot] = []
    for at, turn in enumerate(turns):
        found += _cards(turn, runs[at])
        found += _cued(turn, runs[at], turns[max(0, at - ASKED_TURNS) : at])
        found += _written(turn)
        found += _passwords(turn, turns[max(0, at - PASSWORD_TURNS) : at])
    found += _dictated_cards(turns, runs)
    return _apart(found)


def luhn_valid(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0


def _cards(turn: Turn, runs: Sequence[DigitRun]) -> Iterator[Spot]:
    """Yield what is a card number by its length and check digit, in whole words of a run."""
    for run in runs:
        at = 0
        while at < len(run.tokens):
            length = _card_length(run, at)
            if length:
                yield Spot(
                    turn.index,
                    run.tokens[at].start,
                    run.tokens[at + length - 1].end,
                    "card_number",
                )
            at += length or 1


def _card_length(run: DigitRun, at: int) -> int:
    """Return of how many words a card number that starts at this word is made; 0 if of none."""
    by_length: dict[str, int] = {}
    digits = ""
    for count, token in enumerate(run.tokens[at:], start=1):
        digits += token.digits
        if len(digits) >= CARD_DIGITS.stop:
            break
        by_length[digits] = count
    candidates = sorted(
        (text for text in by_length if len(text) in CARD_DIGITS and text[0] in CARD_STARTS),
        key=lambda text: CARD_LENGTHS.index(len(text)),
    )
    return next((by_length[text] for text in candidates if luhn_valid(text)), 0)


def _dictated_cards(turns: Sequence[Turn], runs: Sequence[Sequence[DigitRun]]) -> Iterator[Spot]:
    """Yield digits that add up to a card number after somebody spoke of one, over several turns.

    With them go the expiry date and the code said along with it, and what the other repeats.
    """
    for at, turn in enumerate(turns):
        cue = _CARD_CUE.search(turn.text)
        if cue is None or _LAST_FOUR.search(turn.text):
            continue
        pieces = [
            Piece(where, run)
            for where in range(at, min(at + CUE_TURNS + 1, len(turns)))
            for run in runs[where]
            if (where > at or run.start >= cue.end()) and _is_piece(turns[where], run)
        ]
        for role in (Role.CUSTOMER, Role.UNKNOWN, Role.AGENT):
            said = [piece for piece in pieces if turns[piece.at].role is role]
            if sum(len(piece.run.digits) for piece in said) >= CARD_DIGITS.start:
                yield from _dictated(turns, pieces, said)
                break


def _is_piece(turn: Turn, run: DigitRun) -> bool:
    """Return whether digits may be part of a card number: enough of them, and no amount."""
    return len(run.digits) >= MIN_PIECE_DIGITS and not _AMOUNT.match(turn.text, run.end)


def _dictated(
    turns: Sequence[Turn], pieces: Sequence[Piece], said: Sequence[Piece]
) -> Iterator[Spot]:
    """Yield what is dictated, until soon after the last digit, and what repeats it."""
    digits = ""
    complete = len(turns)
    for piece in said:
        digits += piece.run.digits
        if len(digits) >= CARD_DIGITS.start:
            complete = min(complete, piece.at)
    for piece in pieces:
        echo = len(piece.run.digits) >= MIN_ECHO_DIGITS and piece.run.digits in digits
        if piece.at <= complete + TURNS_AFTER and (piece in said or echo):
            yield Spot(turns[piece.at].index, piece.run.start, piece.run.end, "card_number")


def _cued(turn: Turn, runs: Sequence[DigitRun], before: Sequence[Turn]) -> Iterator[Spot]:
    """Yield digits of the right length that follow their cue in the turn or answer it."""
    for secret in CUED:
        cues = [match.end() for match in secret.cue.finditer(turn.text)]
        asked = _is_asked(secret, [other for other in before if other.role is not turn.role])
        for run in runs:
            cued = any(0 <= run.start - cue <= CUE_GAP for cue in cues)
            if (cued or asked) and len(run.digits) in secret.lengths:
                yield Spot(turn.index, run.start, run.end, secret.kind)


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


def _passwords(turn: Turn, before: Sequence[Turn]) -> Iterator[Spot]:
    """Yield what follows "password is", and what answers a question for the password.

    Args:
        turn: Where to look.
        before: The turns before it, the latest last.
    """
    for cue in _PASSWORD_CUE.finditer(turn.text):
        lead_in = _LEAD_IN.match(turn.text, cue.end()) or _LEAD_IN.match(turn.text, cue.end() + 1)
        if lead_in:
            yield from _rest(turn, lead_in.end())
            return
    if not before or turn.role in (Role.AGENT, Role.SYSTEM):
        return
    lead_in = _LEAD_IN.search(turn.text)
    asked = before[-1].role is not turn.role and _asks_password(before[-1].text)
    spelled = _SPELLED.search(turn.text) and any(_PASSWORD_CUE.search(t.text) for t in before)
    if lead_in and (asked or spelled):
        yield from _rest(turn, lead_in.end())
    elif asked and len(turn.text.split()) <= SHORT_ANSWER_WORDS and "?" not in turn.text:
        yield from _rest(turn, 0)


def _asks_password(text: str) -> bool:
    if _PASSWORD_ASKED.search(text):
        return True
    return "?" in text and _PASSWORD_CUE.search(text) is not None


def _rest(turn: Turn, start: int) -> Iterator[Spot]:
    """Yield the rest of a turn unless it says that there is no password in it."""
    while skipped := _PAUSES.match(turn.text[start:]) or _LEAD_IN.match(turn.text[start:]):
        start += skipped.end()
    rest = turn.text[start:]
    end = start + len(rest.rstrip(" .!?"))
    if end > start and not _NO_PASSWORD.match(rest) and "[password]" not in rest:
        yield Spot(turn.index, start, end, "password")


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
