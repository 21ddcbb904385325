"""Agents: how each does, against the team and the period before."""

from __future__ import annotations

from fastapi import APIRouter, Request
from fastapi.responses import Response

from review.context import Lead, StoreOf
from review.figures.answers import group_page, list_page
from review.figures.kinds import AGENTS
from review.files import FileFormat

router = APIRouter(prefix=AGENTS.path)


@router.get("")
def agents(
    request: Request, viewer: Lead, store: StoreOf, file_format: FileFormat = None
) -> Response:
    """List the agents with calls in the period."""
    return list_page(request, viewer, store, AGENTS, file_format)


@router.get("/{agent}")
def agent(request: Request, viewer: Lead, store: StoreOf, agent: str) -> Response:
    """Show one agent."""
    return group_page(request, viewer, store, AGENTS, agent)
