"""What somebody wants to see of the queue: read from an address, and written into one."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from enum import StrEnum
from typing import Any
from urllib.parse import urlencode

from pydantic import ValidationError, field_validator

from pipeline.desk.search import words_query
from pipeline.domain import Record, Verdict
from pipeline.people import User, knows_random_slice

KINDS = {
    "critical_fail": 1,
    "low_score": 2,
    "unscored": 4,
    "negative_ending": 8,
    "low_asr_confidence": 16,
    "finding": 32,
    "random_slice": 64,
    "uncertain": 128,
}
"""Kinds of flags by their bit in ``calls.flag_kinds``; unsure verdicts count as one."""
ONLY_FOR_LEADS = frozenset({"random_slice", "uncertain"})
"""Asked for by a reviewer, the second would tell what the first hides: who is neither."""


class Shown(StrEnum):
    """Which calls by what was done with them."""

    WAITING = "waiting"
    """Flagged, uncertain or drawn, and not reviewed yet."""
    NO = "no"
    """Not reviewed yet, whether or not anything speaks for it."""
    YES = "yes"
    """Reviewed: by one person, drawn for blind double review by two."""
    ANY = "any"


class Sort(StrEnum):
    """In which order."""

    URGENCY = "urgency"
    LOWEST = "score"
    HIGHEST = "-score"
    NEWEST = "newest"
    OLDEST = "oldest"
    LONGEST = "longest"
    SHORTEST = "shortest"


class QueueFilters(Record):
    """What is asked for; nothing set: flagged or uncertain, not reviewed yet, the worst first."""

    reviewed: Shown = Shown.WAITING
    agent: str | None = None
    team: str | None = None
    since: date | None = None
    """First day, in UTC."""
    until: date | None = None
    """Last day, in UTC."""
    criterion: str | None = None
    verdict: Verdict | None = None
    """Counts together with ``criterion`` only."""
    flag: str | None = None
    """One of ``KINDS``."""
    reviewer: str | None = None
    """Who reviewed it, by user id."""
    assigned: str | None = None
    """``me``, ``anyone``, ``nobody``, ``overdue``, or a user id."""
    score_min: float | None = None
    score_max: float | None = None
    words: str = ""
    """What was said, as typed."""
    sort: Sort = Sort.URGENCY

    @field_validator("flag")
    @classmethod
    def _known(cls, flag: str | None) -> str | None:
        if flag is not None and flag not in KINDS:
            raise ValueError("no such kind of flag")
        return flag

    @property
    def match(self) -> str | None:
        """Return what to ask the index of words; None: nothing."""
        return words_query(self.words)

    @property
    def reveals(self) -> bool:
        """Return whether being in the list says something of verdicts, score, flags or reviews."""
        told = (self.verdict, self.flag, self.score_min, self.score_max, self.reviewer)
        by_score = self.sort in (Sort.LOWEST, Sort.HIGHEST)
        return by_score or any(value is not None for value in told)

    @property
    def narrowed(self) -> bool:
        """Return whether anything but the order differs from the default."""
        return self.model_copy(update={"sort": Sort.URGENCY}) != QueueFilters()

    def address(self, **changes: str | int | None) -> str:
        """Return it as a query string, ``team=north&sort=newest``; defaults are left out.

        Args:
            changes: Parameters of the address to set, or with None or "" to leave out.
        """
        values: dict[str, str | int | None] = {}
        for name, field in PARAMETERS.items():
            value = getattr(self, field)
            if value is not None and value != QueueFilters.model_fields[field].default:
                values[name] = f"{value:g}" if isinstance(value, float) else str(value)
        values |= changes
        return urlencode(
            [(name, value) for name, value in values.items() if value not in (None, "")]
        )


PARAMETERS = {
    "reviewed": "reviewed",
    "agent": "agent",
    "team": "team",
    "from": "since",
    "to": "until",
    "criterion": "criterion",
    "verdict": "verdict",
    "flag": "flag",
    "reviewer": "reviewer",
    "assigned": "assigned",
    "score_min": "score_min",
    "score_max": "score_max",
    "q": "words",
    "sort": "sort",
}
"""Parameters of an address, and the field each of them fills."""


class ReadFilters(Record):
    """What an address asked for, and what in it could not be understood."""

    filters: QueueFilters
    problems: tuple[str, ...] = ()
    """Sentences for people; what they are about is left out of the filters."""


EXPECTED: dict[str, str] = {
    "reviewed": "waiting, no, yes or any",
    "from": "a day such as 2026-03-02",
    "to": "a day such as 2026-03-02",
    "verdict": "pass, partial, fail, not_applicable or unscored",
    "flag": "a kind of flag",
    "score_min": "a number from 0 to 100",
    "score_max": "a number from 0 to 100",
    "sort": "urgency, score, -score, newest, oldest, longest or shortest",
}


def read_filters(parameters: Mapping[str, str], user: User) -> ReadFilters:
    """Return what an address asks for; what makes no sense is told and left out, never refused.

    Args:
        parameters: Of the address, decoded; others than ``PARAMETERS`` are none of ours.
        user: Who asks: some flags are for leads only.
    """
    values: dict[str, Any] = {}  # any: each is checked by the record
    problems: list[str] = []
    for name, field in PARAMETERS.items():
        typed = parameters.get(name, "").replace("\0", "").strip()[:300]
        if not typed:
            continue
        value = _value(field, typed, user)
        if value is None:
            problems.append(f"{name}: expected {EXPECTED.get(name, 'a name')}, found {typed!r}")
        else:
            values[field] = value
    if ("verdict" in values) != ("criterion" in values):
        values.pop("verdict", None)
        missing = "a verdict" if values.pop("criterion", None) else "a criterion"
        problems.append(f"Choose {missing} as well: criterion and verdict filter together")
    filters = QueueFilters(**values)
    if filters.words and filters.match is None:
        problems.append(f"There is no word to search for in {filters.words!r}")
    return ReadFilters(filters=filters, problems=tuple(problems))


def _value(field: str, typed: str, user: User) -> Any:
    """Return one checked value; None: it makes no sense. Of any of the fields' types."""
    if field == "flag" and typed in ONLY_FOR_LEADS and not knows_random_slice(user):
        return None
    if field.startswith("score") and not _is_score(typed):
        return None
    try:
        return getattr(QueueFilters.model_validate({field: typed}), field)
    except ValidationError:
        return None


def _is_score(typed: str) -> bool:
    try:
        return 0 <= float(typed) <= 100
    except ValueError:
        return False
