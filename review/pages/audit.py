"""Who read and changed what: for admins, as a page and as a file."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import Annotated
from urllib.parse import urlencode

from fastapi import APIRouter, Query, Request
from fastapi.responses import Response

from pipeline.desk import audit_reading
from pipeline.desk.audit_reading import PER_PAGE, Entry, Wanted
from pipeline.desk.people import users
from review.context import Admin, DeskOf, audited, page
from review.files import FileFormat, records_file

router = APIRouter()

Text = Annotated[str, Query(max_length=200)]
MOST_PAGES = 1_000_000


@dataclass(frozen=True, slots=True)
class Filled:
    """The filter as it stands in the address."""

    actor: str
    action: str
    subject: str
    since: str
    until: str

    def wanted(self) -> Wanted:
        """Return which entries that asks for; days are days in UTC, both included."""
        until = _day(self.until)
        return Wanted(
            actor=self.actor.strip() or None,
            action=self.action.strip() or None,
            subject=self.subject.strip() or None,
            since=_day(self.since),
            until=None if until is None else until + timedelta(days=1),
        )

    def address(self, number: int = 1, form: str = "") -> str:
        """Return the address of a page of these entries, or of the file with all."""
        given = {
            "actor": self.actor,
            "action": self.action,
            "subject": self.subject,
            "from": self.since,
            "to": self.until,
            "page": str(number) if number > 1 else "",
            "format": form,
        }
        query = urlencode({name: value for name, value in given.items() if value})
        return f"/audit?{query}" if query else "/audit"


@router.get("/audit")
def audit_page(
    request: Request,
    viewer: Admin,
    desk: DeskOf,
    actor: Text = "",
    action: Text = "",
    subject: Text = "",
    since: Annotated[str, Query(alias="from", max_length=10)] = "",
    until: Annotated[str, Query(alias="to", max_length=10)] = "",
    number: Annotated[int, Query(alias="page", ge=1, le=MOST_PAGES)] = 1,
    form: FileFormat = None,
) -> Response:
    """Show who did what, the newest first."""
    filled = Filled(actor, action, subject, since, until)
    wanted = filled.wanted()
    if form is not None:
        audited(request, viewer, "audit.exported", "audit", {"format": form})
        return records_file("audit", form, audit_reading.all_entries(desk, wanted), Entry)
    with desk.reading() as connection:
        total = audit_reading.count(connection, wanted)
        pages = max(1, -(-total // PER_PAGE))
        entries = audit_reading.entries(connection, wanted, min(number, pages))
        actions = audit_reading.actions(connection)
        people = users(connection)
    return page(
        request,
        viewer,
        "people/audit.html",
        entries=entries,
        total=total,
        number=min(number, pages),
        pages=pages,
        filled=filled,
        actions=actions,
        people=people,
    )


def _day(text: str) -> datetime | None:
    """Return the beginning of a day; None where it is none."""
    try:
        return datetime.combine(date.fromisoformat(text), time(), UTC)
    except ValueError:
        return None
