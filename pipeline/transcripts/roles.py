"""Who speaks, from the label in front of a turn."""

from __future__ import annotations

import re

from pipeline.domain import CallMetadata, Role

LABELS: dict[str, Role] = {
    label: role
    for role, labels in {
        Role.AGENT: (
            "agent, rep, representative, advisor, adviser, operator, csr, csm, support, "
            "support agent, support rep, customer support, customer service, staff, employee, "
            "associate, assistant, consultant, specialist, technician, clerk, service agent, "
            "customer service agent, customer service representative, call center agent"
        ),
        Role.CUSTOMER: (
            "customer, caller, client, user, consumer, member, guest, visitor, subscriber, "
            "patient, policyholder, cardholder, account holder, buyer, shopper, passenger, tenant"
        ),
        Role.SYSTEM: (
            "system, ivr, bot, chatbot, chat bot, automated, automated message, automated system, "
            "announcement, recording, recorded message, virtual assistant, auto attendant"
        ),
        Role.UNKNOWN: "unknown, speaker, participant, person, other",
    }.items()
    for label in labels.split(", ")
}
"""What people call the roles; compared in lower case."""
NAME_KEYS = {
    Role.AGENT: ("agent_name", "agent", "rep", "advisor"),
    Role.CUSTOMER: ("customer_name", "customer", "caller", "caller_name", "client"),
}
"""Where metadata may state a speaker's name."""


def known_role(label: str) -> Role | None:
    """Return the role that a label means, e.g. ``Agent 2``; None if it means none."""
    plain = re.sub(r"\(.*?\)|[\s\d#._:-]+$", "", label.strip().lower())
    return LABELS.get(re.sub(r"[\s_-]+", " ", plain).strip())


def role_of(label: str, metadata: CallMetadata) -> Role:
    """Return the role of a speaker; ``unknown`` for a name that metadata does not state."""
    named = known_role(label)
    if named is not None:
        return named
    name = label.strip().casefold()
    for role, keys in NAME_KEYS.items():
        stated = [metadata.agent] if role is Role.AGENT else []
        stated += [value for key in keys if isinstance(value := metadata.extra.get(key), str)]
        if name and any(_same_name(name, other.strip().casefold()) for other in stated if other):
            return role
    return Role.UNKNOWN


def _same_name(one: str, other: str) -> bool:
    """Return whether two names agree, or one is the first name of the other."""
    return one == other or one == other.split(" ")[0] or other == one.split(" ")[0]
