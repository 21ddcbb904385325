"""What is judged: all rubrics, one version of one, and what differs between two."""

from __future__ import annotations

from typing import Annotated

from fastapi import APIRouter, HTTPException, Query, Request
from fastapi.responses import Response

from pipeline.desk import Desk
from pipeline.desk.rubric_drafts import open_drafts
from pipeline.desk.rubric_library import ListedVersion, all_rubrics, rubric_at, text_of
from pipeline.moves import MOVES
from pipeline.people import UserRole, ranks_at_least
from pipeline.rubric import Rubric
from pipeline.rubric_diff import compare
from pipeline.rule_words import MEANING, moves_of, rule_words
from pipeline.store import Store
from review.context import DeskOf, Reviewer, StoreOf, page
from review.files import FileFormat, records_file

router = APIRouter(prefix="/rubrics")


@router.get("")
def list_rubrics(
    request: Request, viewer: Reviewer, desk: DeskOf, store: StoreOf, form: FileFormat = None
) -> Response:
    """List all rubrics with their versions, and for leads the drafts."""
    rubrics = all_rubrics(desk, store)
    if form is not None:
        versions = [version for item in rubrics for version in item.versions]
        return records_file("rubrics", form, versions, ListedVersion)
    lead = ranks_at_least(viewer.user, UserRole.LEAD)
    with desk.reading() as connection:
        drafts = open_drafts(connection) if lead else ()
    return page(request, viewer, "rubrics/list.html", rubrics=rubrics, drafts=drafts, lead=lead)


@router.get("/language")
def language(request: Request, viewer: Reviewer) -> Response:
    """Show what a rubric can say: its keys, and the moves that rules speak of."""
    return page(request, viewer, "rubrics/language.html", moves=MOVES)


@router.get("/{rubric}/compare")
def compare_versions(
    request: Request,
    viewer: Reviewer,
    desk: DeskOf,
    store: StoreOf,
    rubric: str,
    old: Annotated[int, Query(ge=1)],
    new: Annotated[int, Query(ge=1)],
) -> Response:
    """Show what differs between two versions, criterion by criterion."""
    before, after = (version_or_404(desk, store, rubric, version) for version in (old, new))
    changes = compare(before, after)
    places = dict.fromkeys(change.where for change in changes)
    known = next(item for item in all_rubrics(desk, store) if item.rubric == rubric)
    return page(
        request,
        viewer,
        "rubrics/compare.html",
        rubric=rubric,
        old=before,
        new=after,
        versions=[item.version for item in known.versions],
        places={where: [c for c in changes if c.where == where] for where in places},
        questions={c.id: c.question for c in (*before.criteria, *after.criteria)},
    )


@router.get("/{rubric}/{version:int}")
def read_version(
    request: Request, viewer: Reviewer, desk: DeskOf, store: StoreOf, rubric: str, version: int
) -> Response:
    """Show what a version asks and how it decides."""
    found = version_or_404(desk, store, rubric, version)
    known = next(item for item in all_rubrics(desk, store) if item.rubric == rubric)
    return page(
        request,
        viewer,
        "rubrics/read.html",
        rubric=found,
        listed=next(item for item in known.versions if item.version == version),
        versions=known.versions,
        rules={criterion.id: rule_words(criterion) for criterion in found.criteria},
        moves={
            criterion.id: [(name, MEANING[name]) for name in moves_of(criterion)]
            for criterion in found.criteria
        },
        whole_weight=sum(criterion.weight for criterion in found.criteria),
        lead=ranks_at_least(viewer.user, UserRole.LEAD),
    )


@router.get("/{rubric}/{version:int}.yaml")
def version_as_file(
    viewer: Reviewer, desk: DeskOf, store: StoreOf, rubric: str, version: int
) -> Response:
    """Return a version as a file that callqa score takes."""
    found = version_or_404(desk, store, rubric, version)
    name = f"{found.id}_v{found.version}.yaml"
    return Response(
        text_of(desk, found),
        media_type="application/yaml",
        headers={"Content-Disposition": f'attachment; filename="{name}"'},
    )


def version_or_404(desk: Desk, store: Store, rubric: str, version: int) -> Rubric:
    """Return a version.

    Raises:
        HTTPException: 404; there is none.
    """
    found = rubric_at(desk, store, rubric, version) if version < 2**31 else None
    if found is None:
        raise HTTPException(404, "There is no such version of a rubric.")
    return found
