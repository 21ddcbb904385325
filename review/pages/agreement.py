"""Agreement: how far machine and reviewers say the same, and who is strict or lenient."""

from __future__ import annotations

from datetime import UTC, datetime

from fastapi import APIRouter, Request
from fastapi.responses import Response

from pipeline.desk import people
from pipeline.reviews import ReviewKind
from review.charts.figures import kappa, percent
from review.context import DeskOf, Lead, SettingsOf, StoreOf, page
from review.figures.agreement_rows import AgreementRow, agreement_rows
from review.figures.agreements import agreement_view
from review.figures.asking import rubrics_of, said_of
from review.figures.filters import filters_of, scope_of, values_of
from review.files import FileFormat, records_file

router = APIRouter(prefix="/agreement")
DAYS = 84
"""Twelve weeks: double reviews are few."""


@router.get("")
def agreement(
    request: Request,
    viewer: Lead,
    store: StoreOf,
    desk: DeskOf,
    settings: SettingsOf,
    file_format: FileFormat = None,
) -> Response:
    """Show agreement in a period: when reviews were finished."""
    values = values_of(request)
    today = datetime.now(UTC).date()
    filters = filters_of(values, rubrics_of(request, store), days=DAYS, newest=today)
    if filters is None and file_format:
        return records_file("agreement", file_format, (), AgreementRow)
    if filters is None:
        return page(request, viewer, "agreement/index.html", view=None, filters=None)
    scope = scope_of(filters, viewer, desk, settings)
    said = said_of(request, store, scope, settings.needed_reviews)
    if file_format:
        rows = agreement_rows(said, settings.needed_reviews)
        return records_file("agreement", file_format, rows, AgreementRow)
    with desk.reading() as connection:
        names = {user.user_id: user.name for user in people.users(connection)}
    kinds = {item.kind for item in said.machine}
    usual = ReviewKind.BLIND if ReviewKind.BLIND in kinds or not kinds else ReviewKind.OPEN
    wanted = values.get("kind", "")
    kind = ReviewKind(wanted) if wanted in ("blind", "open") else usual
    view = agreement_view(said, kind, values.get("criterion", ""), names, settings.needed_reviews)
    return page(
        request,
        viewer,
        "agreement/index.html",
        view=view,
        filters=filters,
        needed=settings.needed_reviews,
        kappa=kappa,
        percent_of=percent,
    )
