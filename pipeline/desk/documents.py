"""Whole scorecards of single calls, kept compressed so that a call page needs no store.

The store lets one process in at a time and has to scan for one call among many; one row here
takes milliseconds. Calls that wait in the queue have their document from the beginning, others
get one when somebody opens them. All of it can be made again from the store.
"""

from __future__ import annotations

import json
import zlib
from collections.abc import Iterable

from sqlalchemy import Connection

from pipeline.desk.calls import call_row
from pipeline.desk.database import Desk
from pipeline.desk.queries import query
from pipeline.rubric import Rubric
from pipeline.store import Scorecard, Store

LEVEL = 6
"""Of compression: a call of 600 timed words takes about a sixth of its JSON."""


def scorecard_of(desk: Desk, store: Store, call_id: str) -> Scorecard | None:
    """Return the scorecard of a call's latest evaluation; None if the desk knows no such call.

    Args:
        desk: Asked first.
        store: Asked once if the desk has no document of the call, which is then kept.
        call_id: Which call.

    Raises:
        StoreError: The store had to be asked and could not be.
    """
    with desk.reading() as connection:
        row = call_row(connection, call_id)
        if row is None:
            return None
        kept = _kept(connection, call_id)
    if kept is not None:
        return kept
    found = store.read_scorecards([row.evaluation_key])
    if not found:
        return None
    with desk.writing() as connection:
        keep(connection, [(found[0], row.revision)])
    return found[0]


def keep(connection: Connection, scorecards: Iterable[tuple[Scorecard, int]]) -> None:
    """Keep documents, each with the revision of its call's metadata; older ones are replaced."""
    pairs = list(scorecards)
    if not pairs:
        return
    rubrics = {(card.rubric.id, card.rubric.version): card.rubric for card, _ in pairs}
    connection.execute(
        query("keep_rubric"),
        [
            {"rubric": name, "version": version, "body": rubric.model_dump_json()}
            for (name, version), rubric in rubrics.items()
        ],
    )
    connection.execute(
        query("keep_document"),
        [
            {
                "call_id": card.call.call_id,
                "evaluation_key": card.evaluation.key,
                "revision": revision,
                "body": _packed(card),
            }
            for card, revision in pairs
        ],
    )


def rubric_of(connection: Connection, rubric: str, version: int) -> Rubric | None:
    """Return a rubric that calls of the desk were judged by; None if no document names it."""
    body = connection.execute(query("rubric"), {"rubric": rubric, "version": version}).scalar()
    return None if body is None else Rubric.model_validate_json(body)


def _packed(scorecard: Scorecard) -> bytes:
    body = scorecard.model_dump_json(exclude={"rubric"}, exclude_defaults=True)
    return zlib.compress(body.encode(), LEVEL)


def _kept(connection: Connection, call_id: str) -> Scorecard | None:
    """Return a kept scorecard if it is of the call's present evaluation and metadata."""
    body = connection.execute(query("document"), {"call_id": call_id}).scalar()
    if body is None:
        return None
    content = json.loads(zlib.decompress(body))
    evaluation = content["evaluation"]
    rubric = rubric_of(connection, evaluation["rubric"], evaluation["rubric_version"])
    return None if rubric is None else Scorecard.model_validate({**content, "rubric": rubric})
