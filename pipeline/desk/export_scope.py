"""The fixed exports as one user may have them: their teams, and nothing of what is sealed.

The command line exports the store as it is, for whoever may read its file. In the review app
people get what they could read call by call: where a call waits for blind reviews, neither what the
machine says of it nor what people said.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, get_args

from pydantic import JsonValue
from sqlalchemy import Connection

from pipeline.desk.queries import query
from pipeline.people import User, may_see, visible_teams

What = Literal["calls", "turns", "evaluations", "reviews", "corrections"]
FIXED: tuple[What, ...] = get_args(What)
Row = Mapping[str, JsonValue]
HIDDEN: Mapping[What, Row] = {
    "calls": {"score": None, "flags": [], "sentiment_start": None, "sentiment_end": None},
    "turns": {"sentiment": None, "sentiment_probability": None},
}
"""What stands in the rows of sealed calls; the other exports have no rows of them."""


@dataclass(frozen=True, slots=True)
class ExportScope:
    """Which calls a user may have."""

    sealed: Mapping[str, bool]
    """Calls that they may see, and whether they are sealed."""
    whole: bool
    """They may see all teams, so failed calls too, of which no team is known."""

    def rows(self, what: What, rows: Iterable[Row]) -> Iterator[Row]:
        """Yield the rows of an export that the user may have, as they may have them."""
        for row in rows:
            sealed = self.sealed.get(str(row["call_id"]))
            if sealed is None:
                # A call that was scored a moment ago: whether it is drawn is not known yet.
                if what == "calls" and self.whole and row["status"] != "scored":
                    yield row
            elif not sealed:
                yield row
            elif what in HIDDEN:
                yield {**row, **HIDDEN[what]}


def export_scope(connection: Connection, user: User) -> ExportScope:
    """Return what a user may have of the store.

    Args:
        connection: Open on the desk.
        user: A reviewer, lead or admin.
    """
    rows = connection.execute(query("calls_seen")).tuples()
    seen = {
        call_id: bool(sealed)
        for call_id, agent, team, sealed in rows
        if may_see(user, agent, team, False)
    }
    return ExportScope(seen, visible_teams(user) is None)
