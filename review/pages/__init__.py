"""The pages, one module per subject; each has a ``router`` that is named here."""

from __future__ import annotations

from fastapi import APIRouter

from review.pages import (
    account,
    agents,
    agreement,
    api,
    api_docs,
    audio,
    audit,
    blind,
    call,
    coaching,
    disputes,
    exports,
    hooks,
    login,
    mine,
    outcomes,
    people,
    progress,
    queue,
    releases,
    report,
    rubric_drafts,
    rubric_tryouts,
    rubrics,
    teams,
)

ROUTERS: tuple[APIRouter, ...] = (
    login.router,
    account.router,
    people.router,
    audit.router,
    audio.router,
    report.router,
    call.router,
    rubric_drafts.router,
    rubric_tryouts.router,
    rubrics.router,
    exports.router,
    outcomes.router,
    hooks.router,
    api.router,
    api_docs.router,
    queue.router,
    progress.router,
    coaching.router,
    releases.router,
    disputes.router,
    mine.router,
    blind.router,
    agents.router,
    teams.router,
    agreement.router,
)
"""In the order in which they are asked whether a path is theirs."""
