"""Which calls to label next, and the file to do it in."""

from __future__ import annotations

import csv
import random
from collections.abc import Collection, Iterator, Sequence
from itertools import zip_longest
from pathlib import Path

from flows.trial import TriedCriterion
from pipeline.errors import InputError
from pipeline.estimate import Picked

UNSURE = 10
"""Calls that the machine is least sure of: they show where the criterion needs other examples."""
AT_RANDOM = 10
"""Without calls picked by chance there is no estimate of how well the criterion works."""
SEED = 0
COLUMNS = ("call_id", "criterion", "verdict", "picked", "question")


def to_label(
    criteria: Sequence[TriedCriterion], labelled: Collection[str]
) -> list[tuple[str, Picked]]:
    """Return the calls that are most useful to label, and why; the same every time.

    Args:
        criteria: What was tried, on the same calls.
        labelled: Ids of calls that have labels already.
    """
    ranked = [
        [call.call_id for call in sorted(tried.calls, key=lambda call: call.probability or 0.0)]
        for tried in criteria
    ]
    every = [call_id for rank in zip_longest(*ranked) for call_id in rank if call_id is not None]
    free = [call_id for call_id in dict.fromkeys(every) if call_id not in labelled]
    unsure, others = free[:UNSURE], sorted(free[UNSURE:])
    drawn = random.Random(SEED).sample(others, min(AT_RANDOM, len(others)))
    picked: list[tuple[str, Picked]] = [(call_id, "uncertain") for call_id in unsure]
    return picked + [(call_id, "random") for call_id in drawn]


def write_template(
    path: Path, criteria: Sequence[TriedCriterion], picked: Sequence[tuple[str, Picked]]
) -> None:
    """Write a CSV file to fill in: one row per call and criterion, the verdict left empty.

    The machine's verdict is not in it: whoever labels should not be led.

    Raises:
        InputError: There is such a file already, or it cannot be written.
    """
    try:
        with path.open("x", encoding="utf-8", newline="") as stream:
            csv.writer(stream).writerows([COLUMNS, *_rows(criteria, picked)])
    except FileExistsError as error:
        raise InputError(
            f"{path} is there already, perhaps with labels in it: name another file"
        ) from error
    except OSError as error:
        raise InputError(f"{path} cannot be written: {error.strerror}") from error


def _rows(
    criteria: Sequence[TriedCriterion], picked: Sequence[tuple[str, Picked]]
) -> Iterator[tuple[str, ...]]:
    for call_id, why in picked:
        for tried in criteria:
            yield call_id, tried.criterion, "", why, tried.question
