"""The moves: what a turn can do. Several may hold for one turn; most turns have one or none.

Rules (``pipeline.rule``) speak about turns in these words, and the move classifier answers in them.
A move belongs to one role: a "thank you for calling" said by a recorded menu is no ``greet``.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from types import MappingProxyType

from pipeline.domain import Role


@dataclass(frozen=True, slots=True)
class Move:
    """One thing that a turn can do."""

    name: str
    role: Role
    meaning: str
    """Completes "The turn …"."""


def _of(role: Role, **meanings: str) -> tuple[Move, ...]:
    return tuple(Move(name, role, meaning) for name, meaning in meanings.items())


MOVES: tuple[Move, ...] = (
    *_of(
        Role.AGENT,
        greet="says hello, welcome or thanks for calling, at the opening or after a transfer",
        name_self="gives the agent's own name",
        name_company="names the company or its brand as an introduction",
        offer_help="opens by asking what is needed",
        further_help="near the end, offers more help or checks that all is settled",
        goodbye="is a polite farewell or closing thanks",
        ask_identifier="asks for something that identifies the customer or the account",
        confirm_identity="says that the details match or that security is passed",
        ask_secret="asks the customer to say a full card number, CVV, PIN, password or full social "
        "security number aloud",
        deflect_secret="stops the customer from saying a secret, asks only for the last digits, or "
        "offers secure keypad entry",
        disclose_account="tells something specific to the account, order, booking, claim or record",
        change_account="makes or announces a change: refund, cancellation, booking, address, "
        "unlock, replacement",
        acknowledge_specific="names or reflects the customer's own situation or feeling, or "
        "apologises for the specific trouble",
        acknowledge_formula="has only a stock phrase such as 'sorry about that' or 'I understand'",
        dismiss="brushes the trouble or the feeling aside",
        rude="has an insult, sarcasm, mockery, blame, gossip, arguing or profanity",
        guarantee="flatly guarantees an outcome or date that the agent does not control",
        overstep="gives legal, medical or investment advice, or tells the customer to misstate "
        "facts",
        estimate="is a normal estimate, policy or hedged statement",
        announce_hold="asks for or announces a hold, wait, transfer or hand-over",
        return_hold="comes back and acknowledges the wait or thanks for holding",
        solve="delivers the answer or the fix",
        next_step="states who will do what by when",
        vague_next_step="promises something unspecific: 'someone will call you'",
        refuse="says no, cannot, not possible",
        alternative="offers another way",
    ),
    *_of(
        Role.CUSTOMER,
        state_trouble="reports a problem, loss, inconvenience or worry",
        upset="expresses frustration, anger, distress or disappointment",
        give_identifier="gives identifying details",
        offer_secret="starts to say or says a secret: full card number, PIN, password",
        satisfied="has warm thanks, relief or praise",
        farewell="closes",
        hang_up="ends the call abruptly",
    ),
    *_of(
        Role.SYSTEM,
        ivr="is an automated menu or greeting",
        recording_notice="says that the call is recorded or monitored",
        hold_announcement="is a recorded waiting message",
    ),
)

ROLE_OF_MOVE: Mapping[str, Role] = MappingProxyType({move.name: move.role for move in MOVES})
"""Whose move it is, by its name."""
