"""All rubrics that there are: bundled, published, scored with; and what each version says."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pipeline.desk.database import Desk
from pipeline.desk.rubric_drafts import Publication, publications
from pipeline.desk.times import time_of
from pipeline.domain import Record
from pipeline.rubric import Rubric, bundled_rubric_path, load_rubric, parse_rubric
from pipeline.rubric_yaml import rubric_yaml
from pipeline.store import Store
from pipeline.store.records import RubricVersion


class ListedVersion(Record):
    """One version of a rubric, and where it comes from."""

    rubric: str
    version: int
    title: str
    sha256: str
    bundled: bool
    """It comes with callqa."""
    in_store: bool
    """Calls can be scored with it by its name."""
    evaluations: int
    used_since: datetime | None
    """When the store got it."""
    published_by: str | None
    published_at: datetime | None
    reason: str | None
    problem: str | None
    """Why the store does not take it."""


@dataclass(frozen=True, slots=True)
class ListedRubric:
    """A rubric with its versions, newest first."""

    rubric: str
    versions: tuple[ListedVersion, ...]

    @property
    def newest(self) -> ListedVersion:
        """Return the version that its name alone means."""
        return self.versions[0]


def all_rubrics(desk: Desk, store: Store) -> tuple[ListedRubric, ...]:
    """Return all rubrics by id.

    Raises:
        StoreError: Desk or store cannot be used.
    """
    stored = {(item.rubric, item.version): item for item in store.rubric_versions()}
    with desk.reading() as connection:
        published = {(item.rubric, item.version): item for item in publications(connection)}
    bundled = load_rubric(bundled_rubric_path())
    keys = {*stored, *published, (bundled.id, bundled.version)}
    listed = [
        _listed(key, stored.get(key), published.get(key), bundled) for key in sorted(keys)[::-1]
    ]
    return tuple(
        ListedRubric(name, tuple(item for item in listed if item.rubric == name))
        for name in sorted({item.rubric for item in listed})
    )


def rubric_at(desk: Desk, store: Store, rubric: str, version: int) -> Rubric | None:
    """Return one version; None if there is none.

    Raises:
        StoreError: Desk or store cannot be used.
    """
    found = store.read_rubric(rubric, version) if store.exists() else None
    if found is not None:
        return found
    published = _published(desk, rubric, version)
    if published is not None:
        return parse_rubric(published.content, published.file)
    bundled = load_rubric(bundled_rubric_path())
    return bundled if (bundled.id, bundled.version) == (rubric, version) else None


def text_of(desk: Desk, rubric: Rubric) -> str:
    """Return the YAML of a version: as it was typed where that is known, else written anew.

    Raises:
        StoreError: The desk cannot be used.
    """
    published = _published(desk, rubric.id, rubric.version)
    if published is not None and published.sha256 == rubric.sha256:
        return published.content
    path = bundled_rubric_path()
    if load_rubric(path).sha256 == rubric.sha256:
        return path.read_text(encoding="utf-8")
    return rubric_yaml(rubric)


def highest_version(rubrics: tuple[ListedRubric, ...], rubric: str) -> int | None:
    """Return the highest version of a rubric; None if there is none of that id."""
    return next((item.newest.version for item in rubrics if item.rubric == rubric), None)


def _published(desk: Desk, rubric: str, version: int) -> Publication | None:
    with desk.reading() as connection:
        found = publications(connection)
    return next((p for p in found if (p.rubric, p.version) == (rubric, version)), None)


def _listed(
    key: tuple[str, int],
    stored: RubricVersion | None,
    published: Publication | None,
    bundled: Rubric,
) -> ListedVersion:
    """Return what is known of one version; what the store has counts before what was published."""
    is_bundled = key == (bundled.id, bundled.version)
    title, sha256 = bundled.title, bundled.sha256
    if stored is not None:
        title, sha256 = stored.title, stored.sha256
    elif published is not None:
        title, sha256 = parse_rubric(published.content, published.file).title, published.sha256
    return ListedVersion(
        rubric=key[0],
        version=key[1],
        title=title,
        sha256=sha256,
        bundled=is_bundled and sha256 == bundled.sha256,
        in_store=stored is not None,
        evaluations=0 if stored is None else stored.evaluations,
        used_since=None if stored is None else stored.first_used_at,
        published_by=None if published is None else published.published_by,
        published_at=None if published is None else time_of(published.published_at),
        reason=None if published is None else published.reason,
        problem=None if published is None else published.problem,
    )
