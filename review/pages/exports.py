"""Everything that can be had as a file: the fixed exports, and where the lists are."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipeline.desk.export_scope import What, export_scope
from pipeline.exports import COLUMNS
from pipeline.people import UserRole, ranks_at_least
from review.context import DeskOf, Lead, StoreOf, audited, page
from review.files import FORMATS, Format, file_of

router = APIRouter(prefix="/exports")

MEANINGS: Mapping[What, str] = {
    "calls": "Every call: score, flags, sentiment, talk metrics; failed ones too",
    "turns": "Every turn of every call, with its words",
    "evaluations": "Every verdict with its evidence and the models that gave it",
    "reviews": "Every review: who, when, of which scorecard",
    "corrections": "Every changed verdict or evidence: who, when, why, whether it stands",
}


@dataclass(frozen=True, slots=True)
class Listed:
    """A list of the app that can be had as a file."""

    title: str
    path: str
    role: UserRole
    means: str

    def address(self, form: Format) -> str:
        """Return the address of the file."""
        return f"{self.path}{'&' if '?' in self.path else '?'}format={form}"


LISTS = (
    Listed(
        "Queue", "/queue", UserRole.REVIEWER, "calls that wait for a person; filter there first"
    ),
    Listed("Calls", "/queue?reviewed=any", UserRole.REVIEWER, "all calls, reviewed or not"),
    Listed("Agents", "/agents", UserRole.LEAD, "figures per agent"),
    Listed("Teams", "/teams", UserRole.LEAD, "figures per team"),
    Listed("Agreement", "/agreement", UserRole.LEAD, "machine and reviewers, per criterion"),
    Listed("Coaching", "/coaching", UserRole.LEAD, "notes for agents"),
    Listed("Disputes", "/disputes", UserRole.LEAD, "what agents disputed, and decisions"),
    Listed("Rubrics", "/rubrics", UserRole.REVIEWER, "versions: who, when and why"),
    Listed("Outcomes", "/outcomes", UserRole.LEAD, "CSAT, FCR and AHT that were uploaded"),
    Listed("Audit log", "/audit", UserRole.ADMIN, "who read and changed what"),
)


@router.get("")
def exports(request: Request, viewer: Lead) -> Response:
    """Show what can be downloaded."""
    served = request.app.state.paths
    lists = [
        item
        for item in LISTS
        if item.path.partition("?")[0] in served and ranks_at_least(viewer.user, item.role)
    ]
    return page(request, viewer, "exports/list.html", fixed=MEANINGS, lists=lists, formats=FORMATS)


@router.get("/{what}.{form}")
def export(
    request: Request, viewer: Lead, desk: DeskOf, store: StoreOf, what: What, form: Format
) -> Response:
    """Return one of the fixed exports, as the command line writes it, of what one may see."""
    with desk.reading() as connection:
        scope = export_scope(connection, viewer.user)
    audited(request, viewer, "export.made", f"export:{what}", {"format": form})
    rows = store.export(what) if store.exists() else iter(())
    return file_of(what, form, scope.rows(what, rows), COLUMNS[what])
