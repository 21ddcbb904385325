"""Find card numbers in a conversation.

A card number is known by its length and check digit (ISO/IEC 7812, Luhn), or, even with a digit
misheard, by somebody having spoken of a card number before.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from pipeline.domain import Role, Turn
from pipeline.spoken_digits import DigitRun
from pipeline.spots import Spot

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
_OTHER_NUMBER = re.compile(
    r"\b(?:account|order|reference|booking|policy|member(?:ship)?|customer|phone|mobile|telephone"
    r"|house|tracking|invoice) numbers?\b|\b(?:postcode|zip code|date of birth)\b",
    re.I,
)
_LAST_FOUR = re.compile(r"\b(?:last|final) (?:four|4|three|3|five|5|few|digits)\b", re.I)


@dataclass(frozen=True, slots=True)
class Piece:
    """A run of digits in one of the turns of a dictation."""

    at: int
    """Position of the turn."""
    run: DigitRun


def luhn_valid(digits: str) -> bool:
    """Return whether the last digit is the check digit of the others (ISO/IEC 7812-1, annex B)."""
    total = 0
    for place, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if place % 2 else 1)
        total += value - 9 if value > 9 else value
    return bool(digits) and total % 10 == 0


def card_numbers(turn: Turn, runs: Sequence[DigitRun]) -> Iterator[Spot]:
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


def dictated_card_numbers(
    turns: Sequence[Turn], runs: Sequence[Sequence[DigitRun]]
) -> Iterator[Spot]:
    """Yield digits that add up to a card number after somebody spoke of one, over several turns.

    With them go the expiry date and the code said along with it, and what the other repeats.
    """
    for at, turn in enumerate(turns):
        cue = _CARD_CUE.search(turn.text)
        if cue is None or _LAST_FOUR.search(turn.text):
            continue
        pieces = [
            Piece(where, run)
            for where in range(at, _dictation_end(turns, at))
            for run in runs[where]
            if (where > at or run.start >= cue.end()) and _is_piece(turns[where], run)
        ]
        for role in (Role.CUSTOMER, Role.UNKNOWN, Role.AGENT):
            said = [piece for piece in pieces if turns[piece.at].role is role]
            if sum(len(piece.run.digits) for piece in said) >= CARD_DIGITS.start:
                yield from _dictated(turns, pieces, said)
                break


def _dictation_end(turns: Sequence[Turn], at: int) -> int:
    """Return the position after the last turn in which a card number can go on.

    Args:
        turns: All turns.
        at: Position of the turn that speaks of the number.
    """
    end = min(at + CUE_TURNS + 1, len(turns))
    return next((n for n in range(at + 1, end) if _OTHER_NUMBER.search(turns[n].text)), end)


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
