"""Rubrics written in the browser: drafts, and what was published of them, by whom and why.

A published version never changes and is never taken back; a mistake is mended by the next one.
The desk keeps its text as it was typed, the store what it says (``post_publications``).
"""

from __future__ import annotations

import secrets
from collections.abc import Iterable
from typing import Literal

from sqlalchemy import Connection

from pipeline.desk.database import Desk
from pipeline.desk.queries import query
from pipeline.desk.times import now_text, time_of
from pipeline.domain import Record
from pipeline.errors import InputError, StoreBusyError, StoreError
from pipeline.rubric import Rubric, parse_rubric
from pipeline.store import Store

MOST_CHARACTERS = 500_000
MOST_REASON = 2000


class RubricDraft(Record):
    """A rubric that is being written."""

    draft_id: str
    rubric: str
    """Id of the rubric that it is to become a version of."""
    based_on: int | None
    """Version that it began with; None: with nothing."""
    content: str
    """YAML as typed, with mistakes."""
    author: str
    made_at: str
    saved_at: str
    state: Literal["draft", "published", "discarded"]


class Publication(Record):
    """A version that was published in the browser."""

    rubric: str
    version: int
    sha256: str
    content: str
    """YAML as typed."""
    published_by: str
    published_at: str
    reason: str
    posted_at: str | None = None
    """When the store got it; None: it waits for the store to be free."""
    problem: str | None = None
    """Why the store does not take it."""

    @property
    def file(self) -> str:
        """Return what its text is called in errors."""
        return f"{self.rubric}@{self.version}"


def begin_draft(
    connection: Connection, rubric: str, based_on: int | None, content: str, author: str
) -> str:
    """Keep a new draft and return its id.

    Raises:
        InputError: It is longer than any rubric.
    """
    draft_id = secrets.token_hex(8)
    parameters = {
        "draft_id": draft_id,
        "rubric": rubric,
        "based_on": based_on,
        "content": _sized(content),
        "author": author,
        "now": now_text(),
    }
    connection.execute(query("rubric_draft_add"), parameters)
    return draft_id


def read_draft(connection: Connection, draft_id: str) -> RubricDraft | None:
    """Return a draft, whatever became of it; None if there is none."""
    row = connection.execute(query("rubric_draft"), {"draft_id": draft_id}).mappings().first()
    return None if row is None else RubricDraft.model_validate(dict(row))


def open_drafts(connection: Connection) -> tuple[RubricDraft, ...]:
    """Return the drafts that were neither published nor discarded, last saved first."""
    rows = connection.execute(query("rubric_drafts")).mappings()
    return tuple(RubricDraft.model_validate(dict(row)) for row in rows)


def save_draft(connection: Connection, draft_id: str, content: str, rubric: str) -> None:
    """Keep what was typed, right or wrong.

    Args:
        connection: In a transaction.
        draft_id: Which draft.
        content: YAML as typed.
        rubric: Id that it has now.

    Raises:
        InputError: It was published or discarded meanwhile, or is longer than any rubric.
    """
    values = {"content": _sized(content), "rubric": rubric}
    _change_draft(connection, "rubric_draft_save", draft_id, **values)


def discard_draft(connection: Connection, draft_id: str) -> None:
    """Put a draft away; it stays on record.

    Raises:
        InputError: It was published or discarded already.
    """
    _change_draft(connection, "rubric_draft_end", draft_id, state="discarded")


def publish(
    connection: Connection, draft: RubricDraft, reason: str, published_by: str, highest: int | None
) -> Publication:
    """Make a draft the next version of its rubric; scoring finds it once the store has it.

    Args:
        connection: In a transaction.
        draft: As it was read.
        reason: Why, for whoever asks later.
        published_by: A user.
        highest: The highest version that the store or a file of ours has; None: none.

    Raises:
        RubricError: It is no valid rubric.
        InputError: No reason is given, the version is not higher than what there is, or the draft
            was published or discarded meanwhile.
    """
    why = reason.strip()
    if not why or len(why) > MOST_REASON:
        raise InputError(f"expected a reason of 1 to {MOST_REASON} characters, found {len(why)}")
    made = parse_rubric(draft.content, draft.rubric)
    there = [p.version for p in publications(connection) if p.rubric == made.id]
    above = max([*there, *([] if highest is None else [highest])], default=0)
    if made.version <= above:
        raise InputError(
            f"expected a version above {above}, found {made.version}: "
            f"write version: {above + 1}, so that old scorecards keep their rubric"
        )
    published = Publication(
        rubric=made.id,
        version=made.version,
        sha256=made.sha256,
        content=draft.content,
        published_by=published_by,
        published_at=now_text(),
        reason=why,
    )
    _change_draft(connection, "rubric_draft_end", draft.draft_id, state="published")
    connection.execute(
        query("rubric_publish"), published.model_dump(exclude={"posted_at", "problem"})
    )
    return published


def publications(connection: Connection) -> tuple[Publication, ...]:
    """Return everything that was published here, by rubric, newest version first."""
    return _read(connection, "rubric_publications")


def post_publications(desk: Desk, store: Store) -> int:
    """Give the store what was published since; return how many versions it took.

    What it does not take (somebody scored with a file of the same version and other content) is
    noted and not tried again.

    Raises:
        StoreBusyError: The store is in use; the rest is posted next time.
    """
    with desk.reading() as connection:
        waiting = _read(connection, "rubric_publications_to_post")
    taken = 0
    for published in waiting:
        problem = None
        try:
            store.write_rubric(
                parse_rubric(published.content, published.file), time_of(published.published_at)
            )
        except StoreBusyError:
            raise
        except (StoreError, InputError) as error:
            problem = str(error)
        with desk.writing() as connection:
            connection.execute(
                query("rubric_posted"),
                {
                    "rubric": published.rubric,
                    "version": published.version,
                    "posted_at": now_text() if problem is None else None,
                    "problem": problem,
                },
            )
        taken += problem is None
    return taken


def published_rubrics(connection: Connection) -> Iterable[Rubric]:
    """Yield the rubrics that were published here, newest version of each first.

    Raises:
        RubricError: A newer callqa reads the language of rules differently.
    """
    for published in publications(connection):
        yield parse_rubric(published.content, published.file)


def _read(connection: Connection, name: str) -> tuple[Publication, ...]:
    rows = connection.execute(query(name)).mappings()
    return tuple(Publication.model_validate(dict(row)) for row in rows)


def _change_draft(connection: Connection, name: str, draft_id: str, **values: str) -> None:
    parameters = {"draft_id": draft_id, "now": now_text(), **values}
    if not connection.execute(query(name), parameters).rowcount:
        raise InputError("this draft was published or discarded meanwhile: begin another one")


def _sized(content: str) -> str:
    if len(content) > MOST_CHARACTERS:
        raise InputError(f"a rubric may have {MOST_CHARACTERS} characters, this has {len(content)}")
    return content
