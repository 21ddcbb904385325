"""Small written calls and batches for the flow tests."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path

from pydantic import JsonValue

GOOD = (
    ("agent", "Good morning, Parlour Support, my name is Nadia. How can I help you today?"),
    ("customer", "Hello, my invoice is wrong again and I am really annoyed about it."),
    (
        "agent",
        "I'm sorry about that, I understand how annoying this is. May I have your full name "
        "and your postcode, please?",
    ),
    ("customer", "Sure, it's Tom Baker, and the postcode is M4 1AA."),
    (
        "agent",
        "Thank you, Tom. You were charged twice for May. I have refunded the second charge, "
        "and it will be with you within three days.",
    ),
    ("customer", "Great, thank you very much."),
    ("agent", "Is there anything else I can help you with? Then have a lovely day, goodbye."),
)
"""Role and words of each turn of a call that went well."""
CURT = (
    ("customer", "Hi, I want to cancel my contract."),
    ("agent", "Not possible. Read the terms."),
    ("customer", "That is outrageous, I will never buy from you again."),
    ("agent", "Fine."),
)
"""The same for one that did not."""
BROKEN = "{this is no json"
"""A line that is no call."""
Said = Sequence[tuple[str, str]]


def written_call(call_id: str, said: Said = GOOD, **metadata: JsonValue) -> dict[str, JsonValue]:
    """Return a call as the transcript format has it."""
    turns: list[JsonValue] = [{"role": role, "text": text} for role, text in said]
    call: dict[str, JsonValue] = {"call_id": call_id, "turns": turns}
    return {**call, "metadata": dict(metadata)} if metadata else call


def write_jsonl(path: Path, calls: Iterable[Mapping[str, JsonValue] | str]) -> Path:
    """Write calls, or lines as they are, to a JSONL file and return its path."""
    lines = [call if isinstance(call, str) else json.dumps(call) for call in calls]
    path.write_text("".join(f"{line}\n" for line in lines), encoding="utf-8")
    return path


def different_calls(count: int) -> list[dict[str, JsonValue]]:
    """Return this many written calls, no two with the same words."""
    return [
        written_call(
            f"call-{number:03d}",
            (*(GOOD if number % 3 else CURT), ("customer", f"My reference is {number}.")),
        )
        for number in range(count)
    ]
