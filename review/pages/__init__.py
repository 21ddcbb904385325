"""The pages, one module per subject; each has a ``router`` that is named here."""

from __future__ import annotations

from fastapi import APIRouter

from review.pages import account, audio, audit, call, login, people

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    people.router,
    audit.router,
    audio.router,
    call.router,
)
"""In the order in which they are asked whether a path is theirs."""
