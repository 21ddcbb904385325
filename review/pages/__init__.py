"""The pages, one module per subject; each has a ``router`` that is named here."""

from __future__ import annotations

from fastapi import APIRouter

from review.pages import (
    account,
    audio,
    audit,
    blind,
    call,
    coaching,
    disputes,
    login,
    mine,
    people,
    progress,
    queue,
    releases,
    rubric_drafts,
    rubric_tryouts,
    rubrics,
)

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    people.router,
    audit.router,
    audio.router,
    call.router,
    rubric_drafts.router,
    rubric_tryouts.router,
    rubrics.router,
    queue.router,
    progress.router,
    coaching.router,
    releases.router,
    disputes.router,
    mine.router,
    blind.router,
)
"""In the order in which they are asked whether a path is theirs."""
