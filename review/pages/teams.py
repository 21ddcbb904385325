"""Teams: how each does, against the others and the period before."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review.context import Lead, StoreOf
from review.figures.answers import group_page, list_page
from review.figures.kinds import TEAMS
from review.files import FileFormat

router = APIRouter(prefix=TEAMS.path)


@router.get("")
def teams(
    request: Request, viewer: Lead, store: StoreOf, file_format: FileFormat = None
) -> Response:
    """List the teams with calls in the period."""
    return list_page(request, viewer, store, TEAMS, file_format)


@router.get("/{team}")
def team(request: Request, viewer: Lead, store: StoreOf, team: str) -> Response:
    """Show one team."""
    return group_page(request, viewer, store, TEAMS, team)
