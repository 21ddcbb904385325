"""Ask the store for what a page of figures shows, once for as long as nothing is written."""

from __future__ import annotations

from dataclasses import replace

from fastapi import Request

from pipeline.desk import Desk
from pipeline.desk.outcomes import NAMES, outcomes_for
from pipeline.store import Store
from pipeline.store.agreeing import Said, said
from pipeline.store.analysis import (
    CallFigures,
    Figures,
    GroupFigures,
    RubricUse,
    Scope,
    figures,
    group_figures,
    rubrics_in_use,
)
from review.figures.remembering import Remembered


def remembered(request: Request) -> Remembered:
    """Return what this app remembers of its store."""
    state = request.app.state
    if not hasattr(state, "remembered"):
        state.remembered = Remembered()
    found: Remembered = state.remembered
    return found


def rubrics_of(request: Request, store: Store) -> tuple[RubricUse, ...]:
    """Return the rubrics in use; none where there is no store yet."""
    if not store.exists():
        return ()
    return remembered(request).ask(store, "rubrics", rubrics_in_use)


def figures_of(request: Request, store: Store, scope: Scope) -> Figures:
    """Return the figures of all agents in scope."""
    return remembered(request).ask(
        store, ("figures", scope), lambda connection: figures(connection, scope)
    )


def group_of(
    request: Request, store: Store, scope: Scope, name: str, *, by_team: bool
) -> GroupFigures:
    """Return the figures of one agent or team, and of those to compare with."""
    return remembered(request).ask(
        store,
        ("group", scope, name, by_team),
        lambda connection: group_figures(connection, scope, name, by_team=by_team),
    )


def said_of(request: Request, store: Store, scope: Scope, min_calls: int) -> Said:
    """Return what was said by more than one judge."""
    return remembered(request).ask(
        store,
        ("said", scope, min_calls),
        lambda connection: said(connection, scope, min_calls=min_calls),
    )


def with_outcomes(calls: tuple[CallFigures, ...], desk: Desk) -> tuple[CallFigures, ...]:
    """Return calls with what was told of them in a file, which goes before the manifest."""
    with desk.reading() as connection:
        told = {name: outcomes_for(connection, name) for name in NAMES}
    if not any(told.values()):
        return calls
    return tuple(
        replace(
            call,
            csat=told["csat"].get(call.call_id, call.csat),
            fcr=told["fcr"].get(call.call_id, call.fcr),
            aht_s=told["aht_s"].get(call.call_id, call.aht_s),
        )
        for call in calls
    )
