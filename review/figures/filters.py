"""Which calls the figures on a page are about: rubric, period and team, from the page's address."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from urllib.parse import urlencode

from fastapi import Request

from pipeline.desk import Desk
from pipeline.desk.queries import query
from pipeline.people import visible_teams
from pipeline.settings import Settings
from pipeline.store.analysis import RubricUse, Scope
from review.security.viewer import Viewer

DAYS = 28
"""Four weeks: each day of the week as often as any other, in the period before as well."""
PRESETS = ((7, "7 days"), (28, "4 weeks"), (84, "12 weeks"), (364, "52 weeks"))


@dataclass(frozen=True, slots=True)
class Filters:
    """What a page is filtered by."""

    rubric: str
    first: date
    last: date
    """Included."""
    team: str
    """Empty: all."""
    rubrics: tuple[RubricUse, ...]
    newest: date
    """Day that periods end with unless another one is named."""
    problem: str = ""
    """What of the address could not be understood, and what is shown instead."""

    def address(self, path: str, **changed: str | int | date) -> str:
        """Return the address of a page with these filters.

        Args:
            path: Of the page.
            changed: Values that are to differ; empty ones are left out.
        """
        known: dict[str, str | int | date] = {
            "rubric": self.rubric if len(self.rubrics) > 1 else "",
            "from": self.first,
            "to": self.last,
            "team": self.team,
        }
        wanted = {**known, **changed}
        return f"{path}?{urlencode({key: str(value) for key, value in wanted.items() if value})}"

    def presets(self, path: str) -> tuple[tuple[str, str, bool], ...]:
        """Return lengths of periods up to the newest day: words, address, whether it is shown."""
        found = []
        for days, words in PRESETS:
            first = self.newest - timedelta(days=days - 1)
            chosen = (first, self.newest) == (self.first, self.last)
            changed: dict[str, str | int | date] = {"from": first, "to": self.newest}
            found.append((words, self.address(path, **changed), chosen))
        return tuple(found)

    @property
    def days(self) -> int:
        """Length of the period."""
        return (self.last - self.first).days + 1


def filters_of(
    values: Mapping[str, str],
    rubrics: tuple[RubricUse, ...],
    *,
    days: int = DAYS,
    newest: date | None = None,
) -> Filters | None:
    """Return the filters of an address; None if no call is evaluated yet.

    What cannot be understood is told and replaced: the newest ``days`` days of the rubric with
    most evaluations.

    Args:
        values: Of the address: rubric, from, to, team.
        rubrics: In use, the one with most evaluations first.
        days: Length of the period if none is named.
        newest: Day that it ends with then; None: that of the newest call.
    """
    if not rubrics:
        return None
    problems = []
    named = values.get("rubric", "")
    use = next((use for use in rubrics if use.rubric == named), rubrics[0])
    if named and named != use.rubric:
        problems.append(f"No call is evaluated with the rubric {named[:60]}")
    end = newest or use.last.astimezone(UTC).date()
    last = _day(values.get("to", ""), problems) or end
    first = _day(values.get("from", ""), problems) or last - timedelta(days=days - 1)
    if first > last:
        problems.append("The first day is after the last")
        first = last - timedelta(days=days - 1)
    problem = f"{'; '.join(problems)}: shown is what the filters say now." if problems else ""
    return Filters(use.rubric, first, last, values.get("team", ""), rubrics, end, problem)


def scope_of(filters: Filters, viewer: Viewer, desk: Desk, settings: Settings) -> Scope:
    """Return which calls the store is asked about: only those that the viewer may see."""
    teams = visible_teams(viewer.user)
    with desk.reading() as connection:
        hidden = tuple(connection.execute(query("sealed_calls")).scalars())
    return Scope(
        rubric=filters.rubric,
        since=datetime.combine(filters.first, time(), UTC),
        until=datetime.combine(filters.last, time(), UTC) + timedelta(days=1),
        teams=None if teams is None else tuple(sorted(teams)),
        hidden=hidden,
        passing=settings.low_score,
    )


def values_of(request: Request) -> Mapping[str, str]:
    """Return the values of the address, the last one where a name comes twice."""
    return dict(request.query_params)


def _day(text: str, problems: list[str]) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        problems.append(f"{text[:20]!r} is no day such as 2026-03-02")
        return None
