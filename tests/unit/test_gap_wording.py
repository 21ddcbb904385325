from __future__ import annotations

import pytest

from models.audible import listen
from models.gap_wording import missing_in_words
from pipeline.domain import Role, Sound
from tests.builders import recorded, turn


def told(*gaps: tuple[str, float, float, int]) -> str:
    """Return the sentence about gaps in a call of a minute; channel 0 is the agent's."""
    sounds = [
        Sound.model_validate({"kind": kind, "channel": at, "start_s": start_s, "end_s": end_s})
        for kind, start_s, end_s, at in gaps
    ]
    agent = turn(0, "agent", "hello", start_s=9, end_s=12, channel=0)
    customer = turn(1, "customer", "hello", start_s=13, end_s=15, channel=1)
    heard = listen(recorded(agent, customer, duration_s=60, sounds=sounds), ())
    assert heard is not None
    return missing_in_words(heard.missing(tuple(Role)), heard)


@pytest.mark.parametrize(
    ("gap", "sentence"),
    [
        (
            ("unheard", 0.0, 9.1, 0),
            "The first 9 seconds of the agent's channel were not understood.",
        ),
        (
            ("noise", 46.0, 60.0, 1),
            "The last 14 seconds of the customer's channel were covered by loud noise.",
        ),
        (
            ("unheard", 31.0, 31.9, 1),
            "1 second of the customer's channel from 0:31 on was not understood.",
        ),
        (("unheard", 0.2, 1.1, 0), "The first second of the agent's channel was not understood."),
        (
            ("dropout", 0.0, 60.0, 1),
            "All 60 seconds of one channel were lost on the line: "
            "no sound, or sound full of holes.",
        ),
    ],
)
def test_a_gap_is_told_with_its_place_and_cause(
    gap: tuple[str, float, float, int], sentence: str
) -> None:
    assert told(gap) == sentence


def test_the_longest_gap_is_told_and_the_rest_is_counted() -> None:
    assert told(("noise", 20, 25, 0), ("unheard", 30, 32, 0), ("unheard", 40, 41, 1)) == (
        "5 seconds of the agent's channel from 0:20 on were covered by loud noise; "
        "3 more seconds are missing elsewhere."
    )
