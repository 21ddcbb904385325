"""The queue as its page shows it: tabs, what is filtered by, columns to sort by, addresses."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from urllib.parse import parse_qsl

from pipeline.desk.assignments import Assignment
from pipeline.desk.choices import Choices
from pipeline.desk.filters import ONLY_FOR_LEADS, PARAMETERS, QueueFilters, ReadFilters, Shown, Sort
from pipeline.desk.queue import QueuePage
from pipeline.domain import Verdict
from pipeline.people import User, knows_random_slice
from review.rendering import path_part
from review.wording import verdict_word

FLAG_WORDS = {
    "critical_fail": "Critical fail",
    "low_score": "Low score",
    "unscored": "Not all could be scored",
    "negative_ending": "Unhappy customer at the end",
    "low_asr_confidence": "Hard to understand",
    "finding": "Something found in the sound or words",
    "uncertain": "Unsure verdicts",
    "random_slice": "Drawn at random",
}
SORT_WORDS = {
    Sort.URGENCY: "Worst first",
    Sort.LOWEST: "Lowest score first",
    Sort.HIGHEST: "Highest score first",
    Sort.NEWEST: "Newest first",
    Sort.OLDEST: "Oldest first",
    Sort.LONGEST: "Longest first",
    Sort.SHORTEST: "Shortest first",
}
ASSIGNED_WORDS = {
    "me": "you",
    "anyone": "anybody",
    "nobody": "nobody",
    "overdue": "anybody, and overdue",
}

NARROWED = {
    "q": "Said: {}",
    "agent": "Agent: {}",
    "team": "Team: {}",
    "from": "From {}",
    "to": "Until {}",
    "criterion": "{}",
    "flag": "Flag: {}",
    "score_min": "Score from {}",
    "score_max": "Score up to {}",
    "reviewer": "Reviewed by {}",
    "assigned": "Assigned to {}",
}
"""What each parameter that is set says; a criterion's verdict follows it."""


@dataclass(frozen=True, slots=True)
class Tab:
    """A list that many want to see."""

    label: str
    href: str
    current: bool
    count: int | None = None
    late: int = 0
    """How many of these are overdue."""


@dataclass(frozen=True, slots=True)
class Narrowing:
    """One filter that is set, and the address without it."""

    words: str
    href: str


@dataclass(frozen=True, slots=True)
class Column:
    """What rows can be sorted by with a click."""

    label: str
    href: str
    order: str
    """``ascending``, ``descending`` or ``none``, as aria-sort has it."""


@dataclass(frozen=True, slots=True)
class ListView:
    """What the page says around its rows."""

    filters: QueueFilters
    problems: tuple[str, ...]
    found: QueuePage
    tabs: tuple[Tab, ...]
    narrowings: tuple[Narrowing, ...]
    score: Column
    started: Column
    length: Column
    previous: str | None
    following: str | None

    @property
    def kept(self) -> tuple[tuple[str, str], ...]:
        """Return the parameters of this view's address but for its order."""
        return tuple(parse_qsl(self.filters.address(sort=None)))

    @property
    def narrowed(self) -> bool:
        """Return whether a filter other than the search is set."""
        return len(self.narrowings) > (1 if self.filters.words else 0)

    @property
    def cleared(self) -> str:
        """Return the address of the same list without filters, in the same order."""
        filters = self.filters
        return queue_address(QueueFilters(reviewed=filters.reviewed, sort=filters.sort))

    @property
    def address(self) -> str:
        """Return the query string of this view, without the place in it."""
        return self.filters.address()

    @property
    def count(self) -> str:
        """Return how many calls there are, in words."""
        if not self.found.counted_all:
            return f"{self.found.count:,}+ calls"
        return "1 call" if self.found.count == 1 else f"{self.found.count:,} calls"


def queue_address(filters: QueueFilters, **changes: str | int | None) -> str:
    """Return the address of a view of the queue."""
    query = filters.address(**changes)
    return f"/queue?{query}" if query else "/queue"


def call_address(call_id: str, filters: QueueFilters) -> str:
    """Return the address of a call's page that leads on to the next call of a view."""
    query = QueueFilters().address(view=filters.address())
    return f"/calls/{path_part(call_id)}" + (f"?{query}" if query else "")


@dataclass(frozen=True, slots=True)
class Options:
    """What can be chosen in the filters: values and words."""

    teams: tuple[tuple[str, str], ...]
    criteria: tuple[tuple[str, str], ...]
    flags: tuple[tuple[str, str], ...]
    verdicts: tuple[tuple[str, str], ...]
    assignees: tuple[tuple[str, str], ...]


def options(user: User, there: Choices) -> Options:
    """Return what somebody can choose in the filters.

    Args:
        user: Who looks: some flags are for leads only.
        there: Teams, criteria and reviewers that there are.
    """
    knows = knows_random_slice(user)
    flags = [
        (kind, word) for kind, word in FLAG_WORDS.items() if knows or kind not in ONLY_FOR_LEADS
    ]
    assignees = [(key, word.capitalize()) for key, word in ASSIGNED_WORDS.items()]
    return Options(
        teams=tuple((team, team) for team in there.teams),
        criteria=tuple((name, in_words(name)) for name in there.criteria),
        flags=tuple(flags),
        verdicts=tuple((verdict.value, verdict_word(verdict)) for verdict in Verdict),
        assignees=(*assignees, *there.reviewers),
    )


def list_view(
    read: ReadFilters, found: QueuePage, assigned: Sequence[Assignment], today: date
) -> ListView:
    """Return what the page says around its rows.

    Args:
        read: What the address asked for.
        found: The page of calls.
        assigned: To the one who looks.
        today: Before it, assignments are overdue.
    """
    filters = read.filters
    late = sum(1 for item in assigned if item.due_on is not None and item.due_on < today)
    return ListView(
        filters=filters,
        problems=read.problems,
        found=found,
        tabs=_tabs(filters, len(assigned), late),
        narrowings=_narrowings(filters),
        score=_column(filters, "Score", Sort.LOWEST, Sort.HIGHEST),
        started=_column(filters, "When", Sort.OLDEST, Sort.NEWEST, downwards_first=True),
        length=_column(filters, "Length", Sort.SHORTEST, Sort.LONGEST, downwards_first=True),
        previous=queue_address(filters, before=found.before) if found.before is not None else None,
        following=queue_address(filters, after=found.after) if found.after is not None else None,
    )


def _tabs(filters: QueueFilters, assigned: int, late: int) -> tuple[Tab, ...]:
    """Return the tabs; what else is filtered by stays when one is changed for another."""
    mine = filters.assigned == "me"
    tabs = [
        Tab(label, queue_address(filters, reviewed=value, assigned=None), not mine and current)
        for label, value, current in (
            ("For review", None, filters.reviewed is Shown.WAITING),
            ("Not reviewed", "no", filters.reviewed is Shown.NO),
            ("Reviewed", "yes", filters.reviewed is Shown.YES),
            ("All calls", "any", filters.reviewed is Shown.ANY),
        )
    ]
    given = queue_address(QueueFilters(), reviewed="no", assigned="me")
    return (tabs[0], Tab("Assigned to you", given, mine, assigned, late), *tabs[1:])


def _narrowings(filters: QueueFilters) -> tuple[Narrowing, ...]:
    """Return what is filtered by in words, each with the address without it."""
    found = []
    for name, words in NARROWED.items():
        value = getattr(filters, PARAMETERS[name])
        if value in (None, ""):
            continue
        without: dict[str, str | int | None] = {name: None}
        if name == "criterion" and filters.verdict is not None:
            words = f"{words}: {verdict_word(filters.verdict).lower()}"
            without["verdict"] = None
        told = words.format(_in_words(name, value))
        found.append(Narrowing(told, queue_address(filters, **without)))
    return tuple(found)


def in_words(criterion: str) -> str:
    """Return a criterion's id as people read it, ``Identity check`` of ``identity_check``."""
    return criterion.replace("_", " ").strip().capitalize()


def _in_words(name: str, value: str | float | date) -> str:
    if isinstance(value, date):
        return f"{value.day} {value:%b %Y}"
    if isinstance(value, float):
        return f"{value:g}"
    if name == "criterion":
        return in_words(str(value))
    known = {"flag": FLAG_WORDS, "assigned": ASSIGNED_WORDS}.get(name, {})
    return known.get(value, value)


def _column(
    filters: QueueFilters, label: str, up: Sort, down: Sort, downwards_first: bool = False
) -> Column:
    """Return a column's head: a click sorts by it, another one the other way round."""
    first, second = (down, up) if downwards_first else (up, down)
    target = second if filters.sort is first else first
    order = {up: "ascending", down: "descending"}.get(filters.sort, "none")
    return Column(label, queue_address(filters, sort=target.value), order)
